//! An image of the store in a file: what a session leaves for the next one, which then shows it at once.
//!
//! In: a [`Store`]. Out: a file; and from it a store that holds the same. It is the tables themselves that are written,
//! not the records: decoding a million findings again takes 20 seconds, reading their columns a fraction of one. Raw
//! blocks are written as they are, compressed, and are not read at start: they stay in the file and are fetched by
//! their place when somebody looks at one. What only the writer needs to find things (hash tables) is built from the
//! tables when the first update comes, behind the first picture.
//!
//! **Nothing of a damaged image is used.** Every section has a checksum, and a store comes of a whole image or not at
//! all. Raw blocks have theirs checked when they are fetched. An image is read by the build that wrote it: another one
//! may decode the same records in another way, and nothing would ever tell.
//!
//! What is in it: [`tables`] names every table, so that one that is added and forgotten there does not compile.

mod awake;
mod facts;
mod file;
mod keeper;
mod part;
mod raw;
mod retention;
mod tables;

use std::io;
use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use self::facts::Told;
use self::file::{ImageFile, Out, PART};
use super::column::Column;
use super::posting::PostingIndex;
use super::raw::RawStore;
use super::tables::Tables;
use super::{Store, facts as store_facts};
pub(super) use awake::Finding;
pub use keeper::{Keep, Keeper, Kept};
pub(super) use raw::{Filed, Packing, Parcel};

/// Why an image cannot be written, or is not used.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("its {what} is damaged")]
    Damaged { what: &'static str },
    #[error("it has the format of another version ({found})")]
    Version { found: u32 },
    #[error("another build of this program wrote it")]
    Build,
    #[error("it was left {days} days ago, longer than [cache] age allows")]
    Old { days: i64 },
    #[error("it would be larger than {} MB", .limit >> 20)]
    TooLarge { limit: u64 },
    #[error("most of it would be findings that are gone")]
    Hollow,
}

/// What can be known of an image without reading all of it.
#[derive(Debug, Clone)]
pub struct About {
    /// When it was written.
    pub saved: Timestamp,
    /// What its session asked, in words.
    pub asked: String,
    pub findings: u64,
}

/// What is to be written: the store of one moment, cheap to take and independent of what comes after.
#[derive(Debug)]
pub struct Image {
    tables: Tables,
    contents: Column<u64>,
    /// Records that several scopes see: the record, how many other scopes, their numbers.
    shared: Column<u32>,
    told: Told,
}

impl Image {
    /// Writes the file. Gives its size.
    ///
    /// # Errors
    /// When it would be larger than `limit`, is hardly worth it, or the disk refuses. The file before it is left as it was.
    pub fn write(&self, to: &Path, build: u64, limit: u64) -> Result<u64, ImageError> {
        let (all, live) = (u64::from(self.tables.records.tails.len()), self.tables.bitmaps.live.len());
        // Numbers are not given twice, so what is gone leaves holes; beyond this, fetching anew is cheaper than them.
        if all > HOLES_FROM && live * 3 < all {
            return Err(ImageError::Hollow);
        }
        let mut out = Out::create(to, build, limit)?;
        let blocks = raw::write(&self.tables.raw, &mut out)?;
        out.section("about", "json", |out| out.put(&serde_json::to_vec(&self.told.about()).map_err(io::Error::from)?))?;
        out.section("told", "json", |out| out.put(&serde_json::to_vec(&self.told).map_err(io::Error::from)?))?;
        out.section("raw", raw::KIND, |out| out.put(&blocks))?;
        let mut parts = Image {
            tables: self.tables.clone(),
            contents: self.contents.clone(),
            shared: self.shared.clone(),
            told: Told::default(),
        };
        let mut pass = tables::Writing(&mut out);
        tables::records(&mut parts.tables.records, &mut parts.contents, &mut pass)?;
        tables::others(&mut parts.tables, &mut parts.shared, &mut pass)?;
        out.finish()
    }

    /// What an image is, from its first sections. `None` when there is no file.
    ///
    /// # Errors
    /// When it is not one that this build can read.
    pub fn about(path: &Path, build: u64) -> Result<Option<About>, ImageError> {
        let Some(file) = ImageFile::open(path, build)? else { return Ok(None) };
        facts::about(&file).map(Some)
    }

    /// Is this the name of an image that was never finished?
    #[must_use]
    pub fn is_part(path: &Path) -> bool {
        path.extension().is_some_and(|extension| extension == PART)
    }
}

/// Records below which holes do not matter.
const HOLES_FROM: u64 = 20_000;

impl Store {
    /// The image of now. `asked`: in words, what this session asks.
    pub fn image(&mut self, asked: &str, now: Timestamp) -> Image {
        self.awaken();
        drop(self.snapshot());
        // Whatever is added to the store: is it in the image?
        let Self {
            tables,
            contents,
            sightings,
            told,
            version: _,
            indexes: _,
            folds: _,
            postings: _,
            newcomers: _,
            raw: _,
            before: _,
            after: _,
            finding: _,
            witness: _,
            lens: _,
        } = self;
        let mut shared = Column::default();
        sightings.shared(|number| shared.push(number));
        let told = Told::of(told, &tables.facts, asked, now, tables.bitmaps.live.len());
        Image { tables: tables.clone(), contents: contents.clone(), shared, told }
    }

    /// The store that an image holds, without what AWS would have deleted by `now`. `None` when there is no file.
    ///
    /// # Errors
    /// When the image cannot be used: then nothing of it is.
    pub fn of_image(path: &Path, build: u64, now: Timestamp, age: Duration) -> Result<Option<Self>, ImageError> {
        let Some(file) = ImageFile::open(path, build)? else { return Ok(None) };
        let saved = facts::about(&file)?.saved;
        let since = now.duration_since(saved);
        if since > SignedDuration::try_from(age).unwrap_or(SignedDuration::MAX) {
            return Err(ImageError::Old { days: since.as_hours() / 24 });
        }
        let (tables, contents, shared) = read(&file)?;
        let told: Told = facts::told(&file)?;
        let mut store = Self { tables, contents, finding: Finding::Later { shared }, ..Self::new() };
        store.postings = store.tables.bitmaps.fields.iter().map(PostingIndex::of).collect();
        store.raw = RawStore::of(store.tables.raw.clone(), store.tables.records.place.iter().copied());
        let facts = std::sync::Arc::make_mut(&mut store.tables.facts);
        told.restore(&mut store.told, facts);
        let gone = store.expire(now);
        tracing::info!(findings = store.tables.bitmaps.live.len(), gone, "findings of an earlier session are shown");
        Ok(Some(store))
    }
}

/// Reads all tables, on two threads: each core decodes what it reads.
fn read(file: &ImageFile) -> Result<(Tables, Column<u64>, Column<u32>), ImageError> {
    let mut tables = Tables { ids: super::identity::RecordIds::later(), ..Tables::default() };
    let mut records = std::mem::take(&mut tables.records);
    let (mut contents, mut shared) = (Column::default(), Column::default());
    std::thread::scope(|scope| {
        let beside = scope.spawn(|| tables::records(&mut records, &mut contents, &mut tables::Reading(file)));
        let here = tables::others(&mut tables, &mut shared, &mut tables::Reading(file));
        let raw = raw::read(file);
        beside.join().map_err(|_| ImageError::Damaged { what: "records" })??;
        here?;
        tables.raw = raw?;
        Ok::<(), ImageError>(())
    })?;
    tables.records = records;
    let rows = tables.rows.members.len();
    // Each section is whole; do they belong together? Readers take the rest as it comes.
    if tables.records.row.len() != tables.records.tails.len() || tables.rows.standing.len() != rows {
        return Err(ImageError::Damaged { what: "columns" });
    }
    Ok((tables, contents, shared))
}

/// The writer's part of what was told: named here so that `facts` of this room and of the store are not mixed up.
type StoreTold = store_facts::Told;
