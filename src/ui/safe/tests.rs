//! The gate, told by hostile text.

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::*;

fn drawn(text: &Safe<'_>) -> usize {
    let width = u16::try_from(text.width() + 8).unwrap_or(u16::MAX);
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, 1));
    usize::from(buffer.set_stringn(0, 0, text.as_str(), usize::from(width), Style::default()).0)
}

#[test]
fn clean_text_is_borrowed() {
    for text in ["", "i-0f3a41d2 (web-7)", "東京リージョン", "naïve café", "S3 バケット 🙂"] {
        let safe = Safe::new(text);
        assert!(matches!(safe.0, Cow::Borrowed(_)), "{text}");
        assert_eq!(safe.as_str(), text);
    }
}

#[test]
fn controls_show_as_pictures() {
    assert_eq!(Safe::new("a\x1b[2Jb").as_str(), "a␛[2Jb");
    assert_eq!(Safe::new("one\r\ntwo\tthree\x7f").as_str(), "one␍␊two␉three␡");
    assert_eq!(Safe::new("csi \u{9b}31m").as_str(), "csi ‹009B›31m");
}

#[test]
fn what_hides_is_named() {
    assert_eq!(Safe::new("gpj.\u{202e}exe").as_str(), "gpj.‹202E›exe");
    assert_eq!(Safe::new("ad\u{200b}min").as_str(), "ad‹200B›min");
    assert_eq!(Safe::new("soft\u{ad}ly").as_str(), "soft‹00AD›ly");
    assert_eq!(Safe::new("⚠\u{fe0f} ok").as_str(), "⚠‹FE0F› ok");
    assert_eq!(Safe::new("tag\u{e0041}\u{e0042}\u{e007f}").as_str(), "tag‹E0041×3›");
    assert_eq!(Safe::new("\u{e0b0}").as_str(), "‹E0B0›");
}

#[test]
fn floods_stay_short() {
    let flood: String = std::iter::repeat_n('\u{200b}', 40).collect();
    assert_eq!(Safe::new(&flood).as_str(), "‹200B×40›");
    let zalgo: String = std::iter::once('a').chain(std::iter::repeat_n('\u{301}', 60)).collect();
    assert_eq!(Safe::new(&zalgo).as_str(), "a‹0301×60›");
}

#[test]
fn a_lone_mark_does_not_join_what_stands_before_it() {
    assert_eq!(Safe::new("\u{301}x").as_str(), "‹0301›x");
    assert_eq!(Safe::new("e\u{301}").as_str(), "e\u{301}");
}

#[test]
fn graphemes_that_terminals_measure_differently_are_taken_apart() {
    assert_eq!(Safe::new("👍\u{1f3fd}").as_str(), "👍‹1F3FD›");
    assert_eq!(Safe::new("👩\u{200d}💻").as_str(), "👩‹200D›‹1F4BB›");
}

#[test]
fn lines_break_where_text_breaks() {
    let lines: Vec<String> = Safe::lines("a\nb\r\nc\u{2028}d\x1b\n").map(|line| line.to_string()).collect();
    assert_eq!(lines, ["a", "b", "c", "d␛"]);
    assert_eq!(Safe::lines("").count(), 1);
}

#[test]
fn wrapping_keeps_every_word() {
    let safe = Safe::new("Restrict the security group to known sources, then rotate the instance profile");
    let lines: Vec<String> = safe.wrap(20).iter().map(ToString::to_string).collect();
    assert!(lines.iter().all(|line| line.len() <= 20), "{lines:?}");
    assert_eq!(lines.join(" "), safe.as_str());
    assert_eq!(Safe::new("abcdefghij").wrap(4).iter().map(ToString::to_string).collect::<String>(), "abcdefghij");
}

#[test]
fn of_gates_what_it_formats() {
    assert_eq!(Safe::of(format_args!("{} of {}", "\x1bx", 3)).as_str(), "␛x of 3");
}

/// Characters that attack, more often than chance would bring them.
fn hostile() -> impl Strategy<Value = String> {
    let one = prop_oneof![
        any::<char>(),
        prop::char::range('\0', '\u{a0}'),
        prop::char::range('\u{300}', '\u{36f}'),
        prop::char::range('\u{2000}', '\u{2070}'),
        prop::char::range('\u{900}', '\u{97f}'),
        prop::char::range('\u{1100}', '\u{11ff}'),
        prop::char::range('\u{fe00}', '\u{fe20}'),
        prop::char::range('\u{1f1e0}', '\u{1f650}'),
        prop::char::range('\u{e0000}', '\u{e0200}'),
    ];
    prop::collection::vec(one, 0..40).prop_map(|chars| chars.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn nothing_forbidden_comes_out(text in hostile()) {
        let safe = Safe::new(&text);
        prop_assert!(safe.as_str().chars().all(|c| class(c) == Class::Plain), "{:?}", safe);
        prop_assert!(safe.as_str().graphemes(true).all(is_honest), "{:?}", safe);
    }

    #[test]
    fn width_is_what_ratatui_draws(text in hostile()) {
        let safe = Safe::new(&text);
        prop_assert_eq!(safe.width(), drawn(&safe));
    }

    #[test]
    fn what_came_out_goes_through_unchanged(text in hostile()) {
        let once = Safe::new(&text).into_owned();
        let twice = Safe::new(once.as_str());
        prop_assert_eq!(twice.as_str(), once.as_str());
    }

    #[test]
    fn cuts_fit(text in hostile(), cells in 0_usize..30) {
        let safe = Safe::new(&text);
        let (head, width) = safe.head(cells);
        prop_assert!(width <= cells);
        prop_assert_eq!(head.width(), width);
        let (tail, width) = safe.tail(cells);
        prop_assert!(width <= cells);
        prop_assert_eq!(tail.width(), width);
    }

    #[test]
    fn cuts_are_between_graphemes_and_keep_all_that_fits(text in hostile(), letters in "[ -~]{0,12}", cells in 0_usize..30) {
        for text in [format!("{letters}{text}"), format!("{text}{letters}")] {
            let safe = Safe::new(&text);
            let fitting = |widths: Vec<(&str, u16)>| {
                let mut filled = 0;
                let fits = |(_, width): &&(&str, u16)| {
                    filled += usize::from(*width);
                    filled <= cells
                };
                widths.iter().take_while(fits).map(|(grapheme, _)| grapheme.len()).sum::<usize>()
            };
            prop_assert_eq!(safe.head(cells).0.as_str().len(), fitting(graphemes(safe.as_str()).collect()));
            prop_assert_eq!(safe.tail(cells).0.as_str().len(), fitting(graphemes(safe.as_str()).rev().collect()));
        }
    }

    #[test]
    fn wrapped_lines_fit(text in hostile(), cells in 4_usize..30) {
        let safe = Safe::new(&text);
        prop_assert!(safe.wrap(cells).iter().all(|line| line.width() <= cells));
    }
}
