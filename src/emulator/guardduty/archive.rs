//! `ArchiveFindings`, `UnarchiveFindings`, `UpdateFindingsFeedback`. Only the administrator archives (user guide).

use std::time::Duration;

use serde_json::Value;

use crate::emulator::data::org::ADMINISTRATOR;
use crate::emulator::data::row::State;
use crate::emulator::reply::Reply;
use crate::emulator::request::Request;
use crate::emulator::shared::Shared;
use crate::emulator::world::Change;

use super::bad;
use super::find::{found, ids};

pub(crate) fn archive(shared: &Shared, request: &Request, archived: bool) -> Result<Reply, Reply> {
    let body = request.json()?;
    let ids = ids(&body)?;
    if request.account != ADMINISTRATOR {
        return Err(bad("a member account cannot archive findings"));
    }
    let rows = found(&shared.world(), request, &ids);
    if rows.len() != ids.len() {
        return Err(bad("a finding id does not exist"));
    }
    let state = if archived { State::Archived } else { State::Active };
    let changes = rows.into_iter().map(|row| Change::GuardDuty { row, state }).collect();
    shared.schedule(Duration::ZERO, changes);
    Ok(Reply::object(|_| {}))
}

pub(crate) fn feedback(shared: &Shared, request: &Request) -> Result<Reply, Reply> {
    let body = request.json()?;
    let ids = ids(&body)?;
    if !matches!(body.get("feedback").and_then(Value::as_str), Some("USEFUL" | "NOT_USEFUL")) {
        return Err(bad("the parameter feedback is neither USEFUL nor NOT_USEFUL"));
    }
    if found(&shared.world(), request, &ids).len() != ids.len() {
        return Err(bad("a finding id does not exist"));
    }
    Ok(Reply::object(|_| {}))
}
