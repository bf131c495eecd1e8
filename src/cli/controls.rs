//! `controls [QUERY] [--standard S]`: the status of every security control, by AWS's documented rules, over all findings
//! or over those that match.

use std::io::{self, BufWriter, Write};

use jiff::Timestamp;
use serde::Serialize;

use super::args::{Controls, ControlsFormat, Global};
use super::scope::{self, Scoped};
use super::table::{self, Column, Cut};
use super::{CliError, Exit, say, settings, sync};
use crate::config::Config;
use crate::export::csv;
use crate::model::nearest::nearest;
use crate::source::Follow;
use crate::store::Snapshot;
use crate::store::score::{Posture, RequirementPosture, StandardPosture};

/// Runs the subcommand.
pub(super) fn run(global: &Global, config: &Config, scope: Option<&Scoped>, args: &Controls) -> Result<Exit, CliError> {
    // What is wrong with the question is said before anybody is asked.
    let asked = Scoped::written(&args.query.join(" "), "the query")?;
    let mut settings = settings::settings(global, config, Follow::Once);
    let lens = scope::narrow(&mut settings, scope);
    let answer = sync::through(settings, asked.as_ref().map(|asked| asked.within(scope).lens()).or(lens))?;
    let exit = answer.report();
    if exit == Exit::NothingAnswered {
        return Ok(exit);
    }
    if let Some(of) = told(asked.as_ref(), scope, &answer.snapshot) {
        say::note(&format!(
            "{of}: status and scores are of the findings in it alone, and may not be the controls' own"
        ));
    }
    let posture = Posture::of(&answer.snapshot);
    let standards = match &args.standard {
        None => posture.standards.iter().collect(),
        Some(name) => vec![posture.standard(name).ok_or_else(|| unknown(&posture, name))?],
    };
    let mut out = BufWriter::new(io::stdout().lock());
    match args.output {
        ControlsFormat::Table => as_tables(&mut out, &standards)?,
        ControlsFormat::Json => as_json(&mut out, &standards)?,
        ControlsFormat::Csv => csv::table(&mut out, &HEADER, each(&standards).map(|(s, r)| cells(s, r)))?,
    }
    out.flush()?;
    Ok(exit)
}

/// What the findings that count are kept to, where not all do.
fn told(asked: Option<&Scoped>, scope: Option<&Scoped>, snapshot: &Snapshot) -> Option<String> {
    let scope = scope.map(|scope| format!("scope: {}", scope.text));
    let asked = asked.map(|asked| {
        let many = snapshot.len() as u64;
        let matching =
            if many == 1 { "1 finding matches".to_owned() } else { format!("{} findings match", say::grouped(many)) };
        format!("query: {} ({matching})", asked.text)
    });
    let both: Vec<String> = scope.into_iter().chain(asked).collect();
    (!both.is_empty()).then(|| both.join("; "))
}

fn unknown(posture: &Posture, name: &str) -> CliError {
    let known: Vec<String> = posture.standards.iter().map(|standard| standard.id.short()).collect();
    let near = nearest(name, known.iter().map(String::as_str));
    let hint =
        near.map_or_else(|| format!("; there are {}", known.join(", ")), |near| format!("; did you mean {near}?"));
    CliError::Usage(format!("--standard: there is no standard '{name}'{hint}"))
}

fn each<'a>(
    standards: &'a [&'a StandardPosture],
) -> impl Iterator<Item = (&'a StandardPosture, &'a RequirementPosture)> + Clone {
    standards.iter().flat_map(|standard| standard.requirements.iter().map(move |requirement| (*standard, requirement)))
}

/// One control in one standard: absent when unknown, times in RFC 3339 UTC.
#[derive(Debug, Serialize)]
struct Line<'a> {
    /// As `--standard` takes it: `cis/5.0.0`.
    standard: String,
    /// Percent of the controls that pass, of those with data.
    #[serde(skip_serializing_if = "Option::is_none")]
    standard_score: Option<u8>,
    /// The number in the standard: `1.5`.
    #[serde(skip_serializing_if = "str::is_empty")]
    requirement: &'a str,
    control: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<&'static str>,
    /// `PASSED`, `FAILED`, `UNKNOWN`, `NO DATA`, `DISABLED`.
    status: &'static str,
    failed: u64,
    total: u64,
    accounts: u64,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    failed_accounts: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    failing_since: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remediation: Option<&'a str>,
}

fn as_json(out: &mut impl Write, standards: &[&StandardPosture]) -> io::Result<()> {
    let controls: Vec<Line<'_>> = each(standards)
        .map(|(standard, requirement)| Line {
            standard: standard.id.short(),
            standard_score: standard.score,
            requirement: &requirement.number,
            control: &requirement.control,
            title: &requirement.title,
            severity: requirement.severity.map(crate::model::Severity::label),
            status: requirement.status.label(),
            failed: requirement.failed,
            total: requirement.total,
            accounts: requirement.accounts,
            failed_accounts: &requirement.failed_accounts,
            failing_since: requirement.failing_since,
            remediation: requirement.remediation.as_deref(),
        })
        .collect();
    serde_json::to_writer_pretty(&mut *out, &controls)?;
    out.write_all(b"\n")
}

const HEADER: [&str; 13] = [
    "standard",
    "standard_score",
    "requirement",
    "control",
    "title",
    "severity",
    "status",
    "failed",
    "total",
    "accounts",
    "failed_accounts",
    "failing_since",
    "remediation",
];

fn cells(standard: &StandardPosture, requirement: &RequirementPosture) -> [String; HEADER.len()] {
    [
        standard.id.short(),
        standard.score.map(|score| score.to_string()).unwrap_or_default(),
        requirement.number.clone(),
        requirement.control.clone(),
        requirement.title.clone(),
        requirement.severity.map(|severity| severity.label().to_owned()).unwrap_or_default(),
        requirement.status.label().to_owned(),
        requirement.failed.to_string(),
        requirement.total.to_string(),
        requirement.accounts.to_string(),
        requirement.failed_accounts.join(" | "),
        requirement.failing_since.map(|since| since.to_string()).unwrap_or_default(),
        requirement.remediation.clone().unwrap_or_default(),
    ]
}

const COLUMNS: [Column; 8] = [
    Column::new("REQ", Cut::Never),
    Column::new("CONTROL", Cut::Never),
    Column::new("TITLE", Cut::End),
    Column::new("SEVERITY", Cut::Never),
    Column::new("STATUS", Cut::Never),
    Column::number("FAILED"),
    Column::number("OF"),
    Column::new("SINCE", Cut::Never),
];

/// Each standard with its score, then its controls.
fn as_tables(out: &mut impl Write, standards: &[&StandardPosture]) -> io::Result<()> {
    for (at, standard) in standards.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        let score = standard.score.map_or_else(|| "no score".to_owned(), |score| format!("{score}%"));
        let heading = format!(
            "{} ({})  {score}  {} passed, {} failed, {} unknown, {} no data, {} disabled",
            standard.name,
            standard.id.short(),
            standard.passed,
            standard.failed,
            standard.unknown,
            standard.no_data,
            standard.disabled
        );
        writeln!(out, "{}", crate::ui::safe::Safe::new(&heading))?;
        let lines = standard.requirements.iter().map(|requirement| {
            [
                requirement.number.clone(),
                requirement.control.clone(),
                requirement.title.clone(),
                requirement.severity.map_or("-", crate::model::Severity::label).to_owned(),
                requirement.status.label().to_owned(),
                say::grouped(requirement.failed),
                say::grouped(requirement.total),
                requirement.failing_since.map(|since| since.strftime("%Y-%m-%d").to_string()).unwrap_or_default(),
            ]
        });
        table::print(out, &COLUMNS, say::terminal_width(), lines)?;
    }
    Ok(())
}
