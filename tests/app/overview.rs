//! The overview's lines and the lists behind them.

use serde_json::{Value, json};
use yagura::app::overview::Panel;

use super::stage::Stage;

fn arn(n: u32) -> String {
    format!("arn:aws:guardduty:us-east-1:111122223333:detector/12abc34d567e8fa901bc2d34e56789f0/finding/{n:032}")
}

/// A finding as GuardDuty gives it.
fn own(n: u32, kind: &str) -> Value {
    let mut record: Value = serde_json::from_str(include_str!("../records/guardduty.json")).unwrap();
    record["arn"] = json!(arn(n));
    record["id"] = json!(format!("{n:032}"));
    record["type"] = json!(kind);
    record["severity"] = json!(8);
    record
}

/// Its copy in Security Hub.
fn copy(n: u32, kind: &str) -> Value {
    let mut record: Value = serde_json::from_str(include_str!("../records/asff.json")).unwrap();
    record["Id"] = json!(arn(n));
    record["ProductArn"] = json!("arn:aws:securityhub:us-east-1::product/aws/guardduty");
    record["Types"] = json!([kind]);
    record["Compliance"] = Value::Null;
    record
}

#[test]
fn a_type_is_one_line_however_it_is_written_and_its_list_has_as_many() {
    let probe = "TTPs/Discovery/Recon:EC2-PortProbeUnprotectedPort";
    let mut stage = Stage::with(&[
        copy(1, probe),
        copy(2, probe),
        copy(3, "TTPs/Recon:EC2/PortProbeUnprotectedPort"),
        copy(4, "TTPs/Discovery/Recon:EC2-PortProbeEMRUnprotectedPort"),
    ]);
    stage.arrive_from_guardduty(&[
        own(1, "Recon:EC2/PortProbeUnprotectedPort"),
        own(5, "Recon:EC2/PortProbeUnprotectedPort"),
        own(6, "Backdoor:EC2/C&CActivity.B!DNS"),
    ]);
    let counts = stage.state.overview.counts(&yagura::app::Moment { snapshot: &stage.snapshot, now: stage.now });
    let lines: Vec<_> = counts.types.iter().map(|tally| (tally.value.as_str(), tally.high, tally.total)).collect();
    assert_eq!(
        lines,
        [
            ("Recon:EC2/PortProbeUnprotectedPort", 4, 4),
            ("Backdoor:EC2/C&CActivity.B!DNS", 1, 1),
            ("Recon:EC2/PortProbeEMRUnprotectedPort", 1, 1),
        ]
    );
    stage.state.overview.focus(Panel::Types);
    for (at, (_, _, total)) in lines.iter().enumerate() {
        stage.keys(&format!("{}Enter", "j ".repeat(at)));
        assert_eq!(stage.titles().len() as u64, *total, "{}", stage.screen());
        stage.keys("Esc g");
    }
}
