//! `findings [QUERY]`: sync, filter, sort, print.

use std::io::{self, BufWriter, Write};

use jiff::Timestamp;

use super::args::{Findings, FindingsFormat, Global};
use super::scope::{self, Scoped};
use super::table::{self, Column, Cut};
use super::watch::{self, Ends, Watched};
use super::{CliError, Exit, dashboard, say, settings, sync};
use crate::config::Config;
use crate::export::{self, Report};
use crate::model::Sort;
use crate::query::{self, Context};
use crate::source::Follow;
use crate::store::{RowId, Snapshot};

/// Runs the subcommand.
pub(super) fn run(global: &Global, config: &Config, scope: Option<&Scoped>, args: &Findings) -> Result<Exit, CliError> {
    // What is wrong with the question is said before anybody is asked.
    let text = args.query.join(" ");
    let query =
        query::parse(&text).map_err(|error| CliError::Usage(format!("the query:\n{}", error.underlined(&text))))?;
    let sort: Sort = match &args.sort {
        None => config.findings.sort.0,
        Some(sort) => sort.parse().map_err(|error| CliError::Usage(format!("--sort: {error}")))?,
    };
    if let Some(which) = args.watch {
        if !matches!(args.output, FindingsFormat::Table | FindingsFormat::Ndjson) {
            return Err(CliError::Usage("--watch prints NDJSON: leave -o out".to_owned()));
        }
        let ends = if args.exit_code { Ends::AtTheFirstMatch } else { Ends::Never };
        let mut settings = settings::settings(global, config, dashboard::follow(config));
        let lens = scope::narrow(&mut settings, scope);
        return watch::run(settings, lens, &Watched { query: &query, which, ends });
    }
    let answer = sync::sync(settings::settings(global, config, Follow::Once), scope)?;
    let exit = answer.report();
    if exit == Exit::NothingAnswered {
        return Ok(exit);
    }
    let snapshot = &*answer.snapshot;
    let now = Timestamp::now();
    let matching = query::evaluate(&query, snapshot, &Context::at(now));
    let rows = query::sort(&matching, snapshot, sort, args.limit);
    let report = Report { snapshot, query: &text, at: now, matching: &matching, rows: &rows, wanted: args.limit };
    let lost = print(&report, args.output)?;
    for reason in &lost {
        say::complain(reason);
    }
    if args.output == FindingsFormat::Table {
        let shown = if (rows.len() as u64) < matching.len() {
            format!("{} shown; ", say::grouped(rows.len() as u64))
        } else {
            String::new()
        };
        let of = scope.map_or_else(String::new, |scope| format!(" in the scope ({})", scope.text));
        say::note(&format!(
            "{shown}{} of {} findings{of} match",
            say::grouped(matching.len()),
            say::grouped(snapshot.len() as u64)
        ));
    }
    Ok(match exit {
        _ if args.exit_code && !matching.is_empty() => Exit::Matched,
        Exit::Done if !lost.is_empty() => Exit::Partial,
        other => other,
    })
}

/// Writes to stdout; gives back what could not be printed, and why.
fn print(report: &Report<'_>, format: FindingsFormat) -> Result<Vec<String>, CliError> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let lost = match format {
        FindingsFormat::Table => {
            as_table(&mut out, report.snapshot, report.rows, report.at)?;
            Vec::new()
        }
        FindingsFormat::Csv => write(&mut out, export::Format::Csv, report)?,
        FindingsFormat::Json => write(&mut out, export::Format::Json, report)?,
        FindingsFormat::Ndjson => write(&mut out, export::Format::Ndjson, report)?,
        FindingsFormat::Raw => write(&mut out, export::Format::Raw, report)?,
        FindingsFormat::Md => write(&mut out, export::Format::Markdown, report)?,
        FindingsFormat::Html => write(&mut out, export::Format::Html, report)?,
    };
    out.flush()?;
    Ok(lost)
}

fn write(out: &mut impl Write, format: export::Format, report: &Report<'_>) -> io::Result<Vec<String>> {
    Ok(export::write(out, format, report, &mut || {})?.lost)
}

const COLUMNS: [Column; 9] = [
    Column::new("SEVERITY", Cut::Never),
    Column::new("AGE", Cut::Never),
    Column::new("TITLE", Cut::End),
    Column::new("RESOURCE", Cut::Middle),
    Column::new("ACCOUNT", Cut::End),
    Column::new("REGION", Cut::Never),
    Column::new("PRODUCT", Cut::End),
    Column::new("STATUS", Cut::Never),
    Column::new("CONTROL", Cut::Never),
];

fn as_table(out: &mut impl Write, snapshot: &Snapshot, rows: &[RowId], now: Timestamp) -> io::Result<()> {
    let lines = rows.iter().filter_map(|id| snapshot.row(*id)).map(|row| {
        let mut resources = row.resources();
        let mut resource = resources.next().map_or_else(String::new, |r| r.name.unwrap_or(r.id).to_owned());
        match resources.count() {
            0 => {}
            more => resource = format!("{resource} +{more}"),
        }
        let born = snapshot.born_seconds(row.row_id());
        [
            row.severity().map_or("-", crate::model::Severity::label).to_owned(),
            if born == i64::MIN { "-".to_owned() } else { age(now.as_second().saturating_sub(born)) },
            row.title().to_owned(),
            resource,
            row.account_name().or_else(|| row.account()).unwrap_or("-").to_owned(),
            row.region().unwrap_or("-").to_owned(),
            row.product().to_owned(),
            status(row.workflow(), row.record_state()),
            row.control().unwrap_or_default().to_owned(),
        ]
    });
    table::print(out, &COLUMNS, say::terminal_width(), lines)
}

/// The workflow status, or that the finding is archived, which is stronger.
fn status(workflow: Option<&str>, record_state: &str) -> String {
    if record_state == "ACTIVE" { workflow.unwrap_or("-").to_owned() } else { record_state.to_owned() }
}

/// `4m`, `3h`, `2d`: the largest unit that is at least one.
fn age(seconds: i64) -> String {
    match seconds.max(0) {
        s if s < 60 => format!("{s}s"),
        s if s < 3_600 => format!("{}m", s / 60),
        s if s < 86_400 => format!("{}h", s / 3_600),
        s => format!("{}d", s / 86_400),
    }
}
