//! The list of categories of a person (Graph, `outlook/masterCategories`).

use serde_json::{Value, json};

use crate::{
    caller::Area,
    clock,
    graph::{Ctx, unknown},
    query::Rules,
    store::Kind,
    value::Fields as _,
    wire::{Answer, Refusal, Reply},
};

const RULES: Rules = Rules::new("masterCategories", "").pages(100, 1000);
const READ: &str = "MailboxSettings.Read MailboxSettings.ReadWrite";
const WRITE: &str = "MailboxSettings.ReadWrite";

pub(crate) fn route(ctx: &mut Ctx<'_>, method: &str, words: &[&str]) -> Answer {
    let needed = if method == "GET" { READ } else { WRITE };
    ctx.need(Area::Mail, needed, needed)?;
    let user = ctx.at(1);
    if ctx.me().is_some_and(|me| me != user) {
        let text = "Access is denied. Check credentials and try again.";
        return Err(Refusal::new(403, "ErrorAccessDenied", text));
    }
    let own = |ctx: &Ctx<'_>, id: &str| {
        let found = ctx.store.find(Kind::Category, id);
        found.filter(|row| row.text("_user") == user).cloned().ok_or_else(Refusal::mail)
    };
    match (method, words) {
        ("GET", [_, _, _, _]) => {
            let rows: Vec<Value> = ctx.store.of(Kind::Category, "_user", &user).cloned().collect();
            ctx.query.page(rows, &RULES)
        }
        ("POST", [_, _, _, _]) => {
            let body = ctx.call.json()?;
            let name = body.text("displayName").to_owned();
            let taken = ctx
                .store
                .of(Kind::Category, "_user", &user)
                .any(|row| row.text("displayName").eq_ignore_ascii_case(&name));
            if name.is_empty() || name.chars().count() > 255 {
                return Err(Refusal::bad("The name of the category is missing or too long."));
            }
            if taken {
                let text = "A category with the specified name already exists.";
                return Err(Refusal::new(409, "ErrorCategoryExists", text));
            }
            let color = Some(body.text("color")).filter(|own| !own.is_empty()).unwrap_or("none");
            let id = clock::guid();
            ctx.store.put(
                Kind::Category,
                json!({ "id": id, "displayName": name, "color": color, "_user": user }),
            );
            ctx.query.one(201, ctx.store.at(Kind::Category, &id), "masterCategories")
        }
        ("GET", [_, _, _, _, id]) => {
            let row = own(ctx, id)?;
            ctx.query.one(200, &row, "masterCategories")
        }
        ("PATCH", [_, _, _, _, id]) => {
            own(ctx, id)?;
            // the name stays what it is: messages carry it
            let color = ctx.call.json()?.text("color").to_owned();
            ctx.store.edit(Kind::Category, id, |row| row.put("color", color));
            ctx.query.one(200, ctx.store.at(Kind::Category, id), "masterCategories")
        }
        ("DELETE", [_, _, _, _, id]) => {
            own(ctx, id)?;
            ctx.store.remove(Kind::Category, id);
            Ok(Reply::empty(204))
        }
        _ => Err(unknown(words)),
    }
}
