//! The command line: reads the words, runs one subcommand, ends with the contract's exit code.
//!
//! In: the words of the command line. Out: data on stdout, progress and complaints on stderr, an exit code. One file a
//! subcommand; `args` is what clap reads, `exit` the codes and the error, `say` the only way to stderr.
//! Nothing here decides what a finding is or what matches: that is `query` and `store`.

pub mod args;
mod cache;
mod completions;
mod configuration;
mod controls;
mod dashboard;
mod emulate;
mod exit;
mod findings;
mod journal;
mod log;
mod say;
mod scope;
mod settings;
mod sources;
mod sync;
mod table;
mod watch;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};

use crate::app::State;
pub use exit::{CliError, Exit};

/// Runs the program. `words` starts with the program's own name, as [`std::env::args_os`] does.
#[must_use]
pub fn run(words: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args::prepared(words)) {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    match dispatch(&cli) {
        Ok(exit) => exit.into(),
        Err(error) if error.is_broken_pipe() => Exit::Done.into(),
        Err(error) => {
            if error.exit() != Exit::Interrupted {
                say::complain(&error.to_string());
            }
            error.exit().into()
        }
    }
}

/// What clap has to say: help and version go to stdout with 0, mistakes to stderr with 2.
fn usage(error: &clap::Error) -> ExitCode {
    // A closed stdout or stderr leaves nobody to tell.
    let _ = error.print();
    if error.use_stderr() { Exit::Usage.into() } else { Exit::Done.into() }
}

fn dispatch(cli: &Cli) -> Result<Exit, CliError> {
    // What needs no configuration, and must work when the configuration is wrong.
    match &cli.command {
        Some(Command::Completions { shell }) => return completions::completions(*shell),
        Some(Command::Man) => return completions::man(),
        Some(Command::Query) => return completions::query(),
        Some(Command::Config(args)) => return configuration::run(&cli.global, args.action),
        Some(Command::Cache(args)) => return cache::run(args.action),
        _ => {}
    }
    let (loaded, keymap, saved) = configuration::load(&cli.global)?;
    let config = &loaded.config;
    let scope = scope::Scoped::of(&cli.global, config)?;
    let scope = scope.as_ref();
    let state = State { keymap, saved, scope: scope.map(scope::Scoped::said), ..State::default() };
    // Writes what is left of the log when it is dropped.
    let _log = log::start(cli.global.log.as_deref(), config.log.level)?;
    if cli.global.allow_write {
        say::note("--allow-write: this version makes no changes; it only reads");
    }
    match &cli.command {
        None => dashboard::run(&cli.global, config, state, scope),
        Some(Command::Demo(args)) => dashboard::demo(&cli.global, config, state, scope, args),
        Some(Command::Emulate(args)) => emulate::run(args),
        Some(Command::Findings(args)) => findings::run(&cli.global, config, scope, args),
        Some(Command::Controls(args)) => controls::run(&cli.global, config, scope, args),
        Some(Command::Sources(args)) => sources::run(&cli.global, config, scope, args),
        Some(Command::Completions { .. } | Command::Man | Command::Query | Command::Config(_) | Command::Cache(_)) => {
            Ok(Exit::Done)
        }
    }
}
