//! Roles of the directory that somebody activated, and who has them.

use serde_json::{Value, json};

use crate::{
    caller::Area,
    clock,
    graph::{Ctx, unknown},
    query::Rules,
    store::{Kind, Store},
    value::{Fields as _, bound_key},
    wire::{Answer, Refusal, Reply},
};

const READ: &str =
    "RoleManagement.Read.Directory RoleManagement.ReadWrite.Directory Directory.Read.All";
const WRITE: &str = "RoleManagement.ReadWrite.Directory";
/// Neither pages nor orders: the list of roles takes conditions alone.
const ROLES: Rules = Rules::new("directoryRoles", "filter expand");
const MEMBERS: Rules = Rules::new("directoryObjects", "filter top count").directory();

/// A role that is active: its template is the same in every tenant.
pub(crate) fn activate(store: &mut Store, (template, name): (&str, &str), members: &[&str]) {
    store.put(
        Kind::Role,
        json!({
            "id": clock::guid(), "roleTemplateId": template, "displayName": name, "deletedDateTime": null,
            "description": format!("Can manage what belongs to {name}."), "_members": members,
        }),
    );
}

pub(crate) fn route(ctx: &mut Ctx<'_>, method: &str, words: &[&str]) -> Answer {
    ctx.need(
        Area::Directory,
        if method == "GET" { READ } else { WRITE },
        if method == "GET" { READ } else { WRITE },
    )?;
    let template = ctx.path.argument("roleTemplateId").map(str::to_owned);
    if let ["directoryroles"] = words {
        if let ("GET", Some(template)) = (method, &template) {
            let role = role(ctx, "roleTemplateId", template)?;
            return ctx.query.one(200, &role, "directoryRoles");
        }
        if method != "GET" {
            return Err(unknown(words));
        }
        let rows = ctx.store.list(Kind::Role).cloned().collect();
        return ctx.query.page(rows, &ROLES);
    }
    let role = role(ctx, "id", &ctx.at(1))?;
    let id = role.text("id").to_owned();
    match (method, words) {
        ("GET", ["directoryroles", _]) => ctx.query.one(200, &role, "directoryRoles"),
        ("GET", ["directoryroles", _, "members"]) => {
            let people = role.list("_members").iter().filter_map(Value::as_str);
            let rows = people.filter_map(|person| {
                let mut row = ctx.store.find(Kind::User, person)?.clone();
                row.put("@odata.type", "#microsoft.graph.user");
                Some(row)
            });
            ctx.query.page(rows.collect(), &MEMBERS)
        }
        ("POST", ["directoryroles", _, "members", "$ref"]) => {
            let body = ctx.call.json()?;
            let key = bound_key(body.text("@odata.id"));
            let person = ctx.store.user(&key).map(|user| user.text("id").to_owned());
            let person = person.ok_or_else(|| Refusal::directory(&key))?;
            if role.list("_members").iter().any(|own| *own == person) {
                let says = "One or more added object references already exist for the following modified properties: 'members'.";
                return Err(Refusal::new(400, "Request_BadRequest", says));
            }
            set(ctx.store, &id, |members| members.push(person.into()));
            Ok(Reply::empty(204))
        }
        ("DELETE", ["directoryroles", _, "members", _, "$ref"]) => {
            let person = ctx.at(3);
            if !role.list("_members").iter().any(|own| *own == person) {
                return Err(Refusal::directory(&person));
            }
            set(ctx.store, &id, |members| members.retain(|own| *own != person));
            Ok(Reply::empty(204))
        }
        _ => Err(unknown(words)),
    }
}

fn set(store: &mut Store, role: &str, change: impl FnOnce(&mut Vec<Value>)) {
    store.edit(Kind::Role, role, |row| {
        let mut members = row.list("_members").to_vec();
        change(&mut members);
        row.put("_members", members);
    });
}

/// By its id, or by its template: `directoryRoles(roleTemplateId='…')`.
fn role(ctx: &Ctx<'_>, name: &str, value: &str) -> Result<Value, Refusal> {
    let found = ctx.store.of(Kind::Role, name, value).next();
    found.cloned().ok_or_else(|| Refusal::directory(value))
}
