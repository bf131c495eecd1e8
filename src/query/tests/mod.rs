//! The language as a whole: what is read, what is refused and how, and that a query prints as it reads.
#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

mod evaluate;
mod group;
mod grown;
mod naive;

use super::field::{FIELDS, Field, Kind};
use super::*;
use crate::model::Severity;
use crate::model::span::{Span, Unit};

fn read(text: &str) -> String {
    parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).to_string()
}

#[test]
fn what_is_read() {
    for (text, printed) in [
        ("", ""),
        ("  ", ""),
        ("root login", "root login"),
        ("severity:critical,high", "severity=critical,high"),
        ("severity>=high -status:suppressed", "severity>=HIGH -workflow=suppressed"),
        ("title:root", "title=*root*"),
        ("title=root", "title=root"),
        ("control:IAM.*", "control=IAM.*"),
        ("region~east", "region=*east*"),
        ("a AND b OR NOT c", "a b OR -c"),
        ("a (b OR c)", "a (b OR c)"),
        ("a OR (b OR c)", "a OR b OR c"),
        ("-(a b)", "-(a b)"),
        ("NOT NOT a", "a"),
        ("age<24h", "age<24h"),
        ("age:<24h", "age<24h"),
        ("updated>=2026-11-01", "updated_at>=2026-11-01"),
        ("first<2026-11-01T10:00:00+09:00", "first_seen<2026-11-01T01:00:00Z"),
        ("score:8,9.5", "score:8 OR score:9.5"),
        ("sample:false", "-is:sample"),
        ("is:open standard:cis/5.0.0", "is:open standard=cis/5.0.0"),
        ("account!=111122223333", "-account=111122223333"),
        ("\"severity:high\"", "\"severity:high\""),
        ("\"AND\" \"-x\"", "\"AND\" \"-x\""),
        ("product:\"Security Hub\"", "product=\"Security Hub\""),
        ("brut*force", "brut*force"),
        ("*", "*"),
        (
            "arn:aws:iam::111122223333:user/ci Recon:EC2/PortProbe",
            "\"arn:aws:iam::111122223333:user/ci\" \"Recon:EC2/PortProbe\"",
        ),
        ("web - prod", "web \"-\" prod"),
        ("updated:2026-11-01..2026-11-07", "updated_at>=2026-11-01 updated_at<=2026-11-07"),
        ("updated:2026-11-01..", "updated_at>=2026-11-01"),
        ("port:22,443,1024..", "port:22 OR port:443 OR port>=1024"),
        ("port:1..1023 score:..8.9", "port:1..1023 score<=8.9"),
        ("actor.ip:198.51.100.9/24 -ip:2001:DB8::1", "actor.ip:198.51.100.0/24 -actor.ip:2001:db8::1"),
        ("ip:198.51.100.*,203.0.113.9", "actor.ip=198.51.100.* OR actor.ip:203.0.113.9"),
        ("ip~198.51", "actor.ip=*198.51*"),
        ("2001:db8::1", "\"2001:db8::1\""),
        ("tag:env=prod", "tag=\"env=prod\""),
        ("tag:env", "tag=\"env=\"*"),
        ("tag:env*", "tag=env*"),
        ("tag:\"cost center\"=7", "tag=\"cost center=7\""),
        ("has:cve has:note note:false", "has:cve has:note -has:note"),
        ("has:sample", "is:sample"),
        ("requirement:1.5,cis/5.0.0/2.1", "requirement=1.5,cis/5.0.0/2.1"),
        ("is:sequence is:unseen", "is:sequence is:unseen"),
        ("path:Resources.Details.AwsS3Bucket.OwnerId=79a5", "path:Resources.Details.AwsS3Bucket.OwnerId=79a5"),
        ("path:Resources.*.Name~web", "path:Resources.*.Name=*web*"),
        ("path:a.b!=c,d", "-path:a.b=c,d"),
        ("path:a.b>=7.5 path:a.c<24h", "path:a.b>=7.5 path:a.c<24h"),
        ("path:a=\"x = y\" -path:b", "path:a=\"x = y\" -path:b"),
    ] {
        assert_eq!(read(text), printed, "{text}");
        assert_eq!(parse(printed), parse(text), "{text}");
    }
}

#[test]
fn what_is_refused_and_how() {
    for (text, underlined) in [
        ("sevrity:high", "^^^^^^^\nthere is no field 'sevrity'; did you mean severity?"),
        (
            "a severity:hgih",
            "           ^^^^\n'hgih' is no severity; expected CRITICAL, HIGH, MEDIUM, LOW or INFORMATIONAL; did you mean HIGH?",
        ),
        (
            "workflow:supressed",
            "         ^^^^^^^^^\n'supressed' is no workflow; expected NEW, NOTIFIED, RESOLVED or SUPPRESSED; did you mean SUPPRESSED?",
        ),
        ("title:", "^^^^^^\nthere is no value here; expected a value"),
        ("region:a,", "^^^^^^^^^\nthere is no value here; expected a value"),
        ("a \"b", "  ^^\nthis quote is not closed; expected a closing \""),
        ("(a OR b", "^\nthis parenthesis is not closed; expected a closing )"),
        ("a)", " ^\nthis parenthesis closes nothing"),
        ("a OR", "    ^\nthe query ends here; expected a word or field:value"),
        ("OR a", "^^\nthis joins nothing; expected a word or field:value; in quotes it is a word"),
        ("()", " ^\nthere is nothing before this parenthesis; expected a word or field:value"),
        ("score>high", "      ^^^^\nthis is not a number; expected a number such as 7.5"),
        ("age<yesterday", "    ^^^^^^^^^\nthis is not a length of time; expected 90s, 15m, 24h, 30d or 2w"),
        ("age:24h", "    ^^^\nan age is compared; expected < or >, as in age<24h"),
        ("updated<soon", "        ^^^^\nthis is not a time; expected 24h, 30d, 2026-11-01 or an RFC 3339 time"),
        ("region<us", "       ^^\nregion has no order to compare by; expected region:us"),
        (
            "updated:2026-11-01..soon",
            "        ^^^^^^^^^^^^^^^^\nthis is not a time; expected 24h, 30d, 2026-11-01 or an RFC 3339 time",
        ),
        ("updated:7d..1d", "        ^^^^^^\na range is of dates; expected 2026-11-01..2026-11-07"),
        ("score:..", "      ^^\nthis range has no end; expected a value on either side of the dots"),
        ("port>1..9", "     ^^^^\na range is not compared; expected the range alone, as in :1..9"),
        (
            "ip:198.51.100",
            "   ^^^^^^^^^^\nthis is not an address; expected 198.51.100.7, 198.51.100.0/24 or 198.51.100.*; did you mean 198.51.100.*?",
        ),
        (
            "has:cev",
            "    ^^^\nthere is no field 'cev'; expected a field such as note, cve or control; did you mean cve?",
        ),
        (
            "path:a..b=c",
            "     ^^^^^^\na name is missing on the way to this place; expected names with dots between, as in Resources.Type=AwsS3Bucket",
        ),
        ("path:a.b=", "     ^^^^\nthere is no value behind this place; expected a value"),
        (
            "path:a.b<x",
            "     ^^^^^\nthis is neither a number nor a time; expected 7.5, 24h, 2026-11-01 or an RFC 3339 time",
        ),
        ("sample:maybe", "       ^^^^^\nthis is neither true nor false; expected true or false"),
    ] {
        let error = parse(text).unwrap_err();
        assert_eq!(error.underlined(text), format!("{text}\n{underlined}"));
    }
    let deep = "(".repeat(100_000);
    assert_eq!(parse(&deep).unwrap_err().message, "these parentheses nest too deep");
    assert_eq!(parse("is:opne").unwrap_err().nearest.as_deref(), Some("open"));
}

#[test]
fn an_underline_stands_under_wide_characters_too() {
    let error = parse("漏洩 sevrity:high").unwrap_err();
    assert!(error.underlined("漏洩 sevrity:high").contains("\n     ^^^^^^^\n"));
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9_./-]{1,8}",
        "[ \"\\\\():,<>=~*!a-z-]{1,6}",
        "\\PC{1,4}",
        Just("AND".to_owned()),
        Just("severity:high".to_owned()),
    ]
}

fn any_glob() -> impl Strategy<Value = Glob> {
    prop::collection::vec(prop::option::of(any_text()), 1..4).prop_map(|pieces| {
        let mut glob = Glob::default();
        for piece in pieces {
            match piece {
                Some(text) => glob.push_literal(&text),
                None => glob.push_any(),
            }
        }
        glob
    })
}

fn any_compare() -> impl Strategy<Value = Compare> {
    prop::sample::select(vec![Compare::Less, Compare::AtMost, Compare::AtLeast, Compare::More])
}

fn any_when() -> impl Strategy<Value = When> {
    let unit = prop::sample::select(vec![Unit::Seconds, Unit::Minutes, Unit::Hours, Unit::Days, Unit::Weeks]);
    prop_oneof![
        (any::<u32>(), unit).prop_map(|(count, unit)| When::Ago(Span { count, unit })),
        (1970_i16..2100, 1_i8..=12, 1_i8..=28).prop_map(|(y, m, d)| When::Day(jiff::civil::date(y, m, d))),
        (0_i64..4_000_000_000).prop_map(|s| When::At(jiff::Timestamp::from_second(s).unwrap())),
    ]
}

fn number(value: f64) -> Number {
    Number::parse(&value.to_string()).unwrap()
}

fn any_block() -> impl Strategy<Value = Block> {
    prop_oneof![
        (any::<u32>(), 0_u8..=32).prop_map(|(bits, prefix)| format!("{}/{prefix}", std::net::Ipv4Addr::from(bits))),
        (any::<u128>(), 0_u8..=128).prop_map(|(bits, prefix)| format!("{}/{prefix}", std::net::Ipv6Addr::from(bits))),
    ]
    .prop_map(|text| Block::parse(&text).unwrap())
}

/// A pattern that is no address by itself.
fn with_star(mut glob: Glob) -> Glob {
    glob.push_any();
    glob
}

fn any_glob_in(letters: &'static str) -> impl Strategy<Value = Glob> {
    letters.prop_map(|text| Glob::whole(&text))
}

fn any_path() -> impl Strategy<Value = Path> {
    let segment = prop_oneof![
        "[A-Za-z][A-Za-z0-9/_:, -]{0,6}".prop_map(|text| Glob::whole(&text)),
        Just(Glob::any()),
        "[A-Z][a-z]{1,3}".prop_map(|text| with_star(Glob::whole(&text))),
    ];
    prop::collection::vec(segment, 1..4).prop_map(|segments| Path { segments })
}

fn any_held() -> impl Strategy<Value = Held> {
    prop_oneof![
        Just(Held::Any),
        prop::collection::vec(any_glob(), 1..3).prop_map(Held::Text),
        (any_compare(), -1e6_f64..1e6).prop_map(|(compare, value)| Held::Number { compare, number: number(value) }),
        (any_compare(), any_when()).prop_map(|(compare, when)| Held::Time { compare, when }),
    ]
}

fn any_test() -> impl Strategy<Value = Test> {
    let free: Vec<Field> =
        FIELDS.iter().filter(|s| matches!(s.kind, Kind::Name | Kind::Text)).map(|s| s.field).collect();
    let had: Vec<Field> =
        FIELDS.iter().filter(|s| s.can_be_had() && s.field != Field::Sample).map(|s| s.field).collect();
    let times: Vec<Field> = FIELDS.iter().filter(|s| s.kind == Kind::Time).map(|s| s.field).collect();
    prop_oneof![
        any_glob().prop_map(|glob| Test::Word(glob.anywhere())),
        (prop::sample::select(free), prop::collection::vec(any_glob(), 1..3))
            .prop_map(|(field, globs)| Test::Text { field, globs }),
        (any_compare(), prop::sample::select(Severity::WORST_FIRST.to_vec()))
            .prop_map(|(compare, severity)| Test::Severity { compare, severity }),
        (any_compare(), -1e6_f64..1e6).prop_map(|(compare, value)| Test::Number {
            field: Field::Score,
            bounds: Bounds::Compares(compare, number(value))
        }),
        (0_u16..2000, 0_u16..2000).prop_map(|(from, to)| Test::Number {
            field: Field::Port,
            bounds: Bounds::Between(number(f64::from(from)), number(f64::from(to))),
        }),
        any_block().prop_map(Test::Address),
        (any_glob_in("[a-z.*0-9]{1,8}"))
            .prop_map(|glob| Test::Text { field: Field::ActorIp, globs: vec![with_star(glob)] }),
        any_glob().prop_map(|mut glob| {
            glob.push_literal("=");
            Test::Text { field: Field::Tag, globs: vec![glob] }
        }),
        prop::sample::select(had).prop_map(Test::Has),
        (any_path(), any_held()).prop_map(|(path, held)| Test::Path { path, held }),
        (prop::sample::select(times), any_compare(), any_when()).prop_map(|(field, compare, when)| Test::Time {
            field,
            compare,
            when
        }),
        prop::sample::select(Flag::ALL.to_vec()).prop_map(Test::Is),
    ]
}

pub(super) fn any_expr() -> impl Strategy<Value = Expr> {
    any_test().prop_map(Expr::Test).prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| Expr::and(parts).unwrap()),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| Expr::or(parts).unwrap()),
            inner.prop_map(Expr::negate),
        ]
    })
}

proptest! {
    #[test]
    fn a_query_prints_as_text_that_reads_as_the_same_query(expr in any_expr()) {
        let query = Query { expr: Some(expr) };
        let printed = query.to_string();
        prop_assert_eq!(parse(&printed), Ok(query), "{}", printed);
    }

    #[test]
    fn any_text_is_read_or_refused_at_a_place_in_it(text in "\\PC{0,40}") {
        if let Err(error) = parse(&text) {
            prop_assert!(text.get(error.span.clone()).is_some(), "{:?} of {:?}", error.span, text);
            prop_assert!(error.underlined(&text).starts_with(&text));
        }
    }

    #[test]
    fn text_made_of_the_languages_own_signs_is_read_or_refused(text in "[a-z:=<>~!\"\\\\()*, -]{0,24}") {
        if let Ok(query) = parse(&text) {
            prop_assert_eq!(parse(&query.to_string()), Ok(query));
        }
    }
}
