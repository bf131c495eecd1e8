//! `emulate`: the embedded endpoint alone, until SIGINT or SIGTERM.

use std::io::{self, Write};

use tokio::signal::unix::{SignalKind, signal};

use super::args::{Emulate, Limits, Seed};
use super::{CliError, Exit, say, sync};
use crate::emulator::{self, EmulatorError, Faults, Options};

/// Runs the subcommand. The first line on stdout is `listening on http://127.0.0.1:PORT`, and it is the only one.
pub(super) fn run(args: &Emulate) -> Result<Exit, CliError> {
    let options = Options {
        port: args.port,
        limits: match args.limits {
            Limits::Aws => emulator::Limits::Aws,
            Limits::Off => emulator::Limits::Off,
        },
        faults: match &args.faults {
            Some(spec) => spec.parse().map_err(|error| CliError::Usage(format!("--faults: {error}")))?,
            None => Faults::default(),
        },
        data: args.data.clone(),
        ..seeded(&args.seed)
    };
    sync::runtime()?.block_on(async {
        let failed = |error: io::Error| CliError::Failed(format!("cannot listen for signals: {error}"));
        let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
        let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
        let running = start(options)?;
        let mut out = io::stdout().lock();
        writeln!(out, "listening on {}", running.url())?;
        out.flush()?;
        drop(out);
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        drop(running);
        Ok(Exit::Done)
    })
}

/// Starts the endpoint, and says on stderr which records of the given files it cannot serve.
pub(super) fn start(options: Options) -> Result<emulator::Running, CliError> {
    let running = emulator::start(options).map_err(|error| match error {
        EmulatorError::Accounts(_) | EmulatorError::Data { .. } => CliError::Usage(error.to_string()),
        other => CliError::Failed(other.to_string()),
    })?;
    for rejected in running.rejected() {
        say::complain(&format!("{}:{}: {}", rejected.file.display(), rejected.line, rejected.reason));
    }
    Ok(running)
}

/// The generated organisation, as far as the command line says.
pub(super) fn seeded(seed: &Seed) -> Options {
    let default = Options::default();
    Options {
        seed: seed.seed.unwrap_or(default.seed),
        findings: seed.findings.unwrap_or(default.findings),
        accounts: seed.accounts.unwrap_or(default.accounts),
        ..default
    }
}
