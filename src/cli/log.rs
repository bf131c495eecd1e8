//! The log: a file in the state directory, readable by its owner alone, never the screen.
//!
//! The SDK's own crates log requests, headers and credentials at their finer levels: whatever is asked for, they are
//! heard only from `warn` up. Every line passes the gate, so that a log can be looked at in a terminal.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use tracing::{Level, Metadata};
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::filter::{EnvFilter, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::{CliError, say};
use crate::config::{self, LogLevel};
use crate::ui::safe::Safe;

/// What is logged, stronger than the configuration: `debug`, or `yagura::source=trace`.
const VARIABLE: &str = "YAGURA_LOG";

/// A log that has grown beyond this at start is put aside as `.1`.
const LARGE: u64 = 16 << 20;

/// Crates whose finer levels carry requests, headers or credentials.
const SDK: [&str; 5] = ["aws_", "aws", "hyper", "rustls", "h2"];

/// Starts the log. What is given back writes what is left when it is dropped: it must live as long as the process.
///
/// # Errors
/// When the file that `--log` names cannot be opened, or `YAGURA_LOG` is no filter. A log in the usual place that cannot
/// be opened is said on stderr, and the program goes on without.
pub(super) fn start(named: Option<&Path>, level: LogLevel) -> Result<Option<WorkerGuard>, CliError> {
    let filter = match std::env::var(VARIABLE) {
        Ok(text) if !text.is_empty() => {
            EnvFilter::try_new(&text).map_err(|error| CliError::Usage(format!("{VARIABLE}={text}: {error}")))?
        }
        _ => EnvFilter::new(format!("warn,yagura={}", level.name())),
    };
    let Some(path) = named.map(Path::to_path_buf).or_else(usual) else { return Ok(None) };
    let file = match open(&path) {
        Ok(file) => file,
        Err(error) if named.is_some() => return Err(CliError::Usage(format!("--log {}: {error}", path.display()))),
        Err(error) => {
            say::complain(&format!("there will be no log: {}: {error}", path.display()));
            return Ok(None);
        }
    };
    let (writer, guard) = tracing_appender::non_blocking(Gate(file));
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(writer);
    // A second start in one process (in a test) keeps the first log.
    let started = tracing_subscriber::registry().with(filter).with(filter_fn(is_fit)).with(lines).try_init();
    Ok(started.is_ok().then_some(guard))
}

/// `~/.local/state/yagura/yagura.log` on Linux; the local data directory where there is no state directory.
fn usual() -> Option<PathBuf> {
    Some(config::state_folder()?.join("yagura.log"))
}

fn open(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    if fs::metadata(path).is_ok_and(|there| there.is_file() && there.len() > LARGE) {
        let mut aside = path.as_os_str().to_owned();
        aside.push(".1");
        fs::rename(path, aside)?;
    }
    OpenOptions::new().create(true).append(true).mode(0o600).open(path)
}

/// May this be logged, whatever the filter says.
fn is_fit(metadata: &Metadata<'_>) -> bool {
    *metadata.level() <= Level::WARN || !SDK.iter().any(|name| metadata.target().starts_with(name))
}

/// Passes each line through the gate.
struct Gate<W>(W);

impl<W: Write> Write for Gate<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        for line in text.lines() {
            writeln!(self.0, "{}", Safe::new(line))?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_log_line_cannot_drive_a_terminal() {
        let mut lines = Vec::new();
        Gate(&mut lines).write_all(b"user agent \x1b[2J evil\n").unwrap();
        assert!(!lines.contains(&0x1b));
        assert!(lines.ends_with(b" evil\n"));
    }

    #[test]
    fn the_file_is_its_owners_alone_and_a_large_one_is_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/yagura.log");
        drop(open(&path).unwrap());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        File::options().write(true).open(&path).unwrap().set_len(LARGE + 1).unwrap();
        drop(open(&path).unwrap());
        assert_eq!(fs::metadata(&path).unwrap().len(), 0);
        assert!(folder.path().join("state/yagura.log.1").exists());
    }
}
