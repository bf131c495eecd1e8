//! Journeys: the program in a real terminal, driven by keys, seen as a user sees it.

#![allow(clippy::unwrap_used, clippy::print_stdout, unreachable_pub, reason = "tests")]

#[path = "../support/pty.rs"]
mod pty;

mod asking;
mod cache;
mod dashboard;
mod groups;
mod headless;
mod link;
mod living;
mod since;
mod ssh;
mod take;
mod terminal;
mod versions;
