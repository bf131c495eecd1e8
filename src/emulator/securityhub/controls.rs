//! Security controls and which standards ask for them.

use serde_json::Value;

use crate::emulator::data::control::remediation_url;
use crate::emulator::data::json::Json;
use crate::emulator::data::plan::enabled;
use crate::emulator::data::table::{Control, STANDARDS, control_by_id, controls};
use crate::emulator::reply::{Reply, invalid};
use crate::emulator::request::Request;

use super::page::{max_results, page};

/// The requests that AWS documents no maximum for are held to this many ids, as a real limit would show.
const BATCH: usize = 100;

pub(crate) fn list_definitions(request: &Request) -> Result<Reply, Reply> {
    let size = max_results(request.query("MaxResults").and_then(|n| n.parse().ok()), 100, 25)?;
    let standard = request.query("StandardsArn");
    let listed: Vec<&Control> = controls()
        .iter()
        .filter(|control| {
            standard.is_none_or(|arn| control.standards.iter().any(|(s, _)| STANDARDS[*s].arn(&request.region) == arn))
        })
        .collect();
    let page = page(listed.len(), size, request.query("NextToken"), &format!("definitions {standard:?}"))?;
    Ok(Reply::object(|j| {
        j.array_at("SecurityControlDefinitions", |j| {
            for control in &listed[page.from..page.upto] {
                j.object(|j| {
                    describe(j, control);
                    j.text("CurrentRegionAvailability", "AVAILABLE");
                    j.strings::<&str>("CustomizableProperties", []);
                    j.text("Provider", "AWS");
                });
            }
        });
        if let Some(next) = &page.next {
            j.text("NextToken", next);
        }
    }))
}

fn describe(j: &mut Json, control: &Control) {
    j.text("SecurityControlId", control.id);
    j.text("Title", control.title);
    j.plain(
        "Description",
        format_args!("Checks the following: {}.", control.title.trim_end_matches('.').replace('"', "'")),
    );
    j.text("RemediationUrl", &remediation_url(control));
    j.text("SeverityRating", control.severity.label());
}

fn control_arn(request: &Request, control: &Control) -> String {
    format!("arn:aws:securityhub:{}:{}:security-control/{}", request.region, request.account, control.id)
}

pub(crate) fn batch_get(request: &Request) -> Result<Reply, Reply> {
    let body = request.json()?;
    let ids = body
        .get("SecurityControlIds")
        .and_then(Value::as_array)
        .ok_or_else(|| invalid("SecurityControlIds is missing"))?;
    let ids: Vec<&str> = ids.iter().filter_map(Value::as_str).collect();
    let bare =
        |id: &str| id.rsplit_once("security-control/").map_or_else(|| id.to_owned(), |(_, tail)| tail.to_owned());
    Ok(Reply::object(|j| {
        j.array_at("SecurityControls", |j| {
            for control in ids.iter().take(BATCH).filter_map(|id| control_by_id(&bare(id))) {
                j.object(|j| {
                    describe(j, control);
                    j.text("SecurityControlArn", &control_arn(request, control));
                    j.text("SecurityControlStatus", "ENABLED");
                    j.text("UpdateStatus", "READY");
                    j.object_at("Parameters", |_| {});
                    j.text("Provider", "AWS");
                });
            }
        });
        j.array_at("UnprocessedIds", |j| {
            for (id, at) in ids.iter().zip(0..) {
                let code = if at >= BATCH { "LIMIT_EXCEEDED" } else { "NOT_FOUND" };
                if at >= BATCH || control_by_id(&bare(id)).is_none() {
                    j.object(|j| {
                        j.text("SecurityControlId", id);
                        j.text("ErrorCode", code);
                        j.text("ErrorReason", "The control could not be returned");
                    });
                }
            }
        });
    }))
}

/// One association, as both operations write it.
fn association(j: &mut Json, request: &Request, control: &Control, standard: usize, numbers: &[&str]) {
    let definition = &STANDARDS[standard];
    j.text("StandardsArn", &definition.arn(&request.region));
    j.text("SecurityControlId", control.id);
    j.text("SecurityControlArn", &control_arn(request, control));
    j.text("AssociationStatus", if definition.enabled { "ENABLED" } else { "DISABLED" });
    j.strings("RelatedRequirements", numbers.iter().map(|number| format!("{}{number}", definition.requirement)));
    j.text("UpdatedAt", "2026-01-15T09:30:00.000Z");
    j.text("StandardsControlTitle", control.title);
    j.plain("StandardsControlDescription", format_args!("{}", control.title.replace('"', "'")));
}

pub(crate) fn list_associations(request: &Request) -> Result<Reply, Reply> {
    let size = max_results(request.query("MaxResults").and_then(|n| n.parse().ok()), 100, 25)?;
    let id = request.query("SecurityControlId").ok_or_else(|| invalid("SecurityControlId is missing"))?;
    let bare = id.rsplit_once("security-control/").map_or(id, |(_, tail)| tail);
    let control = control_by_id(bare).ok_or_else(|| invalid(&format!("Security control {id} does not exist")))?;
    let listed: Vec<_> = enabled(control).collect();
    let page = page(listed.len(), size, request.query("NextToken"), &format!("associations {id}"))?;
    Ok(Reply::object(|j| {
        j.array_at("StandardsControlAssociationSummaries", |j| {
            for (standard, numbers) in &listed[page.from..page.upto] {
                j.object(|j| association(j, request, control, *standard, numbers));
            }
        });
        if let Some(next) = &page.next {
            j.text("NextToken", next);
        }
    }))
}

pub(crate) fn batch_get_associations(request: &Request) -> Result<Reply, Reply> {
    let body = request.json()?;
    let asked = body
        .get("StandardsControlAssociationIds")
        .and_then(Value::as_array)
        .ok_or_else(|| invalid("StandardsControlAssociationIds is missing"))?;
    let pair = |entry: &Value| {
        let text = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        (text("SecurityControlId"), text("StandardsArn"))
    };
    let find = |id: &str, arn: &str| {
        let control = control_by_id(id)?;
        let found = control.standards.iter().find(|(s, _)| STANDARDS[*s].arn(&request.region) == arn)?;
        Some((control, found.0, found.1.as_slice()))
    };
    let asked: Vec<(String, String)> = asked.iter().map(pair).collect();
    Ok(Reply::object(|j| {
        j.array_at("StandardsControlAssociationDetails", |j| {
            for (control, standard, numbers) in asked.iter().take(BATCH).filter_map(|(id, arn)| find(id, arn)) {
                j.object(|j| {
                    association(j, request, control, standard, numbers);
                    let tail = STANDARDS[standard].tail();
                    let number = numbers.first().copied().unwrap_or(control.id);
                    let arn =
                        format!("arn:aws:securityhub:{}:{}:control/{tail}/{number}", request.region, request.account);
                    j.strings("StandardsControlArns", [arn]);
                });
            }
        });
        j.array_at("UnprocessedAssociations", |j| {
            for ((id, arn), at) in asked.iter().zip(0..) {
                if at >= BATCH || find(id, arn).is_none() {
                    j.object(|j| {
                        j.object_at("StandardsControlAssociationId", |j| {
                            j.text("SecurityControlId", id);
                            j.text("StandardsArn", arn);
                        });
                        j.text("ErrorCode", if at >= BATCH { "LIMIT_EXCEEDED" } else { "NOT_FOUND" });
                        j.text("ErrorReason", "The association could not be returned");
                    });
                }
            }
        });
    }))
}
