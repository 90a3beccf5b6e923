//! The decision of an administrator: both notices, for whom, which operations.

use std::collections::BTreeMap;

use actions::{
    Acknowledgement, Action, Audience, Enabling, Operation, OperationAccess, Request, RequestState,
    State,
};
use askama::Template;
use axum::{extract::State as Rooms, http::StatusCode, response::Response};
use edge::{Form, Path, Problem};
use identity::Role;
use jiff::Timestamp;
use kernel::{ActionId, Coded as _, FieldError, Kind, LicenceId, Limit, Permission};
use web_frame::{
    App, Field, Frame, Visit, answer,
    parts::{role_name, role_what},
};

use crate::{
    Waits, at,
    life::done,
    shapes::{Badge, Circles, Names, verb},
    show::{title, told},
};

/// The form.
#[derive(Debug, Template)]
#[template(path = "enable.html")]
pub(crate) struct Enable {
    frame: Frame,
    path: String,
    name: String,
    again: bool,
    facts: Vec<(String, String)>,
    barred: Vec<(String, String)>,
    problem: Option<(String, Vec<String>)>,
    asking: Vec<(String, String, Timestamp)>,
    more_asking: bool,
    for_all: bool,
    audience_error: Option<String>,
    groups: Vec<(String, String, bool)>,
    roles: Vec<(String, String, String, bool)>,
    licence: Field,
    rows: Vec<Row>,
    notices: Vec<Notice>,
    note: Field,
    seen: String,
}

/// An operation to switch.
#[derive(Debug, Clone)]
struct Row {
    id: String,
    title: String,
    what: String,
    verb: Badge,
    active: bool,
    who: Field,
}

/// A notice to acknowledge.
#[derive(Debug, Clone)]
struct Notice {
    name: &'static str,
    title: String,
    text: String,
    agree: String,
    on: bool,
    error: Option<String>,
}

/// What was typed.
type Typed = Vec<(String, String)>;

fn one<'t>(typed: &'t Typed, name: &str) -> &'t str {
    typed.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

fn has(typed: &Typed, name: &str, value: &str) -> bool {
    typed.iter().any(|(known, given)| known == name && given == value)
}

pub(crate) async fn page(
    Rooms(app): Rooms<App>,
    visit: Visit,
    Path(id): Path<ActionId>,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::ActionManage).map_err(Problem::denied)?;
    let action = app.published.action(&visit.scope, id).await?;
    if action.state == State::Draft {
        return Err(actions::Error::NotPublished.into());
    }
    let given = as_typed(&action);
    Ok(answer::page(&read(&app, &visit, &action, (&given, &[])).await?))
}

/// What is kept, as the form would send it; the notices are acknowledged anew each time.
fn as_typed(action: &Action) -> Typed {
    let mut all = vec![("seen".to_owned(), action.updated_at.to_string())];
    let mut put = |name: &str, value: String| all.push((name.to_owned(), value));
    match &action.audience {
        Audience::Everybody => put("audience", "everybody".to_owned()),
        Audience::Only { groups, roles } => {
            put("audience", "only".to_owned());
            for id in groups {
                put("group", id.to_string());
            }
            for role in roles {
                put("role", role.as_str().to_owned());
            }
        }
    }
    if let Some(licence) = action.licence {
        put("licence", licence.to_string());
    }
    for operation in &action.operations {
        if operation.active {
            put("operation", operation.id.clone());
        }
        put(&format!("who:{}", operation.id), who(operation.audience.as_ref()));
    }
    all
}

/// An audience of an operation as a choice: `all`, `role:…`, `group:…`, or `kept` for one of several.
fn who(audience: Option<&Audience>) -> String {
    match audience {
        None | Some(Audience::Everybody) => "all".to_owned(),
        Some(Audience::Only { groups, roles }) => match (groups.as_slice(), roles.as_slice()) {
            ([], [role]) => format!("role:{}", role.as_str()),
            ([group], []) => format!("group:{group}"),
            _ => "kept".to_owned(),
        },
    }
}

async fn read(
    app: &App,
    visit: &Visit,
    action: &Action,
    (given, errors): (&Typed, &[FieldError]),
) -> Result<Enable, Problem> {
    let (scope, frame) = (&visit.scope, visit.frame.clone());
    let circles = Circles::of(app, visit).await;
    let barred = app.published.violations(scope, action).await?;
    let largest = Limit::new(20).unwrap_or_default();
    let open = (action.id, Some(RequestState::Open));
    let asking = app.published.requests_on(scope, open, largest, None).await?;
    let more_asking = asking.next.is_some();
    let people = asking.items.iter().map(|request| request.user).chain(action.created_by);
    let people: Vec<_> = people.collect();
    let names = Names::of(app, visit, &[action]).await.and_people(app, visit, people).await;
    let waits = Waits::of(app, visit).await;
    let told = told(&frame, action, &barred);
    let seen = (&circles, &names, asking.items.as_slice());
    let page = Enable::new((frame, waits), action, seen, (given, errors));
    Ok(Enable { barred: told, more_asking, ..page })
}

impl Enable {
    fn new(
        (frame, waits): (Frame, Waits),
        action: &Action,
        (circles, names, asking): (&Circles, &Names, &[Request]),
        (given, errors): (&Typed, &[FieldError]),
    ) -> Self {
        let say = |key: &str| frame.say(&format!("web-actions.{key}"));
        let error = |pointer: &str| {
            let mine = errors.iter().find(|error| error.pointer.starts_with(pointer));
            mine.map(|error| frame.t.rule(error.code, error.limit))
        };
        let group = |(id, name): &(kernel::GroupId, String)| {
            let id = id.to_string();
            let on = has(given, "group", &id);
            (id, name.clone(), on)
        };
        let role = |role: Role| {
            let on = has(given, "role", role.as_str());
            (role.as_str().to_owned(), role_name(&frame, role), role_what(&frame, role), on)
        };
        let licences = circles.licences.iter().map(|(id, name)| (id.to_string(), name.clone()));
        let licences = [(String::new(), say("licence-none"))].into_iter().chain(licences);
        let licence = Field::select("licence", say("licence"), licences)
            .value(one(given, "licence"))
            .hint(say("licence-hint"));
        let licence = match error("/licence_id") {
            Some(error) => licence.error(error),
            None => licence,
        };
        let facts = [
            ("connector", names.connector(action.connector)),
            ("environment", names.environment(action.environment)),
            ("maker", names.person(action.created_by)),
            ("published", action.published_at.map(|at| frame.exact(&at)).unwrap_or_default()),
        ];
        let notice = |name: &'static str, pointer: &str| Notice {
            name,
            title: say(&format!("notice-{name}")),
            text: say(&format!("notice-{name}-text")),
            agree: say(&format!("notice-{name}-agree")),
            on: one(given, name) == "on",
            error: error(pointer),
        };
        let line = |request: &Request| {
            (names.person(Some(request.user)), request.note.clone(), request.created_at)
        };
        let row = |operation: &Operation| Row::of(&frame, operation, circles, given);
        let key = if action.state == State::Enabled { "enable-again" } else { "enable-title" };
        let heading = frame.say1(&format!("web-actions.{key}"), "name", action.name.as_str());
        Self {
            path: format!("/actions/{}", action.id),
            name: action.name.clone(),
            again: action.state == State::Enabled,
            facts: facts.map(|(key, value)| (say(&format!("fact-{key}")), value)).into(),
            barred: Vec::new(),
            problem: None,
            asking: asking.iter().map(line).collect(),
            more_asking: false,
            for_all: one(given, "audience") != "only",
            audience_error: error("/audience"),
            groups: circles.groups.iter().map(group).collect(),
            roles: Role::ALL.into_iter().map(role).collect(),
            licence,
            rows: action.operations.iter().map(row).collect(),
            notices: vec![
                notice("terms", "/acknowledge/third_party_terms"),
                notice("leaving", "/acknowledge/data_may_leave"),
            ],
            note: Field::area("note", say("note"))
                .value(one(given, "note"))
                .hint(say("note-hint"))
                .max(4000)
                .checked(errors, frame.t),
            seen: one(given, "seen").to_owned(),
            frame: at(frame, waits, "", heading).back_to(format!("/actions/{}", action.id)),
        }
    }
}

impl Row {
    fn of(frame: &Frame, operation: &Operation, circles: &Circles, given: &Typed) -> Self {
        let say = |key: &str| frame.say(&format!("web-actions.{key}"));
        let name = format!("who:{}", operation.id);
        let mut choices = vec![("all".to_owned(), say("who-all"))];
        if who(operation.audience.as_ref()) == "kept" {
            let kept = operation.audience.as_ref().map(|it| circles.words(frame, it));
            choices.push(("kept".to_owned(), kept.unwrap_or_default()));
        }
        choices.extend(
            Role::ALL
                .into_iter()
                .map(|role| (format!("role:{}", role.as_str()), role_name(frame, role))),
        );
        choices
            .extend(circles.groups.iter().map(|(id, name)| (format!("group:{id}"), name.clone())));
        Self {
            id: operation.id.clone(),
            title: title(operation),
            what: operation.description.clone().unwrap_or_default(),
            verb: verb(operation).badge(frame),
            active: has(given, "operation", &operation.id),
            who: Field::select(&name, say("who"), choices).value(one(given, &name)),
        }
    }
}

pub(crate) async fn save(
    Rooms(app): Rooms<App>,
    visit: Visit,
    Path(id): Path<ActionId>,
    Form(given): Form<Typed>,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::ActionManage).map_err(Problem::denied)?;
    let action = app.published.action(&visit.scope, id).await?;
    let outcome = match understood(&action, &given) {
        Ok(how) => app.published.enable(&visit.scope, id, how).await,
        Err(error) => Err(error),
    };
    let Err(error) = outcome else { return Ok(done(&visit, id, "enabled")) };
    let code = error.code();
    let barred = code.name() == "data_policy.violation";
    if !barred && !matches!(code.kind(), Kind::Invalid | Kind::Conflict) {
        return Err(error.into());
    }
    // who reads the page again sees what the action is now
    let mut given = given;
    if code.name() == "api_action.changed" {
        given = as_typed(&action);
    }
    let fields = if barred { &[] } else { error.fields() };
    let mut page = read(&app, &visit, &action, (&given, fields)).await?;
    let frame = &visit.frame;
    page.problem = Some((frame.t.code(code.name()), vec![frame.t.code_detail(code.name())]));
    Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// What an administrator decided; what names nobody known is left to the room to refuse.
fn understood(action: &Action, given: &Typed) -> actions::Result<Enabling> {
    let mut faults = Vec::new();
    let audience = if one(given, "audience") == "only" {
        let all = |name: &'static str| {
            given.iter().filter(move |(known, _)| known == name).map(|(_, value)| value)
        };
        let groups = all("group").filter_map(|id| id.parse().ok()).collect();
        let roles = all("role").filter_map(|role| role.parse().ok()).collect();
        Audience::Only { groups, roles }
    } else {
        Audience::Everybody
    };
    let licence = match one(given, "licence") {
        "" => None,
        text => {
            let read = text.parse::<LicenceId>().ok();
            if read.is_none() {
                let said = "there is no such licence";
                faults.push(FieldError::new("/licence_id", "api_action.licence_unknown", said));
            }
            read
        }
    };
    let mut operations = BTreeMap::new();
    for operation in &action.operations {
        let audience = match one(given, &format!("who:{}", operation.id)) {
            "kept" => operation.audience.clone(),
            text => chosen(text),
        };
        let active = has(given, "operation", &operation.id);
        operations.insert(operation.id.clone(), OperationAccess { active, audience });
    }
    let seen = one(given, "seen").parse::<Timestamp>().ok();
    if seen.is_none() {
        return Err(actions::Error::Changed);
    }
    if !faults.is_empty() {
        return Err(actions::Error::Invalid { fields: faults });
    }
    Ok(Enabling {
        audience,
        licence,
        operations,
        acknowledged: Acknowledgement {
            third_party_terms: one(given, "terms") == "on",
            data_may_leave: one(given, "leaving") == "on",
        },
        note: one(given, "note").to_owned(),
        seen,
    })
}

fn chosen(text: &str) -> Option<Audience> {
    let (kind, value) = text.split_once(':')?;
    match kind {
        "role" => {
            let role = value.parse().ok()?;
            Some(Audience::Only { groups: Vec::new(), roles: vec![role] })
        }
        "group" => {
            let group = value.parse().ok()?;
            Some(Audience::Only { groups: vec![group], roles: Vec::new() })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use web_proof::show;

    use super::*;
    use crate::samples::{action, circles, names, request};

    #[test]
    fn both_notices_stand_in_full_beside_what_is_decided() {
        show("enable", |frame| {
            let page = |state, errors: &[FieldError]| {
                let action = action(state);
                let asking = [request(RequestState::Open)];
                let seen = (&circles(), &names(), asking.as_slice());
                let given = as_typed(&action);
                Enable::new((frame.clone(), Waits::default()), &action, seen, (&given, errors))
            };
            let unread = [
                FieldError::new("/acknowledge/data_may_leave", "api_action.leaving_unread", ""),
                FieldError::new("/audience", "api_action.audience_empty", ""),
                FieldError::new("/licence_id", "api_action.licence_unknown", ""),
            ];
            let barred = ("Read".to_owned(), "Blocked".to_owned());
            let first = Enable { barred: vec![barred], ..page(State::Waiting, &[]) };
            vec![("first", first), ("wrong", page(State::Enabled, &unread))]
        });
    }
}
