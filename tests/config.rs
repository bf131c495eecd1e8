//! The configuration from outside: what is valid, what is refused and with which words, and that the example file says
//! everything there is.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};

use yagura::config::{self, Config, Interval, Keep};
use yagura::model::Theme;

fn corpus(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/config").join(folder);
    let mut files: Vec<PathBuf> = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 3, "the corpus is not where it was");
    files
}

#[test]
fn valid_files_are_read() {
    for file in corpus("valid") {
        let text = std::fs::read_to_string(&file).unwrap();
        let read = config::parse(&text);
        assert!(read.is_ok(), "{}: {:?}", file.display(), read.err());
    }
}

#[test]
fn values_arrive_where_they_belong() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/config/valid/full.toml");
    let config = config::parse(&std::fs::read_to_string(file).unwrap()).unwrap();
    assert_eq!(config.aws.profiles, ["audit", "prod"]);
    assert_eq!(config.aws.regions, ["us-east-1", "ap-northeast-1"]);
    assert_eq!(config.poll.changes, Interval::try_from("2m".to_owned()).unwrap());
    assert_eq!(config.look.theme, Theme::Sixteen);
    assert_eq!(config.findings.sort.0.to_string(), "updated_at:asc");
    let journal = &config.journal;
    assert_eq!((journal.enabled, journal.versions.number(), journal.size.bytes()), (Keep::Off, 10, 1 << 30));
    assert_eq!(config.keys["down"].list(), ["j", "Ctrl-n"]);
    assert!(config.keys["quit"].list().is_empty());
}

/// Each invalid file starts with the mistakes that must be found in it, in their order, each after `#!`: the beginning
/// of what is said is enough.
#[test]
fn invalid_files_are_refused_with_every_mistake() {
    for file in corpus("invalid") {
        let text = std::fs::read_to_string(&file).unwrap();
        let expected: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("#! ")).collect();
        let problems: Vec<String> = config::parse(&text).unwrap_err().iter().map(ToString::to_string).collect();
        assert_eq!(problems.len(), expected.len(), "{}: {problems:#?}", file.display());
        for (problem, expected) in problems.iter().zip(&expected) {
            assert!(problem.starts_with(expected), "{}:\n  {problem}\n  {expected}", file.display());
        }
    }
}

#[test]
fn the_example_is_the_defaults() {
    assert_eq!(config::parse(config::EXAMPLE).unwrap(), Config::default());
}

#[test]
fn the_example_names_every_key_of_the_schema() {
    let schema = config::schema().to_value();
    let example: toml::Table = config::EXAMPLE.parse().unwrap();
    let sections = schema["properties"].as_object().unwrap();
    for (section, found) in sections {
        // [keys] and [views] have names of the user's, no properties of their own.
        let spec = found["$ref"].as_str().and_then(|reference| schema.pointer(reference.trim_start_matches('#')));
        let keys = spec.and_then(|spec| spec["properties"].as_object().cloned()).unwrap_or_default();
        let table = example.get(section).and_then(toml::Value::as_table);
        assert!(table.is_some(), "[{section}] is not in the example");
        for key in keys.keys() {
            assert!(table.unwrap().contains_key(key), "{section}.{key} is not in the example");
        }
    }
    for key in schema["$defs"]["View"]["properties"].as_object().unwrap().keys() {
        let named = format!(" {key} = ");
        assert!(config::EXAMPLE.contains(&named), "{key} of a view is not in the example");
    }
}

#[test]
fn shipped_views_come_first_and_the_configuration_changes_them() {
    let names = |text: &str| -> Vec<String> {
        let config = config::parse(text).unwrap();
        config::views::offered(&config.views).unwrap().into_iter().map(|(name, _)| name).collect()
    };
    let shipped = names("");
    assert!(shipped.len() >= 6, "{shipped:?}");
    let own = names(
        "[views]\n\"A first\" = { query = \"is:open\", group = [\"control\", \"account\"] }\nSamples = { show = \"off\" }\n",
    );
    assert_eq!(own.len(), shipped.len());
    assert_eq!(own.last().unwrap(), "A first");
    assert!(!own.contains(&"Samples".to_owned()));
    // What is not said of a shipped view stays.
    let config = config::parse("[views]\n\"New criticals\" = { notify = \"bell\", group = [] }\n").unwrap();
    let offered = config::views::offered(&config.views).unwrap();
    let (name, view) = &offered[0];
    assert_eq!((name.as_str(), view.notify), ("New criticals", Some(config::Call::Bell)));
    assert!(view.query.as_ref().unwrap().contains("severity:critical") && view.sort.is_some());
    let columned = config::parse("[views]\nx = { columns = [\"age\", \"title:60\"] }\n").unwrap();
    let columns = columned.views["x"].columns.as_ref().unwrap();
    assert_eq!(columns.0, yagura::model::Columns::read(["age", "title:60"]).unwrap());
    let error = config::parse("[views]\nx = { group = [\"contrl\"] }\n").unwrap_err()[0].to_string();
    assert!(error.contains("did you mean 'control'?"), "{error}");
}

#[test]
fn a_named_file_that_is_not_there_is_a_mistake() {
    let error = config::load(Some(Path::new("/nowhere/yagura.toml"))).unwrap_err();
    assert!(error.to_string().starts_with("cannot read /nowhere/yagura.toml"), "{error}");
}

#[test]
fn a_mistake_is_named_with_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.toml");
    std::fs::write(&file, "[look]\nthem = 1\n").unwrap();
    let error = config::load(Some(&file)).unwrap_err().to_string();
    assert_eq!(error, format!("{}:2:1: look.them: there is no such key; did you mean 'theme'?", file.display()));
}
