//! The exit codes of the command line contract, and the one error type that subcommands end with.

use std::io;
use std::process::ExitCode;

/// How a run ended. The numbers are a contract that scripts build on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: done, and every source answered whole.
    Done,
    /// 1: done, but a source was partial; stderr names it.
    Partial,
    /// 2: the command line or the configuration is wrong.
    Usage,
    /// 3: nothing answered.
    NothingAnswered,
    /// 10: `--exit-code` was given and a finding matches.
    Matched,
    /// 130: interrupted from the keyboard, as a shell reports it (128 + SIGINT).
    Interrupted,
    /// 128 and the number of the signal that ended the dashboard.
    Signal(u8),
}

impl Exit {
    /// The number that the process ends with.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Partial => 1,
            Self::Usage => 2,
            Self::NothingAnswered => 3,
            Self::Matched => 10,
            Self::Interrupted => 130,
            Self::Signal(code) => code,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Why a subcommand could not end as it should.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The command line or the configuration is wrong. Several lines where there is more to say.
    #[error("{0}")]
    Usage(String),
    /// A part of the program could not start or go on; nothing was asked, or nothing answered.
    #[error("{0}")]
    Failed(String),
    /// stdout (or a file) could not be written.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
}

impl CliError {
    /// The exit code that this error ends the process with.
    #[must_use]
    pub const fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) => Exit::Usage,
            Self::Failed(_) => Exit::NothingAnswered,
            Self::Output(_) => Exit::Partial,
            Self::Interrupted => Exit::Interrupted,
        }
    }

    /// The reader of stdout went away (`| head`): not worth a word.
    #[must_use]
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}
