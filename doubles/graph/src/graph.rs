//! Which surface answers which address.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    calendar,
    caller::{Area, Caller},
    channels, directory, files, licences, mail, meetings, members, messages,
    query::{Path, Query},
    roles,
    server::Shared,
    store::{Kind, Store},
    subscriptions, tabs, teams, uploads,
    value::Fields as _,
    wire::{Answer, Call, Refusal},
};

/// One request on its way.
pub(crate) struct Ctx<'c> {
    pub(crate) shared: &'c Shared,
    pub(crate) store: &'c mut Store,
    pub(crate) call: &'c Call,
    pub(crate) path: Path,
    pub(crate) query: Query,
    pub(crate) caller: Caller,
}

impl Ctx<'_> {
    pub(crate) fn need(
        &self,
        area: Area,
        delegated: &str,
        application: &str,
    ) -> Result<(), Refusal> {
        self.caller.need(area, delegated, application)
    }

    /// The person who calls.
    pub(crate) fn me(&self) -> Option<&str> {
        self.caller.user.as_deref()
    }

    pub(crate) fn at(&self, place: usize) -> String {
        self.path.at(place).to_owned()
    }

    /// The root of links with the version.
    pub(crate) fn base(&self) -> &str {
        &self.query.root
    }

    /// A header of preference.
    pub(crate) fn prefers(&self, what: &str) -> bool {
        self.call
            .headers
            .iter()
            .filter(|(name, _)| name == "prefer")
            .any(|(_, value)| value.replace(' ', "").to_ascii_lowercase().contains(what))
    }
}

/// What every request has.
pub(crate) fn context(
    shared: &Shared,
    store: &Store,
    call: &Call,
    path: &str,
) -> Result<(Caller, Path, Query), Refusal> {
    let caller = Caller::of(call, store, &shared.keys, &shared.audiences())?;
    let version = if call.path.starts_with("/beta/") { "beta" } else { "v1.0" };
    let root = format!("{}/{version}", shared.root);
    let query = Query {
        pairs: doubles_http::pairs(&call.query),
        address: format!("{root}/{path}"),
        root,
        eventual: call
            .header("consistencylevel")
            .is_some_and(|v| v.eq_ignore_ascii_case("eventual")),
    };
    let mut path = Path::parse(path);
    if path.words.first().is_some_and(|word| word == "me") {
        let Some(user) = &caller.user else {
            return Err(Refusal::bad(
                "/me request is only valid with delegated authentication flow.",
            ));
        };
        path.replace(0, "users");
        path.words.insert(1, user.to_ascii_lowercase());
        path.parts.insert(1, user.clone());
    } else if path.words.first().is_some_and(|word| word == "users")
        && path.words.len() > 1
        && let Some(id) = store.user(path.at(1)).map(|user| user.text("id").to_owned())
    {
        path.replace(1, &id);
    }
    Ok((caller, path, query))
}

/// Answers what the store alone can answer.
pub(crate) fn answer(shared: &Arc<Shared>, call: &Call, path: &str) -> Answer {
    let mut store = shared.store();
    let (caller, mut path, query) = context(shared, &store, call, path)?;
    crate::faults::throttle(&mut store, &caller)?;
    to_drive(&mut path, &store);
    let words: Vec<String> = path.words.clone();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut ctx = Ctx { shared, store: &mut store, call, path, query, caller };
    route(&mut ctx, &words)
}

/// `users/x/drive` and `groups/x/drive` are drives.
fn to_drive(path: &mut Path, store: &Store) {
    let words: Vec<&str> = path.words.iter().map(String::as_str).collect();
    let [kind @ ("users" | "groups"), _, "drive", ..] = words.as_slice() else { return };
    let owner = path.at(1).to_owned();
    let key = if *kind == "users" { "_user" } else { "_group" };
    let drive =
        store.of(Kind::Drive, key, &owner).next().map_or("", |drive| drive.text("id")).to_owned();
    path.parts.splice(..3, ["drives".to_owned(), drive.clone()]);
    path.words.splice(..3, ["drives".to_owned(), drive.to_ascii_lowercase()]);
}

fn route(ctx: &mut Ctx<'_>, words: &[&str]) -> Answer {
    let method = ctx.call.method.clone();
    match (method.as_str(), words) {
        (_, ["drives", ..]) => files_route(ctx, &method, words),
        (_, ["subscriptions", ..]) => subscriptions::route(ctx, &method, words),
        (_, ["chats", _, "messages", ..] | ["teams", _, "channels", _, "messages", ..]) => {
            messages::route(ctx, &method, words)
        }
        (
            _,
            ["teams" | "chats", _, "members", ..]
            | ["teams", _, "channels", _, "members" | "allmembers", ..],
        ) => members::route(ctx, &method, words),
        (
            _,
            ["teams", _, "channels", _, "tabs", ..]
            | ["teams" | "chats", _, "installedapps", ..]
            | ["users", _, "teamwork", "installedapps", ..]
            | ["appcatalogs", ..],
        ) => tabs::route(ctx, &method, words),
        ("GET", ["teams", _, "channels", _, "filesfolder"]) => files::folder_of_channel(ctx),
        (
            _,
            ["teams", _, "channels" | "allchannels" | "primarychannel" | "incomingchannels", ..],
        )
        | ("GET", ["teams", "getallchannels" | "getallmessages"]) => {
            channels::route(ctx, &method, words)
        }
        (_, ["teams", ..] | ["users", _, "joinedteams"] | ["groups", _, "team"]) => {
            teams::route(ctx, &method, words)
        }
        (_, ["chats"] | ["chats", _] | ["users", _, "chats", ..]) => {
            messages::chats(ctx, &method, words)
        }
        (_, ["users", _, "messages" | "mailfolders" | "sendmail", ..]) => {
            mail::route(ctx, &method, words)
        }
        (_, ["users", _, "outlook", "mastercategories", ..]) => {
            mail::categories::route(ctx, &method, words)
        }
        (_, ["users", _, "events" | "calendarview" | "calendar", ..]) => {
            calendar::route(ctx, &method, words)
        }
        (_, ["users", _, "onlinemeetings", ..]) => meetings::route(ctx, &method, words),
        (_, ["directoryroles", ..]) => roles::route(ctx, &method, words),
        ("GET", ["subscribedskus"]) => licences::products(ctx),
        (_, ["users" | "groups" | "directory" | "organization" | "sites", ..]) => {
            directory::route(ctx, &method, words)
        }
        _ => Err(unknown(words)),
    }
}

fn files_route(ctx: &mut Ctx<'_>, method: &str, words: &[&str]) -> Answer {
    match words.last() {
        Some(&"createuploadsession") => uploads::create(ctx),
        _ => files::route(ctx, method, words),
    }
}

/// The answer to an address that nobody has.
pub(crate) fn unknown(words: &[&str]) -> Refusal {
    Refusal::bad(format!(
        "Resource not found for the segment '{}'.",
        words.last().copied().unwrap_or_default()
    ))
}

/// The id behind `…@odata.bind` of a body.
pub(crate) fn bound(body: &Value, name: &str) -> Option<String> {
    let address = body.text(&format!("{name}@odata.bind"));
    (!address.is_empty()).then(|| crate::value::bound_key(address))
}
