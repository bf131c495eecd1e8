//! A real terminal for tests: a program runs in a pty, what it writes is read by a terminal emulator at once, and tests
//! wait for what a user would see. Waiting is for an event, within bounds generous enough for a slow machine.

#![allow(dead_code, clippy::unwrap_used, clippy::missing_panics_doc, reason = "test support, shared by test binaries")]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, WaitOptions};
use vt100::MouseProtocolMode;

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_mins(1);

/// A command to run in a terminal, away from the user's own files and AWS settings.
pub(crate) struct Terminal {
    program: String,
    args: Vec<String>,
    env: BTreeMap<String, String>,
    size: (u16, u16),
    home: tempfile::TempDir,
}

impl Terminal {
    pub(crate) fn of(program: &str, args: &[&str]) -> Self {
        let env = [("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("LANG", "C.UTF-8")];
        Self {
            program: program.to_owned(),
            args: args.iter().map(|arg| (*arg).to_owned()).collect(),
            env: env.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            size: (120, 40),
            home: tempfile::tempdir().unwrap(),
        }
    }

    /// yagura itself.
    pub(crate) fn yagura(args: &[&str]) -> Self {
        Self::of(env!("CARGO_BIN_EXE_yagura"), args)
    }

    pub(crate) fn size(mut self, width: u16, height: u16) -> Self {
        self.size = (width, height);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    pub(crate) fn start(self) -> Pty {
        Pty::start(self)
    }
}

/// What has come out so far.
struct Seen {
    parser: vt100::Parser,
    raw: Vec<u8>,
}

/// The way from the program to the terminal: while it is stalled, nothing the program writes is taken.
#[derive(Default)]
struct Link {
    stalled: Mutex<bool>,
    moves: Condvar,
}

impl Link {
    fn set(&self, stalled: bool) {
        *self.stalled.lock().unwrap() = stalled;
        self.moves.notify_all();
    }

    fn wait(&self) {
        drop(self.moves.wait_while(self.stalled.lock().unwrap(), |stalled| *stalled).unwrap());
    }
}

/// A program running in a terminal. Killed when dropped.
pub(crate) struct Pty {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    seen: Arc<(Mutex<Seen>, Condvar)>,
    link: Arc<Link>,
    /// Keeps the terminal alive beyond the program, to look at what it left.
    line: File,
    modes_before: String,
    _home: tempfile::TempDir,
}

impl Pty {
    fn start(of: Terminal) -> Self {
        let (width, height) = of.size;
        let pair = native_pty_system().openpty(size(width, height)).unwrap();
        let line = File::options().read(true).write(true).open(pair.master.tty_name().unwrap()).unwrap();
        let parser = vt100::Parser::new(NonZeroU16::new(height).unwrap(), NonZeroU16::new(width).unwrap(), 1000);
        let seen = Arc::new((Mutex::new(Seen { parser, raw: Vec::new() }), Condvar::new()));
        let mut from = pair.master.try_clone_reader().unwrap();
        let sink = Arc::clone(&seen);
        let shared = Arc::<Link>::default();
        let gate = Arc::clone(&shared);
        thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(count @ 1..) = from.read(&mut buffer) {
                gate.wait();
                let mut seen = sink.0.lock().unwrap();
                seen.parser.process(&buffer[..count]);
                seen.raw.extend_from_slice(&buffer[..count]);
                sink.1.notify_all();
            }
        });
        let mut command = CommandBuilder::new(&of.program);
        command.args(&of.args);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AWS_") || name == "NO_COLOR") {
            command.env_remove(name);
        }
        for name in ["LC_ALL", "LC_CTYPE", "TMUX"] {
            command.env_remove(name);
        }
        for name in ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"] {
            command.env(name, of.home.path());
        }
        command.env("AWS_EC2_METADATA_DISABLED", "true");
        for (name, value) in &of.env {
            command.env(name, value);
        }
        command.cwd(of.home.path());
        let modes_before = modes(&line);
        let child = pair.slave.spawn_command(command).unwrap();
        let keys = pair.master.take_writer().unwrap();
        Self { child, master: pair.master, keys, seen, link: shared, line, modes_before, _home: of.home }
    }

    /// Types.
    pub(crate) fn send(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Types, and waits until the screen says so.
    pub(crate) fn press(&mut self, keys: &str, expect: &str) -> String {
        self.send(keys);
        self.wait_for(expect)
    }

    pub(crate) fn resize(&self, width: u16, height: u16) {
        let mut seen = self.seen.0.lock().unwrap();
        seen.parser.set_size(NonZeroU16::new(height).unwrap(), NonZeroU16::new(width).unwrap());
        drop(seen);
        self.master.resize(size(width, height)).unwrap();
    }

    /// The screen as text, one line a row.
    pub(crate) fn screen(&self) -> String {
        self.seen.0.lock().unwrap().parser.screen().contents()
    }

    /// All bytes since the start.
    pub(crate) fn raw(&self) -> Vec<u8> {
        self.seen.0.lock().unwrap().raw.clone()
    }

    /// Looks at the emulated terminal.
    pub(crate) fn look<T>(&self, at: impl FnOnce(&vt100::Screen) -> T) -> T {
        at(self.seen.0.lock().unwrap().parser.screen())
    }

    /// Waits until `text` is on the screen.
    pub(crate) fn wait_for(&self, text: &str) -> String {
        self.wait_until(&format!("{text:?} on the screen"), |screen| screen.contains(text))
    }

    /// Waits until the screen's text is as wanted, and gives it.
    pub(crate) fn wait_until(&self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        self.wait(what, |seen| Some(seen.parser.screen().contents()).filter(|screen| wanted(screen)))
    }

    /// Waits until the terminal is as wanted.
    pub(crate) fn wait_mode(&self, what: &str, wanted: impl Fn(&vt100::Screen) -> bool) {
        self.wait(what, |seen| wanted(seen.parser.screen()).then_some(()));
    }

    fn wait<T>(&self, what: &str, mut look: impl FnMut(&Seen) -> Option<T>) -> T {
        let until = Instant::now() + PATIENCE;
        let mut seen = self.seen.0.lock().unwrap();
        loop {
            if let Some(found) = look(&seen) {
                return found;
            }
            let left = until.saturating_duration_since(Instant::now());
            let (next, timeout) = self.seen.1.wait_timeout(seen, left).unwrap();
            seen = next;
            assert!(
                !timeout.timed_out(),
                "waited in vain for {what}; the screen:\n{}",
                seen.parser.screen().contents()
            );
        }
    }

    /// From now on nothing the program writes is taken, but for what is under way.
    pub(crate) fn stall(&self) {
        self.link.set(true);
    }

    pub(crate) fn flow(&self) {
        self.link.set(false);
    }

    /// Waits until the program has read every key that was typed.
    pub(crate) fn wait_keys_read(&self) {
        let until = Instant::now() + PATIENCE;
        while rustix::io::ioctl_fionread(&self.line).unwrap() > 0 {
            assert!(Instant::now() < until, "keys are not read; the screen:\n{}", self.screen());
            thread::sleep(Duration::from_millis(5)); // a queue has no event for "empty"
        }
    }

    pub(crate) fn signal(&self, signal: Signal) {
        rustix::process::kill_process(self.pid(), signal).unwrap();
    }

    fn pid(&self) -> Pid {
        let id = self.child.process_id().and_then(|id| i32::try_from(id).ok()).unwrap();
        Pid::from_raw(id).unwrap()
    }

    /// Waits until the program has been stopped, as a shell would see it.
    pub(crate) fn wait_stopped(&self) {
        let until = Instant::now() + PATIENCE;
        loop {
            let status =
                rustix::process::waitpid(Some(self.pid()), WaitOptions::UNTRACED | WaitOptions::NOHANG).unwrap();
            if let Some((_, status)) = status {
                assert!(status.stopped(), "ended instead of stopping: {status:?}\n{}", self.screen());
                return self.caught_up();
            }
            assert!(Instant::now() < until, "was not stopped; the screen:\n{}", self.screen());
            thread::sleep(Duration::from_millis(10)); // waitpid has no timeout of its own
        }
    }

    /// Waits for the program's end, and until all it wrote has been read.
    pub(crate) fn wait_exit(&mut self) -> ExitStatus {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                self.caught_up();
                return status;
            }
            assert!(Instant::now() < until, "did not end; the screen:\n{}", self.screen());
            thread::sleep(Duration::from_millis(10)); // waiting for a child has no timeout of its own
        }
    }

    /// Everything written to the terminal before this has been read: a title set by us comes out last.
    fn caught_up(&self) {
        const LAST: &[u8] = b"\x1b]2;caught up\x07";
        let before = self.raw().len();
        (&self.line).write_all(LAST).unwrap();
        self.wait("the last byte", |seen| {
            let new = seen.raw.get(before..)?;
            new.windows(LAST.len()).any(|at| at == LAST).then_some(())
        });
    }

    /// Fails unless the terminal is what the program found: line discipline, screen, mouse, paste, cursor.
    pub(crate) fn assert_given_back(&self) {
        assert_eq!(modes(&self.line), self.modes_before, "the line discipline is not as before");
        self.look(|screen| {
            assert!(!screen.alternate_screen(), "still on the alternate screen");
            assert!(!screen.hide_cursor(), "the cursor is still hidden");
            assert!(!screen.bracketed_paste(), "bracketed paste is still on");
            assert_eq!(screen.mouse_protocol_mode(), MouseProtocolMode::None, "the mouse is still ours");
        });
        assert_eq!(unbalanced(&self.raw()), Vec::<String>::new(), "modes set and never reset");
    }

    /// Fails unless the terminal is the program's.
    pub(crate) fn assert_taken(&self) {
        assert_ne!(modes(&self.line), self.modes_before, "not in raw mode");
        self.look(|screen| {
            assert!(screen.alternate_screen() && screen.hide_cursor() && screen.bracketed_paste());
        });
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        // Already over in most tests.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const fn size(cols: u16, rows: u16) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

/// The line discipline, in words that can be compared.
fn modes(line: &File) -> String {
    format!("{:?}", rustix::termios::tcgetattr(line).unwrap())
}

/// The private modes that differ from a fresh terminal's, by the order in which they were set: `?1049h`, `?25l`.
fn unbalanced(raw: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(raw);
    let mut state: BTreeMap<String, char> = BTreeMap::new();
    for piece in text.split("\x1b[?").skip(1) {
        let numbers: String = piece.chars().take_while(|c| c.is_ascii_digit() || *c == ';').collect();
        if let Some(kind @ ('h' | 'l')) = piece.chars().nth(numbers.len()) {
            for number in numbers.split(';') {
                state.insert(number.to_owned(), kind);
            }
        }
    }
    let fresh = |number: &str| if number == "25" { 'h' } else { 'l' };
    state.into_iter().filter(|(number, kind)| *kind != fresh(number)).map(|(n, k)| format!("?{n}{k}")).collect()
}
