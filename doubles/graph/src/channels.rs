//! Channels.

use serde_json::{Value, json};

use crate::{
    caller::Area,
    clock, files,
    graph::{Ctx, bound, unknown},
    notify,
    query::Rules,
    store::{Kind, Store},
    teams,
    value::{Fields as _, merge, shown},
    wire::{Answer, Refusal, Reply},
};

const CHANNELS: Rules = Rules::new("channels", "filter");
pub(crate) const READ: &str = "Channel.ReadBasic.All ChannelSettings.Read.All ChannelSettings.ReadWrite.All Group.Read.All Group.ReadWrite.All Directory.Read.All";
const CREATE: &str = "Channel.Create Group.ReadWrite.All";
const CHANGE: &str = "ChannelSettings.ReadWrite.All Group.ReadWrite.All";
const DELETE: &str = "Channel.Delete.All Group.ReadWrite.All";

/// Characters that no name has.
const REFUSED: &str = "~#%&*{}+/\\:<>?|'\"";

/// Where a channel is made.
pub(crate) struct Place<'p> {
    pub(crate) team: &'p str,
    pub(crate) kind: &'p str,
}

pub(crate) fn route(ctx: &mut Ctx<'_>, method: &str, words: &[&str]) -> Answer {
    match (method, words) {
        ("GET", ["teams", "getallchannels"]) => {
            ctx.need(Area::Teams, "", READ)?;
            ctx.query.page(ctx.store.list(Kind::Channel).cloned().collect(), &CHANNELS)
        }
        ("GET", ["teams", _, "channels" | "allchannels"]) => {
            ctx.need(Area::Teams, READ, READ)?;
            let team = teams::visible(ctx, 1)?;
            let rows = ctx
                .store
                .of(Kind::Channel, "_team", team.text("id"))
                .filter(|channel| may_see(ctx, channel));
            ctx.query.page(rows.cloned().collect(), &CHANNELS)
        }
        ("GET", ["teams", _, "incomingchannels"]) => {
            ctx.need(Area::Teams, READ, READ)?;
            teams::visible(ctx, 1)?;
            ctx.query.page(Vec::new(), &CHANNELS)
        }
        ("GET", ["teams", _, "primarychannel"]) => {
            ctx.need(Area::Teams, READ, READ)?;
            let team = teams::visible(ctx, 1)?;
            let row = ctx
                .store
                .of(Kind::Channel, "_team", team.text("id"))
                .find(|channel| channel.flag("_general"))
                .cloned();
            ctx.query.one(200, &row.ok_or_else(|| Refusal::missing("channel"))?, "channels")
        }
        ("POST", ["teams", _, "channels"]) => create(ctx),
        ("GET", ["teams", _, "channels", _]) => {
            ctx.need(Area::Teams, READ, READ)?;
            let (_, channel) = visible(ctx)?;
            ctx.query.one(200, &channel, "channels")
        }
        ("GET", ["teams", _, "channels", _, "doesuserhaveaccess"]) => {
            ctx.need(
                Area::Teams,
                "ChannelMember.Read.All ChannelMember.ReadWrite.All",
                "ChannelMember.Read.All ChannelMember.ReadWrite.All",
            )?;
            let (team, channel) = visible(ctx)?;
            let user = ctx.path.argument("userId").unwrap_or_default();
            let of = if channel.text("membershipType") == "standard" {
                team.text("id")
            } else {
                channel.text("id")
            };
            let access = ctx.store.membership(of, user).is_some();
            Ok(Reply::json(
                200,
                &json!({"@odata.context": format!("{}/$metadata#Edm.Boolean", ctx.base()), "value": access}),
            ))
        }
        ("PATCH", ["teams", _, "channels", _]) => {
            ctx.need(Area::Teams, CHANGE, CHANGE)?;
            let (team, channel) = visible(ctx)?;
            may_change(ctx, &team, "allowCreateUpdateChannels")?;
            let body = ctx.call.json()?;
            if body.get("membershipType").is_some() {
                return Err(Refusal::bad("The property 'membershipType' cannot be changed."));
            }
            if let Some(name) = body.get("displayName").and_then(Value::as_str) {
                if channel.flag("_general") {
                    return Err(Refusal::bad("The General channel cannot be renamed."));
                }
                if !name.eq_ignore_ascii_case(channel.text("displayName")) {
                    free(ctx.store, team.text("id"), name)?;
                }
            }
            ctx.store.edit(Kind::Channel, channel.text("id"), |row| {
                merge(row, &body, &["displayName", "description", "isFavoriteByDefault"]);
            });
            tell(ctx.store, channel.text("id"), "updated");
            Ok(Reply::empty(204))
        }
        ("DELETE", ["teams", _, "channels", _]) => {
            ctx.need(Area::Teams, DELETE, DELETE)?;
            let (team, channel) = visible(ctx)?;
            may_change(ctx, &team, "allowDeleteChannels")?;
            if channel.flag("_general") {
                return Err(Refusal::bad("The General channel cannot be deleted."));
            }
            tell(ctx.store, channel.text("id"), "deleted");
            ctx.store.remove(Kind::Channel, channel.text("id"));
            Ok(Reply::empty(204))
        }
        ("POST", ["teams", _, "channels", _, act @ ("archive" | "unarchive")]) => {
            ctx.need(Area::Teams, CHANGE, CHANGE)?;
            let (team, channel) = visible(ctx)?;
            teams::owner(ctx, team.text("id"))?;
            let on = *act == "archive";
            ctx.store.edit(Kind::Channel, channel.text("id"), |row| row.put("isArchived", on));
            tell(ctx.store, channel.text("id"), "updated");
            let kind = if on { "archiveChannel" } else { "unarchiveChannel" };
            let operation = teams::begin(
                ctx.store,
                team.text("id"),
                kind,
                &format!("/teams('{}')/channels('{}')", team.text("id"), channel.text("id")),
            );
            Ok(Reply::empty(202).with("Location", operation))
        }
        _ => Err(unknown(words)),
    }
}

/// Private and shared channels are their members'.
fn may_see(ctx: &Ctx<'_>, channel: &Value) -> bool {
    let Some(me) = ctx.me() else { return true };
    channel.text("membershipType") == "standard"
        || ctx.store.membership(channel.text("id"), me).is_some()
}

/// The team and the channel of a path, if the caller may see them.
pub(crate) fn visible(ctx: &Ctx<'_>) -> Result<(Value, Value), Refusal> {
    let team = teams::visible(ctx, 1)?;
    let channel = ctx
        .store
        .find(Kind::Channel, ctx.path.at(3))
        .filter(|channel| channel.text("_team") == team.text("id") && may_see(ctx, channel))
        .cloned()
        .ok_or_else(|| Refusal::missing("channel"))?;
    Ok((team, channel))
}

/// What the team lets members do; owners may all of it.
fn may_change(ctx: &Ctx<'_>, team: &Value, setting: &str) -> Result<(), Refusal> {
    teams::open(ctx.store, team.text("id"))?;
    let Some(me) = ctx.me() else { return Ok(()) };
    let guest = ctx.store.at(Kind::User, me).text("userType") == "Guest";
    let settings = team.field(if guest { "guestSettings" } else { "memberSettings" });
    if settings.flag(setting) || ctx.store.is_owner(team.text("id"), me) {
        return Ok(());
    }
    Err(Refusal::forbidden("The team does not let its members do that."))
}

/// Whether a team can have a channel of this name. Deleted channels keep theirs.
fn free(store: &Store, team: &str, name: &str) -> Result<(), Refusal> {
    let wrong = name.is_empty()
        || name.chars().count() > 50
        || name.chars().any(|c| REFUSED.contains(c) || c == ',')
        || name.contains("..")
        || name.starts_with(['_', '.'])
        || name.ends_with('.');
    if wrong {
        return Err(Refusal::bad(format!(
            "Channel display name '{name}' is invalid: it has 1 to 50 characters and none of ~ # % & * {{ }} + / \\ : < > ? | ' \" ,"
        )));
    }
    let taken = store.rows(Kind::Channel).any(|row| {
        row.value.text("_team") == team
            && row.value.text("displayName").to_lowercase() == name.to_lowercase()
    });
    if taken {
        return Err(Refusal::bad("Channel name already existed, please use other name."));
    }
    Ok(())
}

/// A channel with its folder, or its own drive when it is not standard.
pub(crate) fn make(
    store: &mut Store,
    place: &Place<'_>,
    name: &str,
    description: &Value,
) -> String {
    let random = u128::from_be_bytes(clock::chance());
    let id = format!("19:{random:032x}@thread.tacv2");
    let team = place.team;
    let (now, made) = (store.now(), store.now_ms());
    let drive = if place.kind == "standard" {
        store.of(Kind::Drive, "_group", team).next().map_or("", |drive| drive.text("id")).to_owned()
    } else {
        let site = format!(
            "{}/sites/{}/Shared%20Documents",
            crate::seeds::SHAREPOINT,
            doubles_http::encode(name)
        );
        files::new_drive(store, &site, "_channel", &id)
    };
    let folder = files::new_folder(store, &drive, &files::root(&drive), name);
    store.put(Kind::Channel, json!({
        "id": id, "createdDateTime": now, "displayName": name, "description": description, "isFavoriteByDefault": null,
        "email": format!("{:08x}.{}@emea.teams.ms", random & 0xffff_ffff, crate::seeds::DOMAIN), "tenantId": crate::seeds::TENANT, "isArchived": false,
        "webUrl": format!("https://teams.microsoft.com/l/channel/{}/{}?groupId={team}&tenantId={}", doubles_http::encode(&id), doubles_http::encode(name), crate::seeds::TENANT),
        "membershipType": place.kind, "_team": team, "_folder": folder, "_made": made,
    }));
    id
}

fn create(ctx: &mut Ctx<'_>) -> Answer {
    ctx.need(Area::Teams, CREATE, CREATE)?;
    let team = teams::visible(ctx, 1)?;
    let team_id = team.text("id").to_owned();
    let body = ctx.call.json()?;
    let kind = match body.text("membershipType") {
        "" => "standard",
        kind @ ("standard" | "private" | "shared") => kind,
        other => return Err(Refusal::bad(format!("Invalid membershipType '{other}'."))),
    };
    may_change(
        ctx,
        &team,
        if kind == "private" { "allowCreatePrivateChannels" } else { "allowCreateUpdateChannels" },
    )?;
    let name = body.text("displayName").trim().to_owned();
    free(ctx.store, &team_id, &name)?;
    let most = match kind {
        "standard" => 1000,
        "private" => 30,
        _ => 200,
    };
    let count = ctx
        .store
        .of(Kind::Channel, "_team", &team_id)
        .filter(|c| c.text("membershipType") == kind)
        .count();
    if count >= most {
        return Err(Refusal::bad(format!(
            "Maximum number of channels of kind {kind} reached: {most}."
        )));
    }
    let mut people = Vec::new();
    for member in body.list("members") {
        let key = bound(member, "user")
            .ok_or_else(|| Refusal::bad("Invalid bind property name user in request."))?;
        let user = ctx
            .store
            .user(&key)
            .map(|user| user.text("id").to_owned())
            .ok_or_else(|| Refusal::missing("user"))?;
        if ctx.store.membership(&team_id, &user).is_none() {
            return Err(Refusal::bad(format!("User {key} is not a member of the team.")));
        }
        people.push((user, member.list("roles").iter().any(|role| role == "owner")));
    }
    if kind == "standard" && !people.is_empty() {
        return Err(Refusal::bad("Members can be given for private and shared channels only."));
    }
    if kind != "standard" {
        match ctx.me() {
            Some(me) if !people.iter().any(|(user, _)| user == me) => {
                people.push((me.to_owned(), true));
            }
            None if people.iter().filter(|(_, owner)| *owner).count() != 1 => {
                return Err(Refusal::bad(
                    "Exactly one member with the role owner is required to create the channel in application context.",
                ));
            }
            _ => {}
        }
    }
    let id = make(ctx.store, &Place { team: &team_id, kind }, &name, body.field("description"));
    for (user, owner) in people {
        ctx.store.join(&id, &user, if owner { &["owner"] } else { &[] });
    }
    tell(ctx.store, &id, "created");
    if kind == "shared" {
        let target = format!("/teams('{team_id}')/channels('{id}')");
        let operation = teams::begin(ctx.store, &team_id, "createChannel", &target);
        return Ok(Reply::empty(202).with("Location", operation).with("Content-Location", target));
    }
    let row = ctx.store.at(Kind::Channel, &id).clone();
    ctx.query.one(201, &row, "channels")
}

fn tell(store: &mut Store, id: &str, change: &str) {
    let row = shown(store.at(Kind::Channel, id));
    let team = store.at(Kind::Channel, id).text("_team").to_owned();
    let news = notify::News {
        change,
        kind: "channel",
        path: format!("teams('{team}')/channels('{id}')"),
        id,
        row: &row,
    };
    notify::tell(
        store,
        &[format!("teams/{team}/channels"), "teams/getallchannels".to_owned()],
        &news,
    );
}
