//! Users, groups, the organisation.

use serde_json::{Value, json};

use crate::{
    caller::Area,
    clock, files,
    graph::{Ctx, unknown},
    licences, notify,
    query::Rules,
    store::{Kind, Row},
    value::{Fields as _, bound_key, merge},
    wire::{Answer, Refusal, Reply},
};

const USERS: Rules = Rules::new("users", "filter search orderby top count expand").directory();
const GROUPS: Rules = Rules::new("groups", "filter search orderby top count expand").directory();
const OBJECTS: Rules =
    Rules::new("directoryObjects", "filter search orderby top count expand").directory();

const READ_USERS: &str = "User.ReadBasic.All User.Read.All User.ReadWrite.All Directory.Read.All";
const READ_USERS_APP: &str = "User.Read.All User.ReadWrite.All Directory.Read.All";
const READ_GROUPS: &str = "GroupMember.Read.All Group.Read.All Group.ReadWrite.All GroupMember.ReadWrite.All Directory.Read.All";
const WRITE_GROUPS: &str = "Group.ReadWrite.All";
const WRITE_MEMBERS: &str = "GroupMember.ReadWrite.All Group.ReadWrite.All";

pub(crate) fn route(ctx: &mut Ctx<'_>, method: &str, words: &[&str]) -> Answer {
    match (method, words) {
        ("GET", ["users"]) => {
            ctx.need(Area::Directory, READ_USERS, READ_USERS_APP)?;
            let rows = ctx.store.list(Kind::User).cloned().collect();
            ctx.query.page(rows, &USERS)
        }
        ("GET", ["users", "$count"]) => {
            ctx.need(Area::Directory, READ_USERS, READ_USERS_APP)?;
            count(ctx, Kind::User)
        }
        ("GET", ["users", "delta"]) => {
            ctx.need(Area::Directory, "User.Read.All User.ReadWrite.All", READ_USERS_APP)?;
            delta(ctx, Kind::User, &USERS)
        }
        ("POST", ["users"]) => create_user(ctx),
        ("GET", ["users", id]) => {
            let own = ctx.me().is_some_and(|me| me.eq_ignore_ascii_case(id));
            let scopes = if own {
                "User.Read User.ReadBasic.All User.Read.All User.ReadWrite.All Directory.Read.All"
            } else {
                READ_USERS
            };
            ctx.need(Area::Directory, scopes, READ_USERS_APP)?;
            let user = user(ctx)?;
            ctx.query.one(200, &user, "users")
        }
        ("PATCH", ["users", _]) => {
            ctx.need(Area::Directory, "User.ReadWrite.All", "User.ReadWrite.All")?;
            let (user, body) = (user(ctx)?, ctx.call.json()?);
            ctx.store.edit(Kind::User, user.text("id"), |row| {
                merge(
                    row,
                    &body,
                    &[
                        "displayName",
                        "givenName",
                        "surname",
                        "jobTitle",
                        "accountEnabled",
                        "department",
                        "mail",
                        "usageLocation",
                    ],
                );
            });
            tell_user(ctx, user.text("id"), "updated");
            Ok(Reply::empty(204))
        }
        ("DELETE", ["users", _]) => {
            ctx.need(Area::Directory, "User.ReadWrite.All", "User.ReadWrite.All")?;
            let user = user(ctx)?;
            ctx.store.remove(Kind::User, user.text("id"));
            tell_user(ctx, user.text("id"), "deleted");
            Ok(Reply::empty(204))
        }
        ("GET", ["users", _, "licensedetails"]) => {
            let user = user(ctx)?;
            licences::of_user(ctx, &user)
        }
        ("GET", ["users", _, "mailboxsettings"]) => {
            let (delegated, own) = ("MailboxSettings.Read", "MailboxSettings.Read");
            ctx.need(Area::Directory, delegated, own)?;
            let user = user(ctx)?;
            let purpose = match user.text("_purpose") {
                "" => "user",
                other => other,
            };
            Ok(Reply::json(200, &json!({ "userPurpose": purpose, "timeZone": "UTC" })))
        }
        ("POST", ["users", _, "assignlicense"]) => {
            let user = user(ctx)?;
            licences::assign(ctx, &user)
        }
        ("GET", ["users", _, "memberof" | "transitivememberof", ..]) => {
            ctx.need(
                Area::Directory,
                "User.Read Directory.Read.All GroupMember.Read.All Group.Read.All",
                "Directory.Read.All GroupMember.Read.All Group.Read.All",
            )?;
            let user = user(ctx)?;
            let groups = ctx
                .store
                .list(Kind::Group)
                .filter(|group| ctx.store.membership(group.text("id"), user.text("id")).is_some());
            let rows = groups.map(|group| typed(group, "group")).collect();
            ctx.query.page(rows, &OBJECTS)
        }
        ("GET", ["organization"]) => {
            ctx.need(
                Area::Directory,
                "User.Read Directory.Read.All",
                "User.Read.All Directory.Read.All",
            )?;
            ctx.query.page(vec![crate::seeds::organization()], &Rules::new("organization", ""))
        }
        ("GET", ["groups", _, "sites", "root"] | ["sites", _]) => site(ctx, words),
        (_, ["groups", ..]) => groups(ctx, method, words),
        ("GET", ["directory", "deleteditems", "group"]) => {
            ctx.need(
                Area::Directory,
                "Group.Read.All Group.ReadWrite.All",
                "Group.Read.All Group.ReadWrite.All",
            )?;
            let rows =
                ctx.store.rows(Kind::Group).filter(|row| row.gone && !row.value.flag("_purged"));
            let rows = rows.map(|row| row.value.clone()).collect();
            ctx.query.page(rows, &OBJECTS)
        }
        ("POST", ["directory", "deleteditems", _, "restore"]) => restore(ctx),
        ("DELETE", ["directory", "deleteditems", _]) => {
            ctx.need(Area::Directory, WRITE_GROUPS, WRITE_GROUPS)?;
            let id = ctx.at(2);
            let group =
                ctx.store.restore(Kind::Group, &id).ok_or_else(|| Refusal::directory(&id))?;
            ctx.store.edit(Kind::Group, group.text("id"), |row| row.put("_purged", true));
            ctx.store.remove(Kind::Group, &id);
            Ok(Reply::empty(204))
        }
        _ => Err(unknown(words)),
    }
}

fn user(ctx: &Ctx<'_>) -> Result<Value, Refusal> {
    let id = ctx.path.at(1);
    ctx.store.user(id).cloned().ok_or_else(|| Refusal::directory(id))
}

fn typed(row: &Value, kind: &str) -> Value {
    let mut row = row.clone();
    row.put("@odata.type", format!("#microsoft.graph.{kind}"));
    row
}

fn count(ctx: &Ctx<'_>, kind: Kind) -> Answer {
    if !ctx.query.eventual {
        return Err(Refusal::new(
            400,
            "Request_BadRequest",
            "$count is not currently supported. Set the header 'ConsistencyLevel:eventual'.",
        ));
    }
    let rows = ctx.query.narrow(ctx.store.list(kind).cloned().collect())?;
    Ok(Reply::text(200, "text/plain", rows.len().to_string()))
}

fn delta(ctx: &Ctx<'_>, kind: Kind, rules: &Rules) -> Answer {
    let rows: Vec<&Row> = ctx.store.rows(kind).collect();
    ctx.query.delta(&rows, ctx.store.change, ctx.store.delta_floor, rules)
}

fn tell_user(ctx: &mut Ctx<'_>, id: &str, change: &str) {
    let row = ctx.store.at(Kind::User, id).clone();
    let news = notify::News { change, kind: "user", path: format!("Users/{id}"), id, row: &row };
    notify::tell(ctx.store, &["users".to_owned(), format!("users/{id}")], &news);
}

fn tell_group(ctx: &mut Ctx<'_>, id: &str, change: &str) {
    let row = ctx.store.at(Kind::Group, id).clone();
    let news = notify::News { change, kind: "group", path: format!("Groups/{id}"), id, row: &row };
    notify::tell(ctx.store, &["groups".to_owned(), format!("groups/{id}")], &news);
    if row.list("resourceProvisioningOptions").iter().any(|own| own == "Team")
        || change == "deleted"
    {
        crate::teams::tell(ctx, id, change);
    }
}

fn create_user(ctx: &mut Ctx<'_>) -> Answer {
    ctx.need(Area::Directory, "User.ReadWrite.All", "User.ReadWrite.All")?;
    let body = ctx.call.json()?;
    let name = body.text("userPrincipalName").to_owned();
    let password = body.field("passwordProfile").text("password").to_owned();
    if name.is_empty()
        || body.text("displayName").is_empty()
        || body.text("mailNickname").is_empty()
        || password.is_empty()
    {
        return Err(Refusal::new(
            400,
            "Request_BadRequest",
            "A required property is missing: displayName, mailNickname, userPrincipalName, passwordProfile.",
        ));
    }
    if ctx.store.user(&name).is_some() {
        return Err(Refusal::new(
            400,
            "Request_BadRequest",
            "Another object with the same value for property userPrincipalName already exists.",
        ));
    }
    let person = crate::seeds::Person {
        name: body.text("displayName"),
        account: &name,
        password: &password,
        ..crate::seeds::Person::default()
    };
    let id = crate::seeds::add_user(ctx.store, &person);
    tell_user(ctx, &id, "created");
    let row = ctx.store.at(Kind::User, &id).clone();
    ctx.query.one(201, &row, "users")
}

fn groups(ctx: &mut Ctx<'_>, method: &str, words: &[&str]) -> Answer {
    let id = ctx.at(1);
    let group = match words {
        [_, "delta" | "$count"] | [_] => Value::Null,
        _ => ctx.store.find(Kind::Group, &id).cloned().ok_or_else(|| Refusal::directory(&id))?,
    };
    match (method, words) {
        ("GET", ["groups"]) => {
            ctx.need(Area::Directory, READ_GROUPS, READ_GROUPS)?;
            let mut rows: Vec<Value> = ctx.store.list(Kind::Group).cloned().collect();
            for row in &mut rows {
                expand(ctx, row);
            }
            ctx.query.page(rows, &GROUPS)
        }
        ("GET", ["groups", "$count"]) => {
            ctx.need(Area::Directory, READ_GROUPS, READ_GROUPS)?;
            count(ctx, Kind::Group)
        }
        ("GET", ["groups", "delta"]) => {
            ctx.need(Area::Directory, READ_GROUPS, READ_GROUPS)?;
            delta(ctx, Kind::Group, &GROUPS)
        }
        ("POST", ["groups"]) => create_group(ctx),
        ("GET", ["groups", _]) => {
            ctx.need(Area::Directory, READ_GROUPS, READ_GROUPS)?;
            let mut row = group;
            expand(ctx, &mut row);
            ctx.query.one(200, &row, "groups")
        }
        ("PATCH", ["groups", _]) => {
            ctx.need(Area::Directory, WRITE_GROUPS, WRITE_GROUPS)?;
            owned(ctx, &id)?;
            let body = ctx.call.json()?;
            if let Some(name) = body.get("displayName").and_then(Value::as_str) {
                policy(ctx.store, name)?;
            }
            labels(ctx, &body)?;
            ctx.store.edit(Kind::Group, &id, |row| {
                let fields =
                    ["displayName", "description", "visibility", "mailNickname", "assignedLabels"];
                merge(row, &body, &fields);
            });
            ctx.store.edit(Kind::Team, &id, |row| {
                merge(row, &body, &["displayName", "description", "visibility"]);
            });
            tell_group(ctx, &id, "updated");
            Ok(Reply::empty(204))
        }
        ("DELETE", ["groups", _]) => {
            ctx.need(Area::Directory, WRITE_GROUPS, WRITE_GROUPS)?;
            owned(ctx, &id)?;
            ctx.store.edit(Kind::Group, &id, {
                let now = ctx.store.now();
                |row| row.put("deletedDateTime", now)
            });
            ctx.store.remove(Kind::Group, &id);
            ctx.store.remove(Kind::Team, &id);
            tell_group(ctx, &id, "deleted");
            Ok(Reply::empty(204))
        }
        ("GET", ["groups", _, list @ ("members" | "owners" | "transitivemembers"), ..]) => {
            ctx.need(Area::Directory, READ_GROUPS, READ_GROUPS)?;
            let rows = people(ctx, &id, *list == "owners");
            ctx.query.page(rows, &OBJECTS)
        }
        ("POST", ["groups", _, list @ ("members" | "owners"), "$ref"]) => {
            ctx.need(Area::Directory, WRITE_MEMBERS, WRITE_MEMBERS)?;
            owned(ctx, &id)?;
            let key = bound_key(ctx.call.json()?.text("@odata.id"));
            let user = ctx
                .store
                .user(&key)
                .map(|user| user.text("id").to_owned())
                .ok_or_else(|| Refusal::directory(&key))?;
            let owner = *list == "owners";
            let exists = if owner {
                ctx.store.is_owner(&id, &user)
            } else {
                ctx.store.membership(&id, &user).is_some()
            };
            if exists {
                return Err(Refusal::new(
                    400,
                    "Request_BadRequest",
                    format!(
                        "One or more added object references already exist for the following modified properties: '{list}'."
                    ),
                ));
            }
            ctx.store.join(&id, &user, if owner { &["owner"] } else { &[] });
            tell_group(ctx, &id, "updated");
            Ok(Reply::empty(204))
        }
        ("DELETE", ["groups", _, "members" | "owners", _, "$ref"]) => {
            ctx.need(Area::Directory, WRITE_MEMBERS, WRITE_MEMBERS)?;
            owned(ctx, &id)?;
            let user = ctx.at(3);
            let member = ctx
                .store
                .membership(&id, &user)
                .cloned()
                .ok_or_else(|| Refusal::directory(&user))?;
            crate::members::keep_an_owner(ctx.store, &id, &member)?;
            ctx.store.remove(Kind::Member, member.text("id"));
            tell_group(ctx, &id, "updated");
            Ok(Reply::empty(204))
        }
        _ => Err(unknown(words)),
    }
}

/// Delegated callers change what they own; administrators everything.
fn owned(ctx: &Ctx<'_>, group: &str) -> Result<(), Refusal> {
    let Some(me) = ctx.me() else { return Ok(()) };
    if ctx.store.is_owner(group, me) || ctx.store.at(Kind::User, me).flag("_administrator") {
        return Ok(());
    }
    Err(Refusal::new(
        403,
        "Authorization_RequestDenied",
        "Insufficient privileges to complete the operation.",
    ))
}

fn people(ctx: &Ctx<'_>, group: &str, owners: bool) -> Vec<Value> {
    ctx.store
        .of(Kind::Member, "_of", group)
        .filter(|member| !owners || member.list("roles").iter().any(|own| own == "owner"))
        .filter_map(|member| ctx.store.find(Kind::User, member.text("userId")))
        .map(|user| typed(user, "user"))
        .collect()
}

fn expand(ctx: &Ctx<'_>, row: &mut Value) {
    for list in ["members", "owners"] {
        if ctx.query.expands(list) {
            let found = people(ctx, row.text("id"), list == "owners");
            let found: Vec<Value> = found.iter().map(crate::value::shown).collect();
            row.put(list, found);
        }
    }
}

fn create_group(ctx: &mut Ctx<'_>) -> Answer {
    ctx.need(Area::Directory, WRITE_GROUPS, "Group.Create Group.ReadWrite.All")?;
    let body = ctx.call.json()?;
    let needed = ["displayName", "mailNickname"];
    if let Some(name) = needed.iter().find(|name| body.text(name).is_empty()) {
        return Err(Refusal::new(
            400,
            "Request_BadRequest",
            format!("Property '{name}' is required and cannot be empty."),
        ));
    }
    if body.field("mailEnabled").as_bool().is_none()
        || body.field("securityEnabled").as_bool().is_none()
    {
        return Err(Refusal::new(
            400,
            "Request_BadRequest",
            "A value is required for property 'mailEnabled' and 'securityEnabled' of resource 'Group'.",
        ));
    }
    let taken = ctx
        .store
        .list(Kind::Group)
        .any(|group| group.text("mailNickname").eq_ignore_ascii_case(body.text("mailNickname")));
    if taken {
        return Err(Refusal::new(
            400,
            "Request_BadRequest",
            "Another object with the same value for property mailNickname already exists.",
        ));
    }
    let id = new_group(ctx, &body);
    for (list, roles) in [("owners", &["owner"][..]), ("members", &[][..])] {
        for address in body.list(&format!("{list}@odata.bind")).to_vec() {
            let key = bound_key(address.as_str().unwrap_or_default());
            let user = ctx
                .store
                .user(&key)
                .map(|user| user.text("id").to_owned())
                .ok_or_else(|| Refusal::directory(&key))?;
            if ctx.store.membership(&id, &user).is_none() {
                ctx.store.join(&id, &user, roles);
            }
        }
    }
    if let Some(me) = ctx.me().map(str::to_owned)
        && ctx.store.of(Kind::Member, "_of", &id).next().is_none()
    {
        ctx.store.join(&id, &me, &["owner"]);
    }
    tell_group(ctx, &id, "created");
    let row = ctx.store.at(Kind::Group, &id).clone();
    ctx.query.one(201, &row, "groups")
}

/// A group with its drive.
/// What the naming policy of the organisation says of a name, in its published words.
pub(crate) fn policy(store: &crate::store::Store, name: &str) -> Result<(), Refusal> {
    let policy = &store.policy;
    let missing = |affix: &str, has: bool| !affix.is_empty() && !has;
    let (prefix, suffix) = (policy.text("prefix"), policy.text("suffix"));
    if missing(prefix, name.starts_with(prefix)) || missing(suffix, name.ends_with(suffix)) {
        return Err(Refusal::new(
            400,
            "BadRequest",
            "The property is missing a required prefix/suffix per your organization's Group naming requirements.",
        ));
    }
    let low = name.to_lowercase();
    let word = policy.list("blocked").iter().filter_map(Value::as_str).find(|word| {
        low.split(|c: char| !c.is_alphanumeric()).any(|own| own == word.to_lowercase())
    });
    match word {
        Some(word) => Err(Refusal::new(
            400,
            "BadRequest",
            format!(
                "The displayName can't contain the blocked word '{word}' as per company policy."
            ),
        )),
        None => Ok(()),
    }
}

/// Labels are given by people; the organisation has published them.
fn labels(ctx: &Ctx<'_>, body: &Value) -> Result<(), Refusal> {
    if body.get("assignedLabels").is_none() {
        return Ok(());
    }
    if ctx.me().is_none() {
        return Err(Refusal::new(
            403,
            "Authorization_RequestDenied",
            "Labels of groups are set in delegated context alone.",
        ));
    }
    let published = ctx.store.policy.list("labels");
    let strange = body
        .list("assignedLabels")
        .iter()
        .find(|label| !published.iter().any(|own| own.as_str() == Some(label.text("labelId"))));
    match strange {
        Some(_) => {
            Err(Refusal::new(400, "Request_BadRequest", "The sensitivity label is not valid."))
        }
        None => Ok(()),
    }
}

pub(crate) fn new_group(ctx: &mut Ctx<'_>, body: &Value) -> String {
    let (id, now) = (clock::guid(), ctx.store.now());
    let nick = match body.text("mailNickname") {
        "" => body.text("displayName").chars().filter(char::is_ascii_alphanumeric).collect(),
        nick => nick.to_owned(),
    };
    let visibility =
        if body.text("visibility").is_empty() { "Private" } else { body.text("visibility") };
    ctx.store.put(Kind::Group, json!({
        "id": id, "deletedDateTime": null, "classification": null, "createdDateTime": now, "description": body.field("description"),
        "displayName": body.text("displayName"), "groupTypes": ["Unified"], "mail": format!("{nick}@{}", crate::seeds::DOMAIN),
        "mailEnabled": true, "mailNickname": nick, "securityEnabled": false, "visibility": visibility,
        "resourceProvisioningOptions": [], "renewedDateTime": now, "isAssignableToRole": null, "_made": ctx.store.now_ms(),
    }));
    files::new_drive(
        ctx.store,
        &format!("{}/sites/{nick}/Shared%20Documents", crate::seeds::SHAREPOINT),
        "_group",
        &id,
    );
    id
}

fn restore(ctx: &mut Ctx<'_>) -> Answer {
    ctx.need(Area::Directory, WRITE_GROUPS, WRITE_GROUPS)?;
    let id = ctx.at(2);
    let purged = ctx.store.rows(Kind::Group).any(|row| row.id == id && row.value.flag("_purged"));
    if purged {
        return Err(Refusal::directory(&id));
    }
    ctx.store.restore(Kind::Group, &id).ok_or_else(|| Refusal::directory(&id))?;
    ctx.store.restore(Kind::Team, &id);
    ctx.store.edit(Kind::Group, &id, |row| row.put("deletedDateTime", Value::Null));
    tell_group(ctx, &id, "updated");
    let row = typed(ctx.store.at(Kind::Group, &id), "group");
    ctx.query.one(200, &row, "directoryObjects")
}

fn site(ctx: &Ctx<'_>, words: &[&str]) -> Answer {
    ctx.need(
        Area::Files,
        "Sites.Read.All Sites.ReadWrite.All",
        "Sites.Read.All Sites.ReadWrite.All",
    )?;
    let group = if words.first() == Some(&"groups") {
        ctx.at(1)
    } else {
        ctx.path.at(1).rsplit(',').next().unwrap_or_default().to_owned()
    };
    let row = ctx.store.find(Kind::Group, &group).ok_or_else(Refusal::item)?;
    let nick = row.text("mailNickname");
    let host = crate::seeds::SHAREPOINT.trim_start_matches("https://");
    let site = json!({
        "id": format!("{host},{},{group}", crate::seeds::TENANT), "name": nick, "displayName": row.text("displayName"),
        "webUrl": format!("{}/sites/{nick}", crate::seeds::SHAREPOINT), "createdDateTime": row.text("createdDateTime"),
        "root": {}, "siteCollection": {"hostname": host},
    });
    ctx.query.one(200, &site, "sites")
}
