//! `licence …`

use http::Method;
use serde_json::{Value, json};

use super::{text, user};
use crate::{
    api::Api,
    cli::{Licence, LicenceHolder, Place},
    exit::{Exit, Failure, Result},
    out,
};

const COLUMNS: [&str; 5] = ["id", "name", "seats", "taken", "people"];
const PEOPLE: [&str; 5] = ["user_id", "display_name", "address", "direct", "through"];
const BASE: &str = "/api/v1/licences";

pub(crate) fn run(place: &Place, command: &Licence) -> Result {
    let hub = match command {
        Licence::List(hub)
        | Licence::Add { hub, .. }
        | Licence::People { hub, .. }
        | Licence::Assign(LicenceHolder { hub, .. })
        | Licence::Take(LicenceHolder { hub, .. })
        | Licence::Remove { hub, .. } => hub,
    };
    let api = Api::connect(place, hub)?;
    match command {
        Licence::List(_) => super::list(&all(&api)?, &COLUMNS, hub.output),
        Licence::Add { name, seats, .. } => {
            let made = api.post(BASE, &json!({ "name": name, "seats": seats }))?;
            super::one(&made, &COLUMNS, hub.output);
        }
        Licence::People { licence, .. } => {
            let mut rows = api.all(&format!("{BASE}/{}/people", find(&api, licence)?))?;
            if !hub.output.json {
                rows.iter_mut().for_each(name_groups);
            }
            super::list(&rows, &PEOPLE, hub.output);
        }
        Licence::Assign(to) => {
            api.send(&Method::PUT, &path(&api, to)?, None)?;
        }
        Licence::Take(from) => {
            api.send(&Method::DELETE, &path(&api, from)?, None)?;
        }
        Licence::Remove { licence, .. } => {
            api.send(&Method::DELETE, &format!("{BASE}/{}", find(&api, licence)?), None)?;
        }
    }
    api.finish();
    Ok(())
}

/// The names of the groups as a list of texts, which tables show.
fn name_groups(row: &mut Value) {
    let groups = row.get("groups").and_then(Value::as_array).into_iter().flatten();
    let names: Vec<Value> = groups.filter_map(|group| group.get("name").cloned()).collect();
    if let Value::Object(fields) = row {
        fields.insert("through".to_owned(), Value::Array(names));
    }
}

fn path(api: &Api, holder: &LicenceHolder) -> Result<String> {
    let licence = find(api, &holder.licence)?;
    if let Some(named) = &holder.user {
        let user = user::find(api, named)?;
        return Ok(format!("{BASE}/{licence}/users/{}", text(&user, "id")));
    }
    let named = holder.group.as_deref().unwrap_or_default();
    let group = pick(&api.all("/api/v1/groups")?, (named, "group"))?;
    Ok(format!("{BASE}/{licence}/groups/{group}"))
}

fn all(api: &Api) -> Result<Vec<Value>> {
    Ok(api.get(BASE)?.as_array().cloned().unwrap_or_default())
}

/// The identifier of a licence by identifier or name.
fn find(api: &Api, named: &str) -> Result<String> {
    pick(&all(api)?, (named, "licence"))
}

fn pick(rows: &[Value], (named, what): (&str, &str)) -> Result<String> {
    let folded = named.to_lowercase();
    let is = |row: &Value| text(row, "id") == named || text(row, "name").to_lowercase() == folded;
    rows.iter().find(|row| is(row)).map(|row| text(row, "id")).ok_or_else(|| {
        Failure::new(Exit::NotFound, format!("there is no {what} {:?}", out::printable(named)))
    })
}
