//! yagura: a keyboard-driven watchtower over AWS security findings.
//!
//! The map of the house, and which way the arrows run (`tests/architecture.rs` holds them):
//!
//! | room | what it is | may use |
//! |---|---|---|
//! | [`model`] | the nouns: finding, severity, scope, standard, status | nothing |
//! | [`decode`] | bytes to the model, one file a format | model |
//! | [`store`] | a million findings in memory, immutable snapshots | model, decode |
//! | [`journal`] | what records were before: versions, kept in the state directory | model, store |
//! | [`query`] | the query language over snapshots | model, store |
//! | [`export`] | findings on their way out: files, the clipboard, a link to the console | model, store |
//! | [`source`] | Security Hub, GuardDuty, files: records and their honest state | model, decode |
//! | [`emulator`] | the embedded AWS endpoint | model |
//! | [`config`] | the configuration file | model |
//! | [`app`] | state, update, effects, actions | model, decode, store, query, config, export |
//! | [`ui`] | views, widgets, themes, the gate for text | app and below |
//! | [`term`] | the terminal itself | nothing |
//! | [`runtime`], [`cli`] | wire it all | everything |

pub mod app;
pub mod cli;
pub mod config;
pub mod decode;
pub mod emulator;
pub mod export;
pub mod journal;
pub mod model;
pub mod query;
pub mod runtime;
pub mod source;
pub mod store;
pub mod term;
pub mod ui;
