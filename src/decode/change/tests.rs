//! What changed, in the terms of a reader, and that nothing that changed goes untold.
#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn guardduty() -> Value {
    json!({
        "accountId": "111122223333", "region": "us-east-1", "type": "UnauthorizedAccess:EC2/SSHBruteForce",
        "arn": "arn:aws:guardduty:us-east-1:111122223333:detector/d/finding/f", "id": "f", "severity": 2.0,
        "title": "203.0.113.9 is performing SSH brute force attacks", "description": "Seen.",
        "createdAt": "2026-03-01T10:00:00.000Z", "updatedAt": "2026-03-01T10:15:00.000Z",
        "resource": {"resourceType": "Instance", "instanceDetails": {"instanceId": "i-0aa01b2c3d4e57e10",
            "tags": [{"key": "env", "value": "prod"}, {"key": "team", "value": "web"}]}},
        "service": {"count": 12, "archived": false, "eventFirstSeen": "2026-03-01T09:58:00.000Z",
            "eventLastSeen": "2026-03-01T10:14:00.000Z", "serviceName": "guardduty", "detectorId": "d",
            "action": {"actionType": "NETWORK_CONNECTION", "networkConnectionAction": {"connectionDirection": "INBOUND",
                "blocked": false, "protocol": "TCP", "localPortDetails": {"port": 22, "portName": "SSH"},
                "remotePortDetails": {"port": 41022, "portName": "Unknown"},
                "remoteIpDetails": {"ipAddressV4": "203.0.113.9", "city": {"cityName": "Amsterdam"},
                    "country": {"countryName": "Netherlands"},
                    "organization": {"asn": "64500", "asnOrg": "Example Hosting", "isp": "x", "org": "x"}}}}},
    })
}

fn between(old: &Value, new: &Value) -> Changes {
    changes(Format::GuardDuty, old.to_string().as_bytes(), new.to_string().as_bytes()).unwrap()
}

fn of<'c>(changes: &'c Changes, what: &str) -> Option<(&'c str, &'c str)> {
    let found = changes.fields.iter().find(|change| change.what == what)?;
    Some((found.old.as_deref().unwrap_or(""), found.new.as_deref().unwrap_or("")))
}

#[test]
fn the_same_finding_with_another_actor_says_who_it_was_and_who_it_is() {
    let (old, mut new) = (guardduty(), guardduty());
    let service = &mut new["service"];
    service["count"] = json!(1922);
    service["eventLastSeen"] = json!("2026-03-02T08:00:00.000Z");
    let remote = &mut service["action"]["networkConnectionAction"]["remoteIpDetails"];
    remote["ipAddressV4"] = json!("198.51.100.7");
    remote["country"]["countryName"] = json!("Norway");
    remote["organization"]["asn"] = json!("64501");
    new["updatedAt"] = json!("2026-03-02T08:05:00.000Z");
    new["severity"] = json!(8.0);
    new["service"]["additionalInfo"] = json!({"value": "{\"unusual\":1}"});
    let changes = between(&old, &new);
    assert_eq!(of(&changes, "Actor IP"), Some(("203.0.113.9", "198.51.100.7")), "{changes:#?}");
    assert_eq!(of(&changes, "Actor country"), Some(("Netherlands", "Norway")));
    assert_eq!(of(&changes, "Count"), Some(("12", "1922")));
    assert_eq!(of(&changes, "Severity"), Some(("LOW", "HIGH")));
    assert_eq!(of(&changes, "Last seen"), Some(("2026-03-01 10:14:00 UTC", "2026-03-02 08:00:00 UTC")));
    assert!(!changes.paths.iter().any(|change| change.what.contains("count") || change.what.ends_with("ipAddressV4")));
    let untold = changes.paths.iter().find(|change| change.what == "service.additionalInfo");
    assert!(untold.is_some() || of(&changes, "unusual").is_some(), "{changes:#?}");
    assert!(changes.summary().starts_with("Severity LOW → HIGH"), "{}", changes.summary());
    assert!(changes.summary().contains("Actor IP 203.0.113.9 → 198.51.100.7"), "{}", changes.summary());
}

#[test]
fn several_actors_are_told_apart_by_what_they_are() {
    let probe = |ips: &[&str]| {
        let mut finding = guardduty();
        let details: Vec<Value> = ips
            .iter()
            .map(|ip| json!({"localPortDetails": {"port": 22}, "remoteIpDetails": {"ipAddressV4": ip}}))
            .collect();
        finding["service"]["action"] =
            json!({"actionType": "PORT_PROBE", "portProbeAction": {"blocked": false, "portProbeDetails": details}});
        finding
    };
    let changes = between(&probe(&["203.0.113.9", "203.0.113.10"]), &probe(&["203.0.113.10", "198.51.100.7"]));
    assert_eq!(of(&changes, "Actor"), Some(("203.0.113.9", "198.51.100.7")), "{changes:#?}");
    assert_eq!(changes.fields.iter().filter(|change| change.what == "Actor").count(), 1);
}

#[test]
fn elements_of_arrays_are_known_by_their_ids_and_not_by_their_places() {
    let (mut places, mut moved) = (Vec::new(), Vec::new());
    let old = json!({"Resources": [{"Id": "a", "Tags": {"env": "prod"}}, {"Id": "b"}], "Ports": [22, 80]});
    let new = json!({"Resources": [{"Id": "c"}, {"Id": "a", "Tags": {"env": "test"}}], "Ports": [80, 443]});
    paths::walk(&old, &new, &mut places);
    let lines: Vec<String> = places.iter().map(Change::line).collect();
    assert_eq!(
        lines,
        [
            "Resources[a].Tags.env prod → test",
            r#"Resources[b] - {"Id":"b"}"#,
            r#"Resources[c] + {"Id":"c"}"#,
            "Ports[] 22 → 443",
        ]
    );
    paths::walk(&json!([{"x": 1}, {"x": 2}]), &json!([{"x": 1}, {"x": 3}, {"y": 1}]), &mut moved);
    let lines: Vec<String> = moved.iter().map(Change::line).collect();
    assert_eq!(lines, ["[1].x 2 → 3", r#"[2] + {"y":1}"#]);
}

fn tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0..4).prop_map(Value::from),
        "[ab]{0,2}".prop_map(Value::from)
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("Id|Name|[abc]", inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    /// The same content has no change, and another content has one, whatever the shapes.
    #[test]
    fn nothing_that_differs_goes_untold(old in tree(), new in tree()) {
        let mut found = Vec::new();
        paths::walk(&old, &new, &mut found);
        prop_assert_eq!(found.is_empty(), old == new, "{:?}", found);
    }

    /// And so for whole records, where the terms take part.
    #[test]
    fn records_with_any_field_changed_say_so(extra in tree(), count in 0..3_u32) {
        let (old, mut new) = (guardduty(), guardduty());
        new["service"]["additionalInfo"] = extra;
        new["service"]["count"] = json!(12 + count);
        let changes = between(&old, &new);
        prop_assert!(!changes.is_empty());
        prop_assert_eq!(of(&changes, "Count").is_some(), count > 0);
    }
}
