//! `GetFindings` filters: read and checked once, then tried on rows, and on rendered findings only where a row cannot tell.

use serde_json::Value;

use crate::emulator::clock::Millis;
use crate::emulator::data::envelope::normalized;
use crate::emulator::data::json::Json;
use crate::emulator::data::row::{Maker, Row, millis};
use crate::emulator::data::scene::Scene;
use crate::emulator::world::World;
use crate::model::time;

use super::fields::{Field, FilterType, field, values};
use super::text::{Comparison, TextTest};

/// Documented limits of one request.
const MAX_ATTRIBUTES: usize = 10;
const MAX_VALUES: usize = 20;

/// The test of one attribute.
#[derive(Debug)]
pub(crate) enum Test {
    Text(TextTest),
    /// Any of these spans, both ends included.
    Date(Vec<(Millis, Millis)>),
    Number(Vec<Span>),
    Map(Vec<(String, Comparison, String)>),
    /// Address and prefix length.
    Ip(Vec<(std::net::IpAddr, u8)>),
    Keyword(Vec<String>),
    Flag(bool),
}

/// `Gte`, `Lte`, `Gt`, `Lt`, `Eq`, all of which hold.
#[derive(Debug, Default)]
pub(crate) struct Span {
    bounds: Vec<(Bound, f64)>,
}

#[derive(Debug, Clone, Copy)]
enum Bound {
    Gte,
    Lte,
    Gt,
    Lt,
    Eq,
}

impl Span {
    #[allow(clippy::float_cmp, reason = "an Eq filter asks for the very number that was sent")]
    fn holds(&self, value: f64) -> bool {
        self.bounds.iter().all(|(bound, limit)| match bound {
            Bound::Gte => value >= *limit,
            Bound::Lte => value <= *limit,
            Bound::Gt => value > *limit,
            Bound::Lt => value < *limit,
            Bound::Eq => value == *limit,
        })
    }
}

/// All filters of a request; a finding passes when every attribute's test does.
#[derive(Debug, Default)]
pub(crate) struct Filters(Vec<(&'static Field, Test)>);

impl Filters {
    /// Reads `Filters`; the error is what AWS would complain about.
    pub(crate) fn read(filters: Option<&Value>, now: Millis) -> Result<Self, String> {
        let Some(filters) = filters else { return Ok(Self::default()) };
        let members = filters.as_object().ok_or("Filters is not an object")?;
        if members.len() > MAX_ATTRIBUTES {
            return Err(format!("Filters holds {} attributes; at most {MAX_ATTRIBUTES} are allowed", members.len()));
        }
        let mut tests = Vec::new();
        for (name, given) in members {
            let known = field(name).ok_or_else(|| format!("Filters.{name} is not an attribute"))?;
            let given = given.as_array().ok_or_else(|| format!("Filters.{name} is not a list"))?;
            if given.len() > MAX_VALUES {
                return Err(format!("Filters.{name} holds {} values; at most {MAX_VALUES} are allowed", given.len()));
            }
            if !given.is_empty() {
                tests.push((known, test(known, given, now)?));
            }
        }
        Ok(Self(tests))
    }

    /// The ids, when the filter names findings one by one: they need no scan.
    pub(crate) fn ids(&self) -> Option<Vec<&str>> {
        self.0.iter().find_map(|((name, ..), test)| match test {
            Test::Text(wanted) if *name == "Id" => wanted.exact(),
            _ => None,
        })
    }

    /// Whether a row passes.
    pub(crate) fn pass(&self, world: &World, index: u32, scratch: &mut Json) -> bool {
        let row = &world.rows[index as usize];
        let mut undecided = false;
        for (field, test) in &self.0 {
            match on_row(world, row, field.0, test) {
                Some(true) => {}
                Some(false) => return false,
                None => undecided = true,
            }
        }
        if !undecided {
            return true;
        }
        let mut whole = false;
        for (field, test) in &self.0 {
            match on_row(world, row, field.0, test).or_else(|| on_scene(world, index, row, field.0, test)) {
                Some(true) => {}
                Some(false) => return false,
                None => whole = true,
            }
        }
        if !whole {
            return true;
        }
        scratch.clear();
        world.asff(index, scratch);
        let Ok(finding) = serde_json::from_str::<Value>(scratch.as_str()) else { return false };
        self.0.iter().all(|((_, _, path), test)| on_value(&finding, scratch.as_str(), path, test))
    }
}

/// What the row's own columns say; `None` when they do not tell.
fn on_row(world: &World, row: &Row, name: &str, test: &Test) -> Option<bool> {
    if !row.is_made() {
        return None;
    }
    match (test, name) {
        (Test::Text(wanted), "SeverityLabel") => Some(wanted.passes_one(row.severity.label())),
        (Test::Text(wanted), "WorkflowStatus") => Some(wanted.passes_one(row.workflow.word())),
        (Test::Text(wanted), "RecordState") => Some(wanted.passes_one(row.record.word())),
        (Test::Text(wanted), "ComplianceStatus") if row.maker != Maker::Config => {
            Some(wanted.passes_option(row.compliance.word()))
        }
        (Test::Text(wanted), "Region") => Some(wanted.passes_one(world.org.region(row.region))),
        (Test::Text(wanted), "AwsAccountId") => Some(wanted.passes_one(&world.org.account(row.account).id)),
        (Test::Text(wanted), "AwsAccountName") => Some(wanted.passes_one(&world.org.account(row.account).name)),
        (Test::Text(wanted), "ComplianceSecurityControlId") => {
            let control = (row.maker == Maker::Control)
                .then(|| crate::emulator::data::table::controls()[usize::from(row.sub)].id);
            Some(wanted.passes_option(control))
        }
        (Test::Number(spans), "SeverityNormalized") => {
            let score = i32::try_from(normalized(row.severity)).map_or(0.0, f64::from);
            Some(spans.iter().any(|span| span.holds(score)))
        }
        (Test::Date(spans), "CreatedAt" | "FirstObservedAt" | "UpdatedAt" | "LastObservedAt") => {
            let at = if name.starts_with(['C', 'F']) { row.created } else { row.updated };
            sure(spans, millis(at))
        }
        _ => None,
    }
}

/// A row knows its times to the second, a finding to the millisecond: near an edge the finding decides.
fn sure(spans: &[(Millis, Millis)], at: Millis) -> Option<bool> {
    let edge = |limit: Millis| limit.abs_diff(at) <= 1000;
    if spans.iter().any(|(start, end)| edge(*start) || edge(*end)) {
        return None;
    }
    Some(spans.iter().any(|(start, end)| (*start..=*end).contains(&at)))
}

/// What a few derived strings say, without rendering.
fn on_scene(world: &World, index: u32, row: &Row, name: &str, test: &Test) -> Option<bool> {
    if !row.is_made() {
        return None;
    }
    let scene = Scene::new(&world.org, index, *row);
    match (test, name) {
        (Test::Text(wanted), "Id") => Some(wanted.passes_one(&scene.id())),
        (Test::Text(wanted), "ProductArn") => Some(wanted.passes_one(&scene.product_arn())),
        (Test::Text(wanted), "ProductName") if row.maker != Maker::ThirdParty => {
            Some(wanted.passes_one(crate::emulator::data::scene::product(row.maker).1))
        }
        (Test::Date(spans), "CreatedAt" | "FirstObservedAt") => Some(within(spans, scene.created())),
        (Test::Date(spans), "UpdatedAt" | "LastObservedAt") => Some(within(spans, scene.updated())),
        _ => None,
    }
}

fn within(spans: &[(Millis, Millis)], at: Millis) -> bool {
    spans.iter().any(|(start, end)| (*start..=*end).contains(&at))
}

fn on_value(finding: &Value, json: &str, path: &str, test: &Test) -> bool {
    let found = || values(finding, path);
    match test {
        Test::Text(wanted) => {
            wanted.passes(&found().iter().filter_map(|value| value.as_str()).collect::<Vec<_>>().iter().copied())
        }
        Test::Date(spans) => {
            found().iter().filter_map(|v| time::parse(v.as_str()?)).any(|t| within(spans, t.as_millisecond()))
        }
        Test::Number(spans) => {
            found().iter().filter_map(|v| v.as_f64()).any(|n| spans.iter().any(|span| span.holds(n)))
        }
        Test::Map(entries) => {
            let maps = found();
            entries.iter().all(|(key, comparison, _)| {
                // Filters on one key are one test, as on one field.
                let same: Vec<_> = entries.iter().filter(|(k, ..)| k == key).map(|(_, c, v)| (*c, v.clone())).collect();
                let held = maps.iter().filter_map(|map| map.get(key)?.as_str());
                let _ = comparison;
                TextTest::new(key, same).is_ok_and(|test| test.passes(&held.collect::<Vec<_>>().iter().copied()))
            })
        }
        Test::Ip(nets) => {
            found().iter().filter_map(|v| v.as_str()?.parse().ok()).any(|ip| nets.iter().any(|net| in_net(ip, *net)))
        }
        Test::Keyword(words) => words.iter().any(|word| json.contains(word.as_str())),
        Test::Flag(wanted) => found().first().and_then(|v| v.as_bool()).unwrap_or(false) == *wanted,
    }
}

fn in_net(ip: std::net::IpAddr, (net, length): (std::net::IpAddr, u8)) -> bool {
    use std::net::IpAddr::{V4, V6};
    match (ip, net) {
        (V4(ip), V4(net)) => length == 0 || (ip.to_bits() ^ net.to_bits()) >> (32 - u32::from(length.min(32))) == 0,
        (V6(ip), V6(net)) => length == 0 || (ip.to_bits() ^ net.to_bits()) >> (128 - u32::from(length.min(128))) == 0,
        _ => false,
    }
}

fn test(field: &Field, given: &[Value], now: Millis) -> Result<Test, String> {
    let name = field.0;
    let each = |read: &dyn Fn(&Value) -> Result<(), String>| given.iter().try_for_each(read);
    Ok(match field.1 {
        FilterType::Text => {
            let filters = given.iter().map(|filter| text_filter(name, filter)).collect::<Result<_, _>>()?;
            Test::Text(TextTest::new(name, filters)?)
        }
        FilterType::Date => Test::Date(given.iter().map(|f| date_filter(name, f, now)).collect::<Result<_, _>>()?),
        FilterType::Number => Test::Number(given.iter().map(|f| number_filter(name, f)).collect::<Result<_, _>>()?),
        FilterType::Map => Test::Map(
            given
                .iter()
                .map(|f| {
                    let key = f.get("Key").and_then(Value::as_str).ok_or_else(|| format!("{name}: Key is missing"))?;
                    let (comparison, value) = text_filter(name, f)?;
                    Ok::<_, String>((key.to_owned(), comparison, value))
                })
                .collect::<Result<_, _>>()?,
        ),
        FilterType::Ip => Test::Ip(given.iter().map(|f| ip_filter(name, f)).collect::<Result<_, _>>()?),
        FilterType::Keyword => {
            let word = |f: &Value| f.get("Value").and_then(Value::as_str).map(str::to_owned);
            Test::Keyword(
                given
                    .iter()
                    .map(|f| word(f).ok_or_else(|| format!("{name}: Value is missing")))
                    .collect::<Result<_, _>>()?,
            )
        }
        FilterType::Flag => {
            each(&|f| {
                f.get("Value").and_then(Value::as_bool).map(|_| ()).ok_or_else(|| format!("{name}: Value is missing"))
            })?;
            Test::Flag(given.iter().any(|f| f.get("Value").and_then(Value::as_bool) == Some(true)))
        }
    })
}

fn text_filter(name: &str, filter: &Value) -> Result<(Comparison, String), String> {
    let value = filter.get("Value").and_then(Value::as_str).filter(|v| !v.is_empty());
    let value = value.ok_or_else(|| format!("{name}: Value is missing or empty"))?;
    let word =
        filter.get("Comparison").and_then(Value::as_str).ok_or_else(|| format!("{name}: Comparison is missing"))?;
    let comparison = Comparison::from_word(word).ok_or_else(|| format!("{name}: Comparison {word:?} is not one"))?;
    Ok((comparison, value.to_owned()))
}

fn date_filter(name: &str, filter: &Value, now: Millis) -> Result<(Millis, Millis), String> {
    if let Some(range) = filter.get("DateRange").filter(|range| !range.is_null()) {
        if filter.get("Start").is_some() || filter.get("End").is_some() {
            return Err(format!("{name}: give Start and End, or DateRange, not both"));
        }
        let days = range.get("Value").and_then(Value::as_i64).filter(|d| *d > 0 && *d <= 36_500);
        let days = days.ok_or_else(|| format!("{name}: DateRange.Value is not a number of days"))?;
        if range.get("Unit").and_then(Value::as_str) != Some("DAYS") {
            return Err(format!("{name}: DateRange.Unit is not DAYS"));
        }
        let edge = now - days * 86_400_000;
        return match range.get("Comparison").and_then(Value::as_str).unwrap_or("WITHIN") {
            "WITHIN" => Ok((edge, Millis::MAX)),
            "OLDER_THAN" => Ok((Millis::MIN, edge)),
            word => Err(format!("{name}: DateRange.Comparison {word:?} is not one")),
        };
    }
    let end = |key: &str, open: Millis| match filter.get(key).and_then(Value::as_str) {
        None => Ok(open),
        Some(text) => time::parse(text)
            .map(jiff::Timestamp::as_millisecond)
            .ok_or_else(|| format!("{name}: {key} {text:?} is not a time in ISO 8601")),
    };
    let span = (end("Start", Millis::MIN)?, end("End", Millis::MAX)?);
    if span == (Millis::MIN, Millis::MAX) {
        return Err(format!("{name}: neither Start nor End nor DateRange is given"));
    }
    Ok(span)
}

fn number_filter(name: &str, filter: &Value) -> Result<Span, String> {
    let keys = [("Gte", Bound::Gte), ("Lte", Bound::Lte), ("Gt", Bound::Gt), ("Lt", Bound::Lt), ("Eq", Bound::Eq)];
    let bounds: Vec<_> = keys.iter().filter_map(|(key, bound)| Some((*bound, filter.get(*key)?.as_f64()?))).collect();
    if bounds.is_empty() { Err(format!("{name}: no bound is given")) } else { Ok(Span { bounds }) }
}

fn ip_filter(name: &str, filter: &Value) -> Result<(std::net::IpAddr, u8), String> {
    let cidr = filter.get("Cidr").and_then(Value::as_str).ok_or_else(|| format!("{name}: Cidr is missing"))?;
    let bad = || format!("{name}: {cidr:?} is not a CIDR");
    let (ip, length) = cidr.split_once('/').map_or((cidr, None), |(ip, length)| (ip, Some(length)));
    let ip: std::net::IpAddr = ip.parse().map_err(|_| bad())?;
    let whole = if ip.is_ipv4() { 32 } else { 128 };
    let length = length.map_or(Ok(whole), |length| length.parse().map_err(|_| bad()))?;
    if length > whole { Err(bad()) } else { Ok((ip, length)) }
}
