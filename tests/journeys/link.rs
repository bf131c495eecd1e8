//! A link that stalls: the terminal takes nothing for a while, as over SSH on a train.

use crate::dashboard::{demo, quit};

/// One frame drawn anew, at 120x40, is more than this many bytes.
const FRAME: usize = 2_000;

#[test]
fn while_the_terminal_takes_nothing_keys_are_read_and_frames_are_not_piled_up() {
    let mut pty = demo();
    pty.stall();
    let before = pty.raw().len();
    // Each asks for the whole screen again: far more than the line holds.
    for _ in 0..300 {
        pty.send("\x0c");
        pty.wait_keys_read();
    }
    pty.send("2");
    pty.wait_keys_read();
    pty.flow();
    let screen = pty.wait_until("the last screen", |screen| screen.contains("sorted by severity"));
    assert!(!screen.contains("OPEN FINDINGS"), "{screen}");
    let written = pty.raw().len() - before;
    assert!(written < 100 * FRAME, "{written} bytes: frames that nobody could see were written all the same");
    quit(pty);
}

#[test]
fn quitting_while_the_terminal_takes_nothing_gives_it_back_once_it_does() {
    let mut pty = demo();
    pty.stall();
    for _ in 0..40 {
        pty.send("\x0c");
        pty.wait_keys_read();
    }
    pty.send("Q");
    pty.wait_keys_read();
    pty.flow();
    assert!(pty.wait_exit().success());
    pty.assert_given_back();
}
