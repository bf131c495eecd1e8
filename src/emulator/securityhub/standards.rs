//! `DescribeStandards` and `GetEnabledStandards`.

use serde_json::Value;

use crate::emulator::data::table::{STANDARDS, Standard};
use crate::emulator::reply::{Reply, invalid};
use crate::emulator::request::Request;

use super::page::{max_results, page};

pub(crate) fn describe(request: &Request) -> Result<Reply, Reply> {
    let size = max_results(request.query("MaxResults").and_then(|n| n.parse().ok()), 100, 100)?;
    let page = page(STANDARDS.len(), size, request.query("NextToken"), "standards")?;
    Ok(Reply::object(|j| {
        j.array_at("Standards", |j| {
            for standard in &STANDARDS[page.from..page.upto] {
                j.object(|j| {
                    j.text("StandardsArn", &standard.arn(&request.region));
                    j.text("Name", standard.name);
                    j.plain("Description", format_args!("The checks that {} asks for.", standard.name));
                    j.bool("EnabledByDefault", standard.enabled);
                    j.text("Provider", "AWS");
                    j.object_at("StandardsManagedBy", |j| {
                        j.text("Company", "AWS");
                        j.text("Product", "Security Hub");
                    });
                });
            }
        });
        if let Some(next) = &page.next {
            j.text("NextToken", next);
        }
    }))
}

fn subscription(standard: &Standard, request: &Request) -> String {
    format!("arn:aws:securityhub:{}:{}:subscription/{}", request.region, request.account, standard.tail())
}

pub(crate) fn get_enabled(request: &Request) -> Result<Reply, Reply> {
    let body = request.json()?;
    let size = max_results(body.get("MaxResults").and_then(Value::as_i64), 100, 100)?;
    let asked: Option<Vec<&str>> = body
        .get("StandardsSubscriptionArns")
        .and_then(Value::as_array)
        .map(|l| l.iter().filter_map(Value::as_str).collect());
    if asked.as_ref().is_some_and(|arns| arns.is_empty() || arns.len() > 25) {
        return Err(invalid("StandardsSubscriptionArns holds 1 to 25 ARNs"));
    }
    let enabled: Vec<_> = STANDARDS
        .iter()
        .filter(|standard| standard.enabled)
        .filter(|standard| asked.as_ref().is_none_or(|arns| arns.contains(&subscription(standard, request).as_str())))
        .collect();
    let token = body.get("NextToken").and_then(Value::as_str);
    let page = page(enabled.len(), size, token, "enabled-standards")?;
    Ok(Reply::object(|j| {
        j.array_at("StandardsSubscriptions", |j| {
            for standard in &enabled[page.from..page.upto] {
                j.object(|j| {
                    j.text("StandardsSubscriptionArn", &subscription(standard, request));
                    j.text("StandardsArn", &standard.arn(&request.region));
                    j.object_at("StandardsInput", |_| {});
                    j.text("StandardsStatus", "READY");
                    j.text("StandardsControlsUpdatable", "READY_FOR_UPDATES");
                    j.text("Provider", "AWS");
                });
            }
        });
        if let Some(next) = &page.next {
            j.text("NextToken", next);
        }
    }))
}
