//! Members of teams, channels and chats.

use serde_json::{Value, json};

use crate::{
    caller::Area,
    channels,
    graph::{Ctx, bound, unknown},
    notify,
    query::Rules,
    store::{Kind, Store},
    teams,
    value::{Fields as _, shown},
    wire::{Answer, Refusal, Reply},
};

const MEMBERS: Rules = Rules::new("conversationMembers", "filter top count").pages(100, 999);
const READ_TEAM: &str =
    "TeamMember.Read.All TeamMember.ReadWrite.All Group.Read.All Group.ReadWrite.All";
const WRITE_TEAM: &str = "TeamMember.ReadWrite.All Group.ReadWrite.All";
const READ_CHANNEL: &str =
    "ChannelMember.Read.All ChannelMember.ReadWrite.All Group.Read.All Group.ReadWrite.All";
const WRITE_CHANNEL: &str = "ChannelMember.ReadWrite.All";
const CHAT: &str = "Chat.Read Chat.ReadWrite Chat.ReadBasic ChatMember.Read ChatMember.ReadWrite";

/// What has members.
struct Home {
    /// The key of its memberships.
    of: String,
    team: String,
    /// Members of standard channels are those of the team.
    own: bool,
    /// Where the member's id stands in the path.
    place: usize,
}

fn home(ctx: &Ctx<'_>, words: &[&str]) -> Result<Home, Refusal> {
    match words {
        ["teams", _, "members", ..] => {
            let team = teams::visible(ctx, 1)?.text("id").to_owned();
            Ok(Home { of: team.clone(), team, own: true, place: 3 })
        }
        ["chats", ..] => {
            let chat = crate::messages::chat(ctx)?.text("id").to_owned();
            Ok(Home { of: chat, team: String::new(), own: true, place: 3 })
        }
        _ => {
            let (team, channel) = channels::visible(ctx)?;
            let own = channel.text("membershipType") != "standard";
            let of = if own { channel.text("id") } else { team.text("id") };
            Ok(Home { of: of.to_owned(), team: team.text("id").to_owned(), own, place: 5 })
        }
    }
}

pub(crate) fn route(ctx: &mut Ctx<'_>, method: &str, words: &[&str]) -> Answer {
    let (read, write) = match words {
        ["teams", _, "members", ..] => (READ_TEAM, WRITE_TEAM),
        ["chats", ..] => (CHAT, "Chat.ReadWrite ChatMember.ReadWrite"),
        _ => (READ_CHANNEL, WRITE_CHANNEL),
    };
    if method == "GET" {
        let all = if read == CHAT { "Chat.Read.All ChatMember.Read.All" } else { read };
        ctx.need(Area::Teams, read, all)?;
    } else {
        ctx.need(Area::Teams, write, write)?;
    }
    let home = home(ctx, words)?;
    let rest = words.get(home.place..).unwrap_or(&[]);
    match (method, rest) {
        ("GET", []) => {
            let rows = ctx.store.of(Kind::Member, "_of", &home.of).cloned().collect();
            ctx.query.page(rows, &MEMBERS)
        }
        ("GET", [_]) => {
            let row = member(ctx, &home)?;
            ctx.query.one(200, &row, "conversationMembers")
        }
        ("POST", []) => {
            change(ctx, &home)?;
            let body = ctx.call.json()?;
            let row = add(ctx, &home, &body)?;
            ctx.query.one(201, &row, "conversationMembers")
        }
        ("POST", ["add"]) => add_many(ctx, &home),
        ("PATCH", [_]) => {
            change(ctx, &home)?;
            let (row, body) = (member(ctx, &home)?, ctx.call.json()?);
            let roles = roles(ctx.store, &body, row.text("userId"))?;
            if roles.is_empty() {
                keep_an_owner(ctx.store, &home.of, &row)?;
            }
            let roles: Vec<&str> = roles.iter().map(String::as_str).collect();
            let row = ctx.store.join(&home.of, row.text("userId"), &roles);
            tell(ctx, &home, &row, "updated");
            ctx.query.one(200, &row, "conversationMembers")
        }
        ("DELETE", [_]) => {
            let row = member(ctx, &home)?;
            if ctx.me() != Some(row.text("userId")) {
                change(ctx, &home)?;
            }
            keep_an_owner(ctx.store, &home.of, &row)?;
            ctx.store.remove(Kind::Member, row.text("id"));
            if home.of == home.team {
                // Who leaves a team leaves its private channels.
                let own: Vec<String> = ctx
                    .store
                    .of(Kind::Channel, "_team", &home.team)
                    .map(|c| c.text("id").to_owned())
                    .collect();
                for channel in own {
                    let id = ctx
                        .store
                        .membership(&channel, row.text("userId"))
                        .map(|m| m.text("id").to_owned());
                    if let Some(id) = id {
                        ctx.store.remove(Kind::Member, &id);
                    }
                }
            }
            tell(ctx, &home, &row, "deleted");
            Ok(Reply::empty(204))
        }
        _ => Err(unknown(words)),
    }
}

fn member(ctx: &Ctx<'_>, home: &Home) -> Result<Value, Refusal> {
    ctx.store
        .find(Kind::Member, ctx.path.at(home.place))
        .filter(|row| row.text("_of") == home.of)
        .cloned()
        .ok_or_else(|| Refusal::missing("member"))
}

fn change(ctx: &Ctx<'_>, home: &Home) -> Result<(), Refusal> {
    if !home.own {
        return Err(Refusal::bad("Members of a standard channel are those of the team."));
    }
    if home.team.is_empty() {
        return Ok(());
    }
    teams::open(ctx.store, &home.team)?;
    teams::owner(ctx, &home.of)
}

/// `owner` or nothing.
fn roles(store: &Store, body: &Value, user: &str) -> Result<Vec<String>, Refusal> {
    let roles: Vec<String> =
        body.list("roles").iter().filter_map(Value::as_str).map(str::to_owned).collect();
    if roles.iter().any(|role| !["owner", "guest"].contains(&role.as_str())) || roles.len() > 1 {
        return Err(Refusal::bad(format!(
            "Invalid role specified for member. Roles: {}",
            roles.join(",")
        )));
    }
    let guest = store.at(Kind::User, user).text("userType") == "Guest";
    if guest && roles.iter().any(|role| role == "owner") {
        return Err(Refusal::bad("A guest cannot own a team or a channel."));
    }
    Ok(roles.into_iter().filter(|role| role == "owner").collect())
}

fn add(ctx: &mut Ctx<'_>, home: &Home, body: &Value) -> Result<Value, Refusal> {
    let kind = body.text("@odata.type").to_ascii_lowercase();
    if !kind.ends_with(".aaduserconversationmember") {
        return Err(Refusal::bad(
            "Invalid '@odata.type': a member is an aadUserConversationMember.",
        ));
    }
    let key = bound(body, "user")
        .ok_or_else(|| Refusal::bad("Invalid bind property name user in request."))?;
    let user = ctx.store.user(&key).map(|user| user.text("id").to_owned()).ok_or_else(|| {
        Refusal::new(404, "NotFound", format!("User {key} was not found in the tenant."))
    })?;
    let roles = roles(ctx.store, body, &user)?;
    if home.of != home.team
        && !home.team.is_empty()
        && ctx.store.membership(&home.team, &user).is_none()
    {
        return Err(Refusal::bad(
            "The user has to be a member of the team before being added to the channel.",
        ));
    }
    let roles: Vec<&str> = roles.iter().map(String::as_str).collect();
    let row = ctx.store.join(&home.of, &user, &roles);
    tell(ctx, home, &row, "created");
    Ok(row)
}

/// `…/members/add`: up to 200, each judged alone.
fn add_many(ctx: &mut Ctx<'_>, home: &Home) -> Answer {
    change(ctx, home)?;
    let body = ctx.call.json()?;
    let values = body.list("values");
    if values.is_empty() || values.len() > 200 {
        return Err(Refusal::bad("The number of members to add has to be between 1 and 200."));
    }
    let mut failed = false;
    let mut parts = Vec::new();
    for value in values {
        let user = bound(value, "user").unwrap_or_default();
        let error = match add(ctx, home, value) {
            Ok(_) => Value::Null,
            Err(refusal) => {
                failed = true;
                json!({"code": refusal.code, "message": refusal.message})
            }
        };
        parts.push(json!({"@odata.type": "#microsoft.graph.aadUserConversationMemberResult", "userId": user, "error": error}));
    }
    let body = json!({"@odata.context": format!("{}/$metadata#Collection(actionResultPart)", ctx.base()), "value": parts});
    Ok(Reply::json(if failed { 207 } else { 200 }, &body))
}

/// The last owner stays.
pub(crate) fn keep_an_owner(store: &Store, of: &str, member: &Value) -> Result<(), Refusal> {
    let is_owner = |row: &Value| row.list("roles").iter().any(|role| role == "owner");
    let owners = store.of(Kind::Member, "_of", of).filter(|row| is_owner(row)).count();
    if is_owner(member) && owners <= 1 {
        return Err(Refusal::bad(
            "The last owner cannot be removed: the team must have at least one owner.",
        ));
    }
    Ok(())
}

fn tell(ctx: &mut Ctx<'_>, home: &Home, row: &Value, change: &str) {
    let (base, path) = if home.of == home.team {
        (format!("teams/{}/members", home.team), format!("teams('{}')", home.team))
    } else if home.team.is_empty() {
        (format!("chats/{}/members", home.of), format!("chats('{}')", home.of))
    } else {
        (
            format!("teams/{}/channels/{}/members", home.team, home.of),
            format!("teams('{}')/channels('{}')", home.team, home.of),
        )
    };
    let row = shown(row);
    let id = row.text("id");
    let news = notify::News {
        change,
        kind: "aadUserConversationMember",
        path: format!("{path}/members('{id}')"),
        id,
        row: &row,
    };
    notify::tell(ctx.store, &[base], &news);
}
