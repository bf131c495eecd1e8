//! The nouns of AWS security, with no I/O: what the decoders make, the store keeps and the views show.
//!
//! In: nothing but `std`, `serde`, `jiff`, and `bytes` (so that the records of one page share its buffer). Out: plain types, named as AWS names them.
//! Text in these types came from outside and is **not** safe to draw: only `ui::safe` makes drawable text.

pub mod change;
pub mod cis;
pub mod column;
pub mod columns;
pub mod control;
pub mod detail;
pub mod digits;
pub mod extent;
pub mod finding;
pub mod finding_type;
pub mod group;
pub mod history;
pub mod nearest;
pub mod observable;
pub mod scope;
pub mod severity;
pub mod span;
pub mod standard;
pub mod status;
pub mod theme;
pub mod time;
pub mod update;
pub mod version;

pub use change::{Change, Changes};
pub use column::{Column, Direction, Sort};
pub use columns::{ColumnChoice, Columns};
pub use control::{ControlId, ControlStatus};
pub use detail::Detail;
pub use extent::Extent;
pub use finding::{Compliance, Finding, Format, RecordState, Resource, Workflow};
pub use group::{BySeverity, GroupBy, GroupKey, GroupOrder, GroupSort};
pub use history::{History, HistoryError, HistoryRecord};
pub use observable::{Observable, ObservableKind};
pub use scope::{Provenance, Scope, Service};
pub use severity::Severity;
pub use standard::{Standard, StandardId};
pub use status::{Cached, SourceState, SourceStatus};
pub use theme::Theme;
pub use update::{Batch, RawRecord, Update};
pub use version::{JournalStatus, Keeping, Noticed, RecordKey, Version};
