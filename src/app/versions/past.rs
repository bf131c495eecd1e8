//! The past of one record, put together: its versions in order, and what each changed. Built off the loop.

use bytes::Bytes;
use jiff::Timestamp;

use crate::decode;
use crate::model::{Changes, Noticed, RecordKey, Scope, Version};

/// All that is known of what a record was.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    pub key: RecordKey,
    /// Where the store saw it last.
    pub scope: Scope,
    /// How many records the finding has; this is one of them.
    pub records: usize,
    /// Oldest first; never empty: the last known is among them.
    pub entries: Vec<Entry>,
    /// Why versions cannot be read, where they cannot.
    pub unread: Option<String>,
}

/// One version in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub version: Version,
    pub standing: Standing,
    /// What it changed in the one before it; an error where one of them cannot be read. `None` for the first.
    pub changes: Option<Result<Changes, String>>,
}

/// How a version stands to what the store holds now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Past,
    /// The store holds it, and the journal has it.
    Now,
    /// The store holds it; nothing took its place yet, so it has not been written.
    NowOnly,
}

/// A record as the store holds it.
#[derive(Debug, Clone)]
pub struct Current {
    pub key: RecordKey,
    pub scope: Scope,
    pub updated_at: Option<Timestamp>,
    pub json: Bytes,
    /// How many records the finding has.
    pub records: usize,
}

impl Past {
    /// The versions that were kept, with what is held now in its place among them.
    #[must_use]
    pub fn of(current: Current, kept: Result<Vec<Version>, String>, now: Timestamp) -> Self {
        let (mut kept, unread) = match kept {
            Ok(kept) => (kept, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        let held = kept.iter().rposition(|version| version.json == current.json);
        if held.is_none() {
            kept.push(Version {
                noticed: Noticed::Overwritten,
                at: now,
                updated_at: current.updated_at,
                scope: current.scope.clone(),
                json: current.json,
            });
        }
        let format = current.key.format;
        let mut entries: Vec<Entry> = Vec::with_capacity(kept.len());
        for (at, version) in kept.into_iter().enumerate() {
            let changes = entries.last().map(|before| {
                decode::changes(format, &before.version.json, &version.json).map_err(|error| error.to_string())
            });
            let standing = match held {
                Some(held) if held == at => Standing::Now,
                _ => Standing::Past,
            };
            entries.push(Entry { version, standing, changes });
        }
        if held.is_none()
            && let Some(last) = entries.last_mut()
        {
            last.standing = Standing::NowOnly;
        }
        Self { key: current.key, scope: current.scope, records: current.records, entries, unread }
    }

    /// What differs between two of them. Parses both.
    ///
    /// # Errors
    /// When there is no such version, or one cannot be read.
    pub fn compare(&self, older: usize, newer: usize) -> Result<Changes, String> {
        let json = |at: usize| self.entries.get(at).map(|entry| &entry.version.json).ok_or("there is no such version");
        decode::changes(self.key.format, json(older)?, json(newer)?).map_err(|error| error.to_string())
    }
}
