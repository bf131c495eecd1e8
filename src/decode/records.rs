//! The findings in a file, whatever wraps them, told by content.
//!
//! In: a file's bytes: one finding, a list, an answer of `GetFindings`, an `EventBridge` event, a queue's message with
//! JSON in a string, one of these a line, several after each other, mixed. Out: every record (a slice of the file
//! where it can be), and for what could not be read the line and the reason.
//!
//! The general rule: an object that looks like a finding is one; in anything else, objects, lists and JSON in strings
//! are searched to a bounded depth. Where JSON breaks, whole findings after the break are still taken.

use std::borrow::Cow;

use bytes::Bytes;
use serde_json::value::RawValue;

use super::error::BadRecord;
use super::kind::Entries;
use super::mend;
use crate::model::{Format, RawRecord};

/// Wrappers within wrappers: a Lambda event holds a queue record, whose body holds a notification, whose message holds
/// an event, whose detail holds a list of findings; each is up to two levels.
const MAX_DEPTH: usize = 10;

/// Broken input is searched for whole findings for at most this many times its length.
const SALVAGE_FACTOR: usize = 16;

/// Finds every record in a file's bytes. An empty file gives nothing; a file of JSON with no finding in it gives one
/// [`BadRecord`] that says what it seems to be.
#[must_use]
pub fn records(bytes: &Bytes) -> Vec<Result<RawRecord, BadRecord>> {
    let bytes = unicode(bytes);
    let mut finder = Finder { text: bytes.clone(), lines: Lines::default(), out: Vec::new() };
    finder.file();
    finder.out
}

/// UTF-8 without a byte order mark; UTF-16, as some shells write it, is turned into it.
fn unicode(bytes: &Bytes) -> Bytes {
    let utf16 = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = rest.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        let text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        Bytes::from(text)
    };
    match &bytes[..] {
        [0xEF, 0xBB, 0xBF, ..] => bytes.slice(3..),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => bytes.clone(),
    }
}

struct Finder {
    text: Bytes,
    lines: Lines,
    out: Vec<Result<RawRecord, BadRecord>>,
}

impl Finder {
    /// Value after value, until the end.
    fn file(&mut self) {
        let text = self.text.clone();
        if std::str::from_utf8(&text).is_err() {
            // Only here is the raw record not byte for byte what was in the file: those bytes were no text.
            if let Some(mended) = mend::mended(&text) {
                self.text = Bytes::from(mended);
                return self.file();
            }
        }
        let mut at = 0;
        let mut salvage = Salvage { budget: text.len().saturating_mul(SALVAGE_FACTOR), ..Salvage::default() };
        while let Some(start) = self.next_value(at, &mut salvage) {
            let mut stream = serde_json::Deserializer::from_slice(&text[start..]).into_iter::<&RawValue>();
            match stream.next() {
                Some(Ok(value)) => {
                    at = start + stream.byte_offset().max(1);
                    let found = self.search(&text, value, Some(start), 0);
                    if found == 0 && !salvage.active {
                        self.bad(start, seems(value));
                    }
                }
                Some(Err(error)) => at = self.broken(start, &error, &mut salvage),
                None => break,
            }
        }
    }

    /// Where the next value starts. After a break only an object can be one; at the start of a line all is well again.
    fn next_value(&self, mut at: usize, salvage: &mut Salvage) -> Option<usize> {
        if salvage.active && salvage.budget > 0 {
            at += memchr::memchr(b'{', self.text.get(at..)?)?;
        } else if salvage.active {
            // Too much was tried already: only a new line is a new start.
            let rest = self.text.get(at..)?;
            at += memchr::memmem::find(rest, b"\n{")? + 1;
        } else {
            // Commas between values are forgiven: somebody joined them so.
            at += self.text.get(at..)?.iter().position(|b| !b.is_ascii_whitespace() && *b != b',')?;
        }
        if at == 0 || self.text.get(at - 1) == Some(&b'\n') {
            salvage.active = false;
        }
        Some(at)
    }

    /// Reports a break once, and goes on after the byte where the broken value started.
    fn broken(&mut self, start: usize, error: &serde_json::Error, salvage: &mut Salvage) -> usize {
        let line = self.lines.at(&self.text, start) + (error.line() as u64).saturating_sub(1);
        // Counted from the start of the value, or from the newline before: either way the offset in the file.
        let newlines = memchr::memchr_iter(b'\n', self.text.get(start..).unwrap_or_default());
        let last = error.line().checked_sub(2).and_then(|before| newlines.take(before + 1).last());
        let place = start + last.map_or(0, |newline| newline + 1) + error.column();
        if salvage.reported != Some(place) {
            salvage.reported = Some(place);
            self.out.push(Err(BadRecord { line, reason: broken_reason(error) }));
        }
        salvage.active = true;
        let tried = self.text.len() - start;
        salvage.budget = salvage.budget.saturating_sub(if error.is_eof() { tried } else { error.column().min(tried) });
        start + 1
    }

    /// Takes every finding in a value; how many there were, the damaged ones counted. `at` is where the value is in the
    /// file, for lines; a value from inside a string has none of its own and uses the string's.
    fn search(&mut self, source: &Bytes, value: &RawValue, at: Option<usize>, depth: usize) -> usize {
        let json = value.get();
        match json.as_bytes().first() {
            Some(b'{') => {
                let Ok(entries) = serde_json::from_str::<Entries<'_>>(json) else { return 0 };
                match entries.format() {
                    Some(format) => {
                        let record = if entries.has_id(format) {
                            Ok(RawRecord { format, json: source.slice_ref(json.as_bytes()) })
                        } else {
                            let line = self.lines.at(&self.text, at.unwrap_or(0));
                            Err(BadRecord { line, reason: no_id(format).to_owned() })
                        };
                        self.out.push(record);
                        1
                    }
                    None if depth < MAX_DEPTH => {
                        entries.0.iter().map(|(_, inner)| self.inside(source, inner, at, depth)).sum()
                    }
                    None => 0,
                }
            }
            Some(b'[') if depth < MAX_DEPTH => self.search_list(source, json, at, depth),
            Some(b'"') if depth < MAX_DEPTH && matches!(json.as_bytes().get(1), Some(b'{' | b'[')) => {
                let Ok(text) = serde_json::from_str::<Cow<'_, str>>(json) else { return 0 };
                let inner = Bytes::from(text.into_owned());
                match serde_json::from_slice::<&RawValue>(&inner) {
                    Ok(value) => self.search(&inner, value, at, depth + 1),
                    Err(_) => 0,
                }
            }
            _ => 0,
        }
    }

    /// Elements that hold no finding are reported where others do.
    fn search_list(&mut self, source: &Bytes, json: &str, at: Option<usize>, depth: usize) -> usize {
        let Ok(list) = serde_json::from_str::<Vec<&RawValue>>(json) else { return 0 };
        let mut found = 0;
        let mut others = Vec::new();
        for element in list {
            match self.inside(source, element, at, depth) {
                0 => others.push(element),
                some => found += some,
            }
        }
        if found > 0 {
            for other in others {
                let place = self.place(other).or(at).unwrap_or(0);
                self.bad(place, seems(other));
            }
        }
        found
    }

    fn inside(&mut self, source: &Bytes, value: &RawValue, at: Option<usize>, depth: usize) -> usize {
        let at = self.place(value).or(at);
        self.search(source, value, at, depth + 1)
    }

    /// Where a value is in the file, if it is a slice of it.
    fn place(&self, value: &RawValue) -> Option<usize> {
        let (start, file) = (value.get().as_ptr() as usize, self.text.as_ptr_range());
        (file.start as usize..file.end as usize).contains(&start).then(|| start - file.start as usize)
    }

    fn bad(&mut self, at: usize, reason: String) {
        let line = self.lines.at(&self.text, at);
        self.out.push(Err(BadRecord { line, reason }));
    }
}

/// What is known after a break in the JSON.
#[derive(Default)]
struct Salvage {
    /// Inside a broken value: only whole findings are taken, and what is none is not complained of.
    active: bool,
    /// The last break: an inner object that breaks at the same place is no news.
    reported: Option<usize>,
    /// Bytes that may still be tried.
    budget: usize,
}

/// Line numbers of offsets that mostly ascend.
#[derive(Default)]
struct Lines {
    offset: usize,
    before: u64,
}

impl Lines {
    /// The line of an offset, from 1.
    fn at(&mut self, text: &[u8], offset: usize) -> u64 {
        if offset < self.offset {
            *self = Self::default();
        }
        let between = text.get(self.offset..offset).unwrap_or_default();
        self.before += memchr::memchr_iter(b'\n', between).count() as u64;
        self.offset = offset;
        self.before + 1
    }
}

fn broken_reason(error: &serde_json::Error) -> String {
    if error.is_eof() {
        return "broken JSON: it ends in the middle of a value".to_owned();
    }
    // serde_json appends its own line and column, counted from the start of the value: the line is said apart.
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or(&text);
    format!("broken JSON: {what}, column {}", error.column())
}

const fn no_id(format: Format) -> &'static str {
    match format {
        Format::Asff => "an ASFF finding without a usable Id",
        Format::GuardDuty => "a GuardDuty finding without a usable Arn or Id",
    }
}

/// What a value without a finding seems to be.
fn seems(value: &RawValue) -> String {
    let json = value.get();
    let what = match json.as_bytes().first() {
        Some(b'{') => match serde_json::from_str::<Entries<'_>>(json) {
            Ok(entries) => entries.seems(),
            Err(_) => "an object".to_owned(),
        },
        Some(b'[') => match serde_json::from_str::<Vec<&RawValue>>(json).ok().and_then(|list| list.first().copied()) {
            Some(first) => {
                return seems(first).replacen("it seems to be ", "it seems to be a list of which the first is ", 1);
            }
            None => "an empty list".to_owned(),
        },
        Some(b'"') => "a string".to_owned(),
        Some(b'n') => "null".to_owned(),
        Some(b't' | b'f') => "a boolean".to_owned(),
        _ => "a number".to_owned(),
    };
    format!("no finding: it seems to be {what}")
}
