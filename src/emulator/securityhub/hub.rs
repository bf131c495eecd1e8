//! `DescribeHub` and `ListMembers`.

use crate::emulator::data::json::{Json, time_text};
use crate::emulator::data::org::ADMINISTRATOR;
use crate::emulator::reply::{Reply, invalid};
use crate::emulator::request::Request;
use crate::emulator::shared::Shared;

use super::page::{max_results, page};

const DAY: i64 = 86_400_000;

pub(crate) fn describe_hub(shared: &Shared, request: &Request) -> Result<Reply, Reply> {
    let world = shared.world();
    let arn = format!("arn:aws:securityhub:{}:{}:hub/default", request.region, request.account);
    if request.query("HubArn").is_some_and(|asked| asked != arn) {
        return Err(invalid("HubArn is not the hub of this account and Region"));
    }
    Ok(Reply::object(|j| {
        j.text("HubArn", &arn);
        j.text("SubscribedAt", &time_text(world.anchor - 400 * DAY));
        j.bool("AutoEnableControls", true);
        j.text("ControlFindingGenerator", world.mode.value());
    }))
}

pub(crate) fn list_members(shared: &Shared, request: &Request) -> Result<Reply, Reply> {
    let world = shared.world();
    let size = max_results(request.query("MaxResults").and_then(|n| n.parse().ok()), 50, 50)?;
    let members: Vec<_> = if request.account == ADMINISTRATOR {
        world.org.accounts.iter().filter(|account| *account.id != *ADMINISTRATOR).collect()
    } else {
        Vec::new()
    };
    let page = page(members.len(), size, request.query("NextToken"), "members")?;
    let joined = time_text(world.anchor - 380 * DAY);
    Ok(Reply::object(|j: &mut Json| {
        j.array_at("Members", |j| {
            for account in &members[page.from..page.upto] {
                j.object(|j| {
                    j.text("AccountId", &account.id);
                    j.plain("Email", format_args!("{}@example.com", account.name));
                    j.text("AdministratorId", ADMINISTRATOR);
                    j.text("MasterId", ADMINISTRATOR);
                    j.text("MemberStatus", "Enabled");
                    j.text("InvitedAt", &joined);
                    j.text("UpdatedAt", &joined);
                });
            }
        });
        if let Some(next) = &page.next {
            j.text("NextToken", next);
        }
    }))
}
