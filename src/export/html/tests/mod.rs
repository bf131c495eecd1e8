//! The page against findings that attack it, and its numbers against a count of the rows one by one.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod tokens;

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::*;
use crate::export::tally::{Counts, KINDS, kind, slot, standing};
use crate::model::{
    Batch, Format as Recorded, Provenance, RawRecord, Scope, Service, SourceState, SourceStatus, Update,
};
use crate::store::{RowId, Snapshot, Store};
use tokens::Element;

const NOW: &str = "2026-11-20T12:00:00Z";

/// Stands for half a surrogate pair, which no Rust text can hold: the JSON gets `\ud83d` in its place.
const HALF: char = '\u{f8ff}';

const ATTACKS: [&str; 20] = [
    "</title><script>alert(1)</script>",
    "</style><style>*{background:url(//evil.example/x)}</style>",
    "</script>",
    "<!--",
    "-->",
    "]]>",
    "<![CDATA[",
    "\" onload=\"alert(1)",
    "' onmouseover='alert(1)",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "</td></tr></table>",
    "javascript:alert(1)",
    "data:text/html,<b>",
    "&lt;b&gt;&#60;&#x3c;&amp;&nbsp;&",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "#/../@evil.example:443\\",
    "{{7*7}}${7*7}<%= 7 %>",
    "\u{202e}gnp.\u{2066}\u{1b}]8;;https://evil.example\u{7}",
];

/// Text that attacks; never blank, since what is not there is left out of the page.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        select(ATTACKS.as_slice()).prop_map(str::to_owned),
        "[<>&;\"'/=`#!a-c\\- ]{0,12}",
        any::<String>(),
        "[\u{0}-\u{1f}\u{7f}-\u{9f}\u{200b}-\u{200f}\u{2028}-\u{202e}\u{2066}-\u{2069}\u{f8ff}\u{e0001}\u{e0041}]{1,8}",
    ];
    let times = prop_oneof![19 => Just(1_usize), 1 => Just(200)];
    (prop::collection::vec(piece, 1..5), times).prop_map(|(pieces, times)| pieces.concat().repeat(times) + "z")
}

/// What the program reads where `text` was sent.
fn read(text: &str) -> String {
    inert::line(&text.replace(HALF, "\u{fffd}")).into_owned()
}

/// The words of one finding, and of a question and a source about it.
const WORDS: usize = 16;

/// The same words with nothing in them that attacks; those that were equal still are.
fn harmless(words: &[String]) -> Vec<String> {
    words.iter().map(|word| format!("word{}", words.iter().position(|other| other == word).unwrap())).collect()
}

fn finding(words: &[String], region: &str) -> Value {
    let word = |at: usize| words[at].as_str();
    json!({
        "SchemaVersion": "2018-10-08", "Id": word(0), "ProductName": word(1), "AwsAccountId": "111122223333",
        "AwsAccountName": word(2), "Region": region, "GeneratorId": word(3), "Types": [word(4), word(5)],
        "CreatedAt": "2026-11-01T00:00:00Z", "UpdatedAt": "2026-11-02T00:00:00Z", "Title": word(6),
        "Description": word(7), "Severity": {"Label": "HIGH"}, "RecordState": "ACTIVE",
        "Workflow": {"Status": word(8)}, "Compliance": {"Status": word(9), "SecurityControlId": word(10)},
        "Resources": [
            {"Id": word(11), "Type": word(12), "Tags": {"Name": word(13), (word(14)): word(15)}},
            {"Id": word(15), "Type": word(14)},
            {"Id": "third"},
        ],
    })
}

fn snapshot(findings: &[Value], trouble: &str) -> Arc<Snapshot> {
    let scope = Arc::new(Scope { service: Service::SecurityHub, account: "111122223333".into(), region: "eu".into() });
    let record = |finding: &Value| {
        let json = Bytes::from(finding.to_string().replace(HALF, "\\ud83d"));
        RawRecord { format: Recorded::Asff, json }
    };
    let mut store = Store::new();
    let provenance = Provenance { scope: Arc::clone(&scope), sweep: None };
    let records = findings.iter().map(record).collect();
    let applied = store.apply(Update::Records(Batch { provenance, records }));
    assert!(applied.rejected.is_empty(), "{:?}", applied.rejected);
    let state = SourceState::Failed { reason: trouble.to_owned() };
    store.apply(Update::Status(Box::new(SourceStatus { state, ..SourceStatus::waiting(scope, None) })));
    store.publish()
}

/// The page of all findings, as text and as a tree.
fn page_of(snapshot: &Snapshot, query: &str) -> (String, Element) {
    let rows: Vec<RowId> = snapshot.live().iter().map(RowId).collect();
    let at = NOW.parse().unwrap();
    let report = Report { snapshot, query, at, matching: snapshot.live(), rows: &rows, wanted: None };
    let mut out = Vec::new();
    page(&mut out, &report, rows.iter().map(|row| snapshot.row(*row).unwrap())).unwrap();
    let text = String::from_utf8(out).unwrap();
    let tree = tokens::page(&text);
    (text, tree)
}

/// What holds for every page, whatever is in it.
fn runs_nothing_and_fetches_nothing(text: &str, page: &Element) {
    const ELEMENTS: [&str; 31] = [
        "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "p", "ul", "li", "code", "b", "i",
        "small", "span", "main", "section", "div", "svg", "rect", "table", "thead", "tbody", "tr", "th", "td", "time",
        "a", "footer",
    ];
    // None of these loads or runs anything, and `href` is looked at below.
    const ATTRIBUTES: [&str; 17] = [
        "lang",
        "charset",
        "http-equiv",
        "content",
        "name",
        "class",
        "viewBox",
        "preserveAspectRatio",
        "role",
        "x",
        "y",
        "width",
        "height",
        "title",
        "datetime",
        "href",
        "rel",
    ];
    assert!(!text.contains(|c: char| c != '\n' && inert::acts(c)), "a character acts");
    let all = page.all();
    for element in &all {
        assert!(ELEMENTS.contains(&element.name.as_str()), "<{}>", element.name);
        for (key, value) in &element.attributes {
            assert!(ATTRIBUTES.contains(&key.as_str()), "<{} {key}={value}>", element.name);
        }
        if let Some(href) = element.attribute("href") {
            let host = href.strip_prefix("https://").expect(href).split('/').next().unwrap();
            assert!(element.name == "a" && host.ends_with(".console.aws.amazon.com"), "{href}");
            assert!(href.chars().all(|c| c.is_ascii_graphic() && !"<>\"'`\\@".contains(c)), "{href}");
            assert!(element.attribute("rel").is_some_and(|rel| rel.contains("noopener")));
        }
    }
    // The policy is in force before anything that it could forbid, and nothing else is told to the browser.
    let told: Vec<_> = all.iter().filter_map(|e| e.attribute("http-equiv").zip(e.attribute("content"))).collect();
    assert_eq!(told, [("Content-Security-Policy", POLICY)]);
    let first: Vec<_> = all.iter().map(|element| element.name.as_str()).take(4).collect();
    assert_eq!(first, ["html", "head", "meta", "meta"]);
    // One style, our own, that asks for nothing.
    let styles: Vec<_> = page.named("style").map(Element::text).collect();
    assert_eq!(styles, [format!("\n{STYLE}")]);
    assert!(!STYLE.contains("url(") && !STYLE.contains("@import"), "the style fetches");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn hostile_text_adds_no_element_and_no_attribute(
        words in prop::collection::vec(hostile(), WORDS),
        is_region in any::<bool>(),
        query in hostile(),
        trouble in hostile(),
    ) {
        let region = |words: &[String]| if is_region { "eu-west-1".to_owned() } else { words[7].clone() };
        let (text, page) = page_of(&snapshot(&[finding(&words, &region(&words))], &trouble), &query);
        runs_nothing_and_fetches_nothing(&text, &page);
        let calm = harmless(&words);
        let (_, other) = page_of(&snapshot(&[finding(&calm, &region(&calm))], "trouble"), "query");
        prop_assert_eq!(page.outline(), other.outline());
        prop_assert_eq!(page.named("a").count(), usize::from(is_region));
        // All of it is there to be read.
        let shown = page.text();
        for at in [0, 1, 2, 6, 8, 9, 10, 11, 12, 13, 14, 15] {
            prop_assert!(shown.contains(&read(&words[at])), "word {}: {:?}", at, &words[at]);
        }
        prop_assert!(shown.contains(&inert::line(query.trim()).into_owned()) && shown.contains(&*inert::line(&trouble)));
        prop_assert_eq!(page.named("title").next().unwrap().text(), format!("Findings: {}", inert::line(query.trim())));
    }

    #[test]
    fn the_charts_say_what_a_count_says(
        names in prop::collection::vec(hostile(), 6),
        picks in prop::collection::vec(any::<[u8; 7]>(), 1..60),
    ) {
        let findings: Vec<Value> = picks.iter().enumerate().map(|(at, pick)| picked(at, *pick, &names)).collect();
        let snapshot = snapshot(&findings, "trouble");
        prop_assert_eq!(snapshot.len(), findings.len());
        let (text, page) = page_of(&snapshot, "");
        runs_nothing_and_fetches_nothing(&text, &page);
        let rows: Vec<Row<'_>> = snapshot.live().iter().map(|row| snapshot.row(RowId(row)).unwrap()).collect();

        let mut severities = [0; KINDS];
        for row in &rows {
            severities[slot(row.severity())] += 1;
        }
        for (slot, count) in severities.iter().enumerate() {
            let tile = page.classed(&format!("t{slot}")).next().map(|tile| tile.named("b").next().unwrap().text());
            prop_assert_eq!(tile.unwrap_or_else(|| "0".to_owned()), grouped(*count));
        }
        bar_shows(page.classed("whole").next().unwrap(), &severities, rows.len() as u64);

        ranking_shows(&page, "By account", &rows, |row| row.account().unwrap(), |row| row.account_name().unwrap());
        ranking_shows(&page, "By control or type", &rows, |row| kind(row).0, |row| kind(row).0);
        ranking_shows(&page, "By Region", &rows, |row| row.region().unwrap(), |row| row.region().unwrap());
        ranking_shows(&page, "By product", &rows, Row::product, Row::product);
        ranking_shows(&page, "By status", &rows, standing, standing);
        days_show(&page, &rows);

        prop_assert_eq!(page.named("tr").count(), rows.len() + 1, "a row each, and the heads");
    }
}

/// A finding of few values, named by texts that attack.
fn picked(at: usize, pick: [u8; 7], names: &[String]) -> Value {
    let name = |pick: u8| names[usize::from(pick) % names.len()].as_str();
    // Names of accounts are not unique.
    let account = pick[1] % 4;
    let mut finding = json!({
        "Id": format!("{at}{}", name(pick[0])), "ProductName": name(pick[2] % 2), "Region": name(pick[3] % 5),
        "AwsAccountId": format!("{account:012}"), "AwsAccountName": name(account / 2), "Title": name(pick[0]),
        "Workflow": {"Status": name(pick[4] % 3)}, "RecordState": if pick[4] > 200 { "ARCHIVED" } else { "ACTIVE" },
        "CreatedAt": format!("2026-{:02}-{:02}T12:00:00Z", 10 + pick[5] % 3, 1 + pick[5] / 3 % 28),
        "Resources": [{"Id": format!("resource {at}"), "Type": name(pick[1])}],
    });
    if let Some(label) = LABELS.get(usize::from(pick[0]) % KINDS).filter(|label| **label != "NO SEVERITY") {
        finding["Severity"] = json!({ "Label": label });
    }
    // More of them than have a line of their own.
    match pick[6] % 40 {
        number @ 0..20 => finding["Compliance"] = json!({"SecurityControlId": format!("{}{number}", name(0))}),
        number => finding["Types"] = json!([format!("{}/{number}", name(1))]),
    }
    finding
}

/// What a bar says in words, and that its parts are as wide as their shares.
fn bar_shows(of: &Element, counts: &Counts, full: u64) {
    const ROUNDING: u64 = 2;
    let parts: Vec<_> = of.named("rect").map(|rect| (rect.attribute("class").unwrap(), units(rect, "width"))).collect();
    let expected: Vec<_> = counts.iter().enumerate().filter(|(_, count)| **count > 0).collect();
    assert_eq!(parts.len(), expected.len());
    for ((class, width), (slot, count)) in parts.into_iter().zip(expected) {
        assert_eq!(class, format!("f{slot}"));
        assert!(width.abs_diff(count * 1_000 / full) <= ROUNDING, "{count} of {full} is {width} wide");
    }
    let said = of.named("title").next().unwrap().text();
    assert!(said.ends_with(&words(counts)), "{said}");
}

fn units(rect: &Element, key: &str) -> u64 {
    rect.attribute(key).unwrap().parse().unwrap()
}

fn words(counts: &Counts) -> String {
    let words: Vec<_> = LABELS
        .iter()
        .zip(counts)
        .filter(|(_, n)| **n > 0)
        .map(|(label, n)| format!("{label} {}", grouped(*n)))
        .collect();
    format!(": {}", words.join(", "))
}

/// Every group of the rows has its line with its numbers, or is in the last line, which says of how many it is.
fn ranking_shows<'s>(
    page: &Element,
    what: &str,
    rows: &[Row<'s>],
    key: impl Fn(&Row<'s>) -> &'s str,
    name: impl Fn(&Row<'s>) -> &'s str,
) {
    let mut groups: BTreeMap<&str, (String, Counts)> = BTreeMap::new();
    for row in rows {
        let group = groups.entry(key(row)).or_insert_with(|| (inert::line(name(row)).into_owned(), [0; KINDS]));
        group.1[slot(row.severity())] += 1;
    }
    let mut groups: Vec<(String, Counts)> = groups.into_values().collect();
    let chart =
        page.classed("chart").find(|chart| chart.named("h2").any(|h2| h2.own_text().trim() == what)).expect(what);
    let lines: Vec<&Element> = chart.classed("bar").collect();
    let lines: Vec<_> = lines
        .iter()
        .map(|line| {
            let name = line.classed("name").next().unwrap();
            let (named, count) =
                (name.own_text().trim_end().to_owned(), line.classed("count").next().unwrap().own_text());
            (line, named, name.text(), count.trim().to_owned())
        })
        .collect();
    let full = groups.iter().map(|(_, counts)| counts.iter().sum::<u64>()).max().unwrap();
    let rest = groups.len().checked_sub(12).filter(|rest| *rest > 0);
    assert_eq!(lines.len(), groups.len().min(12) + usize::from(rest.is_some()), "{what}");
    let own = lines.iter().take(12);
    let full = match rest {
        None => full,
        Some(_) => full.max(lines.last().unwrap().3.replace(',', "").parse().unwrap()),
    };
    for (line, named, _, count) in own {
        let said = line.named("title").next().unwrap().text();
        let found =
            groups.iter().position(|(name, counts)| name == named && said == format!("{name}{}", words(counts)));
        let (_, counts) = groups.swap_remove(found.unwrap_or_else(|| panic!("{what}: {said}")));
        assert_eq!(*count, grouped(counts.iter().sum()), "{what}: {said}");
        bar_shows(line, &counts, full);
    }
    if let Some(rest) = rest {
        let (line, _, named, count) = lines.last().unwrap();
        let mut sum = [0; KINDS];
        for (_, counts) in &groups {
            sum.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
        assert_eq!((named.as_str(), groups.len()), (format!("{rest} more").as_str(), rest), "{what}");
        assert_eq!(*count, grouped(sum.iter().sum()), "{what}");
        bar_shows(line, &sum, full);
    }
}

/// The columns of the last days are as high as their shares of the highest, and all the others are told in words.
fn days_show(page: &Element, rows: &[Row<'_>]) {
    const ROUNDING: u64 = 6;
    let today: Timestamp = NOW.parse().unwrap();
    let mut days: BTreeMap<u64, u64> = BTreeMap::new();
    for row in rows {
        let ago = today.as_second() / 86_400 - row.created_at().unwrap().as_second() / 86_400;
        // What a clock ahead of ours made is of today.
        if let Some(x) = 29_i64.checked_sub(ago.max(0)).and_then(|day| u64::try_from(day).ok()) {
            *days.entry(20 * x + 2).or_default() += 1;
        }
    }
    let (sum, most) = (days.values().sum::<u64>(), days.values().max().copied().unwrap_or(0));
    let chart = page.classed("wide").next().unwrap();
    let told = chart.named("h2").next().unwrap().text();
    let older = rows.len() as u64 - sum;
    assert_eq!(told, format!("First seen, the last 30 days {sum} findings; {older} are older or undated"));
    let mut heights: BTreeMap<u64, u64> = BTreeMap::new();
    for rect in chart.named("rect") {
        *heights.entry(units(rect, "x")).or_default() += units(rect, "height");
    }
    assert!(heights.keys().eq(days.keys()), "{heights:?} for {days:?}");
    for (x, count) in days {
        assert!(heights[&x].abs_diff(count * 100 / most) <= ROUNDING, "{count} of {most} is {} high", heights[&x]);
    }
}

#[test]
fn text_is_no_markup() {
    let hostile = "</title><script>alert(1)</script>\n\u{202e}\" onload='x' &lt;";
    let safe = Text(hostile).to_string();
    assert_eq!(safe, "&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;␊‹202E›&quot; onload=&#39;x&#39; &amp;lt;");
}

#[test]
fn shares_are_never_rounded_to_nothing() {
    assert_eq!(percent(1, 1000), "&lt;1%");
    assert_eq!(percent(0, 1000), "0%");
    assert_eq!(percent(999, 1000), "99%");
    assert_eq!(percent(0, 0), "");
}
