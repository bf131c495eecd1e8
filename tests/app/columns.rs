//! The choice of columns: shown at once, kept when the sheet is closed, and heads that sort.

use yagura::app::Effect;
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
    let [Effect::RememberColumns(kept)] = &stage.effects[..] else { panic!("{:?}", stage.effects) };
    assert_eq!(kept, &stage.state.columns);
    stage.effects.clear();
    // Nothing changed, nothing is kept.
    stage.keys("C j j k Esc");
    assert!(stage.effects.is_empty());
    // The first column moves behind the title, and grows.
    stage.keys("C > + +");
    stage.keys("Enter");
    assert_eq!(heads(&stage)[..2], ["TITLE", "S"]);
    let width = |stage: &Stage, column| stage.state.columns.get(column).unwrap().width;
    assert_eq!(width(&stage, Column::Severity), Some(7));
    // As at first.
    stage.keys("C 0 Esc");
    assert!(stage.state.columns.is_standard() && stage.state.overlays.is_empty());
}

#[test]
fn the_columns_a_responder_wants_are_there() {
    let mut stage = Stage::on_the_list(&data::records());
    for column in Column::ALL {
        stage.state.columns =
            Columns::read([column.name(), if column == Column::Title { "age" } else { "title" }]).unwrap();
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
