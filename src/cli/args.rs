//! The command line as clap reads it: every subcommand and option of the contract, and nothing else.
//!
//! In: the words of the command line. Out: [`Cli`]. Global options stand before or after the command.
//! Values that other rooms understand (queries, sort columns, faults) are read by those rooms, so that there is one
//! reading of each.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;

use crate::query::{field, guide};

/// Shown at the foot of `yagura --help`.
const EXAMPLES: &str = "\
Examples:
  yagura                                         the dashboard, with your AWS login
  yagura --profile audit --region us-east-1,eu-west-1
  yagura --scope 'severity>=high is:open'        the dashboard, kept to these findings
  yagura --from findings.json exports/           the dashboard, on files
  yagura demo                                    the dashboard, with no AWS account and no network
  yagura findings 'severity>=high is:open' -o csv
  yagura findings 'severity:critical age<24h' --exit-code
  yagura findings 'is:open' -o html > findings.html
  yagura findings 'severity>=high' --watch       each finding that newly matches, as NDJSON
  yagura controls --standard cis/5.0.0
  yagura controls 'account:prod-*' -o csv        the same rules, over the findings that match alone

Exit codes: 0 done; 1 done, but a source was partial; 2 usage or configuration; 3 nothing answered;
10 with --exit-code, when a finding matches.";

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "yagura",
    version,
    about = "A keyboard-driven watchtower over AWS security findings",
    long_about = "A keyboard-driven watchtower over AWS security findings: Security Hub and GuardDuty, over accounts and \
                  Regions, in one terminal. Without a command it opens the dashboard.",
    after_help = EXAMPLES,
    max_term_width = 100
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Options that stand before or after the command.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// AWS profile to use; again, or with commas, for several at once
    #[arg(long, global = true, value_name = "P", value_delimiter = ',')]
    pub profile: Vec<String>,
    /// Region to ask; again, or with commas, for several at once
    #[arg(long, global = true, value_name = "R", value_delimiter = ',')]
    pub region: Vec<String>,
    /// Endpoint that is asked in place of AWS's own
    #[arg(long, global = true, value_name = "URL", value_hint = ValueHint::Url)]
    pub endpoint_url: Option<String>,
    /// Read findings from files or folders (JSON or NDJSON, plain, .gz or .zst) in place of AWS
    #[arg(long, global = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub from: Vec<PathBuf>,
    /// Configuration file in place of the usual one (see `yagura config path`)
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
    /// Log file in place of the usual one in the state directory
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub log: Option<PathBuf>,
    /// Keep the whole run to what a query matches: asks AWS for less, and shows nothing else (see `findings`)
    #[arg(long, global = true, value_name = "QUERY", allow_hyphen_values = true)]
    pub scope: Option<String>,
    /// Colour theme of the dashboard
    #[arg(long, global = true, value_name = "T")]
    pub theme: Option<String>,
    /// Neither show the findings of the last session at start, nor leave any for the next
    #[arg(long, global = true)]
    pub no_cache: bool,
    /// Allow changes to findings (this version has none to make: it only reads)
    #[arg(long, global = true)]
    pub allow_write: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open the dashboard on the embedded endpoint: no AWS account, no network
    Demo(Demo),
    /// Serve the embedded AWS endpoint on loopback, until interrupted
    Emulate(Emulate),
    /// Fetch, filter and print findings
    Findings(Findings),
    /// Print the status of every security control
    Controls(Controls),
    /// Print what answered, what did not, and why
    Sources(Sources),
    /// Show, make or check the configuration file
    Config(ConfigArgs),
    /// Show or remove what sessions leave for the next start
    Cache(CacheArgs),
    /// Print the completion script of a shell
    Completions {
        /// The shell to complete for
        shell: Shell,
    },
    /// Print the manual page, in roff
    Man,
    /// Explain the query language: grammar, examples, fields
    #[command(long_about = guide::text(), help_template = "{about}", disable_help_flag = true)]
    Query,
}

/// What the generated organisation looks like.
#[derive(Debug, Clone, Default, Args)]
pub struct Seed {
    /// Seed of the generated data: the same seed gives the same bytes
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// How many findings to generate
    #[arg(long, value_name = "N")]
    pub findings: Option<u32>,
    /// How many accounts the organisation has
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=900))]
    pub accounts: Option<u16>,
}

#[derive(Debug, Args)]
pub struct Demo {
    #[command(flatten)]
    pub seed: Seed,
}

#[derive(Debug, Args)]
pub struct Emulate {
    /// Port on 127.0.0.1 (0: any free one)
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub port: u16,
    #[command(flatten)]
    pub seed: Seed,
    /// Serve these files or folders in place of generated findings
    #[arg(long, value_name = "PATH", num_args = 1.., value_hint = ValueHint::AnyPath)]
    pub data: Vec<PathBuf>,
    /// AWS's documented request limits, or none
    #[arg(long, value_name = "WHICH", value_enum, default_value_t = Limits::Off)]
    pub limits: Limits,
    /// Faults to answer with: for each a service (or *), what goes wrong, and how often (0 to 1) or how long.
    /// For example: securityhub:throttle=0.2,guardduty.ListDetectors@eu-west-1:denied=1,*:latency=300ms
    #[arg(long, value_name = "SPEC")]
    pub faults: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Limits {
    /// Answer `TooManyRequestsException` as AWS documents it
    Aws,
    /// Answer every request
    Off,
}

#[derive(Debug, Args)]
pub struct Findings {
    /// What to print: words, field:value, severity>=high, age<24h, -term, AND, OR, (...); all when left out.
    /// `yagura help query` explains it whole
    #[arg(value_name = "QUERY")]
    pub query: Vec<String>,
    /// How to print
    #[arg(short, long, value_enum, default_value_t = FindingsFormat::Table)]
    pub output: FindingsFormat,
    /// Column to sort by, with :asc or :desc; severity and then age when left out
    #[arg(long, value_name = "F")]
    pub sort: Option<String>,
    /// Print the first N findings alone
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// End with code 10 when a finding matches
    #[arg(long)]
    pub exit_code: bool,
    /// Keep asking, and print each finding that newly matches, as NDJSON (=all: what matches at the start too);
    /// with --exit-code until the first
    #[arg(long, value_enum, value_name = "WHICH", num_args = 0..=1, require_equals = true,
          default_missing_value = "new", conflicts_with_all = ["sort", "limit"])]
    pub watch: Option<Watch>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Watch {
    /// What comes to match from now on
    New,
    /// What matches at the start, too
    All,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FindingsFormat {
    /// Columns for the eye
    Table,
    /// One JSON array
    Json,
    /// One JSON object a line
    Ndjson,
    /// Comma-separated values, with a header
    Csv,
    /// Each finding's own JSON as AWS sent it, one a line
    Raw,
    /// Markdown: a summary and a table, for a ticket
    Md,
    /// One HTML page with charts: no script, nothing fetched
    Html,
}

#[derive(Debug, Args)]
pub struct Controls {
    /// The findings that count, in the words of `findings`: status and scores are of them alone; all when left out
    #[arg(value_name = "QUERY")]
    pub query: Vec<String>,
    /// One standard alone: cis/5.0.0, cis/1.2.0, fsbp/1.0.0, ...
    #[arg(long, value_name = "S")]
    pub standard: Option<String>,
    /// How to print
    #[arg(short, long, value_enum, default_value_t = ControlsFormat::Table)]
    pub output: ControlsFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ControlsFormat {
    /// Columns for the eye
    Table,
    /// One JSON array
    Json,
    /// Comma-separated values, with a header
    Csv,
}

#[derive(Debug, Args)]
pub struct Sources {
    /// How to print
    #[arg(short, long, value_enum, default_value_t = SourcesFormat::Table)]
    pub output: SourcesFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SourcesFormat {
    /// Columns for the eye
    Table,
    /// One JSON array
    Json,
}

#[derive(Debug, Args)]
pub struct CacheArgs {
    #[command(subcommand)]
    pub action: CacheAction,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum CacheAction {
    /// Print where the cache is, or would be
    Path,
    /// Print what is cached: size, findings, when, and what was asked
    Info,
    /// Remove everything that is cached
    Clear,
}

#[derive(Debug, Args)]
pub struct ConfigArgs {
    #[command(subcommand)]
    pub action: ConfigAction,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum ConfigAction {
    /// Print where the configuration file is, or would be
    Path,
    /// Write a configuration file with every key explained; never over an existing one
    Init,
    /// Read the configuration file and report every mistake
    Check,
    /// Print the JSON Schema of the configuration file
    Schema,
}

/// The words as clap reads them best: several paths behind one `--from`, and terms of a query that start with a dash.
pub(super) fn prepared(words: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    spread_paths(words).into_iter().map(denied_term).collect()
}

/// `-status:suppressed` is a term of the query, not a cluster of options: said as `NOT`, it has no dash in front.
fn denied_term(word: OsString) -> OsString {
    let Some(term) = word.to_str().and_then(|text| text.strip_prefix('-')) else { return word };
    let name: String = term.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.')).collect();
    let asks = term.get(name.len()..).is_some_and(|rest| rest.starts_with([':', '=', '<', '>', '~', '!']));
    if asks && field::find(&name).is_some() { format!("NOT {term}").into() } else { word }
}

/// Lets `--from a.json b.json` name several paths, as a shell's `*.json` becomes: further words belong to `--from` as
/// long as they look like a path (have a `/` or a `.`), name something that exists, and are no option.
fn spread_paths(words: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut spread: Vec<OsString> = Vec::new();
    let mut taking = false;
    let mut previous_is_from = false;
    let mut only_operands = false;
    for word in words {
        let text = word.to_string_lossy();
        if only_operands {
            spread.push(word);
            continue;
        }
        let is_path = !text.starts_with('-') && text.contains(['/', '.']) && PathBuf::from(&word).exists();
        if taking && is_path {
            spread.push("--from".into());
        } else {
            taking = previous_is_from || text.starts_with("--from=");
        }
        previous_is_from = text == "--from";
        only_operands = text == "--";
        spread.push(word);
    }
    spread
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use clap::CommandFactory;

    use super::*;

    fn parse(words: &[&str]) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(prepared(std::iter::once("yagura").chain(words.iter().copied()).map(OsString::from)))
    }

    #[test]
    fn clap_finds_no_fault_in_the_definition() {
        Cli::command().debug_assert();
    }

    #[test]
    fn help_is_a_command_too() {
        for words in [&["help"][..], &["help", "findings"], &["help", "config", "check"], &["--help"]] {
            let error = parse(words).unwrap_err();
            assert_eq!((error.kind(), error.exit_code()), (clap::error::ErrorKind::DisplayHelp, 0), "{words:?}");
        }
        assert!(parse(&["help", "findings"]).unwrap_err().to_string().contains("--exit-code"));
    }

    #[test]
    fn global_options_stand_before_or_after_the_command() {
        for words in [["--region", "us-east-1,eu-west-1", "findings"], ["findings", "--region", "us-east-1,eu-west-1"]]
        {
            let cli = parse(&words).unwrap();
            assert_eq!(cli.global.region, ["us-east-1", "eu-west-1"]);
            assert!(matches!(cli.command, Some(Command::Findings(_))));
        }
    }

    #[test]
    fn a_shells_list_of_files_belongs_to_from() {
        let cli = parse(&["--from", "Cargo.toml", "./src", "findings", "root", "-o", "raw"]).unwrap();
        assert_eq!(cli.global.from, [PathBuf::from("Cargo.toml"), PathBuf::from("./src")]);
        let Some(Command::Findings(findings)) = cli.command else { panic!("not findings") };
        assert_eq!(findings.query, ["root"]);
        let cli = parse(&["findings", "--from", "Cargo.toml", "src", "no-such.json"]).unwrap();
        assert_eq!(cli.global.from, [PathBuf::from("Cargo.toml")], "a bare word and a missing file are the query's");
    }

    #[test]
    fn a_denied_term_is_no_option() {
        let cli = parse(&["findings", "is:open", "-status:suppressed", "-o", "raw"]).unwrap();
        let Some(Command::Findings(findings)) = cli.command else { panic!("not findings") };
        assert_eq!(findings.query, ["is:open", "NOT status:suppressed"]);
        assert_eq!(findings.output, FindingsFormat::Raw);
    }

    #[test]
    fn bad_usage_names_the_nearest_valid_name() {
        let error = parse(&["finding"]).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().contains("'findings'"), "{error}");
        let error = parse(&["findings", "-o", "jsn"]).unwrap_err();
        assert!(error.to_string().contains("'json'"), "{error}");
        let error = parse(&["findings", "--limt", "3"]).unwrap_err();
        assert!(error.to_string().contains("'--limit'"), "{error}");
    }
}
