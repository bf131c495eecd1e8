//! Status and scores by AWS's rules, from records put into a store.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::model::{Batch, Format, Provenance, RawRecord, Scope, Service, Standard, Update};
use crate::store::{Field, Lens, Store};

const CIS5: &str = "standards/cis-aws-foundations-benchmark/v/5.0.0";
const CIS12: &str = "ruleset/cis-aws-foundations-benchmark/v/1.2.0";

/// Control, standard, account, compliance, workflow, record state.
type Case = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

fn posture(cases: &[Case], told: Vec<Standard>) -> Posture {
    Posture::of(&store(cases, told).publish())
}

fn store(cases: &[Case], told: Vec<Standard>) -> Store {
    let scope =
        Arc::new(Scope { service: Service::SecurityHub, account: "111122223333".into(), region: "eu-west-1".into() });
    let record = |(n, (control, standard, account, status, workflow, state)): (usize, &Case)| {
        let value = json!({
            "Id": format!("arn:aws:securityhub:eu-west-1:{account}:security-control/{control}/finding/{n}"),
            "ProductArn": "arn:aws:securityhub:eu-west-1::product/aws/securityhub",
            "AwsAccountId": account, "Region": "eu-west-1", "Title": format!("{control} title"), "Description": "",
            "GeneratorId": format!("security-control/{control}"), "Severity": {"Label": "HIGH"}, "Types": [],
            "CreatedAt": format!("2026-01-{:02}T00:00:00Z", n + 1), "UpdatedAt": "2026-02-01T00:00:00Z",
            "Resources": [{"Type": "AwsAccount", "Id": format!("AWS::::Account:{n}")}],
            "Compliance": {"Status": status, "SecurityControlId": control, "AssociatedStandards": [{"StandardsId": standard}]},
            "Workflow": {"Status": workflow}, "RecordState": state,
        });
        RawRecord { format: Format::Asff, json: value.to_string().into() }
    };
    let mut store = Store::new();
    let records = cases.iter().enumerate().map(record).collect();
    let provenance = Provenance { scope: Arc::clone(&scope), sweep: None };
    assert!(store.apply(Update::Records(Batch { provenance, records })).rejected.is_empty());
    store.apply(Update::Standards { scope, standards: told });
    store
}

const ONE: &str = "111122223333";
const TWO: &str = "444455556666";

#[test]
fn the_worst_record_that_counts_is_the_status() {
    let posture = posture(
        &[
            ("IAM.9", CIS5, ONE, "FAILED", "NEW", "ACTIVE"),
            ("IAM.9", CIS5, TWO, "PASSED", "RESOLVED", "ACTIVE"),
            ("IAM.4", CIS5, ONE, "FAILED", "SUPPRESSED", "ACTIVE"),
            ("IAM.4", CIS5, TWO, "PASSED", "RESOLVED", "ACTIVE"),
            ("IAM.5", CIS5, ONE, "FAILED", "NEW", "ARCHIVED"),
            ("IAM.6", CIS5, ONE, "WARNING", "NEW", "ACTIVE"),
            ("IAM.6", CIS5, TWO, "PASSED", "RESOLVED", "ACTIVE"),
            ("IAM.15", CIS5, ONE, "NOT_AVAILABLE", "NEW", "ACTIVE"),
        ],
        Vec::new(),
    );
    let cis = posture.standard("cis/5.0.0").unwrap();
    let of = |control: &str| cis.requirements.iter().find(|r| r.control == control).unwrap();
    assert_eq!(of("IAM.9").status, ControlStatus::Failed);
    assert_eq!(of("IAM.4").status, ControlStatus::Passed, "the suppressed failure does not count");
    assert_eq!(of("IAM.5").status, ControlStatus::NoData, "the archived failure does not count");
    assert_eq!((of("IAM.6").status, of("IAM.15").status), (ControlStatus::Unknown, ControlStatus::Unknown));
    assert_eq!((cis.passed, cis.failed, cis.unknown, cis.no_data, cis.disabled), (1, 1, 2, 36, 0));
    assert_eq!(cis.score, Some(25));
    let mfa = of("IAM.9");
    assert_eq!((mfa.failed, mfa.total, mfa.accounts), (1, 2, 2));
    assert_eq!(mfa.failed_accounts, [ONE]);
    assert_eq!(mfa.failing_since.unwrap().to_string(), "2026-01-01T00:00:00Z");
    assert_eq!(mfa.rows.iter().collect::<Vec<_>>(), [0]);
    assert_eq!((mfa.number.as_str(), cis.enablement), ("1.4", Enablement::Inferred));
    let iam = &cis.sections[0];
    assert_eq!(
        (iam.number.as_str(), iam.title.as_str(), iam.passed, iam.total),
        ("1", "Identity and Access Management", 1, 4)
    );
    assert_eq!(cis.sections.iter().map(|s| s.number.as_str()).collect::<Vec<_>>(), ["1", "2", "3", "5"]);
    assert_eq!(posture.summary, Some(25));
}

#[test]
fn a_standard_that_is_off_is_computed_from_all_records_of_its_controls() {
    let posture = posture(&[("IAM.9", CIS5, ONE, "FAILED", "NEW", "ACTIVE")], Vec::new());
    let old = posture.standard("cis/1.4.0").unwrap();
    assert_eq!(old.requirements.iter().find(|r| r.control == "IAM.9").unwrap().status, ControlStatus::Failed);
    let compared = compare(old, posture.standard("cis/5.0.0").unwrap());
    let mfa = compared.iter().find(|c| c.control == "IAM.9").unwrap();
    assert_eq!((&mfa.a[..], &mfa.b[..]), (&["1.5".to_owned()][..], &["1.4".to_owned()][..]));
    assert_eq!((mfa.status_a, mfa.status_b), (Some(ControlStatus::Failed), Some(ControlStatus::Failed)));
    assert!(compared.iter().any(|c| c.a.is_empty()) && compared.iter().any(|c| c.b.is_empty()));
}

#[test]
fn a_standard_that_is_named_is_computed_from_its_own_records() {
    let posture = posture(
        &[("IAM.9", CIS5, ONE, "FAILED", "SUPPRESSED", "ACTIVE"), ("IAM.9", CIS12, ONE, "FAILED", "NEW", "ACTIVE")],
        Vec::new(),
    );
    let status = |name: &str| {
        let standard = posture.standard(name).unwrap();
        standard.requirements.iter().find(|r| r.control == "IAM.9").unwrap().status
    };
    assert_eq!((status("cis/5.0.0"), status("cis/1.2.0")), (ControlStatus::NoData, ControlStatus::Failed));
}

/// The status of a control in a standard, and that standard's score.
fn said(posture: &Posture, standard: &str, control: &str) -> (ControlStatus, Option<u8>) {
    let standard = posture.standard(standard).unwrap();
    (standard.requirements.iter().find(|r| r.control == control).unwrap().status, standard.score)
}

#[test]
fn a_standard_that_is_on_has_no_data_before_its_first_record() {
    let requirement = Requirement {
        number: "8.4".to_owned(),
        control: "IAM.9".to_owned(),
        title: "told".to_owned(),
        severity: None,
        enabled: true,
        remediation: None,
    };
    let told = |enablement| Standard {
        id: StandardId("standards/pci-dss/v/4.0.1".into()),
        name: "PCI DSS".to_owned(),
        enablement,
        requirements: vec![requirement.clone()],
    };
    let cases = [("IAM.9", CIS5, ONE, "FAILED", "NEW", "ACTIVE")];
    let on = posture(&cases, vec![told(Enablement::Enabled)]);
    assert_eq!(said(&on, "pci-dss/4.0.1", "IAM.9"), (ControlStatus::NoData, None));
    let off = posture(&cases, vec![told(Enablement::Available)]);
    assert_eq!(said(&off, "pci-dss/4.0.1", "IAM.9"), (ControlStatus::Failed, Some(0)), "what it would say");
}

#[test]
fn a_standard_whose_records_are_out_of_sight_has_no_data() {
    let cases =
        [("IAM.9", CIS5, ONE, "PASSED", "RESOLVED", "ACTIVE"), ("IAM.9", CIS12, TWO, "FAILED", "NEW", "ACTIVE")];
    let mut store = store(&cases, Vec::new());
    let whole = Posture::of(&store.publish());
    assert_eq!(said(&whole, "cis/5.0.0", "IAM.9"), (ControlStatus::Passed, Some(100)));
    let mut store = store.through(Some(Lens::new("account", |snapshot| snapshot.with(Field::Account, TWO))));
    let narrow = Posture::of(&store.publish());
    assert_eq!(said(&narrow, "cis/1.2.0", "IAM.9"), (ControlStatus::Failed, Some(0)));
    assert_eq!(said(&narrow, "cis/5.0.0", "IAM.9"), (ControlStatus::NoData, None), "another standard's failure");
    assert_eq!(said(&narrow, "cis/1.4.0", "IAM.9"), (ControlStatus::Failed, Some(0)), "nobody has it on");
}

#[test]
fn what_the_apis_tell_comes_first_and_disabled_is_disabled() {
    let requirement = |number: &str, control: &str, enabled: bool| Requirement {
        number: number.to_owned(),
        control: control.to_owned(),
        title: "told".to_owned(),
        severity: None,
        enabled,
        remediation: None,
    };
    let told = Standard {
        id: StandardId("standards/pci-dss/v/4.0.1".into()),
        name: "PCI DSS".to_owned(),
        enablement: Enablement::Enabled,
        // One control for two requirements counts once; sub-indexes sort as numbers.
        requirements: vec![
            requirement("8.10", "IAM.9", true),
            requirement("8.2.1", "IAM.9", true),
            requirement("8.3", "IAM.4", false),
        ],
    };
    let cases = [
        ("IAM.9", "standards/pci-dss/v/4.0.1", ONE, "PASSED", "RESOLVED", "ACTIVE"),
        ("IAM.4", "standards/pci-dss/v/4.0.1", ONE, "FAILED", "NEW", "ACTIVE"),
        ("Foo.1", "standards/pci-dss/v/4.0.1", ONE, "FAILED", "NEW", "ACTIVE"),
    ];
    let posture = posture(&cases, vec![told]);
    let pci = posture.standard("PCI-DSS/4.0.1").unwrap();
    assert_eq!(pci.requirements.iter().map(|r| r.number.as_str()).collect::<Vec<_>>(), ["8.2.1", "8.3", "8.10", ""]);
    assert_eq!((pci.passed, pci.failed, pci.disabled, pci.score), (1, 1, 1, Some(50)));
    assert_eq!(pci.requirements[3].control, "Foo.1", "a control that no table names is shown");
    assert_eq!(posture.summary, Some(50), "over what the APIs say is enabled");
}

#[test]
fn percent_rounds_halves_up_as_the_worked_example() {
    assert_eq!(percent(357, 515), Some(69));
    assert_eq!((percent(1, 8), percent(0, 3), percent(3, 3), percent(0, 0)), (Some(13), Some(0), Some(100), None));
}
