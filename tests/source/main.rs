//! The sources against a scripted AWS on loopback: the contract that every row of the SOURCES table keeps, and what is
//! particular to each service.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::pedantic,
    clippy::print_stdout,
    clippy::string_slice,
    unreachable_pub,
    reason = "tests"
)]

mod contract;
mod earlier;
mod emulated;
mod environment;
mod files;
mod follow;
mod guardduty;
mod scoped;
mod securityhub;
mod server;
mod standards;
