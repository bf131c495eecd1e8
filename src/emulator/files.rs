//! `--data`: real files served instead of made findings, each record's JSON unchanged.
//!
//! JSON (one record, an array, `Findings`/`findings`, an `EventBridge` event with its `detail`) or NDJSON of these;
//! plain, gzip or zstd, told by content. What is neither ASFF nor `GuardDuty` is named and left out.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;
use serde_json::value::RawValue;

use super::EmulatorError;
use super::clock::Millis;
use super::data::org::{ADMINISTRATOR, HOME, Org, Stage, account};
use super::data::row::Row;
use super::given::{Given, shape};
use super::world::World;

/// A record that could not be served, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    pub file: PathBuf,
    pub line: usize,
    pub reason: String,
}

struct Loading {
    org: Org,
    rows: Vec<Row>,
    given: Given,
    rejected: Vec<Rejected>,
}

/// Reads every file under these paths.
pub(crate) fn load(paths: &[PathBuf], seed: u64, anchor: Millis) -> Result<(World, Vec<Rejected>), EmulatorError> {
    let first = account(ADMINISTRATOR, "security-tooling", Stage::Core);
    let org = Org::of(seed, vec![first], vec![Arc::from(HOME)]);
    let mut loading = Loading { org, rows: Vec::new(), given: Given::default(), rejected: Vec::new() };
    for path in paths {
        visit(path, &mut loading).map_err(|source| EmulatorError::Data { path: path.clone(), source })?;
    }
    let Loading { org, rows, given, rejected } = loading;
    Ok((World::given(org, rows, given, anchor), rejected))
}

fn visit(path: &Path, loading: &mut Loading) -> std::io::Result<()> {
    if path.is_dir() {
        let mut entries: Vec<PathBuf> = fs::read_dir(path)?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
        entries.sort();
        return entries.iter().try_for_each(|entry| visit(entry, loading));
    }
    let bytes = unpacked(fs::read(path)?)?;
    let text = String::from_utf8_lossy(&bytes);
    if let Ok(whole) = serde_json::from_str::<&RawValue>(&text) {
        loading.document(path, 1, whole.get());
        return Ok(());
    }
    for (line, number) in text.lines().zip(1..) {
        if !line.trim().is_empty() {
            loading.document(path, number, line.trim());
        }
    }
    Ok(())
}

fn unpacked(bytes: Vec<u8>) -> std::io::Result<Vec<u8>> {
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut out = Vec::new();
        flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut out)?;
        return Ok(out);
    }
    if bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        return zstd::decode_all(bytes.as_slice());
    }
    Ok(bytes)
}

impl Loading {
    fn reject(&mut self, file: &Path, line: usize, reason: String) {
        self.rejected.push(Rejected { file: file.to_owned(), line, reason });
    }

    /// One JSON document: a record, or something that holds records.
    fn document(&mut self, file: &Path, line: usize, json: &str) {
        if json.starts_with('[') {
            match serde_json::from_str::<Vec<&RawValue>>(json) {
                Ok(items) => items.iter().for_each(|item| self.document(file, line, item.get())),
                Err(error) => self.reject(file, line, error.to_string()),
            }
            return;
        }
        let record: Value = match serde_json::from_str(json) {
            Ok(record) => record,
            Err(error) => return self.reject(file, line, error.to_string()),
        };
        if let Some(shape) = shape(&record) {
            self.given.add(&mut self.org, &mut self.rows, shape, &record, json);
            return;
        }
        let inner = ["Findings", "findings", "detail", "Detail"].iter().find_map(|name| member(json, name));
        match inner {
            Some(inner) => self.document(file, line, inner.get()),
            None => self.reject(file, line, "neither ASFF nor GuardDuty".to_owned()),
        }
    }
}

/// A member of an object, byte for byte.
fn member<'j>(json: &'j str, name: &str) -> Option<&'j RawValue> {
    let members: std::collections::HashMap<std::borrow::Cow<'_, str>, &'j RawValue> =
        serde_json::from_str(json).ok()?;
    members.get(name).copied()
}
