//! Orders about apps, users and profiles.

use std::collections::HashSet;

use serde_json::Value;

use crate::{
    door::{App, Permitted, RefreshPolicy, user_of},
    org::{List, Org, text},
    policies,
    rights::ObjectRights,
};

fn given<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}

fn switch(value: &Value, name: &str) -> Option<bool> {
    value.get(name).and_then(Value::as_bool)
}

/// The id of a profile by its name.
fn profile_of(org: &Org, name: &str) -> Result<String, String> {
    let mut profiles = org.rows("Profile");
    let found = profiles.find(|(_, row)| text(row, "Name") == Some(name));
    found.map(|(id, _)| id.clone()).ok_or_else(|| format!("no such profile: {name}"))
}

/// Changes an app, or adds one that was not there.
pub(super) fn app(org: &mut Org, value: &Value) -> Result<(), String> {
    let key = given(value, "consumer_key").ok_or("an app has a consumer_key")?.to_owned();
    let permitted = match given(value, "permitted_users") {
        None => None,
        Some("all") => Some(Permitted::All),
        Some("approved") => {
            let names = value.get("profiles").and_then(Value::as_array).into_iter().flatten();
            let names = names.filter_map(Value::as_str);
            let profiles =
                names.map(|name| profile_of(org, name)).collect::<Result<HashSet<_>, _>>()?;
            Some(Permitted::Approved(profiles))
        }
        Some(other) => return Err(format!("unknown permitted_users: {other}")),
    };
    let run_as = match given(value, "run_as") {
        None => None,
        Some(name) => Some(user_of(org, name).ok_or_else(|| format!("no such user: {name}"))?),
    };
    let refresh = match value.get("refresh") {
        None => None,
        Some(Value::String(policy)) if policy == "until_revoked" => {
            Some(RefreshPolicy::UntilRevoked)
        }
        Some(Value::String(policy)) if policy == "immediately" => Some(RefreshPolicy::Immediately),
        Some(hours) => {
            Some(RefreshPolicy::Hours(hours.as_i64().ok_or("refresh is a policy or hours")?))
        }
    };
    if !org.door.apps.iter().any(|app| app.key == key) {
        let template = org.door.apps.first().cloned().ok_or("there is no app")?;
        let secret = given(value, "consumer_secret").unwrap_or("secret").to_owned();
        let (row, name) = (String::new(), key.clone());
        org.door.apps.push(App { row, name, key: key.clone(), secret, ..template });
    }
    let app = org.door.apps.iter_mut().find(|app| app.key == key).ok_or("there is no app")?;
    if let Some(permitted) = permitted {
        app.permitted = permitted;
    }
    if let Some(run_as) = run_as {
        app.run_as = Some(run_as);
    }
    if value.get("run_as") == Some(&Value::Null) {
        app.run_as = None;
    }
    if let Some(refresh) = refresh {
        app.refresh = refresh;
    }
    if let Some(scopes) = given(value, "scopes") {
        app.scopes = scopes.split_whitespace().map(str::to_owned).collect();
    }
    if let Some(callback) = given(value, "callback") {
        callback.clone_into(&mut app.callback);
    }
    app.needs_pkce = switch(value, "require_pkce").unwrap_or(app.needs_pkce);
    app.secret_for_refresh =
        switch(value, "require_secret_for_refresh").unwrap_or(app.secret_for_refresh);
    app.blocked = switch(value, "blocked").unwrap_or(app.blocked);
    app.rotates = switch(value, "rotate_refresh_tokens").unwrap_or(app.rotates);
    app.installed = switch(value, "installed").unwrap_or(app.installed);
    app.high_assurance = switch(value, "high_assurance").unwrap_or(app.high_assurance);
    if let Some(name) = given(value, "name") {
        name.clone_into(&mut app.name);
    }
    if let Some(ip) = given(value, "ip_relaxation") {
        ip.clone_into(&mut app.ip);
    }
    if let Some(minutes) = value.get("session_minutes") {
        app.session_minutes = minutes.as_i64();
    }
    if let Some(external) = switch(value, "external").filter(|external| *external != app.external) {
        app.external = external;
        let old = std::mem::take(&mut app.row);
        org.put(
            if external { "ConnectedApplication" } else { "ExternalClientApplication" },
            &old,
            None,
        );
    }
    policies::applications(org);
    Ok(())
}

/// Changes a user.
pub(super) fn user(org: &mut Org, value: &Value) -> Result<(), String> {
    let name = given(value, "username").ok_or("a user has a username")?;
    let id = user_of(org, name).ok_or_else(|| format!("no such user: {name}"))?;
    let mut row = org.row("User", &id).cloned().unwrap_or_default();
    if let Some(active) = switch(value, "active") {
        row.insert("IsActive".to_owned(), active.into());
    }
    if let Some(lightning) = switch(value, "lightning") {
        row.insert("UserPreferencesLightningExperiencePreferred".to_owned(), lightning.into());
    }
    if let Some(profile) = given(value, "profile") {
        row.insert("ProfileId".to_owned(), profile_of(org, profile)?.into());
    }
    if let Some(zone) = given(value, "time_zone") {
        row.insert("TimeZoneSidKey".to_owned(), zone.into());
    }
    org.put("User", &id, Some(row));
    Ok(())
}

/// Changes what a profile may.
pub(super) fn profile(org: &mut Org, value: &Value) -> Result<(), String> {
    let name = given(value, "name").ok_or("a profile has a name")?;
    let id = profile_of(org, name)?;
    let rights = org.rights.get_mut(&id).ok_or("the profile has no rights")?;
    rights.api = switch(value, "api_enabled").unwrap_or(rights.api);
    let api = rights.api;
    let names = |name: &str| {
        let list = value.get(name).and_then(Value::as_array)?;
        Some(list.iter().filter_map(Value::as_str).map(str::to_owned).collect::<HashSet<_>>())
    };
    if let Some(hidden) = names("hidden_fields") {
        rights.hidden = hidden;
    }
    if let Some(fixed) = names("read_only_fields") {
        rights.fixed = fixed;
    }
    for (object, switches) in value.get("objects").and_then(Value::as_object).into_iter().flatten()
    {
        let on = |name: &str| switch(switches, name).unwrap_or(false);
        let own = ObjectRights {
            read: on("read"),
            create: on("create"),
            edit: on("edit"),
            delete: on("delete"),
            view_all: on("view_all"),
            modify_all: on("modify_all"),
        };
        rights.objects.insert(object.clone(), own);
    }
    let mut row = org.row("Profile", &id).cloned().unwrap_or_default();
    row.insert("PermissionsApiEnabled".to_owned(), api.into());
    for (order, field) in [
        ("modify_all_data", "PermissionsModifyAllData"),
        ("manage_data_integrations", "PermissionsManageDataIntegrations"),
        ("lightning", "PermissionsLightningExperienceUser"),
    ] {
        if let Some(on) = switch(value, order) {
            row.insert(field.to_owned(), on.into());
        }
    }
    org.put("Profile", &id, Some(row));
    policies::profiles(org);
    Ok(())
}

/// Changes what the organisation is sold: its edition, and how many licences of a name.
pub(super) fn organisation(org: &mut Org, value: &Value) -> Result<(), String> {
    let id = org.id.clone();
    if let Some(edition) = given(value, "edition") {
        let mut row = org.row("Organization", &id).cloned().unwrap_or_default();
        row.insert("OrganizationType".to_owned(), edition.into());
        org.put("Organization", &id, Some(row));
    }
    if let Some(name) = given(value, "licence") {
        let total = value.get("total").and_then(Value::as_i64).ok_or("a licence has a total")?;
        let found = org.rows("UserLicense").find(|(_, row)| text(row, "Name") == Some(name));
        let found = found.map(|(id, row)| (id.clone(), row.clone()));
        let (id, mut row) = found.ok_or("no such licence")?;
        row.insert("TotalLicenses".to_owned(), total.into());
        org.put("UserLicense", &id, Some(row));
    }
    Ok(())
}

/// Merges a row into another of its object: it is deleted, and leads to the winner.
pub(super) fn merge(org: &mut Org, value: &Value) -> Result<(), String> {
    let key = |name: &str| {
        let id = given(value, name).and_then(doubles_salesforce_schema::id::full);
        id.ok_or_else(|| format!("{name} is no id"))
    };
    let (winner, loser) = (key("winner")?, key("loser")?);
    let object = org.schema.of_id(&loser).map(|object| object.name).ok_or("no such object")?;
    if org.living(object, &winner).is_none() {
        return Err("there is no winner".to_owned());
    }
    let mut row = org.living(object, &loser).cloned().ok_or("there is no loser")?;
    let stamp = org.stamp();
    row.insert("IsDeleted".to_owned(), true.into());
    row.insert("SystemModstamp".to_owned(), stamp.into());
    row.insert("MasterRecordId".to_owned(), winner.into());
    org.put(object, &loser, Some(row));
    Ok(())
}

/// Adds a list view, as people make one in the organisation's own pages.
pub(super) fn list(org: &mut Org, value: &Value) -> Result<(), String> {
    let object = given(value, "object").and_then(|name| org.schema.object(name));
    let object = object.map(|object| object.name).ok_or("no such object")?;
    let label = given(value, "label").ok_or("a list has a label")?.to_owned();
    let columns = value.get("columns").and_then(Value::as_array).into_iter().flatten();
    let columns: Vec<String> = columns.filter_map(Value::as_str).map(str::to_owned).collect();
    if columns.is_empty() {
        return Err("a list has columns".to_owned());
    }
    let only = match given(value, "only") {
        None => None,
        Some(name) => Some(user_of(org, name).ok_or_else(|| format!("no such user: {name}"))?),
    };
    let list = List {
        id: org.next_id("00B"),
        object,
        name: label.replace(' ', "_"),
        label,
        columns,
        filter: given(value, "filter").unwrap_or_default().to_owned(),
        order: given(value, "order").unwrap_or("Name").to_owned(),
        mine: false,
        only,
    };
    org.lists.push(list);
    Ok(())
}
