//! Who is connected to which CRM, for administrators.

use askama::Template;
use axum::{extract::State as Shelf, response::Response};
use crm_connections::{Connection, CrmSystem};
use edge::{Problem, Query};
use kernel::{Cursor, Limit, UserId};
use serde::Deserialize;
use web_frame::{App, Field, Frame, Visit, answer, html::query_value};

use crate::{at, badge, state_name, told};

/// The page.
#[derive(Debug, Template)]
#[template(path = "connections.html")]
pub(crate) struct Page {
    frame: Frame,
    system: Field,
    rows: Vec<Row>,
    next: Option<String>,
    is_filtered: bool,
}

#[derive(Debug)]
struct Row {
    connection: Connection,
    person: String,
    system: String,
    badge: &'static str,
    icon: &'static str,
    state: String,
    why: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    system: String,
    after: Option<String>,
}

pub(crate) async fn list(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let scope = &visit.scope;
    let systems = app.crm.systems(scope).await?;
    let after = asked.after.clone().map(Cursor::from);
    let of = asked.system.parse().ok();
    let found = app.crm.connections(scope, of, Limit::default(), after.as_ref()).await?;
    let users: Vec<UserId> = found.items.iter().map(|one| one.user).collect();
    let people = app.identity.people(scope, &users).await?;
    let named = |id: UserId| {
        let known = people.iter().find(|person| person.id == id);
        known.map(|person| person.display_name.clone()).unwrap_or_default()
    };
    let rows = found.items.into_iter().map(|one| (named(one.user), one)).collect();
    Ok(answer::page(&Page::new(visit.frame, &asked, &systems, (rows, found.next))))
}

impl Page {
    pub(crate) fn new(
        frame: Frame,
        asked: &Asked,
        systems: &[CrmSystem],
        (rows, next): (Vec<(String, Connection)>, Option<Cursor>),
    ) -> Self {
        let row = |(person, connection): (String, Connection)| {
            let system = systems.iter().find(|one| one.id == connection.system);
            let (badge, icon) = badge(connection.state);
            let why = connection.reason.as_deref().and_then(|code| told(&frame, code));
            Row {
                system: system.map(|one| one.name.clone()).unwrap_or_default(),
                badge,
                icon,
                state: state_name(&frame, connection.state),
                why: why.map(|(title, _)| title),
                person,
                connection,
            }
        };
        let rows = rows.into_iter().map(row).collect();
        let mut choices: Vec<_> =
            systems.iter().map(|one| (one.id.to_string(), one.name.clone())).collect();
        choices.insert(0, (String::new(), frame.say("web-crm.any-system")));
        let next = next.map(|after| {
            let system = query_value(&asked.system);
            format!("/admin/crm/connections?system={system}&after={}", after.as_str())
        });
        let title = frame.say("web-crm.connections");
        Self {
            system: Field::select("system", frame.say("web-crm.system"), choices)
                .value(&asked.system),
            rows,
            next,
            is_filtered: !asked.system.is_empty(),
            frame: at(frame, "connections", title),
        }
    }
}
