//! Holds the shape of the house: which room may use which, how large a room may grow, that each says what it is for,
//! and that text from outside reaches the screen through one gate only.
//!
//! It reads the sources as text, so an arrow that a macro hides is not seen; everything else is.
#![allow(clippy::unwrap_used, reason = "a test that cannot read the sources has failed")]

use std::fs;
use std::path::{Path, PathBuf};

/// Each room, and the rooms it may name. `cli` and `runtime` wire everything and may name all.
const ARROWS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("term", &[]),
    ("decode", &["model"]),
    ("store", &["model", "decode"]),
    // It takes what the store lets go of, packed as the store held it; the store knows it only as a witness.
    ("journal", &["model", "store"]),
    ("query", &["model", "store"]),
    // The formats are written by `cli` headless and by `runtime` from the dashboard, and `app` names them in its menus:
    // a room of their own, below all three, that reads what the store holds and knows nobody who asks.
    ("export", &["model", "store"]),
    ("source", &["model", "decode"]),
    ("emulator", &["model"]),
    ("config", &["model"]),
    ("app", &["model", "decode", "store", "query", "config", "export"]),
    // `ui` draws the names of the formats in a sheet.
    ("ui", &["model", "store", "query", "app", "export"]),
];

/// Lines of code a file may have before its tests.
const ROOM_LIMIT: usize = 400;

struct Source {
    path: PathBuf,
    room: String,
    /// The text up to the unit tests.
    code: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") && !is_test_file(&path) {
                let relative = path.strip_prefix(&root).unwrap().to_path_buf();
                let first = relative.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
                let text = fs::read_to_string(&path).unwrap();
                let code = text.split("\n#[cfg(test)]\nmod ").next().unwrap().to_owned();
                found.push(Source { path: relative, room: first.trim_end_matches(".rs").to_owned(), code });
            }
        }
    }
    assert!(found.len() > 20, "the sources were not found");
    found
}

fn is_test_file(path: &Path) -> bool {
    path.file_stem().is_some_and(|stem| stem == "tests") || path.components().any(|part| part.as_os_str() == "tests")
}

/// The rooms that a line of code names after `crate::`, comments left out.
fn rooms_named(code: &str) -> Vec<String> {
    let mut named = Vec::new();
    for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
        for (at, _) in line.match_indices("crate::") {
            let rest = line.get(at + "crate::".len()..).unwrap_or_default();
            if let Some(group) = rest.strip_prefix('{') {
                named.extend(group.split(',').map(|part| first_word(part.trim())));
            } else {
                named.push(first_word(rest));
            }
        }
    }
    named
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[test]
fn arrows_run_one_way() {
    let mut wrong = Vec::new();
    for source in sources() {
        let Some((_, allowed)) = ARROWS.iter().find(|(room, _)| *room == source.room) else { continue };
        for named in rooms_named(&source.code) {
            let is_room = ARROWS.iter().any(|(room, _)| *room == named) || named == "cli" || named == "runtime";
            if is_room && named != source.room && !allowed.contains(&named.as_str()) {
                wrong.push(format!("{} names {named}", source.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows against the design:\n{}", wrong.join("\n"));
}

#[test]
fn every_room_is_in_the_table_of_arrows() {
    for source in sources() {
        let known = ARROWS.iter().any(|(room, _)| *room == source.room)
            || ["main", "lib", "cli", "runtime"].contains(&source.room.as_str());
        assert!(known, "{} is in no room of the table", source.path.display());
    }
}

#[test]
fn rooms_stay_small() {
    let large: Vec<String> = sources()
        .iter()
        .map(|source| (source.code.lines().count(), source))
        .filter(|(lines, _)| *lines > ROOM_LIMIT)
        .map(|(lines, source)| format!("{} has {lines} lines before its tests", source.path.display()))
        .collect();
    assert!(large.is_empty(), "find the wall:\n{}", large.join("\n"));
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent: Vec<String> = sources()
        .iter()
        .filter(|source| !source.code.trim_start().starts_with("//!"))
        .map(|source| source.path.display().to_string())
        .collect();
    assert!(silent.is_empty(), "no `//!` at the top of:\n{}", silent.join("\n"));
}

#[test]
fn main_only_hands_over() {
    let main = sources().into_iter().find(|source| source.room == "main").unwrap();
    assert!(main.code.lines().count() <= 60, "main.rs parses the command line and hands over, no more");
}

/// Drawing a string that did not pass the gate would need one of these with something other than a literal.
#[test]
fn views_draw_only_through_the_gate() {
    const DOORS: &[&str] = &[
        "Span::raw(",
        "Span::styled(",
        "Span::from(",
        "Line::raw(",
        "Line::styled(",
        "Line::from(",
        "Text::raw(",
        "Text::styled(",
        "Text::from(",
        "Paragraph::new(",
        "set_string(",
        "set_stringn(",
        "set_symbol(",
    ];
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| source.room == "ui") {
        let place = source.path.to_string_lossy();
        if place.starts_with("ui/safe") || place.starts_with("ui/widgets") {
            continue;
        }
        for (number, line) in source.code.lines().enumerate() {
            for door in DOORS {
                let opened = line.split(door).nth(1).is_some_and(|rest| !rest.starts_with('"'));
                if opened && !line.trim_start().starts_with("//") {
                    wrong.push(format!("{place}:{}: {}", number + 1, line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "text that did not pass ui::safe may be drawn at:\n{}", wrong.join("\n"));
}
