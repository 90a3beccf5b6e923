//! Teams, and the operations that make them.

use serde_json::{Value, json};

use crate::{
    caller::Area,
    channels, clock, directory,
    graph::{Ctx, bound, unknown},
    notify,
    query::Rules,
    store::{Kind, Store},
    value::{Fields as _, merge},
    wire::{Answer, Refusal, Reply},
};

const TEAMS: Rules = Rules::new("teams", "filter top count");
const JOINED: Rules = Rules::new("teams", "");

pub(crate) const READ: &str = "Team.ReadBasic.All TeamSettings.Read.All TeamSettings.ReadWrite.All Group.Read.All Group.ReadWrite.All Directory.Read.All";
const SETTINGS: &str = "TeamSettings.ReadWrite.All Group.ReadWrite.All";
const CREATE: &str = "Team.Create Group.ReadWrite.All";

pub(crate) fn route(ctx: &mut Ctx<'_>, method: &str, words: &[&str]) -> Answer {
    match (method, words) {
        ("GET", ["teams"]) => {
            ctx.need(Area::Teams, READ, READ)?;
            let me = ctx.me().map(str::to_owned);
            let rows = ctx.store.list(Kind::Team).filter(|team| {
                ready(ctx.store, team)
                    && me
                        .as_deref()
                        .is_none_or(|me| ctx.store.membership(team.text("id"), me).is_some())
            });
            ctx.query.page(rows.cloned().collect(), &TEAMS)
        }
        ("POST", ["teams"]) => create(ctx),
        ("GET", ["users", _, "joinedteams"]) => joined(ctx),
        ("PUT", ["groups", _, "team"]) => from_group(ctx),
        ("GET", ["groups", _, "team"] | ["teams", _]) => {
            ctx.need(Area::Teams, READ, READ)?;
            let team = visible(ctx, 1)?;
            ctx.query.one(200, &team, "teams")
        }
        ("PATCH", ["teams", _]) => {
            ctx.need(Area::Teams, SETTINGS, SETTINGS)?;
            let (team, body) = (visible(ctx, 1)?, ctx.call.json()?);
            owner(ctx, team.text("id"))?;
            if let Some(name) = body.get("displayName").and_then(Value::as_str) {
                directory::policy(ctx.store, name)?;
            }
            let fields = [
                "displayName",
                "description",
                "visibility",
                "memberSettings",
                "messagingSettings",
                "funSettings",
                "guestSettings",
            ];
            ctx.store.edit(Kind::Team, team.text("id"), |row| merge(row, &body, &fields));
            ctx.store.edit(Kind::Group, team.text("id"), |row| {
                merge(row, &body, &["displayName", "description"]);
            });
            tell(ctx, team.text("id"), "updated");
            Ok(Reply::empty(204))
        }
        ("DELETE", ["teams", _]) => Err(Refusal::new(
            405,
            "Request_BadRequest",
            "Specified HTTP method is not allowed for the request target.",
        )),
        ("POST", ["teams", _, act @ ("archive" | "unarchive")]) => {
            ctx.need(Area::Teams, SETTINGS, SETTINGS)?;
            let team = visible(ctx, 1)?;
            owner(ctx, team.text("id"))?;
            let on = *act == "archive";
            ctx.store.edit(Kind::Team, team.text("id"), |row| row.put("isArchived", on));
            tell(ctx, team.text("id"), "updated");
            let kind = if on { "archiveTeam" } else { "unarchiveTeam" };
            let operation =
                begin(ctx.store, team.text("id"), kind, &format!("/teams('{}')", team.text("id")));
            Ok(Reply::empty(202).with("Location", operation))
        }
        ("GET", ["teams", _, "operations", _]) => {
            ctx.need(Area::Teams, &format!("{READ} {CREATE}"), &format!("{READ} {CREATE}"))?;
            operation(ctx)
        }
        ("GET", ["teams", _, "schedule" | "photo", ..]) => Err(Refusal::missing("resource")),
        _ => Err(unknown(words)),
    }
}

/// Whether a team has come into being.
pub(crate) fn ready(store: &Store, team: &Value) -> bool {
    team.field("_ready").as_i64().unwrap_or(0) <= store.now_ms()
}

/// A team that the caller may see.
pub(crate) fn visible(ctx: &Ctx<'_>, place: usize) -> Result<Value, Refusal> {
    let id = ctx.path.at(place);
    let team =
        ctx.store.find(Kind::Team, id).filter(|team| ready(ctx.store, team)).ok_or_else(|| {
            Refusal::new(404, "NotFound", format!("No team found with Group Id {id}"))
        })?;
    if let Some(me) = ctx.me() {
        licensed(ctx.store, me)?;
        if ctx.store.membership(id, me).is_none() {
            return Err(Refusal::forbidden(format!("User {me} is not a member of the team {id}.")));
        }
    }
    Ok(team.clone())
}

/// Teams ask for a licence of each person.
pub(crate) fn licensed(store: &Store, user: &str) -> Result<(), Refusal> {
    let has = store.at(Kind::User, user).list("_licences").iter().any(|licence| {
        licence.list("servicePlans").iter().any(|plan| plan.text("servicePlanName") == "TEAMS1")
    });
    if has || store.at(Kind::User, user).text("userType") == "Guest" {
        return Ok(());
    }
    Err(Refusal::forbidden(
        "Failed to get license information for the user. Ensure user has a valid Office365 license assigned to them.",
    ))
}

/// Owners change teams; applications with the right do too.
pub(crate) fn owner(ctx: &Ctx<'_>, team: &str) -> Result<(), Refusal> {
    match ctx.me() {
        Some(me) if !ctx.store.is_owner(team, me) => {
            Err(Refusal::forbidden(format!("User {me} is not an owner of the team {team}.")))
        }
        _ => Ok(()),
    }
}

/// Nothing is written in an archived team.
pub(crate) fn open(store: &Store, team: &str) -> Result<(), Refusal> {
    if store.at(Kind::Team, team).flag("isArchived") {
        return Err(Refusal::forbidden("The team is archived and read-only."));
    }
    Ok(())
}

/// Notes an operation; its address is answered.
pub(crate) fn begin(store: &mut Store, team: &str, kind: &str, target: &str) -> String {
    let (id, now) = (clock::guid(), store.now());
    let ready = store.now_ms() + store.limits.settle_ms;
    store.put(Kind::Operation, json!({
        "id": id, "operationType": kind, "createdDateTime": now, "status": "notStarted", "lastActionDateTime": now,
        "attemptsCount": 1, "targetResourceId": team, "targetResourceLocation": target, "error": null,
        "_ready": ready, "_team": team, "_polls": 0,
    }));
    format!("/teams('{team}')/operations('{id}')")
}

fn operation(ctx: &mut Ctx<'_>) -> Answer {
    let id = ctx.at(3);
    let now = ctx.store.now();
    let over = ctx.store.now_ms()
        >= ctx.store.at(Kind::Operation, &id).field("_ready").as_i64().unwrap_or(0);
    ctx.store.edit(Kind::Operation, &id, |row| {
        let polls = row.number("_polls");
        row.put("_polls", polls + 1);
        let status = if over && polls > 0 { "succeeded" } else { "inProgress" };
        row.put("status", status);
        row.put("lastActionDateTime", now);
    });
    let row = ctx
        .store
        .find(Kind::Operation, &id)
        .cloned()
        .filter(|row| row.text("_team") == ctx.path.at(1))
        .ok_or_else(|| Refusal::missing("operation"))?;
    ctx.query.one(200, &row, "teams/operations")
}

pub(crate) fn tell(ctx: &mut Ctx<'_>, id: &str, change: &str) {
    let row = ctx
        .store
        .rows(Kind::Team)
        .find(|row| row.id == id)
        .map(|row| row.value.clone())
        .unwrap_or_default();
    let news = notify::News { change, kind: "team", path: format!("teams('{id}')"), id, row: &row };
    notify::tell(ctx.store, &["teams".to_owned(), format!("teams/{id}")], &news);
}

fn joined(ctx: &Ctx<'_>) -> Answer {
    ctx.need(Area::Teams, READ, READ)?;
    let user = ctx.path.at(1);
    if ctx.store.find(Kind::User, user).is_none() {
        return Err(Refusal::missing("user"));
    }
    if ctx.me().is_some_and(|me| me != user) {
        return Err(Refusal::forbidden("A person sees only the teams that the person belongs to."));
    }
    licensed(ctx.store, user)?;
    let rows = ctx.store.list(Kind::Team).filter(|team| {
        ready(ctx.store, team) && ctx.store.membership(team.text("id"), user).is_some()
    });
    ctx.query.page(rows.cloned().collect(), &JOINED)
}

fn create(ctx: &mut Ctx<'_>) -> Answer {
    ctx.need(Area::Teams, CREATE, CREATE)?;
    let body = ctx.call.json()?;
    let template = bound(&body, "template").unwrap_or_default();
    if template != "standard" {
        return Err(Refusal::bad(format!(
            "Invalid template ID: '{template}'. The property 'template@odata.bind' has to name teamsTemplates('standard')."
        )));
    }
    let named = bound(&body, "group");
    let name = body.text("displayName").to_owned();
    if named.is_none() && (name.is_empty() || name.chars().count() > 256) {
        return Err(Refusal::bad(
            "Invalid displayName specified in create team request: it is required and has at most 256 characters.",
        ));
    }
    directory::policy(ctx.store, &name)?;
    let mut people: Vec<(String, bool)> = Vec::new();
    for member in body.list("members") {
        let key = bound(member, "user")
            .ok_or_else(|| Refusal::bad("Invalid bind property name user in request."))?;
        let user =
            ctx.store.user(&key).map(|user| user.text("id").to_owned()).ok_or_else(|| {
                Refusal::new(404, "NotFound", format!("User {key} was not found in the tenant."))
            })?;
        people.push((user, member.list("roles").iter().any(|role| role == "owner")));
    }
    let owners = people.iter().filter(|(_, owner)| *owner).count();
    let me = ctx.me().map(str::to_owned);
    match &me {
        None if owners != 1 => {
            return Err(Refusal::bad(
                "A team owner must be provided when creating a team in application context: exactly one.",
            ));
        }
        Some(me) if !people.iter().any(|(user, _)| user == me) => people.push((me.clone(), true)),
        _ => {}
    }
    for (user, owner) in &people {
        if *owner {
            licensed(ctx.store, user)?;
        }
    }
    let id = match named {
        Some(group) => {
            ctx.store.find(Kind::Group, &group).ok_or_else(|| Refusal::missing("group"))?;
            group
        }
        None => directory::new_group(ctx, &body),
    };
    let ready = ctx.store.now_ms() + ctx.store.limits.settle_ms;
    for (user, owner) in &people {
        if ctx.store.membership(&id, user).is_none() || *owner {
            ctx.store.join(&id, user, if *owner { &["owner"] } else { &[] });
        }
    }
    make(ctx.store, &id, ready);
    ctx.store.edit(Kind::Team, &id, |row| {
        merge(row, &body, &["memberSettings", "messagingSettings", "funSettings", "guestSettings"]);
    });
    for channel in body.list("channels").to_vec() {
        let at = channels::Place { team: &id, kind: "standard" };
        channels::make(ctx.store, &at, channel.text("displayName"), channel.field("description"));
    }
    tell(ctx, &id, "created");
    let target = format!("/teams('{id}')");
    let operation = begin(ctx.store, &id, "createTeam", &target);
    Ok(Reply::empty(202).with("Location", operation).with("Content-Location", target))
}

/// The team of a group, with its general channel.
pub(crate) fn make(store: &mut Store, id: &str, ready: i64) {
    let group = store.at(Kind::Group, id).clone();
    store.edit(Kind::Group, id, |row| row.put("resourceProvisioningOptions", json!(["Team"])));
    let place = channels::Place { team: id, kind: "standard" };
    let general = channels::make(store, &place, "General", &group.field("description").clone());
    store.edit(Kind::Channel, &general, |row| row.put("_general", true));
    store.put(Kind::Team, json!({
        "id": id, "createdDateTime": store.now(), "displayName": group.text("displayName"), "description": group.field("description"),
        "internalId": general, "classification": null, "specialization": "none", "visibility": group.text("visibility").to_ascii_lowercase(),
        "webUrl": format!("https://teams.microsoft.com/l/team/{}/conversations?groupId={id}&tenantId={}", doubles_http::encode(&general), crate::seeds::TENANT),
        "isArchived": false, "isMembershipLimitedToOwners": false, "discoverySettings": {"showInTeamsSearchAndSuggestions": false}, "summary": null,
        "memberSettings": {"allowCreateUpdateChannels": true, "allowCreatePrivateChannels": true, "allowDeleteChannels": true,
            "allowAddRemoveApps": true, "allowCreateUpdateRemoveTabs": true, "allowCreateUpdateRemoveConnectors": true},
        "guestSettings": {"allowCreateUpdateChannels": false, "allowDeleteChannels": false},
        "messagingSettings": {"allowUserEditMessages": true, "allowUserDeleteMessages": true, "allowOwnerDeleteMessages": true,
            "allowTeamMentions": true, "allowChannelMentions": true},
        "funSettings": {"allowGiphy": true, "giphyContentRating": "moderate", "allowStickersAndMemes": true, "allowCustomMemes": true},
        "_ready": ready,
    }));
}

fn from_group(ctx: &mut Ctx<'_>) -> Answer {
    ctx.need(Area::Teams, CREATE, CREATE)?;
    let id = ctx.at(1);
    let group =
        ctx.store.find(Kind::Group, &id).cloned().ok_or_else(|| Refusal::missing("group"))?;
    if ctx.store.now_ms() < group.field("_made").as_i64().unwrap_or(0) + ctx.store.limits.settle_ms
    {
        return Err(Refusal::new(
            404,
            "NotFound",
            "Failed to execute Templates backend request CreateTeamFromGroupWithTemplateRequest: the group was not found. Try again.",
        ));
    }
    if ctx.store.find(Kind::Team, &id).is_some() {
        return Err(Refusal::new(409, "Conflict", "The group is already provisioned."));
    }
    if let Some(me) = ctx.me().map(str::to_owned) {
        owner(ctx, &id)?;
        licensed(ctx.store, &me)?;
    }
    let owned = ctx
        .store
        .of(Kind::Member, "_of", &id)
        .any(|member| member.list("roles").iter().any(|role| role == "owner"));
    if !owned {
        return Err(Refusal::bad("The group must have at least one owner to create a team."));
    }
    let body = ctx.call.json_or_empty()?;
    make(ctx.store, &id, 0);
    ctx.store.edit(Kind::Team, &id, |row| {
        merge(row, &body, &["memberSettings", "messagingSettings", "funSettings", "guestSettings"]);
    });
    tell(ctx, &id, "created");
    let team = ctx.store.at(Kind::Team, &id).clone();
    ctx.query.one(201, &team, "teams")
}
