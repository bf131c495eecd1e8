//! The signals that concern a full-screen program, as one stream.

use std::io;

use rustix::process::Signal as Number;
use tokio::signal::unix::{self, SignalKind};

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signal {
    /// TERM, INT, HUP or QUIT: give the terminal back and end.
    End(i32),
    /// TSTP: give the terminal back and stop.
    Stop,
    /// CONT: take the terminal again, whoever stopped us.
    Continued,
    /// WINCH: ask for the size, once however many came.
    Resized,
}

/// Listens from its making on.
#[derive(Debug)]
pub(super) struct Signals {
    terminate: unix::Signal,
    interrupt: unix::Signal,
    hangup: unix::Signal,
    quit: unix::Signal,
    stop: unix::Signal,
    go_on: unix::Signal,
    resized: unix::Signal,
}

impl Signals {
    /// Needs the async runtime.
    pub(super) fn listen() -> io::Result<Self> {
        let to = |number: Number| unix::signal(SignalKind::from_raw(number.as_raw()));
        Ok(Self {
            terminate: to(Number::TERM)?,
            interrupt: to(Number::INT)?,
            hangup: to(Number::HUP)?,
            quit: to(Number::QUIT)?,
            stop: to(Number::TSTP)?,
            go_on: to(Number::CONT)?,
            resized: to(Number::WINCH)?,
        })
    }

    /// Safe to drop while waiting.
    pub(super) async fn next(&mut self) -> Signal {
        let end = |number: Number| Signal::End(number.as_raw());
        tokio::select! {
            biased;
            _ = self.terminate.recv() => end(Number::TERM),
            _ = self.interrupt.recv() => end(Number::INT),
            _ = self.hangup.recv() => end(Number::HUP),
            _ = self.quit.recv() => end(Number::QUIT),
            // A stop and a continue that came together: stopped and continued already, in that order.
            _ = self.go_on.recv() => Signal::Continued,
            _ = self.stop.recv() => Signal::Stop,
            _ = self.resized.recv() => Signal::Resized,
        }
    }
}
