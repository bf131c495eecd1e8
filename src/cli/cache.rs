//! The cache: the findings as the last session left them, so that the dashboard shows them at once.
//!
//! In: what a session asks. Out: what its ingest begins with, and, once the session is over, the wait for what it
//! leaves. One file for each set of what is asked; nothing of one is ever shown to another. Not for files (they are as
//! near as a cache would be), not for the demo (its organisation is made anew, around the time of its start), and not
//! for headless commands: a script must get what is there now.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use jiff::Timestamp;
use tokio::sync::oneshot;

use super::args::{CacheAction, Global};
use super::{CliError, Exit, say};
use crate::config::{self, CacheUse, Config};
use crate::source::Settings;
use crate::store::image::{Image, ImageError, Keep, Keeper, Kept};
use crate::store::ingest::Beginning;
use crate::store::{Lens, Store};

/// The folder in the state directory, and the end of each file's name.
const FOLDER: &str = "cache";
const ENDING: &str = "cache";

/// How long the end of a session waits for what it leaves; then the image before stays.
const PATIENCE: Duration = Duration::from_secs(5);

/// The cache of one session.
pub(super) struct Cache {
    keep: Keep,
    age: Duration,
}

impl Cache {
    /// `None` where none is used.
    pub(super) fn of(global: &Global, config: &Config, settings: &Settings) -> Option<Self> {
        if global.no_cache || config.cache.enabled == CacheUse::Off || !settings.from.is_empty() {
            return None;
        }
        let Some(folder) = folder() else {
            tracing::warn!("there is no home directory: nothing is cached");
            return None;
        };
        let file = folder.join(format!("{}.{ENDING}", settings.asked()));
        let keep = Keep { file, build: build(), asked: in_words(settings), limit: config.cache.size.bytes() };
        Some(Self { keep, age: config.cache.age.duration() })
    }

    /// Starts reading, at once and beside the caller, on a thread of its own that also counts what is to be shown first.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(super) fn begin(self, lens: Option<Lens>) -> Result<(Begun, Kept), CliError> {
        let Self { keep, age } = self;
        let (file, build) = (keep.file.clone(), keep.build);
        let (keeper, kept) = Keeper::new(keep);
        let (opened, begun) = oneshot::channel();
        let read = move || {
            let (store, refused) = read(&file, build, age);
            let beginning = Beginning { keeper: Some(keeper), ..Beginning::of(store.through(lens)) };
            // Nobody waits any more where the session has ended already.
            let _ = opened.send((beginning, refused));
        };
        let refused = |error| CliError::Failed(format!("the system refused a thread: {error}"));
        std::thread::Builder::new().name("cache".to_owned()).spawn(read).map_err(refused)?;
        Ok((begun, kept))
    }
}

/// What a session begins with, and why that is not what the last one left; once it is read.
pub(super) type Begun = oneshot::Receiver<(Beginning, Option<String>)>;

/// Nothing, for a session that has no cache.
pub(super) fn nothing(lens: Option<Lens>) -> Begun {
    let (opened, begun) = oneshot::channel();
    // The other end is here.
    let _ = opened.send((Beginning::of(Store::new().through(lens)), None));
    begun
}

/// Waits for what a session leaves, in bounds.
pub(super) fn wait(kept: &Kept) {
    if !kept.wait(PATIENCE) {
        tracing::warn!("the findings were not cached in {PATIENCE:?}; the cache of before stays");
    }
}

/// The store that the last session left; an empty one where there is none, or where it cannot be used, with the reason.
fn read(file: &Path, build: u64, age: Duration) -> (Store, Option<String>) {
    // Whatever is in a file: it never keeps the session from its sources.
    let read = std::panic::catch_unwind(|| Store::of_image(file, build, Timestamp::now(), age));
    let error = match read.unwrap_or(Err(ImageError::Damaged { what: "content" })) {
        Ok(store) => return (store.unwrap_or_default(), None),
        Err(error) => error,
    };
    tracing::warn!(file = %file.display(), "the cache is not used: {error}");
    if matches!(error, ImageError::Damaged { .. } | ImageError::Old { .. })
        && let Err(error) = fs::remove_file(file)
    {
        tracing::warn!(%error, "it cannot be removed");
    }
    (Store::new(), Some(error.to_string()))
}

fn folder() -> Option<PathBuf> {
    Some(config::state_folder()?.join(FOLDER))
}

/// Who writes and reads: this very program. Another one may decode the same records in another way.
fn build() -> u64 {
    let mut hasher = DefaultHasher::new();
    env!("CARGO_PKG_VERSION").hash(&mut hasher);
    if let Ok(about) = std::env::current_exe().and_then(fs::metadata) {
        about.len().hash(&mut hasher);
        about.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok()).hash(&mut hasher);
    }
    hasher.finish()
}

/// What is asked, in words, for `cache info`.
fn in_words(settings: &Settings) -> String {
    let or = |all: &[String], none: &str| if all.is_empty() { none.to_owned() } else { all.join(", ") };
    let url = settings.endpoint_url.as_deref().and_then(|url| url.parse::<http::Uri>().ok());
    let endpoint = url.as_ref().and_then(|url| {
        let port = url.port_u16().map(|port| format!(":{port}")).unwrap_or_default();
        Some(format!(" · endpoint: {}{port}", url.host()?))
    });
    format!(
        "profiles: {} · Regions: {}{}",
        or(&settings.profiles, "the usual one"),
        or(&settings.regions, "of the profile"),
        endpoint.unwrap_or_default(),
    )
}

/// Runs `cache path|info|clear`.
pub(super) fn run(action: CacheAction) -> Result<Exit, CliError> {
    let Some(folder) = folder() else {
        return Err(CliError::Usage("this system says no home directory: nothing is cached".to_owned()));
    };
    let mut out = io::stdout().lock();
    match action {
        CacheAction::Path => writeln!(out, "{}", folder.display())?,
        CacheAction::Info => info(&folder, &mut out)?,
        CacheAction::Clear => clear(&folder, &mut out)?,
    }
    out.flush()?;
    Ok(Exit::Done)
}

/// The files of the cache with their sizes, finished or not.
fn files(folder: &Path) -> io::Result<Vec<(PathBuf, u64)>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry?;
        let path = entry.path();
        if Image::is_part(&path) || path.extension().is_some_and(|ending| ending == ENDING) {
            files.push((path, entry.metadata()?.len()));
        }
    }
    files.sort_unstable();
    Ok(files)
}

fn megabytes(bytes: u64) -> String {
    format!("{}.{} MB", bytes >> 20, ((bytes & 0xf_ffff) * 10) >> 20)
}

fn info(folder: &Path, out: &mut impl Write) -> io::Result<()> {
    let files = files(folder)?;
    if files.is_empty() {
        return writeln!(out, "nothing is cached");
    }
    let build = build();
    for (path, size) in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let said = match Image::about(&path, build) {
            _ if Image::is_part(&path) => "not finished".to_owned(),
            Ok(Some(about)) => format!(
                "{} findings, left {} · {}",
                say::grouped(about.findings),
                about.saved.strftime("%Y-%m-%d %H:%M UTC"),
                crate::ui::safe::Safe::new(&about.asked),
            ),
            Ok(None) => continue,
            Err(error) => format!("not used: {error}"),
        };
        writeln!(out, "{name}  {}  {said}", megabytes(size))?;
    }
    Ok(())
}

fn clear(folder: &Path, out: &mut impl Write) -> io::Result<()> {
    let files = files(folder)?;
    let all: u64 = files.iter().map(|(_, size)| size).sum();
    for (path, _) in &files {
        fs::remove_file(path)?;
    }
    match files.len() {
        0 => writeln!(out, "nothing was cached"),
        1 => writeln!(out, "removed 1 file, {}", megabytes(all)),
        many => writeln!(out, "removed {many} files, {}", megabytes(all)),
    }
}
