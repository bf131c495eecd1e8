//! `completions SHELL`, `man` and `query`: made from the definitions of the command line and of the query language, so
//! they cannot fall behind them.

use std::io::{self, Write};

use clap::CommandFactory;
use clap_complete::Shell;

use super::args::Cli;
use super::{CliError, Exit};
use crate::query::guide;

/// Prints the completion script of a shell.
pub(super) fn completions(shell: Shell) -> Result<Exit, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "yagura", &mut script);
    print(&script)
}

/// Prints the manual page: the program's own, then one section a subcommand.
pub(super) fn man() -> Result<Exit, CliError> {
    let mut page = Vec::new();
    let mut command = Cli::command();
    command.build();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    for subcommand in command.get_subcommands() {
        writeln!(page, ".SH \"COMMAND {}\"", subcommand.get_name().to_uppercase())?;
        let man = clap_mangen::Man::new(subcommand.clone());
        man.render_synopsis_section(&mut page)?;
        man.render_description_section(&mut page)?;
        man.render_options_section(&mut page)?;
    }
    print(&page)
}

/// Prints what the query language is, as `help query` does.
pub(super) fn query() -> Result<Exit, CliError> {
    print(guide::text().as_bytes())
}

fn print(bytes: &[u8]) -> Result<Exit, CliError> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()?;
    Ok(Exit::Done)
}
