//! The dashboard: on AWS or files, and, for `demo`, on the embedded endpoint. Puts the session together; the runtime
//! runs it.

use std::path::Path;
use std::sync::Arc;

use crossterm::tty::IsTty;
use jiff::SignedDuration;

use super::args::{Demo, Global};
use super::cache::{self, Cache};
use super::scope::{self, Scoped};
use super::{CliError, Exit, emulate, journal, settings, sync};
use crate::app::State;
use crate::app::columns::ListColumns;
use crate::app::notice::Watches;
use crate::config::remembered::Remembered;
use crate::config::{self, Config};
use crate::emulator::{self, Options};
use crate::journal::Journal;
use crate::model::Theme;
use crate::model::nearest::nearest;
use crate::runtime::{self, Ended, Live, Marks, Opened, Past, Session, Start};
use crate::source::{self, Access, Earlier, Follow, Limits, Settings};
use crate::store::Store;
use crate::store::ingest::{self, Beginning};
use crate::term::{self, Capability, ColourDepth};
use crate::ui::Look;
use crate::ui::theme::{Depth, Symbols};

/// What the demo says on every screen: its data is not real.
const BANNER: &str = "demo: emulated data";

/// The dashboard on what the command line and the configuration name.
pub(super) fn run(global: &Global, config: &Config, state: State, scope: Option<&Scoped>) -> Result<Exit, CliError> {
    let mut settings = settings::settings(global, config, follow(config));
    let lens = scope::narrow(&mut settings, scope);
    let marks = Marks::new(sync::marks_of(&settings));
    let held = marks.clone();
    let (begun, kept) = match Cache::of(global, config, &settings) {
        Some(cache) => cache.begin(lens).map(|(begun, kept)| (begun, Some(kept)))?,
        None => (cache::nothing(lens), None),
    };
    let config_of = config.clone();
    let start: Start = Box::new(move || {
        Box::pin(async move {
            let (beginning, refused) = begun.await.map_err(|_| "the cache's thread has ended early".to_owned())?;
            let first = Arc::clone(&beginning.first);
            let sources = async move {
                let journal = journal::open(&config_of, &settings);
                live(settings, beginning, journal, &held, ())
            };
            Ok(Opened { first, refused, sources: Box::pin(sources) })
        })
    });
    let shown = show(global, config, state, marks, start);
    // The terminal is the user's again; what was there is written for the next start.
    kept.iter().for_each(cache::wait);
    shown
}

/// The dashboard on the embedded endpoint. Nothing of the user's AWS configuration is read, and nothing leaves loopback.
pub(super) fn demo(
    global: &Global,
    config: &Config,
    state: State,
    scope: Option<&Scoped>,
    args: &Demo,
) -> Result<Exit, CliError> {
    let options = Options { live: emulator::Live::DEMO, ..emulate::seeded(&args.seed) };
    let mut settings = demo_settings(String::new(), follow(config));
    let lens = scope::narrow(&mut settings, scope);
    // Emulated findings are made anew at each start: nothing of them is kept.
    let marks = Marks::new(None);
    let held = marks.clone();
    let config_of = config.clone();
    let start: Start = Box::new(move || {
        Box::pin(async move {
            let running = tokio::task::spawn_blocking(move || emulator::start(options)).await;
            let running = running.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
            settings.endpoint_url = Some(running.url());
            let (journal, place) = journal::demo(&config_of).unzip();
            let beginning = Beginning::of(Store::new().through(lens));
            let sources = async move { live(settings, beginning, journal, &held, (running, place)) };
            Ok(Opened { first: Arc::default(), refused: None, sources: Box::pin(sources) })
        })
    });
    show(global, config, State { banner: Some(BANNER), ..state }, marks, start)
}

/// Dummy keys, every Region of the made organisation, no limits: the endpoint has none.
pub(super) fn demo_settings(url: String, follow: Follow) -> Settings {
    Settings {
        regions: emulator::REGIONS.map(str::to_owned).to_vec(),
        endpoint_url: Some(url),
        access: Access::Fixed { key_id: "AKIDDEMO".to_owned(), secret: "demo".to_owned() },
        follow,
        limits: Limits::Off,
        ..Settings::default()
    }
}

/// How often the configuration wants the sources asked.
pub(super) fn follow(config: &Config) -> Follow {
    Follow::Keep { delta: config.poll.changes.duration(), sweep: config.poll.full_sweep.duration() }
}

/// The sources and the ingest, started on the session's own async runtime.
fn live(
    settings: Settings,
    beginning: Beginning,
    journal: Option<Journal>,
    marks: &Marks,
    beside: impl Send + 'static,
) -> Live {
    let feed = source::spawn_after(settings, Earlier::of(beginning.first.sources()));
    let (control, asked) = (feed.control.clone(), feed.control.clone());
    let beginning = match &journal {
        Some(journal) => Beginning { store: beginning.store.watched(journal.recorder()), ..beginning },
        None => beginning,
    };
    let snapshots = ingest::spawn_with(feed.updates, beginning, marks.subscribe());
    let marks = marks.clone();
    tokio::task::spawn_blocking(move || marks.load());
    Live {
        snapshots,
        refresh: Box::new(move || control.refresh()),
        past: Past {
            journal,
            history: Some(Arc::new(move |scope, key| {
                let control = asked.clone();
                Box::pin(async move { control.history(&scope, &key).await })
            })),
        },
        keep: Box::new((feed.control, beside)),
    }
}

fn show(global: &Global, config: &Config, mut state: State, marks: Marks, start: Start) -> Result<Exit, CliError> {
    if !std::io::stdout().is_tty() || !std::io::stdin().is_tty() {
        return Err(CliError::Usage(
            "the dashboard needs a terminal; without one there are `yagura findings`, `controls` and `sources`"
                .to_owned(),
        ));
    }
    let capability = Capability::from_env();
    state.findings.sort = config.findings.sort.0;
    let every = SignedDuration::try_from(config.notify.every.duration()).unwrap_or(SignedDuration::MAX);
    state.watches = Watches::of(&state.saved.views, every);
    let columns = config::remembered::columns_file();
    arrange(&mut state, config, &remembered(columns.as_deref()));
    let session = Session {
        state,
        look: Look::new(theme(global, config)?, depth(capability.colours), symbols(config, capability.symbols)),
        colours: capability.colours,
        mouse: match config.look.mouse {
            config::Mouse::On => term::Mouse::Buttons,
            config::Mouse::Off => term::Mouse::Off,
        },
        marks,
        hyperlinks: match config.look.links {
            config::Links::Auto => capability.hyperlinks,
            config::Links::On => term::Hyperlinks::On,
            config::Links::Off => term::Hyperlinks::Off,
        },
        exports: config.export.folder.clone().into(),
        columns,
        start,
    };
    match runtime::run(session) {
        Ok(Ended::Quit) => Ok(Exit::Done),
        Ok(ended) => Ok(Exit::Signal(ended.exit_code())),
        Err(error) => Err(CliError::Failed(error.to_string())),
    }
}

/// The columns of the list and of the views that have their own: of the configuration, and what was chosen over them.
fn arrange(state: &mut State, config: &Config, remembered: &Remembered) {
    let chosen = |view: Option<&str>| remembered.columns(view).cloned();
    state.list_columns = ListColumns::new(config.findings.columns.0.clone(), chosen(None));
    for view in Arc::make_mut(&mut state.saved.views) {
        let own = view.columns.take();
        view.columns = own.map(|own| ListColumns::new(own.shown().clone(), chosen(Some(&view.name))));
    }
}

/// The columns chosen in earlier sessions.
fn remembered(file: Option<&Path>) -> Remembered {
    let Some(file) = file else { return Remembered::default() };
    config::remembered::columns(file).unwrap_or_else(|error| {
        tracing::warn!("the columns chosen before are left aside: {}: {error}", file.display());
        Remembered::default()
    })
}

/// The theme of the command line, else of the configuration.
fn theme(global: &Global, config: &Config) -> Result<Theme, CliError> {
    let Some(name) = global.theme.as_deref() else { return Ok(config.look.theme) };
    Theme::named(name).ok_or_else(|| {
        let names = Theme::ALL.map(Theme::name);
        let hint = nearest(name, names).map_or_else(String::new, |near| format!("; did you mean '{near}'?"));
        CliError::Usage(format!("--theme: there is no theme '{name}'; there are {}{hint}", names.join(", ")))
    })
}

const fn depth(colours: ColourDepth) -> Depth {
    match colours {
        ColourDepth::Mono => Depth::Mono,
        ColourDepth::Sixteen => Depth::Ansi16,
        ColourDepth::Indexed => Depth::Ansi256,
        ColourDepth::Rgb => Depth::True,
    }
}

const fn symbols(config: &Config, terminal: term::Symbols) -> Symbols {
    match (config.look.symbols, terminal) {
        (config::Symbols::Unicode, _) | (config::Symbols::Auto, term::Symbols::Unicode) => Symbols::Unicode,
        (config::Symbols::Ascii, _) | (config::Symbols::Auto, term::Symbols::Ascii) => Symbols::Ascii,
    }
}
