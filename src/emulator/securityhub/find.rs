//! `GetFindings`: filters and sort over the plan's columns, pages rendered on demand.

use serde_json::Value;

use crate::emulator::cursor::Place;
use crate::emulator::data::json::Json;
use crate::emulator::data::org::ADMINISTRATOR;
use crate::emulator::data::rng::{hash, mix2};
use crate::emulator::reply::{Reply, invalid};
use crate::emulator::request::Request;
use crate::emulator::shared::Shared;
use crate::emulator::world::World;

use super::filter::Filters;
use super::page::max_results;
use super::sort;

/// About what a finding takes, to size the page's buffer.
const FINDING_BYTES: usize = 3600;

pub(crate) fn get_findings(shared: &Shared, request: &Request) -> Result<Reply, Reply> {
    let body = request.json()?;
    let size = max_results(body.get("MaxResults").and_then(Value::as_i64), 100, 100)?;
    let filters = Filters::read(body.get("Filters"), shared.now()).map_err(|why| invalid(&why))?;
    let criteria = sort::read(body.get("SortCriteria")).map_err(|why| invalid(&why))?;
    let query = query_of(request, &body);
    let world = shared.world();
    let token = body.get("NextToken").and_then(Value::as_str).filter(|token| !token.is_empty());
    let place = if let Some(token) = token {
        let place = shared.cursors().resume(token, query);
        place.ok_or_else(|| invalid("The pagination token is invalid, has expired, or belongs to another request."))?
    } else {
        let mut rows = select(&world, request, &filters);
        sort::sort(&world, &mut rows, &criteria);
        shared.cursors().open(query, rows)
    };
    Ok(render(shared, &world, &place, size, query))
}

/// What a token belongs to: the question without the page.
fn query_of(request: &Request, body: &Value) -> u64 {
    let part = |name: &str| body.get(name).map_or(0, |value| hash(&value.to_string()));
    let who = mix2(hash(&request.account), hash(&request.region));
    mix2(who, mix2(part("Filters"), part("SortCriteria")))
}

/// All rows that the caller sees and the filters pass, in the order of their making.
fn select(world: &World, request: &Request, filters: &Filters) -> Vec<u32> {
    let member = request.account != ADMINISTRATOR;
    let account = world.org.account_index(&request.account);
    if member && account.is_none() {
        return Vec::new();
    }
    let account = account.filter(|_| member);
    let home = World::is_home(&request.region);
    let region = world.org.region_index(&request.region).unwrap_or(u8::MAX);
    let mut scratch = Json::default();
    let mut keep = |index: u32| {
        let row = &world.rows[index as usize];
        row.is_security_hub() && world.sees(row, account, region, home) && filters.pass(world, index, &mut scratch)
    };
    if let Some(ids) = filters.ids() {
        let mut found: Vec<u32> = ids.iter().flat_map(|id| world.find_all(id)).filter(|index| keep(*index)).collect();
        found.sort_unstable();
        found.dedup();
        return found;
    }
    (0..u32::try_from(world.rows.len()).unwrap_or(u32::MAX)).filter(|index| keep(*index)).collect()
}

fn render(shared: &Shared, world: &World, place: &Place, size: usize, query: u64) -> Reply {
    let upto = (place.from + size).min(place.rows.len());
    let rows = place.rows.get(place.from..upto).unwrap_or_default();
    let mut json = Json::with_capacity(rows.len() * FINDING_BYTES + 256);
    json.object(|j| {
        j.array_at("Findings", |j| {
            for index in rows {
                world.asff(*index, j);
            }
        });
        if let Some(token) = shared.cursors().token(place, upto, query) {
            j.text("NextToken", &token);
        }
    });
    Reply::json(json.into_bytes())
}
