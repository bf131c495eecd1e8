//! What keys mean where: overlays, views, lines of text.

use std::collections::BTreeMap;

use yagura::app::keymap::Keymap;
use yagura::app::overlay::{Overlay, Topic};
use yagura::app::{Action, Effect, Msg, View};

use super::data;
use super::stage::Stage;

#[test]
fn numbers_show_the_views_and_q_leads_out() {
    let mut stage = Stage::with(&data::records());
    for (key, view) in [
        ("2", View::Findings),
        ("3", View::Controls),
        ("4", View::Sources),
        ("1", View::Overview),
        ("3", View::Controls),
    ] {
        stage.keys(key);
        assert_eq!(stage.view(), view, "{key}");
    }
    stage.keys("q");
    assert_eq!(stage.view(), View::Overview);
    stage.keys("q");
    assert_eq!(stage.effects, [Effect::Quit]);
}

#[test]
fn the_palette_finds_an_action_by_what_it_does_and_runs_it() {
    let mut stage = Stage::with(&data::records());
    stage.keys(":");
    stage.types("sources");
    assert!(matches!(stage.state.overlays.last(), Some(Overlay::Palette(_))));
    stage.keys("Enter");
    assert_eq!(stage.view(), View::Sources);
    assert!(stage.state.overlays.is_empty());
    // `q` and `2` are letters in it, and Esc leaves it without doing anything.
    stage.keys(":");
    stage.types("q2");
    stage.keys("Esc");
    assert_eq!((stage.view(), stage.effects.len()), (View::Sources, 0));
    // What only another view can do is not offered.
    stage.keys(":");
    stage.types("toggle-fold");
    stage.keys("Enter");
    assert_eq!(stage.view(), View::Sources);
}

#[test]
fn the_help_takes_the_movement_keys_and_any_other_key_of_its_own_closes_it() {
    let mut stage = Stage::on_the_list(&data::records());
    stage.keys("? j j");
    let Some(Overlay::Help(help)) = stage.state.overlays.last() else { panic!("no help") };
    assert_eq!(help.top, 2);
    assert_eq!(stage.state.findings.cursor.selected, 0, "the list under it does not move");
    stage.keys("q");
    assert!(stage.state.overlays.is_empty());
    assert_eq!(stage.view(), View::Findings);
    stage.keys("? j /");
    let Some(Overlay::Help(help)) = stage.state.overlays.last() else { panic!("no help") };
    assert_eq!((help.topic, help.top), (Topic::FilterLine, 0), "the other page, from its top");
    stage.keys("q");
    stage.keys("? 1");
    assert_eq!(stage.view(), View::Overview);
    assert!(stage.state.overlays.is_empty());
}

#[test]
fn the_list_moves_under_the_filter_line() {
    let mut stage = Stage::on_the_list(&data::records());
    stage.keys("/");
    stage.types("openssl");
    stage.keys("Down Down Up");
    assert_eq!(stage.state.findings.cursor.selected, 1);
    // Ctrl-u is of the line while there is one: it empties it.
    stage.keys("Ctrl-u");
    assert_eq!(stage.state.findings.filter.text(), "");
    stage.types("j k");
    assert_eq!(stage.state.findings.filter.text(), "j k");
}

#[test]
fn the_filter_key_leads_to_the_list_from_anywhere() {
    let mut stage = Stage::with(&data::records());
    stage.keys("4 /");
    stage.types("openssl");
    stage.keys("Enter");
    assert_eq!(stage.view(), View::Findings);
    stage.keys("j Enter / Esc");
    assert_eq!(stage.view(), View::Findings, "from a finding, to the list that it is of");
    assert_eq!(stage.state.findings.filter.text(), "openssl");
    stage.keys("Esc");
    assert_eq!(stage.view(), View::Overview);
}

#[test]
fn what_cannot_be_done_here_says_so() {
    let mut stage = Stage::on_the_list(&[]);
    for key in ["y", "o", "J"] {
        stage.keys(key);
        assert!(stage.message().starts_with("There is nothing here to "), "{key}: {}", stage.message());
    }
    assert!(stage.effects.is_empty());
    stage.keys("r Ctrl-l Ctrl-z");
    assert_eq!(stage.effects, [Effect::Refresh, Effect::Redraw, Effect::Suspend]);
}

#[test]
fn keys_follow_the_configuration() {
    let mut stage = Stage::on_the_list(&data::records());
    let overrides = BTreeMap::from([("open".to_owned(), vec!["Ctrl-o".to_owned(), "F3".to_owned()])]);
    stage.state.keymap = Keymap::new(&overrides).unwrap();
    stage.keys("Enter");
    assert_eq!(stage.view(), View::Findings);
    stage.keys("F3");
    assert_eq!(stage.view(), View::Detail);
    assert_eq!(stage.state.keymap.chords(Action::Open).collect::<Vec<_>>(), ["Ctrl-o", "F3"]);
}

#[test]
fn the_clipboard_is_told_of_honestly() {
    let mut stage = Stage::on_the_list(&data::records());
    stage.send(Msg::Copied { what: "id", bytes: 90, dropped: 0 });
    assert_eq!(stage.message(), "Sent the id to the terminal's clipboard (90 bytes).");
    stage.send(Msg::Copied { what: "id", bytes: 90, dropped: 2 });
    assert!(stage.message().ends_with("(90 bytes; 2 control characters were left out)."), "{}", stage.message());
    stage.send(Msg::CopyTooLarge { what: "raw JSON", bytes: 200_000, most: 74_994 });
    let said = "The raw JSON is too large for the terminal's clipboard: 200 KB of 74 KB; e exports it.";
    assert_eq!(stage.message(), said);
}
