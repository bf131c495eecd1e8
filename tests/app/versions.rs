//! What a finding was before: its versions, what changed between two of them, and AWS's own history.

use serde_json::{Value, json};
use yagura::app::versions::{Asked, Line};
use yagura::app::{Effect, Msg, View};
use yagura::model::history::FieldUpdate;
use yagura::model::{
    Batch, Format, History, HistoryError, HistoryRecord, JournalStatus, Keeping, Provenance, RawRecord, Service, Update,
};

use super::data;
use super::stage::Stage;

/// GuardDuty's finding as Security Hub has it, with who did it and how often.
pub(crate) fn threat(ip: &str, country: &str, count: u32, minute: u32) -> Value {
    let mut record = data::records()[2].clone();
    record["Action"] = json!({"ActionType": "NETWORK_CONNECTION", "NetworkConnectionAction": {
        "ConnectionDirection": "INBOUND", "Protocol": "TCP", "Blocked": false, "LocalPortDetails": {"Port": 22},
        "RemoteIpDetails": {"IpAddressV4": ip, "Country": {"CountryName": country}}}});
    record["ProductFields"]["aws/guardduty/service/count"] = json!(count.to_string());
    record["UpdatedAt"] = json!(format!("2026-03-14T14:{minute:02}:00Z"));
    record["LastObservedAt"] = record["UpdatedAt"].clone();
    record
}

/// Three versions of one finding, seen a minute apart, on the screen.
pub(crate) fn three() -> Stage {
    let mut stage = Stage::that_keeps_versions(&[threat("203.0.113.9", "Netherlands", 12, 2)]);
    for (ip, country, count, minute) in [("198.51.100.7", "Norway", 40, 3), ("198.51.100.7", "Norway", 41, 4)] {
        stage.wait(60);
        stage.arrive(&[threat(ip, country, count, minute)]);
    }
    stage.wait(60);
    stage.keys("2 Enter V");
    stage
}

fn changes(stage: &Stage) -> String {
    let line = |line: &Line| match line {
        Line::Change { what, text, .. } => Some(format!("{what}: {text}")),
        Line::Heading(text) => Some(text.clone()),
        _ => None,
    };
    stage.state.versions.lines.iter().filter_map(line).collect::<Vec<_>>().join("\n")
}

fn notes(stage: &Stage) -> String {
    let line = |line: &Line| match line {
        Line::Note { text, .. } => Some(text.clone()),
        _ => None,
    };
    stage.state.versions.lines.iter().filter_map(line).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_last_two_are_compared_and_any_two_can_be() {
    let mut stage = three();
    assert_eq!(stage.view(), View::Versions);
    assert_eq!(stage.state.versions.past.as_ref().unwrap().entries.len(), 3);
    assert_eq!(stage.state.versions.pair(), Some((1, 2)));
    assert!(changes(&stage).contains("40 → 41"), "{}", changes(&stage));
    assert!(!changes(&stage).contains("203.0.113.9"), "{}", changes(&stage));
    // The one before: what the second version changed.
    stage.keys("j Enter");
    assert_eq!(stage.state.versions.pair(), Some((0, 1)));
    assert!(changes(&stage).contains("Actor IP: 203.0.113.9 → 198.51.100.7"), "{}", changes(&stage));
    assert!(changes(&stage).contains("Actor country: Netherlands → Norway"), "{}", changes(&stage));
    // The first has none before it; from the first to the last is a choice of two.
    stage.keys("j Enter");
    assert!(stage.message().starts_with("This is the first version"), "{}", stage.message());
    stage.keys("k k Enter j j Space");
    assert_eq!(stage.state.versions.pair(), Some((0, 2)));
    assert!(changes(&stage).contains("12 → 41"), "{}", changes(&stage));
    assert!(changes(&stage).contains("Actor IP: 203.0.113.9 → 198.51.100.7"), "{}", changes(&stage));
    stage.keys("Esc");
    assert_eq!(stage.view(), View::Detail);
}

#[test]
fn each_version_says_what_it_changed_and_when_it_was_seen() {
    let stage = three();
    let screen = stage.screen();
    let lines: Vec<&str> = screen.lines().collect();
    assert!(lines[0].contains("3 versions seen"), "{screen}");
    assert!(
        lines[3].contains("B ") && lines[3].contains("2026-03-14 14:04:30") && lines[3].contains("now"),
        "{screen}"
    );
    assert!(lines[4].contains("A ") && lines[4].contains("Actor IP 203.0.113.9 → 198.51.100.7"), "{screen}");
    assert!(lines[5].contains("2026-03-14 14:02:30") && lines[5].contains("the first version seen"), "{screen}");
}

#[test]
fn a_version_that_comes_while_one_looks_is_there_and_the_cursor_stays() {
    let mut stage = three();
    stage.keys("j");
    let on = stage.state.versions.lines[stage.state.versions.cursor.selected].clone();
    stage.arrive(&[threat("192.0.2.44", "Chile", 50, 9)]);
    assert_eq!(stage.state.versions.past.as_ref().unwrap().entries.len(), 4);
    assert_eq!(stage.state.versions.pair(), Some((2, 3)));
    assert!(changes(&stage).contains("Actor IP: 198.51.100.7 → 192.0.2.44"), "{}", changes(&stage));
    assert_eq!(stage.state.versions.lines[stage.state.versions.cursor.selected], on);
    // What the user chose stays chosen.
    stage.keys("Enter");
    let pair = stage.state.versions.pair();
    stage.arrive(&[threat("192.0.2.45", "Chile", 51, 10)]);
    assert_eq!(stage.state.versions.pair(), pair);
}

#[test]
fn where_nothing_changed_it_says_since_when_that_is_known() {
    let mut stage = Stage::that_keeps_versions(&[threat("203.0.113.9", "Netherlands", 12, 2)]);
    stage.keys("2 Enter V");
    assert!(
        notes(&stage).contains("Only this version has been seen since 2026-03-14 14:02:30 UTC"),
        "{}",
        notes(&stage)
    );
    let mut off = Stage::on_the_list(&[threat("203.0.113.9", "Netherlands", 12, 2)]);
    off.keys("Enter V");
    assert!(notes(&off).contains("Versions are not kept in this session"), "{}", notes(&off));
}

pub(crate) fn event(old: &str, new: &str) -> HistoryRecord {
    HistoryRecord {
        at: Some("2026-03-14T14:03:10Z".parse().unwrap()),
        created: false,
        source: Some("BATCH_UPDATE_FINDINGS".to_owned()),
        identity: Some("arn:aws:sts::111122223333:assumed-role/triage/mary.major".to_owned()),
        updates: vec![FieldUpdate {
            field: "Workflow".to_owned(),
            old: Some(old.to_owned()),
            new: Some(new.to_owned()),
        }],
    }
}

#[test]
fn aws_s_own_history_joins_the_list_when_it_is_asked_for() {
    let mut stage = three();
    assert!(notes(&stage).contains("H asks for it"), "{}", notes(&stage));
    stage.keys("H H");
    let [Effect::AskHistory { row, record, scope, key }] = &stage.effects[..] else { panic!("{:?}", stage.effects) };
    assert_eq!((scope.service, key.format), (Service::SecurityHub, Format::Asff));
    assert!(key.product_arn.ends_with("product/aws/guardduty"));
    let (row, record) = (*row, *record);
    assert_eq!(stage.state.versions.history, Asked::Asking);
    let denied = HistoryError::Denied { action: "securityhub:GetFindingHistory".to_owned() };
    stage.send(Msg::History { row, record, result: Err(denied) });
    assert!(notes(&stage).contains("allow securityhub:GetFindingHistory"), "{}", notes(&stage));
    stage.keys("H");
    let history = History { records: vec![event("NEW", "SUPPRESSED\u{1b}[31m")], cut: None };
    stage.send(Msg::History { row, record, result: Ok(history) });
    let screen = stage.screen();
    let at = screen.lines().position(|line| line.contains("Workflow NEW → SUPPRESSED")).unwrap();
    assert!(screen.lines().nth(at).unwrap().contains("by mary.major"), "{screen}");
    // Between the versions of 14:03:30 and 14:02:30.
    assert_eq!(at, 5, "{screen}");
    assert!(!screen.contains('\u{1b}'));
}

#[test]
fn each_record_of_a_finding_has_its_own_versions() {
    let mut stage = Stage::that_keeps_versions(&[threat("203.0.113.9", "Netherlands", 12, 2)]);
    let id = data::records()[2]["Id"].clone();
    let native = json!({"arn": id, "id": "f", "accountId": "111122223333", "region": "us-east-1", "severity": 2.0,
        "type": "Recon:EC2/Portscan", "updatedAt": "2026-03-14T14:02:00Z", "service": {"count": 12}});
    let records = vec![RawRecord { format: Format::GuardDuty, json: native.to_string().into_bytes().into() }];
    let provenance = Provenance { scope: data::scope(Service::GuardDuty, "us-east-1"), sweep: None };
    stage.store.apply(Update::Records(Batch { provenance, records }));
    stage.snapshot = stage.store.publish();
    stage.send(Msg::Snapshot);
    stage.keys("2 Enter V");
    assert!(stage.screen().contains("record 1 of 2"), "{}", stage.screen());
    assert!(stage.screen().contains("GuardDuty 111122223333"), "{}", stage.screen());
    stage.keys("H");
    assert!(stage.message().starts_with("Only Security Hub has a history"), "{}", stage.message());
    stage.keys("Tab");
    assert!(stage.screen().contains("record 2 of 2"), "{}", stage.screen());
    assert_eq!(stage.state.versions.past.as_ref().unwrap().key.format, Format::Asff);
    stage.keys("H");
    assert!(matches!(stage.effects.last(), Some(Effect::AskHistory { record: 1, .. })), "{:?}", stage.effects);
}

#[test]
fn versions_that_get_lost_are_said_wherever_one_is() {
    let mut stage = Stage::on_the_list(&data::records());
    let trouble = Some("No space left on device (os error 28)".to_owned());
    stage.send(Msg::Journal(JournalStatus { keeping: Keeping::On, lost: 3, trouble, ..JournalStatus::default() }));
    assert_eq!(stage.message(), "Versions of findings are not being kept: No space left on device (os error 28).");
    stage.keys("Enter V");
    assert!(notes(&stage).contains("3 versions could not be kept in this session: No space left"), "{}", notes(&stage));
}

#[test]
fn what_an_attacker_wrote_stays_text_at_any_size() {
    for (width, height) in [(41, 11), (60, 20), (80, 24), (120, 40), (200, 50)] {
        let mut hostile = threat("203.0.113.9", "Nether\u{202e}lands", 12, 2);
        let mut stage = Stage::that_keeps_versions(&[hostile.clone()]);
        stage.send(Msg::Resize { width, height });
        hostile["Title"] = json!("\u{1b}]0;owned\u{7}\u{1b}[2J");
        hostile["UpdatedAt"] = json!("2026-03-14T14:05:00Z");
        hostile["Resources"][0]["Tags"] = json!({"a\u{1b}[1A": "b\r\n\u{200b}"});
        stage.arrive(&[hostile]);
        stage.keys("2 Enter V");
        for keys in ["j", "G", "Enter", "k", "Space", "g"] {
            stage.keys(keys);
            let screen = stage.screen();
            let bad =
                |c: char| c.is_control() && c != '\n' || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}');
            assert!(!screen.contains(bad), "{screen}");
            for line in screen.lines() {
                assert!(unicode_width::UnicodeWidthStr::width(line) <= usize::from(width), "{line}");
            }
        }
    }
}
