//! What every view looks like: at four sizes, in four states of the data, with a clock that stands still.
//!
//! A snapshot holds one view at one size, the four states one below the other. `cargo insta review` shows what
//! changed; read it as a person would: is anything cut in silence, out of line, or wrong by one?
#![allow(clippy::unwrap_used, reason = "a frame that cannot be drawn has failed")]

mod frames {
    pub(crate) mod data;
    pub(crate) mod picture;
    pub(crate) mod stores;
}

use frames::data;
use frames::picture::{Frame, Session};
use frames::stores::Data;
use yagura::app::overview::{Door, Panel, panel_lines, severities};
use yagura::app::{Action, Msg, View};
use yagura::model::Theme;
use yagura::query;
use yagura::store::Store;
use yagura::store::ingest::Beginning;
use yagura::store::overview::Overview as Counts;
use yagura::store::score::Posture;
use yagura::ui::Look;
use yagura::ui::theme::{Depth, Symbols};

const SIZES: [(u16, u16); 4] = [(60, 20), (80, 24), (120, 40), (200, 50)];

fn assert_frames(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// All states of the data, one below the other: a person who did `actions` at this size.
fn all_states(actions: &[Action], size: (u16, u16), look: &Look) -> String {
    let mut text = String::new();
    for data in Data::ALL {
        let frame = Session::new(data, size).act(actions).frame(look);
        text.extend([&format!("== {data:?}\n"), &frame.text()].map(String::as_str));
    }
    text
}

fn view(name: &str, actions: &[Action]) {
    for (width, height) in SIZES {
        let text = all_states(actions, (width, height), &Look::default());
        assert_frames(&format!("{name}_{width}x{height}"), &text);
    }
}

#[test]
fn standards_that_are_not_computed_yet_say_so() {
    let records: Vec<_> = (0..10_000).map(|n| serde_json::json!({"Id": format!("f/{n}"), "Title": "t"})).collect();
    let mut store = Store::new();
    store.apply(data::batch(&records));
    let first = Beginning::of(store).first;
    assert_eq!(first.overview().unwrap().open, 10_000);
    for view in [View::Overview, View::Controls] {
        let text = Frame::of(view, &first, (160, 45), &Look::default()).text();
        assert!(text.contains("Computing the standards from the findings."), "{text}");
    }
}

#[test]
fn overview() {
    view("overview", &[]);
}

#[test]
fn findings() {
    view("findings", &[Action::ShowFindings, Action::Down]);
}

/// By control then account, the first group open on both levels; and the sheet that chose it.
#[test]
fn grouped() {
    use Action as A;
    let by_two = [A::ShowFindings, A::GroupBy, A::Right, A::Down, A::Down, A::Down, A::Down, A::Open];
    let opened: Vec<A> = by_two.into_iter().chain([A::Open, A::Right, A::Right]).collect();
    view("findings_grouped", &opened);
    for (width, height) in SIZES {
        let frame =
            |actions: &[A]| Session::new(Data::Full, (width, height)).act(actions).frame(&Look::default()).text();
        let by_type = [A::ShowFindings, A::GroupBy, A::Down, A::Open];
        let text = format!("== Sheet\n{}== Types\n{}", frame(&[A::ShowFindings, A::GroupBy]), frame(&by_type));
        assert_frames(&format!("findings_groups_{width}x{height}"), &text);
    }
}

#[test]
fn detail() {
    view("detail", &[Action::ShowFindings, Action::Down, Action::Open]);
}

#[test]
fn raw() {
    view("raw", &[Action::ShowFindings, Action::RawJson]);
}

#[test]
fn controls() {
    view("controls", &[Action::ShowControls]);
}

#[test]
fn compare() {
    view("compare", &[Action::ShowControls, Action::CompareStandards]);
}

#[test]
fn sources() {
    view("sources", &[Action::ShowSources]);
}

#[test]
fn since() {
    for (width, height) in SIZES {
        let mut text = String::new();
        for data in Data::ALL {
            let mut session = Session::new(data, (width, height));
            session.snapshot = data.since();
            let frame = session.act(&[Action::ShowSince, Action::Down]).frame(&Look::default());
            text.extend([&format!("== {data:?}\n"), &frame.text()].map(String::as_str));
        }
        let none = Session::new(Data::Full, (width, height)).act(&[Action::ShowSince]).frame(&Look::default()).text();
        assert_frames(&format!("since_{width}x{height}"), &format!("{text}== No mark\n{none}"));
    }
}

/// What AWS says is off is named, and marks no number; what is denied does.
#[test]
fn off() {
    let marked = |text: &str| {
        let marked = |pair: &[char]| pair[0].is_ascii_digit() && pair[1] == '!';
        text.lines().any(|line| line.chars().collect::<Vec<_>>().windows(2).any(marked))
    };
    for view in [Action::ShowOverview, Action::ShowFindings, Action::ShowControls] {
        let text = |data| Session::new(data, (120, 40)).act(&[view]).frame(&Look::default()).text();
        let off = text(Data::Off);
        assert!(off.contains("1 source is off: press 4 to see") && !marked(&off), "{off}");
        let denied = text(Data::Partial);
        assert!(marked(&denied) || view == Action::ShowControls, "{denied}");
    }
    let text = |view| Session::new(Data::Off, (120, 40)).act(&[view]).frame(&Look::default()).text();
    assert!(text(Action::ShowOverview).contains("3 ok · 1 off !"));
    assert!(
        text(Action::ShowControls).contains("Computed now; 1 of 6 sources are off."),
        "{}",
        text(Action::ShowControls)
    );
}

/// As the next session shows what the last one left, until the sync has confirmed it.
#[test]
fn cached() {
    for (width, height) in [(60, 20), (120, 40)] {
        let mut text = String::new();
        for show in [Action::ShowOverview, Action::ShowFindings, Action::ShowControls, Action::ShowSources] {
            let frame = Session::new(Data::Cached, (width, height)).act(&[show]).frame(&Look::default());
            text.extend([&format!("== {show:?}\n"), &frame.text()].map(String::as_str));
        }
        assert_frames(&format!("cached_{width}x{height}"), &text);
    }
}

/// The sheet as it comes; with a wide column, so that another has no room; and on the last of its lines.
#[test]
fn columns() {
    use Action as A;
    for (width, height) in SIZES {
        let mut session = Session::new(Data::Full, (width, height));
        let mut frame =
            |name: &str, actions: &[A]| format!("== {name}\n{}", session.act(actions).frame(&Look::default()).text());
        let wider: Vec<A> = [A::Down, A::Down].into_iter().chain([A::ColumnWider; 9]).collect();
        let text = [
            frame("Opened", &[A::ShowFindings, A::Columns]),
            frame("A wide title", &wider),
            frame("The last", &[A::Last, A::ColumnToggle]),
        ];
        assert_frames(&format!("columns_{width}x{height}"), &text.concat());
    }
}

#[test]
fn overlays() {
    for (width, height) in SIZES {
        let frame =
            |actions: &[Action]| Session::new(Data::Full, (width, height)).act(actions).frame(&Look::default()).text();
        let (keys, filter) = (frame(&[Action::Help]), frame(&[Action::Help, Action::Filter]));
        let marks = frame(&[Action::Help, Action::Last]);
        let palette = frame(&[Action::Palette]);
        let text = format!("== Help\n{keys}== Its end\n{marks}== The filter line\n{filter}== Palette\n{palette}");
        assert_frames(&format!("overlays_{width}x{height}"), &text);
    }
}

/// A session that is kept to a query never looks like everything: not beside a banner, not under a message.
#[test]
fn scoped() {
    let mut text = String::new();
    for (size, scope) in [
        ((60, 20), "severity>=high is:open -account:prod-web,prod-iot region:eu-west-1"),
        ((120, 40), "severity>=high is:open"),
    ] {
        let mut session = Session::new(Data::Full, size);
        session.state.scope = Some(scope.into());
        session.state.banner = Some("demo: emulated data");
        for actions in [&[][..], &[Action::ShowFindings], &[Action::ShowSources]] {
            let frame = session.act(actions).frame(&Look::default()).text();
            let lines: Vec<&str> = frame.lines().collect();
            let footer = lines[lines.len() - 2..].join("\n");
            text.extend([format!("== {}x{} {:?}\n{footer}\n", size.0, size.1, session.state.view)]);
        }
        let said = "A message that is long, and says at great length what has happened and what to do next. ".repeat(2);
        session.state.say(yagura::app::message::Tone::Problem, said, data::now());
        let frame = session.frame(&Look::default()).text();
        let line = frame.lines().rev().nth(1).unwrap();
        assert!(line.contains("scope: severity>=high"), "{line}");
        text.extend([format!("== with a message\n{line}\n")]);
    }
    assert_frames("scoped", &text);
}

/// Every panel gets its turn in the one slot of a small screen.
#[test]
fn panels() {
    let mut session = Session::new(Data::Partial, (60, 20));
    let mut text = String::new();
    for panel in Panel::ALL {
        assert_eq!(session.state.overview.panel, panel);
        let frame = session.frame(&Look::default()).text();
        text.extend([&format!("== {panel:?}\n"), &frame].map(String::as_str));
        session.act(&[Action::NextPanel]);
    }
    assert_frames("overview_panels_60x20", &text);
}

/// Behind every number on the overview is a list of that many findings.
#[test]
fn every_door_leads_to_its_number() {
    let snapshot = Data::Full.snapshot();
    let counts = Counts::of(&snapshot, data::now());
    let posture = Posture::of(&snapshot);
    let numbers = |panel: Panel| -> Vec<u64> {
        let tallies = match panel {
            Panel::Severities => return severities(&counts).map(|count| count.open).collect(),
            Panel::Accounts => &counts.accounts,
            Panel::Regions => &counts.regions,
            Panel::Resources => &counts.resources,
            Panel::Types => &counts.types,
            Panel::Products => &counts.by_product,
            Panel::Services => &counts.by_source,
            _ => return Vec::new(),
        };
        tallies.iter().map(|tally| tally.total).collect()
    };
    let mut doors = 0;
    for panel in Panel::ALL {
        let lines = panel_lines(panel, &counts, &posture, &snapshot);
        for (line, number) in lines.iter().zip(numbers(panel)) {
            let Door::Findings(text) = &line.door else { panic!("{panel:?} {line:?}") };
            let rows = query::evaluate(&query::parse(text).unwrap(), &snapshot, &query::Context::at(data::now()));
            assert_eq!(rows.len(), number, "{panel:?}: {text}");
            doors += 1;
        }
    }
    assert!(doors > 30, "{doors} doors");
}

/// The style layer: one letter a cell.
#[test]
fn styles() {
    for (name, look) in [
        ("dark", Look::default()),
        ("light", Look::new(Theme::Light, Depth::True, Symbols::Unicode)),
        ("mono", Look::new(Theme::None, Depth::Mono, Symbols::Unicode)),
        ("sixteen", Look::new(Theme::Sixteen, Depth::Ansi16, Symbols::Unicode)),
    ] {
        let frame = Session::new(Data::Partial, (120, 40)).frame(&look);
        assert_frames(&format!("overview_styles_{name}"), &frame.styles());
    }
}

#[test]
fn ascii() {
    use Action as A;
    let look = Look::new(Theme::None, Depth::Mono, Symbols::Ascii);
    for actions in [&[][..], &[A::ShowFindings], &[A::ShowFindings, A::Open], &[A::ShowControls], &[A::Help]] {
        let text = all_states(actions, (80, 24), &look);
        assert!(text.is_ascii(), "{actions:?}:\n{text}");
    }
    assert_frames("overview_ascii_80x24", &all_states(&[], (80, 24), &look));
}

/// No frame may carry anything that a terminal would act on, at any size down to nothing.
#[test]
fn hostile_text_stays_text() {
    for view in [View::Overview, View::Findings, View::Controls, View::Sources] {
        for data in Data::ALL {
            let snapshot = data.snapshot();
            for (width, height) in [(0, 0), (1, 1), (39, 9), (40, 10), (61, 17), (80, 24), (133, 37), (200, 50)] {
                let frame = Frame::of(view, &snapshot, (width, height), &Look::default());
                let bad = |c: char| {
                    c.is_control() && c != '\n'
                        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{e0000}'..)
                };
                assert!(!frame.text().contains(bad), "{view:?} {data:?} {width}x{height}");
            }
        }
    }
}

/// The mouse hits what it sees: a first click selects, a second opens, and every rectangle is on the screen.
#[test]
fn clicks_hit_what_was_drawn() {
    let mut session = Session::new(Data::Full, (120, 40));
    let line = |session: &Session, wanted: &str| {
        let text = session.frame(&Look::default()).text();
        let (y, line) = text.lines().enumerate().find(|(_, line)| line.contains(wanted)).unwrap();
        let before = line.split(wanted).next().unwrap().chars().count();
        (u16::try_from(before).unwrap() + 1, u16::try_from(y).unwrap())
    };
    let click = |session: &mut Session, wanted: &str| {
        let (x, y) = line(session, wanted);
        let target = *session.frame(&Look::default()).hits.at(x, y).unwrap();
        session.send(Msg::Click(target));
    };
    click(&mut session, "prod-web");
    assert_eq!(session.state.overview.panel, Panel::Accounts);
    assert_eq!(session.state.view, View::Overview);
    click(&mut session, "prod-web");
    assert_eq!(session.state.view, View::Findings);
    assert_eq!(session.state.findings.filter.input.value(), "account=333344445555 is:open");
    session.act(&[Action::Back]);
    assert_eq!(session.state.view, View::Overview);
    click(&mut session, "controls");
    assert_eq!(session.state.view, View::Controls);
    click(&mut session, "IAM.15");
    assert_eq!(session.state.controls.selected, Some(("1.7".to_owned(), "IAM.15".to_owned())));
    click(&mut session, "IAM.15");
    assert_eq!(
        session.state.findings.filter.input.value(),
        "control=IAM.15 compliance:failed is:open standard=cis/5.0.0"
    );
    assert!(!session.state.findings.rows.is_empty());
}

/// The cursor is a name: when the account under it moves down the panel, the cursor goes along.
#[test]
fn the_cursor_stays_on_its_line_while_data_arrives() {
    let mut session = Session::new(Data::Loading, (120, 40));
    session.act(&[Action::NextPanel, Action::Last]);
    let named = |session: &Session| {
        let text = session.frame(&Look::default()).text();
        text.lines().find_map(|line| line.split("▌ ").nth(1).map(|rest| rest.split("  ").next().unwrap().to_owned()))
    };
    let before = named(&session).unwrap();
    session.snapshot = Data::Full.snapshot();
    session.send(Msg::Snapshot);
    assert_eq!(named(&session), Some(before));
}
