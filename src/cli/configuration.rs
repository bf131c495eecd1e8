//! The configuration as the subcommands use it: loaded, with its keys checked against the action table, and its views
//! against the query language.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::args::{ConfigAction, Global};
use super::{CliError, Exit};
use crate::app::Context;
use crate::app::columns::ListColumns;
use crate::app::keymap::{Chord, Keymap};
use crate::app::notice::How;
use crate::app::saved::{Saved, SavedView};
use crate::config::{self, ConfigError, Loaded, Problem};
use crate::query;

/// The configuration that the command line names, or the usual one.
///
/// # Errors
/// Every mistake in the file, keys and queries included: exit code 2.
pub(super) fn load(global: &Global) -> Result<(Loaded, Keymap, Saved), CliError> {
    let loaded = config::load(global.config.as_deref()).map_err(|error| CliError::Usage(error.to_string()))?;
    let (keymap, mut problems) = match keymap(&loaded) {
        Ok(keymap) => (keymap, Vec::new()),
        Err(problems) => (Keymap::default(), problems),
    };
    let saved = saved(&loaded, &keymap, &mut problems);
    problems.extend(scope(&loaded));
    if problems.is_empty() {
        return Ok((loaded, keymap, saved));
    }
    let file = loaded.file.as_ref().map(|(file, _)| file.clone()).unwrap_or_default();
    Err(CliError::Usage(ConfigError::Invalid { file, problems }.to_string()))
}

/// A scope that cannot be read is said at its place in the file.
fn scope(loaded: &Loaded) -> Option<Problem> {
    let error = super::scope::read(loaded.config.aws.scope.trim()).err()?;
    Some(loaded.problem(&["aws", "scope"], format!("the query:\n{error}")))
}

fn keymap(loaded: &Loaded) -> Result<Keymap, Vec<Problem>> {
    let overrides: BTreeMap<String, Vec<String>> =
        loaded.config.keys.iter().map(|(action, chords)| (action.clone(), chords.list())).collect();
    Keymap::new(&overrides).map_err(|errors| {
        errors.iter().map(|error| loaded.problem(&["keys", error.action()], error.to_string())).collect()
    })
}

/// The saved views, shipped ones and the user's own, each with its query read and its key free.
fn saved(loaded: &Loaded, keymap: &Keymap, problems: &mut Vec<Problem>) -> Saved {
    let offered = config::views::offered(&loaded.config.views).unwrap_or_else(|error| {
        problems.push(loaded.problem(&["views"], format!("the shipped views cannot be read: {error}")));
        Vec::new()
    });
    let mut views: Vec<SavedView> = Vec::new();
    for (name, view) in offered {
        let mut refuse = |key: &str, message: String| problems.push(loaded.problem(&["views", &name, key], message));
        let text = view.query.unwrap_or_default();
        let query = query::parse(&text)
            .map_err(|error| refuse("query", format!("the query:\n{}", error.underlined(&text))))
            .ok();
        let chord = view.key.as_deref().map(str::parse::<Chord>).transpose();
        let chord = chord.map_err(|error| refuse("key", error.to_string())).ok().flatten();
        if let Some(chord) = chord {
            if let Some(action) = keymap.action(&Context::ALL, chord) {
                refuse("key", format!("'{chord}' is the key of the action '{}'", action.name()));
            }
            if let Some(other) = views.iter().find(|other| other.chord == Some(chord)) {
                refuse("key", format!("'{chord}' opens the view '{}' already", other.name));
            }
        }
        if let Some(query) = query {
            views.push(SavedView {
                name,
                text,
                query: query.into(),
                sort: view.sort.map(|order| order.0),
                group: view.group.and_then(|group| group.0),
                columns: view.columns.map(|own| ListColumns::new(own.0, None)),
                chord,
                notify: match view.notify {
                    None | Some(config::Call::Off) => None,
                    Some(config::Call::Bell) => Some(How::Bell),
                    Some(config::Call::Osc9) => Some(How::Desktop),
                },
            });
        }
    }
    Saved::new(views)
}

/// Runs `config path|init|check|schema`.
pub(super) fn run(global: &Global, action: ConfigAction) -> Result<Exit, CliError> {
    match action {
        ConfigAction::Schema => {
            let schema = serde_json::to_string_pretty(&config::schema()).map_err(io::Error::from)?;
            print(&schema)
        }
        ConfigAction::Check => {
            let (loaded, ..) = load(global)?;
            match loaded.file {
                Some((file, _)) => print(&format!("{}: every key is valid", file.display())),
                None => print("there is no configuration file; the defaults hold"),
            }
        }
        ConfigAction::Path => print(&place(global)?.file.display().to_string()),
        ConfigAction::Init => {
            let file = place(global)?.file;
            init(&file).map_err(|error| CliError::Usage(format!("{}: {error}", file.display())))?;
            print(&file.display().to_string())
        }
    }
}

fn place(global: &Global) -> Result<config::Place, CliError> {
    config::path(global.config.as_deref()).map_err(|error| CliError::Usage(error.to_string()))
}

/// Writes the example, readable by its owner alone; never over a file that is there.
fn init(file: &Path) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).map_err(|error| {
        if error.kind() == io::ErrorKind::AlreadyExists {
            io::Error::new(error.kind(), "is there already, and is left as it is")
        } else {
            error
        }
    })?;
    written.write_all(config::EXAMPLE.as_bytes())
}

fn print(text: &str) -> Result<Exit, CliError> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()?;
    Ok(Exit::Done)
}
