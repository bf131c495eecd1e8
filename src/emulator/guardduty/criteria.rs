//! `FindingCriteria`: conditions on attributes, by the row where it can tell and by the rendered finding where not.
//!
//! `updatedAt` is compared in epoch milliseconds; unset `service.archived` means both (service model).

use serde_json::Value;

use crate::emulator::data::json::Json;
use crate::emulator::data::row::State;
use crate::emulator::world::World;
use crate::model::time;

/// The most values of one condition.
const MAX_VALUES: usize = 50;

#[derive(Debug)]
enum Condition {
    In(Vec<String>),
    NotIn(Vec<String>),
    AtLeast(f64),
    Above(f64),
    AtMost(f64),
    Below(f64),
}

/// All conditions; a finding passes when every one holds.
#[derive(Debug, Default)]
pub(crate) struct Criteria(Vec<(String, Condition)>);

/// A comparison's long and short name, and the condition that it makes.
type Comparison = (&'static str, &'static str, fn(f64) -> Condition);

const NUMBERS: [Comparison; 4] = [
    ("greaterThanOrEqual", "gte", Condition::AtLeast),
    ("greaterThan", "gt", Condition::Above),
    ("lessThanOrEqual", "lte", Condition::AtMost),
    ("lessThan", "lt", Condition::Below),
];

impl Criteria {
    /// Reads `findingCriteria`; the error is what AWS would complain about.
    pub(crate) fn read(given: Option<&Value>) -> Result<Self, String> {
        let Some(criterion) = given.and_then(|g| g.get("criterion")) else { return Ok(Self::default()) };
        let members = criterion.as_object().ok_or("the parameter criterion is not an object")?;
        let mut conditions = Vec::new();
        for (attribute, condition) in members {
            for (long, short, negative) in [("equals", "eq", false), ("notEquals", "neq", true)] {
                if let Some(given) = condition.get(long).or_else(|| condition.get(short)).and_then(Value::as_array) {
                    if given.len() > MAX_VALUES {
                        return Err(format!("the condition on {attribute} has more than {MAX_VALUES} values"));
                    }
                    let list = given.iter().map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned)).collect();
                    conditions
                        .push((attribute.clone(), if negative { Condition::NotIn(list) } else { Condition::In(list) }));
                }
            }
            for (long, short, make) in NUMBERS {
                if let Some(number) = condition.get(long).or_else(|| condition.get(short)) {
                    let number =
                        number.as_f64().ok_or_else(|| format!("the condition on {attribute} is not a number"))?;
                    conditions.push((attribute.clone(), make(number)));
                }
            }
        }
        Ok(Self(conditions))
    }

    pub(crate) fn pass(&self, world: &World, index: u32, scratch: &mut Json) -> bool {
        let archived = if world.rows[index as usize].guardduty == State::Archived { "true" } else { "false" };
        let (quick, slow): (Vec<_>, Vec<_>) = self.0.iter().partition(|(attribute, _)| attribute == "service.archived");
        if !quick.iter().all(|(_, condition)| holds(condition, &[archived.to_owned()])) {
            return false;
        }
        if slow.is_empty() {
            return true;
        }
        scratch.clear();
        world.native(index, scratch);
        let Ok(finding) = serde_json::from_str::<Value>(scratch.as_str()) else { return false };
        slow.iter().all(|(attribute, condition)| holds(condition, &texts(&finding, attribute)))
    }
}

/// The values of an attribute as text; times in epoch milliseconds.
pub(crate) fn texts(finding: &Value, attribute: &str) -> Vec<String> {
    let mut level = vec![finding];
    for name in attribute.split('.') {
        level = level
            .iter()
            .flat_map(|value| match value {
                Value::Array(items) => items.iter().collect(),
                other => vec![*other],
            })
            .filter_map(|value| member(value, name))
            .collect();
    }
    level
        .iter()
        .map(|value| match value {
            Value::String(text) if attribute.ends_with("At") || attribute.contains("event") => {
                time::parse(text).map_or_else(|| text.clone(), |at| at.as_millisecond().to_string())
            }
            Value::String(text) => text.clone(),
            other => other.to_string(),
        })
        .collect()
}

/// A member in either case of its first letter: given files hold both.
fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    value.get(name).or_else(|| {
        let mut letters = name.chars();
        let first = letters.next()?.to_ascii_uppercase();
        value.get(format!("{first}{}", letters.as_str()))
    })
}

fn holds(condition: &Condition, values: &[String]) -> bool {
    let number = |test: &dyn Fn(f64) -> bool| values.iter().filter_map(|v| v.parse().ok()).any(test);
    match condition {
        Condition::In(list) => values.iter().any(|value| list.iter().any(|wanted| same(value, wanted))),
        Condition::NotIn(list) => values.iter().all(|value| !list.iter().any(|wanted| same(value, wanted))),
        Condition::AtLeast(limit) => number(&|n| n >= *limit),
        Condition::Above(limit) => number(&|n| n > *limit),
        Condition::AtMost(limit) => number(&|n| n <= *limit),
        Condition::Below(limit) => number(&|n| n < *limit),
    }
}

/// Equal as text, or as numbers (`8` and `8.0`).
#[allow(clippy::float_cmp, reason = "equality of the very number that was sent")]
fn same(value: &str, wanted: &str) -> bool {
    value == wanted
        || matches!((value.parse::<f64>(), wanted.parse::<f64>()), (Ok(a), Ok(b)) if a == b && !value.starts_with('0'))
}
