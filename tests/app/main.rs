//! Journeys of the application without a terminal: keys go in, the state and the effects are looked at.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a journey that cannot go on has failed")]

#[path = "../frames/data.rs"]
mod data;
#[path = "../frames/picture.rs"]
#[allow(dead_code, reason = "shared with the tests of frames")]
mod picture;
#[path = "../frames/stores.rs"]
#[allow(dead_code, reason = "shared with the tests of frames")]
mod stores;

mod columns;
mod detail;
mod frames;
mod groups;
mod keys;
mod kin;
mod list;
mod notices;
mod overview;
mod saved;
mod stage;
mod take;
mod versions;
