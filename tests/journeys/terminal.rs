//! The terminal is given back as it was: after quit, signals, a panic, a suspension, and when it cannot be taken.
//!
//! These journeys are about the loop and the guard, whatever is drawn: a test of this same file runs as the program in
//! the pty, on the real runtime, with a feed of its own. So that nothing in the product knows how to panic on request,
//! the panic comes from that feed: the refresh key calls it on the thread that draws.

use std::any::Any;
use std::process::Command;
use std::sync::Arc;

use rustix::process::Signal;
use tokio::sync::watch;
use yagura::app::State;
use yagura::runtime::{Live, Marks, Opened, Past, RuntimeError, Session};
use yagura::store::Snapshot;
use yagura::term::{ColourDepth, Hyperlinks, Mouse};
use yagura::ui::Look;

use crate::pty::{Pty, Terminal};

const PANIC: &str = "the feed fell over";

/// Not a test of its own: the program that the tests below run. Its exit code is the session's.
#[test]
#[ignore = "the program of the journeys, started by them in a terminal"]
fn program() {
    let (publish, snapshots) = watch::channel(Arc::new(Snapshot::default()));
    let keep: Box<dyn Any + Send> = Box::new(publish);
    let session = Session {
        state: State::default(),
        look: Look::default(),
        colours: ColourDepth::Rgb,
        mouse: Mouse::Buttons,
        marks: Marks::new(None),
        hyperlinks: Hyperlinks::Off,
        exports: std::path::PathBuf::new(),
        columns: None,
        start: Box::new(move || {
            let refresh = Box::new(|| panic!("{PANIC}"));
            let live = Live { snapshots, refresh, past: Past::default(), keep };
            let opened = Opened { first: Arc::default(), refused: None, sources: Box::pin(async { live }) };
            Box::pin(async { Ok(opened) })
        }),
    };
    match yagura::runtime::run(session) {
        Ok(ended) => std::process::exit(ended.exit_code().into()),
        Err(RuntimeError::Guard(error)) => {
            println!("{error}");
            std::process::exit(3)
        }
        Err(error) => panic!("{error}"),
    }
}

const SELF: [&str; 5] = ["--exact", "terminal::program", "--ignored", "--nocapture", "--test-threads=1"];

/// The program, once it has drawn.
fn started() -> Pty {
    let program = std::env::current_exe().unwrap();
    let pty = Terminal::of(program.to_str().unwrap(), &SELF).size(80, 24).env("RUST_BACKTRACE", "0").start();
    drawn(&pty);
    pty.assert_taken();
    pty
}

fn drawn(pty: &Pty) {
    pty.wait_mode("the first frame", |screen| screen.alternate_screen() && screen.hide_cursor());
    pty.wait_for("all keys");
}

#[test]
fn after_quitting_the_terminal_is_as_before() {
    for quit in ["Q", "\x03"] {
        let mut pty = started();
        pty.send(quit);
        assert_eq!(pty.wait_exit().exit_code(), 0);
        pty.assert_given_back();
    }
}

#[test]
fn after_a_signal_the_terminal_is_as_before() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130), (Signal::HUP, 129)] {
        let mut pty = started();
        pty.signal(signal);
        assert_eq!(pty.wait_exit().exit_code(), code, "{signal:?}");
        pty.assert_given_back();
    }
}

#[test]
fn after_a_panic_the_terminal_is_as_before_and_the_panic_can_be_read() {
    let mut pty = started();
    pty.send("r");
    let status = pty.wait_exit();
    assert!(!status.success());
    pty.assert_given_back();
    assert!(pty.screen().contains(PANIC), "{}", pty.screen());
}

#[test]
fn suspended_it_gives_the_terminal_back_and_continued_it_takes_it_again() {
    let mut pty = started();
    pty.send("\x1a");
    pty.wait_stopped();
    pty.assert_given_back();
    pty.signal(Signal::CONT);
    drawn(&pty);
    pty.assert_taken();

    pty.signal(Signal::TSTP);
    pty.wait_stopped();
    pty.assert_given_back();
    pty.resize(100, 30);
    pty.signal(Signal::CONT);
    drawn(&pty);
    pty.send("Q");
    assert_eq!(pty.wait_exit().exit_code(), 0);
    pty.assert_given_back();
}

#[test]
fn without_a_terminal_it_says_so() {
    let output = Command::new(std::env::current_exe().unwrap()).args(SELF).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("not a terminal"), "{said}");
}
