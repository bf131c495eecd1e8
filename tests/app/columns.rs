//! The choice of columns: shown at once, kept when the sheet is closed, and heads that sort.

use std::sync::Arc;

use yagura::app::Effect;
use yagura::app::columns::ListColumns;
use yagura::app::saved::{Saved, SavedView};
use yagura::model::{Column, Columns};

use super::data;
use super::stage::Stage;

/// The heads on the screen.
fn heads(stage: &Stage) -> Vec<String> {
    let screen = stage.screen();
    let line = screen.lines().nth(2).unwrap().to_owned();
    line.split_whitespace().map(|head| head.trim_end_matches(['▾', '▴']).to_owned()).collect()
}

#[test]
fn columns_are_chosen_moved_and_sized_in_the_list_behind() {
    let mut stage = Stage::on_the_list(&data::records());
    assert_eq!(heads(&stage), ["S", "AGE", "TITLE", "RESOURCE", "ACCOUNT", "REGION", "STATUS"]);
    // The sheet covers the right of the list: it is closed before the heads are read.
    stage.keys("C j Space");
    assert!(stage.screen().contains("columns"), "{}", stage.screen());
    stage.keys("Esc");
    assert_eq!(heads(&stage)[..3], ["S", "TITLE", "RESOURCE"]);
    let [Effect::RememberColumns { view: None, columns: Some(kept) }] = &stage.effects[..] else {
        panic!("{:?}", stage.effects)
    };
    assert_eq!(kept, stage.state.columns());
    stage.effects.clear();
    // Nothing changed, nothing is kept.
    stage.keys("C j j k Esc");
    assert!(stage.effects.is_empty());
    // The first column moves behind the title, and grows.
    stage.keys("C > + +");
    stage.keys("Enter");
    assert_eq!(heads(&stage)[..2], ["TITLE", "S"]);
    let width = |stage: &Stage, column| stage.state.columns().get(column).unwrap().width;
    assert_eq!(width(&stage, Column::Severity), Some(7));
    // As at first: nothing is left to remember.
    stage.keys("C 0 Esc");
    assert!(stage.state.columns().is_standard() && stage.state.overlays.is_empty());
    assert_eq!(stage.effects.last(), Some(&Effect::RememberColumns { view: None, columns: None }));
}

#[test]
fn the_columns_a_responder_wants_are_there() {
    let mut stage = Stage::on_the_list(&data::records());
    for column in Column::ALL {
        let columns = Columns::read([column.name(), if column == Column::Title { "age" } else { "title" }]).unwrap();
        stage.state.list_columns = ListColumns::new(columns, None);
        assert!(heads(&stage).len() >= 2, "{column:?}: {}", stage.screen());
    }
}

#[test]
fn a_click_on_a_head_sorts_and_a_second_turns_around() {
    let mut stage = Stage::on_the_list(&data::records());
    stage.click("TITLE");
    let titles = stage.titles();
    assert!(stage.screen().contains("sorted by title"), "{}", stage.screen());
    stage.click("TITLE▴");
    assert!(stage.screen().contains("sorted by title, reversed"), "{}", stage.screen());
    assert_ne!(stage.titles(), titles);
    assert_eq!(stage.titles().first().map(String::len), titles.last().map(String::len));
    // Every head is where its column is; another one begins in its own direction.
    for (head, name) in [("RESOURCE", "resource"), ("REGION", "region"), ("STATUS", "status"), ("AGE", "age")] {
        stage.click(head);
        let said = stage.screen().lines().next().unwrap().trim_end().to_owned();
        assert!(said.ends_with(&format!("sorted by {name}")), "{said}");
    }
}

/// A view over every finding.
fn view(name: &str, key: &str, columns: Option<ListColumns>) -> SavedView {
    SavedView {
        name: name.to_owned(),
        text: String::new(),
        query: Arc::default(),
        sort: None,
        group: None,
        columns,
        chord: key.parse().ok(),
        notify: None,
    }
}

/// A list with two views: `F2` has columns of its own, `F3` has none.
fn stage_with_views() -> Stage {
    let mut stage = Stage::on_the_list(&data::records());
    let own = ListColumns::new(Columns::read(["age", "id:20", "title"]).unwrap(), None);
    stage.state.saved = Saved::new(vec![view("Who", "F2", Some(own)), view("Plain", "F3", None)]);
    stage
}

const STANDARD: [&str; 7] = ["S", "AGE", "TITLE", "RESOURCE", "ACCOUNT", "REGION", "STATUS"];

#[test]
fn a_view_shows_its_own_columns_and_leaves_the_list_as_it_was() {
    let mut stage = stage_with_views();
    stage.keys("F2");
    assert_eq!(heads(&stage), ["AGE", "ID", "TITLE"]);
    stage.keys("Esc");
    assert_eq!(heads(&stage), STANDARD);
    stage.keys("F3");
    assert_eq!(heads(&stage), STANDARD, "a view without any has the list's");
    assert_eq!(stage.effects, []);
}

#[test]
fn columns_chosen_in_a_view_are_that_views() {
    let mut stage = stage_with_views();
    stage.keys("F2 C j Space");
    assert!(stage.screen().contains("columns of Who"), "{}", stage.screen());
    stage.keys("Esc");
    assert_eq!(heads(&stage), ["AGE", "TITLE"]);
    let kept = Columns::read(["age", "title"]).ok();
    assert_eq!(stage.effects, [Effect::RememberColumns { view: Some("Who".to_owned()), columns: kept }]);
    stage.keys("Esc");
    assert_eq!(heads(&stage), STANDARD);
    stage.keys("F2");
    assert_eq!(heads(&stage), ["AGE", "TITLE"], "opened again in the same session");
    // A group of it alone is still it.
    stage.keys("b Enter");
    stage.keys("f");
    assert_eq!(heads(&stage), ["AGE", "TITLE"]);
    stage.keys("Esc C 0 Esc");
    assert_eq!(stage.effects.last(), Some(&Effect::RememberColumns { view: Some("Who".to_owned()), columns: None }));

    // Where a view has none of its own, the choice is the list's, and so everybody's.
    stage.effects.clear();
    stage.keys("2 F3 C j Space Esc");
    assert_eq!(heads(&stage)[..3], ["S", "TITLE", "RESOURCE"]);
    assert!(matches!(&stage.effects[..], [Effect::RememberColumns { view: None, columns: Some(_) }]));
    stage.keys("2");
    assert_eq!(heads(&stage)[..3], ["S", "TITLE", "RESOURCE"]);
}

#[test]
fn while_the_sheet_is_open_the_footer_shows_its_keys_in_its_words() {
    let mut stage = Stage::on_the_list(&data::records());
    let footer = |stage: &Stage| stage.screen().lines().last().unwrap().to_owned();
    assert!(footer(&stage).contains("s sort") && footer(&stage).contains("b group"), "{}", footer(&stage));
    stage.keys("C");
    let line = footer(&stage);
    for (key, word) in
        [("Space", "show or hide"), ("<", "left"), (">", "right"), ("0", "as configured"), ("Esc", "back")]
    {
        assert!(line.contains(&format!("{key} {word}")), "{key} {word} in {line}");
    }
    assert!(!line.contains("sort") && !line.contains("filter"), "keys of the list: {line}");
    // The sheet says the same of the key as the footer, and the help says it at length.
    assert!(stage.screen().matches("0 as configured").count() == 2, "{}", stage.screen());
    stage.keys("Esc");
    assert!(footer(&stage).contains("s sort"));
    // A line that is typed has keys of its own, too.
    stage.keys("/");
    assert!(footer(&stage).contains("Enter apply") && !footer(&stage).contains("sort"), "{}", footer(&stage));
    // And so has the palette, where letters are text.
    stage.keys("Esc :");
    assert!(footer(&stage).contains("Enter apply   Esc cancel") && !footer(&stage).contains("sort"));
}
