//! One file, read to its end on a thread that may block.
//!
//! In: a path. Out: [`Stretch`]es of records. Compression is told by magic bytes. A file of lines is cut at line ends
//! into stretches of about [`STRETCH`] bytes, so a file of gigabytes needs no gigabytes; anything else (one document
//! over many lines) is read whole, since only its end says what it is.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use bytes::Bytes;
use serde::de::IgnoredAny;
use tokio::sync::mpsc;

use crate::decode::{self, BadRecord};
use crate::model::RawRecord;

/// About how much of a file of lines is taken at once.
const STRETCH: usize = 1 << 20;
/// How many lines are looked at to tell a file of lines.
const LOOKED_AT: usize = 3;

/// What a part of a file held.
#[derive(Debug, Default)]
pub(super) struct Stretch {
    pub(super) records: Vec<RawRecord>,
    /// Lines counted from the start of the file.
    pub(super) rejected: Vec<BadRecord>,
}

/// Reads the file and sends what it holds; ends early, in peace, when nobody receives.
pub(super) fn read(path: &Path, out: &mpsc::Sender<Stretch>) -> io::Result<()> {
    let mut source = open(path)?;
    let mut held: Vec<u8> = Vec::new();
    let mut lines_before = 0;
    loop {
        let ended = fill(&mut source, &mut held, STRETCH)?;
        if ended && held.is_empty() {
            return Ok(());
        }
        let cut = if ended { held.len() } else { line_cut(&held) };
        if cut == 0 {
            // One document, or one line longer than a stretch: more of it is needed.
            if is_lines(&held) {
                let want = held.len() + STRETCH;
                fill(&mut source, &mut held, want)?;
            } else {
                source.read_to_end(&mut held)?;
            }
            continue;
        }
        let rest = held.split_off(cut);
        let text = Bytes::from(std::mem::replace(&mut held, rest));
        let lines = memchr::memchr_iter(b'\n', &text).count() as u64;
        let mut stretch = Stretch::default();
        for found in decode::records(&text) {
            match found {
                Ok(record) => stretch.records.push(record),
                Err(bad) => stretch.rejected.push(BadRecord { line: bad.line + lines_before, reason: bad.reason }),
            }
        }
        lines_before += lines;
        if out.blocking_send(stretch).is_err() || ended {
            return Ok(());
        }
    }
}

fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    let mut file = BufReader::with_capacity(1 << 16, File::open(path)?);
    let mut magic = Vec::with_capacity(4);
    file.by_ref().take(4).read_to_end(&mut magic)?;
    let start = io::Cursor::new(magic.clone()).chain(file);
    Ok(match magic[..] {
        [0x1f, 0x8b, ..] => Box::new(flate2::read::MultiGzDecoder::new(start)),
        [0x28, 0xb5, 0x2f, 0xfd] => Box::new(zstd::Decoder::new(start)?),
        _ => Box::new(start),
    })
}

/// Reads until `held` has at least `want` bytes; `true` at the end of the file.
fn fill(source: &mut dyn Read, held: &mut Vec<u8>, want: usize) -> io::Result<bool> {
    let missing = want.saturating_sub(held.len()).max(1) as u64;
    let read = source.take(missing).read_to_end(held)? as u64;
    Ok(read < missing)
}

/// Where the last whole line of a file of lines ends; 0 if this is none, or it has no line end yet.
fn line_cut(held: &[u8]) -> usize {
    if !is_lines(held) {
        return 0;
    }
    memchr::memrchr(b'\n', held).map_or(0, |at| at + 1)
}

/// Is one of the first lines a JSON object or list of its own. A broken line among good ones does not change that.
fn is_lines(held: &[u8]) -> bool {
    let mut lines = held.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).take(LOOKED_AT);
    lines.any(|line| {
        let line = line.trim_ascii();
        matches!(line.first(), Some(b'{' | b'[')) && serde_json::from_slice::<IgnoredAny>(line).is_ok()
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::io::Write;

    use super::*;

    fn finding(i: usize) -> String {
        format!(r#"{{"SchemaVersion":"2018-10-08","Id":"f{i}","ProductArn":"p","Title":"{}"}}"#, "x".repeat(400))
    }

    fn read_back(bytes: &[u8]) -> (Vec<Stretch>, io::Result<()>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("any.name");
        std::fs::write(&path, bytes).unwrap();
        let (send, mut receive) = mpsc::channel(1000);
        let result = read(&path, &send);
        drop(send);
        let mut stretches = Vec::new();
        while let Ok(stretch) = receive.try_recv() {
            stretches.push(stretch);
        }
        (stretches, result)
    }

    fn count(stretches: &[Stretch]) -> usize {
        stretches.iter().map(|s| s.records.len()).sum()
    }

    #[test]
    fn lines_come_in_stretches_and_bad_ones_keep_their_number() {
        let mut text = String::new();
        for i in 0..10_000 {
            text.push_str(&if i == 9_000 { "{\"Id\": oops".to_owned() } else { finding(i) });
            text.push('\n');
        }
        let (stretches, result) = read_back(text.as_bytes());
        result.unwrap();
        assert!(stretches.len() > 3, "{} stretches", stretches.len());
        assert_eq!(count(&stretches), 9_999);
        let bad: Vec<_> = stretches.iter().flat_map(|s| &s.rejected).collect();
        assert_eq!(bad.len(), 1);
        assert_eq!(bad[0].line, 9_001);
    }

    #[test]
    fn one_large_document_is_read_whole() {
        let all: Vec<String> = (0..6_000).map(finding).collect();
        let text = format!("{{\n\"Findings\": [\n{}\n]\n}}", all.join(",\n"));
        let (stretches, result) = read_back(text.as_bytes());
        result.unwrap();
        assert_eq!(count(&stretches), 6_000);
    }

    #[test]
    fn compression_is_told_by_content() {
        let text = format!("{}\n{}\n", finding(1), finding(2));
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(text.as_bytes()).unwrap();
        assert_eq!(count(&read_back(&gz.finish().unwrap()).0), 2);
        assert_eq!(count(&read_back(&zstd::encode_all(text.as_bytes(), 3).unwrap()).0), 2);
        assert_eq!(count(&read_back(text.as_bytes()).0), 2);
        assert_eq!(count(&read_back(b"").0), 0);
    }

    #[test]
    fn a_cut_archive_is_an_error() {
        let text: String = (0..5_000).map(|i| finding(i) + "\n").collect();
        let mut packed = zstd::encode_all(text.as_bytes(), 3).unwrap();
        packed.truncate(packed.len() / 2);
        let (_, result) = read_back(&packed);
        assert!(result.is_err());
    }
}
