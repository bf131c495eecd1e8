//! The reader against `serde_json`: what either takes, gives and refuses.
#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::*;

/// Reads alike what `serde_json` reads, and refuses what it refuses; passing over it is reading it all the same.
fn check(text: &str) {
    let theirs = serde_json::from_str::<Value>(text);
    let ours = read::<Value>(text);
    assert_eq!(ours.clone().ok(), theirs.ok(), "{text}");
    assert_eq!(read::<IgnoredAny>(text).is_ok(), serde_json::from_str::<IgnoredAny>(text).is_ok(), "passing {text}");
}

#[test]
fn what_is_json_and_what_is_not_quite() {
    for text in [
        "",
        " ",
        "null",
        "nul",
        "nulll",
        "true false",
        "-",
        "-1",
        "-0",
        "01",
        "1.",
        "1.5",
        ".5",
        "1e5",
        "1E+",
        "1e999",
        "+1",
        "18446744073709551615",
        "18446744073709551616",
        "999999999999999999999",
        "1.7976931348623157e308",
        "0.1",
        "[",
        "]",
        "[]",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1]]",
        "{}",
        "{",
        "}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{\"a\" 1}",
        "{\"a\":1 \"b\":2}",
        "{1:2}",
        "{\"a\":1}}",
        "[}",
        "{]",
        "[{]}",
        "{\"a\":[1,{\"b\":null}]}",
        "{\"a\"::1}",
        "\"a\"b",
        "b\"a\"",
        "\"a\" \"b\"",
        "\"\\n\\u00e9\"",
        "\"\\ud83d\\ude00\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"tab\there\"",
        "[1,\t2\n]",
        "[\u{a0}1]",
        "\u{feff}1",
        "[\"\u{1f600}\", \"\\\\\"]",
        "{\"\\u0061\":1}",
        "[\u{c}1]",
        ":",
        ",",
        "1:2",
        "[1:2]",
        "{\"a\",1}",
        "[true,falsey]",
        "[\"a\",\"b\":1]",
        "{\"a\":1,\"a\":2}",
        "tru\"e\"",
    ] {
        check(text);
        check(&format!("[{text}]"));
        check(&format!("{{\"k\":{text}}}"));
        check(&format!(" {}{text}", " ".repeat(61)));
    }
}

#[test]
fn as_deep_as_serde_json_and_no_deeper() {
    for depth in [126, 127, 128, 200] {
        let text = "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(read::<Value>(&text).is_ok(), serde_json::from_str::<Value>(&text).is_ok(), "{depth}");
    }
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[ -~\\\\\"{}:,]{0,80}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..6).prop_map(|fields| fields.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn all_json_is_read_as_serde_json_reads_it(value in json(), pretty: bool) {
        check(&if pretty { serde_json::to_string_pretty(&value).unwrap() } else { value.to_string() });
    }

    #[test]
    fn cut_and_changed_text_is_read_or_refused_as_serde_json_does(
        value in json(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), "[\\[\\]{}:,\"\\\\ 0-9a-z\n\t-]{0,2}"), 1..4),
    ) {
        let mut letters: Vec<char> = value.to_string().chars().collect();
        for (at, with) in changes {
            let at = at.index(letters.len() + 1);
            letters.splice(at..(at + 1).min(letters.len()), with.chars());
        }
        check(&letters.into_iter().collect::<String>());
    }
}
