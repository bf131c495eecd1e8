//! The embedded AWS endpoint: an HTTP server on 127.0.0.1 that speaks Security Hub, `GuardDuty` and STS.
//!
//! In: [`Options`] (seed, size, limits, faults, files, clock). Out: [`Running`], which serves until it is dropped.
//! It exists so that the demo, the tests and production run the same code: the real AWS SDK over HTTP, with only the
//! endpoint different. What it answers follows botocore's service models and the user guides; where AWS documents
//! nothing, the module says so.
//!
//! | where | what |
//! |---|---|
//! | [`options`], [`clock`], [`faults`], `limits` | how it behaves |
//! | `server`, `request`, `operation`, `reply`, `cursor` | HTTP, signing scope, routing, errors, paging |
//! | `securityhub`, `guardduty`, `sts` | the operations, one file a group |
//! | `role` | who somebody is after `AssumeRole` |
//! | `world`, `edit`, `given`, `files`, `live` | the findings and what happens to them |
//! | `data` | the made organisation: plan and renderers |

pub mod clock;
mod cursor;
mod data;
mod edit;
pub mod faults;
mod files;
mod given;
mod guardduty;
mod limits;
mod live;
pub mod operation;
pub mod options;
mod reply;
mod request;
mod role;
mod securityhub;
mod server;
mod shared;
mod sts;
mod world;

use std::net::SocketAddr;
use std::path::PathBuf;

pub use clock::Clock;
pub use faults::{Fault, FaultError, Faults};
pub use files::Rejected;
pub use options::{ControlFindings, Limits, Live, Options};
pub use server::Running;

use data::org::MAX_ACCOUNTS;

/// The Regions that the made organisation is in, the home Region first.
pub const REGIONS: [&str; 6] = data::org::REGIONS;
/// The account whose credentials see everything: any access key that names no other account is its.
pub const ADMINISTRATOR: &str = data::org::ADMINISTRATOR;

/// Why the endpoint did not start.
#[derive(Debug, thiserror::Error)]
pub enum EmulatorError {
    #[error("cannot listen on 127.0.0.1:{port}: {source}")]
    Listen { port: u16, source: std::io::Error },
    #[error("cannot read {}: {source}", path.display())]
    Data { path: PathBuf, source: std::io::Error },
    #[error("accounts: {0} is not from 1 to {MAX_ACCOUNTS}")]
    Accounts(u16),
    #[error("cannot start the server's thread: {0}")]
    Thread(std::io::Error),
}

/// Starts the endpoint. It listens when this returns; it serves until the answer is dropped.
///
/// # Errors
/// The port is taken, a data path cannot be read, or an option is out of range.
#[allow(clippy::needless_pass_by_value, reason = "the options belong to the endpoint from here on")]
pub fn start(options: Options) -> Result<Running, EmulatorError> {
    let listener = std::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], options.port)))
        .map_err(|source| EmulatorError::Listen { port: options.port, source })?;
    let (shared, rejected) = shared::Shared::new(&options)?;
    server::run(listener, shared, rejected)
}
