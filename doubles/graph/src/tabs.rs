//! The catalogue of apps, where they are installed, and their tabs.

use serde_json::{Value, json};

use crate::{
    caller::Area,
    channels, clock,
    graph::{Ctx, bound, unknown},
    query::Rules,
    store::Kind,
    teams,
    value::{Fields as _, merge, shown},
    wire::{Answer, Refusal, Reply},
};

const TABS: Rules = Rules::new("tabs", "expand filter");
const INSTALLS: Rules = Rules::new("installedApps", "expand filter top");
const APPS: Rules = Rules::new("teamsApps", "expand filter orderby top");

const READ: &str = "TeamsTab.Read.All TeamsTab.ReadWrite.All TeamsTab.ReadWriteForTeam Group.Read.All Group.ReadWrite.All";
const CREATE: &str =
    "TeamsTab.Create TeamsTab.ReadWrite.All TeamsTab.ReadWriteForTeam Group.ReadWrite.All";
const WRITE: &str = "TeamsTab.ReadWrite.All TeamsTab.ReadWriteForTeam Group.ReadWrite.All";
const INSTALL: &str = "TeamsAppInstallation.ReadWriteForTeam Group.ReadWrite.All";
const INSTALL_APP: &str = "TeamsAppInstallation.ReadWriteForTeam.All Group.ReadWrite.All";

/// Apps that every channel has.
const BUILT_IN: &str = "com.microsoft.teamspace.tab.";

pub(crate) fn route(ctx: &mut Ctx<'_>, method: &str, words: &[&str]) -> Answer {
    match words {
        ["appcatalogs", "teamsapps", ..] => catalogue(ctx, method, words),
        ["teams", _, "installedapps", ..] => {
            let read = format!("TeamsAppInstallation.ReadForTeam {INSTALL} Group.Read.All");
            let read_app =
                format!("TeamsAppInstallation.ReadForTeam.All {INSTALL_APP} Group.Read.All");
            let read_only = method == "GET";
            ctx.need(
                Area::Teams,
                if read_only { &read } else { INSTALL },
                if read_only { &read_app } else { INSTALL_APP },
            )?;
            let team = teams::visible(ctx, 1)?;
            installs(ctx, method, words, (team.text("id"), 3))
        }
        ["users", _, "teamwork", "installedapps", ..] => {
            ctx.need(
                Area::Teams,
                "TeamsAppInstallation.ReadWriteForUser",
                "TeamsAppInstallation.ReadWriteForUser.All",
            )?;
            let user = ctx.at(1);
            installs(ctx, method, words, (&user, 4))
        }
        ["chats", _, "installedapps", ..] => {
            ctx.need(
                Area::Teams,
                "TeamsAppInstallation.ReadWriteForChat",
                "TeamsAppInstallation.ReadWriteForChat.All",
            )?;
            let chat = crate::messages::chat(ctx)?;
            installs(ctx, method, words, (chat.text("id"), 3))
        }
        _ => tabs(ctx, method, words),
    }
}

/// A row with the app beside it.
fn expanded(ctx: &Ctx<'_>, row: &Value) -> Value {
    let mut row = row.clone();
    let app = ctx.store.at(Kind::App, row.text("_app")).clone();
    // Filters name the app's members whether it is shown or not.
    row.put("teamsApp", shown(&app));
    if ctx.query.expands("teamsAppDefinition") {
        let definition = app.list("_definitions").last().cloned().unwrap_or_default();
        row.put("teamsAppDefinition", definition);
    }
    row
}

/// Takes the app out again where nobody asked for it.
fn trimmed(ctx: &Ctx<'_>, rows: Vec<Value>, rules: &Rules) -> Answer {
    let rows = ctx.query.narrow(rows)?;
    let rows = rows
        .into_iter()
        .map(|mut row| {
            if !ctx.query.expands("teamsApp")
                && let Value::Object(map) = &mut row
            {
                map.shift_remove("teamsApp");
            }
            row
        })
        .collect();
    let plain = crate::query::Query {
        pairs: ctx.query.pairs.iter().filter(|(name, _)| name != "$filter").cloned().collect(),
        ..ctx.query.clone()
    };
    plain.page(rows, rules)
}

fn tabs(ctx: &mut Ctx<'_>, method: &str, words: &[&str]) -> Answer {
    match method {
        "GET" => ctx.need(Area::Teams, READ, READ)?,
        "POST" => ctx.need(Area::Teams, CREATE, CREATE)?,
        _ => ctx.need(Area::Teams, WRITE, WRITE)?,
    }
    let (team, channel) = channels::visible(ctx)?;
    let channel = channel.text("id").to_owned();
    if method != "GET" {
        teams::open(ctx.store, team.text("id"))?;
        let allowed = ctx.me().is_none_or(|me| {
            let guest = ctx.store.at(Kind::User, me).text("userType") == "Guest";
            ctx.store.is_owner(team.text("id"), me)
                || !guest && team.field("memberSettings").flag("allowCreateUpdateRemoveTabs")
        });
        if !allowed {
            return Err(Refusal::forbidden("The team does not let its members change tabs."));
        }
    }
    let id = ctx.at(5);
    let tab = |ctx: &Ctx<'_>| {
        ctx.store
            .find(Kind::Tab, &id)
            .filter(|tab| tab.text("_channel") == channel)
            .cloned()
            .ok_or_else(|| Refusal::missing("tab"))
    };
    match (method, words.get(5..).unwrap_or(&[])) {
        ("GET", []) => {
            let rows = ctx
                .store
                .of(Kind::Tab, "_channel", &channel)
                .map(|tab| expanded(ctx, tab))
                .collect();
            trimmed(ctx, rows, &TABS)
        }
        ("GET", [_]) => {
            let row = tab(ctx)?;
            let row = if ctx.query.expands("teamsApp") { expanded(ctx, &row) } else { row };
            ctx.query.one(200, &row, "tabs")
        }
        ("POST", []) => create(ctx, team.text("id"), &channel),
        ("PATCH", [_]) => {
            let (row, body) = (tab(ctx)?, ctx.call.json()?);
            ctx.store.edit(Kind::Tab, row.text("id"), |row| {
                merge(row, &body, &["displayName", "configuration", "sortOrderIndex"]);
            });
            let row = tab(ctx)?;
            ctx.query.one(200, &row, "tabs")
        }
        ("DELETE", [_]) => {
            let row = tab(ctx)?;
            ctx.store.remove(Kind::Tab, row.text("id"));
            Ok(Reply::empty(204))
        }
        _ => Err(unknown(words)),
    }
}

fn create(ctx: &mut Ctx<'_>, team: &str, channel: &str) -> Answer {
    let body = ctx.call.json()?;
    let app = bound(&body, "teamsApp")
        .or_else(|| body.get("teamsAppId").and_then(Value::as_str).map(str::to_owned))
        .unwrap_or_default();
    let row = ctx.store.find(Kind::App, &app).cloned().ok_or_else(|| {
        Refusal::bad(format!("App with id '{app}' was not found in the catalogue."))
    })?;
    let installed = app.starts_with(BUILT_IN)
        || ctx.store.of(Kind::Install, "_of", team).any(|install| install.text("_app") == app);
    if !installed {
        return Err(Refusal::bad(format!("App with id '{app}' is not installed in the team.")));
    }
    if !row.flag("_tabs") {
        return Err(Refusal::bad(format!("App '{app}' has no configurable tabs.")));
    }
    let name = match body.text("displayName") {
        "" => row.text("displayName"),
        name => name,
    };
    if name.chars().count() > 128 {
        return Err(Refusal::bad("The name of a tab has at most 128 characters."));
    }
    let settings = body.field("configuration");
    let address = settings.text("contentUrl");
    if app == "com.microsoft.teamspace.tab.web"
        && !address.starts_with("https://")
        && !address.starts_with("http://")
    {
        return Err(Refusal::bad("Invalid contentUrl in the tab's configuration."));
    }
    let id = clock::guid();
    let index = 10_000 + 100 * ctx.store.of(Kind::Tab, "_channel", channel).count();
    let configuration: Value = ["entityId", "contentUrl", "removeUrl", "websiteUrl"]
        .iter()
        .map(|name| ((*name).to_owned(), settings.field(name).clone()))
        .collect::<serde_json::Map<_, _>>()
        .into();
    ctx.store.put(Kind::Tab, json!({
        "id": id, "displayName": name, "sortOrderIndex": index.to_string(), "configuration": configuration,
        "webUrl": format!("https://teams.microsoft.com/l/channel/{}/tab%3a%3a{id}?groupId={team}", doubles_http::encode(channel)),
        "_channel": channel, "_app": app,
    }));
    let row = ctx.store.at(Kind::Tab, &id).clone();
    ctx.query.one(201, &row, "tabs")
}

fn installs(ctx: &mut Ctx<'_>, method: &str, words: &[&str], (of, place): (&str, usize)) -> Answer {
    let id = ctx.at(place);
    let install = |ctx: &Ctx<'_>| {
        ctx.store
            .find(Kind::Install, &id)
            .filter(|row| row.text("_of") == of)
            .cloned()
            .ok_or_else(|| Refusal::missing("installed app"))
    };
    match (method, words.get(place..).unwrap_or(&[])) {
        ("GET", []) => {
            let rows =
                ctx.store.of(Kind::Install, "_of", of).map(|row| expanded(ctx, row)).collect();
            trimmed(ctx, rows, &INSTALLS)
        }
        ("GET", [_]) => {
            let row = install(ctx)?;
            let row = if ctx.query.expands("teamsApp") { expanded(ctx, &row) } else { row };
            ctx.query.one(200, &row, "installedApps")
        }
        ("POST", []) => {
            let body = ctx.call.json()?;
            let app = bound(&body, "teamsApp").unwrap_or_default();
            ctx.store.find(Kind::App, &app).ok_or_else(|| {
                Refusal::new(
                    404,
                    "NotFound",
                    format!("App with id '{app}' was not found in the catalogue."),
                )
            })?;
            if ctx.store.of(Kind::Install, "_of", of).any(|row| row.text("_app") == app) {
                return Err(Refusal::new(
                    409,
                    "Conflict",
                    format!("App with id '{app}' is already installed."),
                ));
            }
            let id = crate::token::base64(format!("{of}##{app}").as_bytes());
            ctx.store.put(Kind::Install, json!({"id": id, "_of": of, "_app": app}));
            let row = ctx.store.at(Kind::Install, &id).clone();
            ctx.query.one(201, &row, "installedApps")
        }
        ("POST", [_, "upgrade"]) => {
            install(ctx)?;
            Ok(Reply::empty(204))
        }
        ("DELETE", [_]) => {
            let row = install(ctx)?;
            ctx.store.remove(Kind::Install, row.text("id"));
            let own: Vec<String> = ctx
                .store
                .of(Kind::Tab, "_app", row.text("_app"))
                .filter(|tab| ctx.store.at(Kind::Channel, tab.text("_channel")).text("_team") == of)
                .map(|tab| tab.text("id").to_owned())
                .collect();
            for tab in own {
                ctx.store.remove(Kind::Tab, &tab);
            }
            Ok(Reply::empty(204))
        }
        _ => Err(unknown(words)),
    }
}

fn catalogue(ctx: &mut Ctx<'_>, method: &str, words: &[&str]) -> Answer {
    let write = "AppCatalog.ReadWrite.All";
    match (method, words) {
        ("GET", [_, _]) => {
            let read = "AppCatalog.Read.All AppCatalog.ReadWrite.All AppCatalog.Submit";
            ctx.need(Area::Teams, read, "AppCatalog.Read.All AppCatalog.ReadWrite.All")?;
            let mut rows: Vec<Value> = ctx.store.list(Kind::App).cloned().collect();
            if ctx.query.expands("appDefinitions") {
                for row in &mut rows {
                    let definitions = row.field("_definitions").clone();
                    row.put("appDefinitions", definitions);
                }
            }
            ctx.query.page(rows, &APPS)
        }
        ("GET", [_, _, _]) => {
            let read = "AppCatalog.Read.All AppCatalog.ReadWrite.All AppCatalog.Submit";
            ctx.need(Area::Teams, read, "AppCatalog.Read.All AppCatalog.ReadWrite.All")?;
            let row = ctx
                .store
                .find(Kind::App, ctx.path.at(2))
                .cloned()
                .ok_or_else(|| Refusal::missing("app"))?;
            ctx.query.one(200, &row, "teamsApps")
        }
        ("POST", [_, _]) => {
            ctx.need(Area::Teams, "AppCatalog.ReadWrite.All AppCatalog.Submit", write)?;
            publish(ctx)
        }
        ("DELETE", [_, _, _]) => {
            ctx.need(Area::Teams, write, write)?;
            let id = ctx.at(2);
            let row = ctx.store.find(Kind::App, &id).ok_or_else(|| Refusal::missing("app"))?;
            if row.text("distributionMethod") != "organization" {
                return Err(Refusal::forbidden("Only apps of the organisation can be removed."));
            }
            ctx.store.remove(Kind::App, &id);
            Ok(Reply::empty(204))
        }
        _ => Err(unknown(words)),
    }
}

/// A package; its manifest is read where it stands uncompressed, as in packages made without compression.
fn publish(ctx: &mut Ctx<'_>) -> Answer {
    let kind = ctx.call.header("content-type").unwrap_or_default();
    if !kind.starts_with("application/zip") {
        return Err(Refusal::new(
            415,
            "UnsupportedMediaType",
            "The content type has to be application/zip.",
        ));
    }
    if !ctx.call.body.starts_with(b"PK\x03\x04") {
        return Err(Refusal::bad("The app package could not be read: it is no zip archive."));
    }
    let text = String::from_utf8_lossy(&ctx.call.body).into_owned();
    let manifest = text
        .match_indices('{')
        .find_map(|(at, _)| {
            serde_json::Deserializer::from_str(text.get(at..)?).into_iter::<Value>().next()?.ok()
        })
        .filter(|manifest| !manifest.text("id").is_empty())
        .ok_or_else(|| Refusal::bad("The app package holds no manifest that can be read."))?;
    let external = manifest.text("id").to_owned();
    if ctx.store.list(Kind::App).any(|app| app.text("externalId") == external) {
        return Err(Refusal::new(
            409,
            "Conflict",
            format!("App with same id already exists in the tenant: {external}."),
        ));
    }
    let (id, name) = (clock::guid(), manifest.field("name").text("short").to_owned());
    let tabs = !manifest.list("configurableTabs").is_empty();
    let state = if ctx.call.query.to_ascii_lowercase().contains("requiresreview=true") {
        "submitted"
    } else {
        "published"
    };
    let definition = json!({
        "id": clock::guid(), "teamsAppId": id, "displayName": name, "version": manifest.text("version"), "publishingState": state,
        "shortDescription": manifest.field("description").text("short"),
    });
    ctx.store.put(Kind::App, json!({
        "id": id, "externalId": external, "displayName": name, "distributionMethod": "organization", "_tabs": tabs, "_definitions": [definition],
    }));
    let row = ctx.store.at(Kind::App, &id).clone();
    ctx.query.one(201, &row, "teamsApps")
}
