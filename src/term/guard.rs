//! The modes we switch on, and the one way they are switched off again: on drop, on panic, on a signal, on suspend.
//!
//! In: nothing but the terminal on stdout. Out: a terminal exactly as it was. Restoring twice is harmless. Only what
//! was enabled is undone. Focus events and pointer motion are never asked for: nothing here needs them, and motion
//! would flood a slow link.

use std::io;
use std::os::fd::AsFd as _;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use rustix::termios::{self, OptionalActions, QueueSelector, Termios};

/// Whether clicks and the wheel are asked for. Without, the terminal's own selection works as the user is used to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mouse {
    /// Buttons and wheel (1000 with SGR coordinates, 1006).
    #[default]
    Buttons,
    Off,
}

/// What must be undone.
#[derive(Debug, Clone)]
struct Held {
    before: Termios,
    mouse: Mouse,
    /// The thread that draws: a panic elsewhere does not take the screen down.
    owner: ThreadId,
}

/// Set while the terminal is ours.
static HELD: Mutex<Option<Held>> = Mutex::new(None);

/// Held while bytes go out, so that restoring never falls into the middle of a frame.
static OUT: Mutex<()> = Mutex::new(());

/// How long restoring waits for a frame on its way; twice, with what the terminal has not read thrown away between.
const PATIENCE: Duration = Duration::from_millis(300);

/// Why the terminal could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum GuardError {
    #[error("standard output is not a terminal")]
    NotATerminal,
    #[error("the terminal's modes could not be {what}: {source}")]
    Modes { what: &'static str, source: io::Error },
}

/// The terminal is ours while this lives.
#[derive(Debug)]
pub struct Guard {
    mouse: Mouse,
}

impl Guard {
    /// Raw mode, alternate screen, hidden cursor, bracketed paste and, if wanted, the mouse.
    ///
    /// # Errors
    /// [`GuardError::NotATerminal`] when stdout is none; [`GuardError::Modes`] when the system refuses.
    pub fn take(mouse: Mouse) -> Result<Self, GuardError> {
        if !termios::isatty(rustix::stdio::stdout()) {
            return Err(GuardError::NotATerminal);
        }
        install_hook();
        enter(mouse)?;
        Ok(Self { mouse })
    }

    /// Gives the terminal back and stops the whole process group, as the shell expects of Ctrl-z. Returns at once when
    /// the stop is on its way; call [`Guard::reclaim`] after SIGCONT.
    ///
    /// # Errors
    /// When the group cannot be stopped; the terminal is given back all the same.
    pub fn suspend(&mut self) -> io::Result<()> {
        restore();
        Ok(rustix::process::kill_current_process_group(rustix::process::Signal::STOP)?)
    }

    /// Takes the terminal again after SIGCONT, whoever stopped us. The screen must be drawn from nothing.
    ///
    /// # Errors
    /// As [`Guard::take`].
    pub fn reclaim(&mut self) -> Result<(), GuardError> {
        enter(self.mouse)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        restore();
    }
}

/// The terminal's size in cells, `(width, height)`; 80x24 when it does not say.
#[must_use]
pub fn size() -> (u16, u16) {
    match termios::tcgetwinsize(rustix::stdio::stdout()) {
        Ok(size) if size.ws_col > 0 && size.ws_row > 0 => (size.ws_col, size.ws_row),
        _ => (80, 24),
    }
}

/// Sends bytes to the terminal while it is ours; drops them when it is not. Blocks for as long as the terminal does.
///
/// # Errors
/// What writing answered.
pub fn send(bytes: &[u8]) -> io::Result<()> {
    let _order = lock(&OUT);
    if lock(&HELD).is_none() {
        return Ok(());
    }
    write_all(bytes)
}

/// Gives the terminal back, if it is ours.
pub fn restore() {
    let _order = settle();
    let Some(held) = lock(&HELD).take() else { return };
    // Ends a frame cut short, then undoes in reverse order.
    let mut bytes = b"\x1b[?2026l\x1b[r\x1b[m".to_vec();
    if held.mouse == Mouse::Buttons {
        bytes.extend_from_slice(b"\x1b[?1006l\x1b[?1000l");
    }
    bytes.extend_from_slice(b"\x1b[?2004l\x1b[?1049l\x1b[?25h");
    // Nobody is left to tell when this fails: the terminal is gone.
    let _ = write_all(&bytes);
    // Flush: what was typed or clicked for us must not reach the shell.
    let _ = termios::tcsetattr(rustix::stdio::stdout(), OptionalActions::Flush, &held.before);
}

fn enter(mouse: Mouse) -> Result<(), GuardError> {
    let out = rustix::stdio::stdout();
    let failed = |what| move |source: rustix::io::Errno| GuardError::Modes { what, source: source.into() };
    let _order = lock(&OUT);
    let mut held = lock(&HELD);
    let before = match held.as_ref() {
        Some(held) => held.before.clone(),
        None => termios::tcgetattr(out).map_err(failed("read"))?,
    };
    let mut raw = before.clone();
    raw.make_raw();
    termios::tcsetattr(out, OptionalActions::Now, &raw).map_err(failed("set"))?;
    *held = Some(Held { before, mouse, owner: thread::current().id() });
    drop(held);
    let mut bytes = b"\x1b[?1049h\x1b[?25l\x1b[?2004h".to_vec();
    if mouse == Mouse::Buttons {
        bytes.extend_from_slice(b"\x1b[?1000h\x1b[?1006h");
    }
    write_all(&bytes).map_err(|source| GuardError::Modes { what: "announced", source })
}

/// Waits, within bounds, until no frame is on its way. A terminal that has stopped reading loses what it has not read.
fn settle() -> Option<MutexGuard<'static, ()>> {
    try_for(PATIENCE).or_else(|| {
        let _ = termios::tcflush(rustix::stdio::stdout(), QueueSelector::OFlush);
        try_for(PATIENCE)
    })
}

fn try_for(patience: Duration) -> Option<MutexGuard<'static, ()>> {
    let until = Instant::now() + patience;
    loop {
        match OUT.try_lock() {
            Ok(held) => return Some(held),
            Err(TryLockError::Poisoned(held)) => return Some(held.into_inner()),
            Err(TryLockError::WouldBlock) if Instant::now() >= until => return None,
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(2)),
        }
    }
}

/// One write for all, as long as the system takes it.
fn write_all(mut bytes: &[u8]) -> io::Result<()> {
    let out = rustix::stdio::stdout();
    while !bytes.is_empty() {
        match rustix::io::write(out.as_fd(), bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(sent) => bytes = bytes.get(sent..).unwrap_or_default(),
            Err(rustix::io::Errno::INTR) => {}
            // Someone set the shared descriptor to not block: wait a little rather than spin.
            Err(rustix::io::Errno::AGAIN) => thread::sleep(Duration::from_millis(2)),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// The terminal first, then the panic's own message where the user can read it. A panic on another thread than the one
/// that draws is logged and leaves the screen alone: whoever waits for that thread says what is missing.
fn install_hook() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let ours = lock(&HELD).as_ref().is_some_and(|held| held.owner == thread::current().id());
            let taken = lock(&HELD).is_some();
            tracing::error!(thread = thread::current().name().unwrap_or("?"), "panic: {panic}");
            if ours {
                restore();
            }
            if ours || !taken {
                before(panic);
            }
        }));
    });
}

fn lock<T>(mutex: &'static Mutex<T>) -> MutexGuard<'static, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
