//! The audit: who changed what, when and from where; as a list, as a file.

use std::sync::Arc;

use askama::Template;
use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};
use edge::{PageQuery, Problem, Query};
use futures_util::stream;
use i18n::Texts;
use identity::{AuditEntry, AuditFilter, Format, Identity, users::Person};
use jiff::{Timestamp, civil::Date};
use kernel::{Cursor, Page as Rows, Permission, Scope, UserId};
use serde::Deserialize;
use serde_json::Value as Json;
use web_frame::html::query_value;
use web_frame::{App, Frame, Visit, answer, parts::filled};

use super::{Admin, at};

/// The list.
#[derive(Debug, Template)]
#[template(path = "audit.html")]
pub(crate) struct List {
    frame: Frame,
    wanted: Wanted,
    /// Whether the person that was asked for is unknown.
    nobody: bool,
    rows: Vec<Row>,
    next: Option<String>,
}

#[derive(Debug)]
struct Row {
    at: Timestamp,
    actor: String,
    /// The address of the filter for this actor.
    actor_href: String,
    words: String,
    action: String,
    subject: String,
    origin: String,
    request: String,
    changes: Vec<Difference>,
}

/// What of a thing became what.
#[derive(Debug, PartialEq, Eq)]
struct Difference {
    name: String,
    before: Option<String>,
    after: Option<String>,
}

/// What the filter asks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    actor: String,
    action: String,
    subject: String,
    from: String,
    to: String,
    format: String,
}

impl Wanted {
    /// The filter; `None` when the person is unknown.
    async fn filter(&self, app: &App, visit: &Visit) -> Result<Option<AuditFilter>, Problem> {
        let actor = match filled(&self.actor) {
            None => None,
            Some(actor) if actor.contains(':') => Some(actor),
            Some(name) => match app.find_person(&visit.scope, &name).await? {
                Some(id) => Some(format!("user:{id}")),
                None => return Ok(None),
            },
        };
        let day = |text: &str| text.trim().parse::<Date>().ok();
        let start = |day: Date| {
            day.to_zoned(visit.frame.zone.clone()).ok().map(|moment| moment.timestamp())
        };
        Ok(Some(AuditFilter {
            actor,
            action: filled(&self.action),
            subject: filled(&self.subject),
            from: day(&self.from).and_then(start),
            to: day(&self.to).and_then(|day| day.tomorrow().ok()).and_then(start),
        }))
    }

    fn query(&self) -> String {
        let pairs = [
            ("actor", &self.actor),
            ("action", &self.action),
            ("subject", &self.subject),
            ("from", &self.from),
            ("to", &self.to),
        ];
        let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
        pairs
            .map(|(name, value)| format!("{name}={}", query_value(value)))
            .collect::<Vec<_>>()
            .join("&")
    }

    fn is_empty(&self) -> bool {
        self.query().is_empty()
    }

    fn export(&self, format: &str) -> String {
        let rest = self.query();
        let and = if rest.is_empty() { "" } else { "&" };
        format!("/admin/audit/export?format={format}{and}{rest}")
    }
}

pub(super) async fn list(
    State(app): State<App>,
    admin: Admin,
    Query(wanted): Query<Wanted>,
    page: PageQuery,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::AuditRead)?;
    let filter = wanted.filter(&app, &visit).await?;
    let nobody = filter.is_none();
    let found = match filter {
        Some(filter) => {
            app.identity.audit(&visit.scope, filter, page.limit, page.after.as_ref()).await?
        }
        None => Rows { items: Vec::new(), next: None },
    };
    let people = people(&app, &visit, &found.items).await?;
    Ok(answer::page(&List { nobody, ..List::of(visit.frame, wanted, found, &people) }))
}

/// The persons that acted or were acted upon.
async fn people(app: &App, visit: &Visit, rows: &[AuditEntry]) -> Result<Vec<Person>, Problem> {
    let mut ids: Vec<UserId> = rows
        .iter()
        .flat_map(|row| {
            let actor = row.actor.strip_prefix("user:").and_then(|id| id.parse().ok());
            let subject = if row.subject_kind == "user" { row.subject.parse().ok() } else { None };
            [actor, subject]
        })
        .flatten()
        .collect();
    kernel::sort(&mut ids);
    ids.dedup();
    Ok(app.identity.people(&visit.scope, &ids).await?)
}

impl List {
    fn of(frame: Frame, wanted: Wanted, found: Rows<AuditEntry>, people: &[Person]) -> Self {
        let title = frame.say("admin-audit");
        let rows = found.items.iter().map(|entry| Row::of(&frame, entry, people)).collect();
        let next = found.next.map(|cursor| match wanted.query() {
            rest if rest.is_empty() => format!("/admin/audit?after={cursor}"),
            rest => format!("/admin/audit?{rest}&after={cursor}"),
        });
        Self { frame: at(frame, "audit", title), wanted, nobody: false, rows, next }
    }
}

impl Row {
    fn of(frame: &Frame, entry: &AuditEntry, people: &[Person]) -> Self {
        let name = |id: &str| {
            let id: Option<UserId> = id.parse().ok();
            people.iter().find(|p| Some(p.id) == id).map(|p| p.display_name.clone())
        };
        let actor = match entry.actor.split_once(':') {
            Some(("user", id)) => name(id).unwrap_or_else(|| frame.say("audit-somebody")),
            Some(("system", job)) => frame.say1("audit-system", "job", job),
            Some(("service", _)) => frame.say("token-of-program"),
            _ => entry.actor.clone(),
        };
        let subject = match entry.subject_kind.as_str() {
            "user" => name(&entry.subject),
            _ => None,
        };
        let called = [&entry.after, &entry.before].into_iter().flatten().find_map(called);
        Self {
            at: entry.at,
            actor,
            actor_href: format!("/admin/audit?actor={}", query_value(&entry.actor)),
            words: words(frame, &entry.action),
            action: entry.action.clone(),
            subject: subject.or(called).unwrap_or_else(|| short(&entry.subject)),
            origin: entry.origin.clone().unwrap_or_default(),
            request: entry.request.to_string(),
            changes: differences(entry.before.as_ref(), entry.after.as_ref()),
        }
    }
}

/// What was done, in words; each room says its own.
fn words(frame: &Frame, action: &str) -> String {
    let key = action.replace(['.', '_'], "-");
    let rooms = ["identity", "workspace", "web", "links", "linking-sync"];
    let say =
        |room: &&str| Texts::global().find(frame.language(), &format!("{room}.audit-{key}"), &[]);
    rooms.iter().find_map(say).unwrap_or_else(|| action.to_owned())
}

/// What a document calls itself.
fn called(document: &Json) -> Option<String> {
    ["name", "display_name", "label", "user_name"]
        .iter()
        .find_map(|key| document.get(key)?.as_str())
        .map(str::to_owned)
}

/// An identifier as far as people tell it from others.
fn short(id: &str) -> String {
    if id.len() == 36 { id.chars().skip(24).collect() } else { id.to_owned() }
}

/// What differs between two documents, by name.
fn differences(before: Option<&Json>, after: Option<&Json>) -> Vec<Difference> {
    let (mut was, mut is) = (Vec::new(), Vec::new());
    if let Some(before) = before {
        leaves("", before, &mut was);
    }
    if let Some(after) = after {
        leaves("", after, &mut is);
    }
    let of = |list: &[(String, String)], name: &str| {
        list.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone())
    };
    let new = is.iter().filter(|(name, _)| of(&was, name).is_none());
    was.iter()
        .chain(new)
        .map(|(name, _)| Difference {
            name: name.clone(),
            before: of(&was, name),
            after: of(&is, name),
        })
        .filter(|change| change.before != change.after)
        .collect()
}

/// The values of a document with their names; what stands inside something is named after it.
fn leaves(name: &str, json: &Json, into: &mut Vec<(String, String)>) {
    match json {
        Json::Object(map) => {
            for (key, value) in map {
                let key = key.replace('_', " ");
                let name = if name.is_empty() { key } else { format!("{name} › {key}") };
                leaves(&name, value, into);
            }
        }
        other => into.push((name.to_owned(), value(other))),
    }
}

fn value(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        Json::Null => "–".to_owned(),
        Json::Array(list) if list.is_empty() => "–".to_owned(),
        Json::Array(list) => list.iter().map(value).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// The list as a file; the export is itself audited.
pub(super) async fn export(
    State(app): State<App>,
    admin: Admin,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::AuditRead)?;
    let (format, file) = if wanted.format == "jsonl" {
        (Format::JsonLines, "attachment; filename=\"audit.jsonl\"")
    } else {
        (Format::Csv, "attachment; filename=\"audit.csv\"")
    };
    let filter = wanted.filter(&app, &visit).await?.ok_or_else(|| {
        Problem::new("user.not_found", kernel::Kind::NotFound, "nobody has this name")
    })?;
    let (identity, scope) = (Arc::clone(&app.identity), visit.scope);
    // the first part before the headers, so that a refusal is still a page
    let first = identity.export_audit(&scope, filter.clone(), format, None).await?;
    let rest = Rest { identity, scope, filter, format, next: first.next };
    let parts = stream::try_unfold((Some(first.text), rest), |(first, mut rest)| async move {
        let text = match first {
            Some(text) => Some(text),
            None => rest.read().await?,
        };
        Ok::<_, identity::Error>(text.map(|text| (text, (None, rest))))
    });
    let mut response = Response::new(Body::from_stream(parts));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.content_type()));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(file));
    Ok(response)
}

/// What of an export is still to be read.
struct Rest {
    identity: Arc<Identity>,
    scope: Scope,
    filter: AuditFilter,
    format: Format,
    next: Option<Cursor>,
}

impl Rest {
    async fn read(&mut self) -> identity::Result<Option<String>> {
        let Some(after) = self.next.take() else { return Ok(None) };
        let (filter, after) = (self.filter.clone(), Some(&after));
        let chunk = self.identity.export_audit(&self.scope, filter, self.format, after).await?;
        self.next = chunk.next;
        Ok(Some(chunk.text))
    }
}

#[cfg(test)]
mod tests {
    use kernel::RequestId;
    use serde_json::json;
    use uuid::Uuid;
    use web_proof::show;

    use super::*;

    fn entry(frame: &Frame, actor: &str, action: &str) -> AuditEntry {
        AuditEntry {
            position: 7,
            at: frame.now,
            actor_kind: "user".into(),
            actor: actor.into(),
            action: action.into(),
            subject_kind: "user".into(),
            subject: Uuid::from_u128(3).to_string(),
            before: Some(json!({ "state": "active", "roles": [], "same": 1 })),
            after: Some(json!({ "state": "locked", "roles": ["seller"], "same": 1 })),
            request: RequestId::from(Uuid::from_u128(8)),
            origin: Some("192.0.2.7".into()),
        }
    }

    #[test]
    fn the_audit_reads_as_sentences_with_their_differences() {
        show("admin-audit", |frame| {
            let ada = Uuid::from_u128(3);
            let people = [Person { id: ada.into(), display_name: "Ada <b>".into(), address: None }];
            let items = vec![
                entry(frame, &format!("user:{ada}"), "user.set_state"),
                entry(frame, "system:retention", "thing.unheard_of"),
            ];
            let full = Rows { items, next: Some(Cursor::new("6")) };
            let none = || Rows { items: Vec::new(), next: None };
            let wanted = Wanted { actor: "Zoé & co".into(), ..Wanted::default() };
            let nobody = List::of(frame.clone(), wanted, none(), &[]);
            vec![
                ("full", List::of(frame.clone(), Wanted::default(), full, &people)),
                ("empty", List::of(frame.clone(), Wanted::default(), none(), &[])),
                ("nobody", List { nobody: true, ..nobody }),
            ]
        });
    }

    #[test]
    fn only_what_differs_is_told() {
        let (before, after) = (json!({"a": 1, "b": "x", "c": []}), json!({"a": 1, "b": "y"}));
        let found = differences(Some(&before), Some(&after));
        let told = |name: &str, before: &str, after: Option<&str>| Difference {
            name: name.to_owned(),
            before: Some(before.to_owned()),
            after: after.map(str::to_owned),
        };
        assert_eq!(found, [told("b", "x", Some("y")), told("c", "–", None)]);
        let (was, is) =
            (json!({"policy": {"roles": []}}), json!({"policy": {"roles": ["a", "b"]}}));
        assert_eq!(differences(Some(&was), Some(&is)), [told("policy › roles", "–", Some("a, b"))]);
        let role = differences(None, Some(&json!("seller")));
        assert_eq!(role.len(), 1);
        assert_eq!(role[0].after.as_deref(), Some("seller"));
    }
}
