//! Hands the command line over to [`yagura::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    yagura::cli::run(std::env::args_os())
}
