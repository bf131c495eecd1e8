//! `ListFindings` (ids, by pages) and `GetFindings` (by ids).

use serde_json::Value;

use crate::emulator::data::json::Json;
use crate::emulator::data::rng::{hash, mix2};
use crate::emulator::reply::Reply;
use crate::emulator::request::Request;
use crate::emulator::shared::Shared;
use crate::emulator::world::World;

use super::criteria::{Criteria, texts};
use super::{bad, rows};

const MOST: usize = 50;

/// One attribute to sort by.
struct Order {
    attribute: String,
    descending: bool,
}

fn order(body: &Value) -> Result<Option<Order>, Reply> {
    let Some(given) = body.get("sortCriteria").filter(|given| !given.is_null()) else { return Ok(None) };
    let attribute = given.get("attributeName").and_then(Value::as_str).unwrap_or("updatedAt").to_owned();
    let descending = match given.get("orderBy").and_then(Value::as_str) {
        None | Some("ASC") => false,
        Some("DESC") => true,
        Some(_) => return Err(bad("the parameter orderBy is neither ASC nor DESC")),
    };
    Ok(Some(Order { attribute, descending }))
}

fn sort(world: &World, rows: &mut Vec<u32>, order: &Order) {
    let row = |index: &u32| &world.rows[*index as usize];
    match order.attribute.as_str() {
        "updatedAt" => rows.sort_by_key(|index| row(index).updated),
        "createdAt" => rows.sort_by_key(|index| row(index).created),
        attribute => {
            let mut scratch = Json::default();
            let key = |index: u32, scratch: &mut Json| {
                scratch.clear();
                world.native(index, scratch);
                let finding: Value = serde_json::from_str(scratch.as_str()).unwrap_or_default();
                texts(&finding, attribute).into_iter().next().unwrap_or_default()
            };
            let mut keyed: Vec<(String, u32)> = rows.iter().map(|index| (key(*index, &mut scratch), *index)).collect();
            keyed.sort_by(|(a, _), (b, _)| match (a.parse::<f64>(), b.parse::<f64>()) {
                (Ok(a), Ok(b)) => a.total_cmp(&b),
                _ => a.cmp(b),
            });
            *rows = keyed.into_iter().map(|(_, index)| index).collect();
        }
    }
    if order.descending {
        rows.reverse();
    }
}

pub(crate) fn list(shared: &Shared, request: &Request) -> Result<Reply, Reply> {
    let body = request.json()?;
    let size = match body.get("maxResults").and_then(Value::as_i64) {
        None => MOST,
        Some(n) => usize::try_from(n)
            .ok()
            .filter(|n| (1..=MOST).contains(n))
            .ok_or_else(|| bad("the parameter maxResults is not between 1 and 50"))?,
    };
    let criteria = Criteria::read(body.get("findingCriteria")).map_err(|why| bad(&why))?;
    let order = order(&body)?;
    let part = |name: &str| body.get(name).map_or(0, |value| hash(&value.to_string()));
    let who = mix2(hash(&request.account), hash(&request.region));
    let query = mix2(who ^ 0x6d, mix2(part("findingCriteria"), part("sortCriteria")));
    let world = shared.world();
    let token = body.get("nextToken").and_then(Value::as_str).filter(|token| !token.is_empty());
    let place = if let Some(token) = token {
        let place = shared.cursors().resume(token, query);
        place.ok_or_else(|| bad("the parameter nextToken is not valid for this request"))?
    } else {
        let mut scratch = Json::default();
        let mut found: Vec<u32> =
            rows(&world, request).filter(|index| criteria.pass(&world, *index, &mut scratch)).collect();
        if let Some(order) = &order {
            sort(&world, &mut found, order);
        }
        shared.cursors().open(query, found)
    };
    let upto = (place.from + size).min(place.rows.len());
    let ids = place.rows.get(place.from..upto).unwrap_or_default();
    Ok(Reply::object(|j| {
        j.strings("findingIds", ids.iter().map(|index| world.guardduty_id(*index)));
        j.text("nextToken", &shared.cursors().token(&place, upto, query).unwrap_or_default());
    }))
}

/// The ids of a request: at most fifty.
pub(crate) fn ids(body: &Value) -> Result<Vec<&str>, Reply> {
    let ids =
        body.get("findingIds").and_then(Value::as_array).ok_or_else(|| bad("the parameter findingIds is missing"))?;
    if ids.len() > MOST {
        return Err(bad("the parameter findingIds holds more than 50 ids"));
    }
    Ok(ids.iter().filter_map(Value::as_str).collect())
}

/// The rows of these ids that the caller's detector holds; the rest are left out, as `GuardDuty` leaves them out.
pub(crate) fn found(world: &World, request: &Request, ids: &[&str]) -> Vec<u32> {
    let region = world.org.region_index(&request.region);
    let account = world
        .org
        .account_index(&request.account)
        .filter(|_| request.account != crate::emulator::data::org::ADMINISTRATOR);
    let known = ids.iter().filter_map(|id| world.find_guardduty(id));
    known
        .filter(|index| {
            let row = &world.rows[*index as usize];
            Some(row.region) == region && account.is_none_or(|only| row.account == only)
        })
        .collect()
}

pub(crate) fn get(shared: &Shared, request: &Request) -> Result<Reply, Reply> {
    let body = request.json()?;
    let ids = ids(&body)?;
    let order = order(&body)?;
    let world = shared.world();
    let mut rows = found(&world, request, &ids);
    if let Some(order) = &order {
        sort(&world, &mut rows, order);
    }
    let mut json = Json::with_capacity(rows.len() * 3600 + 64);
    json.object(|j| {
        j.array_at("findings", |j| {
            for index in &rows {
                world.native(*index, j);
            }
        });
    });
    Ok(Reply::json(json.into_bytes()))
}
