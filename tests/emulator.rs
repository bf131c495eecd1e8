//! The embedded endpoint over real HTTP on loopback: determinism, paging, filters, limits, faults, writes, live events.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests say what they expect")]

#[path = "emulator/client.rs"]
mod client;
#[path = "emulator/data.rs"]
mod data;
#[path = "emulator/faults.rs"]
mod faults;
#[path = "emulator/filters.rs"]
mod filters;
#[path = "emulator/guardduty.rs"]
mod guardduty;
#[path = "emulator/limits.rs"]
mod limits;
#[path = "emulator/paging.rs"]
mod paging;
#[path = "emulator/services.rs"]
mod services;
#[path = "emulator/sts.rs"]
mod sts;
#[path = "emulator/writes.rs"]
mod writes;
