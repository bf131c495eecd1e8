//! The application without a screen: what is shown, what a key does, what must happen next.
//!
//! In: [`Msg`] (actions, text, snapshots' news, results of effects) and the current [`Snapshot`](crate::store::Snapshot).
//! Out: a changed [`State`] and [`Effect`]s for the runtime to carry out. [`update`](fn@update) is synchronous and
//! pure: it awaits nothing, reads no clock and writes nothing, so that a journey can be replayed in a test.
//!
//! Each view is a vertical slice: its state and its keys here (`app/<view>.rs`), its picture in `ui/views/<view>.rs`.
//! A slice has three functions that [`update`](fn@update) calls: `act` (an action; `None` leaves it to the global
//! meaning), `click` (the mouse on something it drew) and `refreshed` (it came up, or a newer snapshot is there).
//! To go elsewhere a slice calls [`navigation`]: `open_findings(query text)`, `open_finding(row)`, `drill(view)`.
//! [`motion::Cursor`] moves a cursor over lines for all of them.

pub mod action;
pub mod ahead;
pub mod choose;
pub mod columns;
pub mod compare;
mod completion;
pub mod controls;
pub mod copy;
pub mod detail;
pub mod effect;
pub mod export;
pub mod filter;
pub mod findings;
pub mod keymap;
pub mod kin;
pub mod line;
pub mod link;
pub mod message;
pub mod motion;
pub mod msg;
pub mod navigation;
pub mod notice;
pub mod overlay;
pub mod overview;
pub mod raw;
pub mod saved;
pub mod since;
pub mod sources;
pub mod state;
pub mod update;
pub mod versions;

pub use action::{Action, Context};
pub use detail::Detail;
pub use effect::Effect;
pub use msg::{Msg, Target};
pub use navigation::View;
pub use state::{Moment, State};
pub use update::update;
