//! The list of connections: one's own, shared ones, and for makers all of them.

use askama::Template;
use axum::{extract::State as Shelf, response::Response};
use connectors::{ConnectionFilter, FoundConnection, State, Whose};
use edge::{Problem, Query};
use jiff::Timestamp;
use kernel::{ApiConnectorId, ConnectionId, Cursor, Limit, Permission, UserId};
use serde::Deserialize;
use web_frame::{App, Frame, Visit, answer};

use super::{Health, at};

/// The page.
#[derive(Debug, Template)]
#[template(path = "connections/list.html")]
pub(super) struct List {
    frame: Frame,
    asked: Asked,
    whose: Whose,
    sees_all: bool,
    rows: Vec<Row>,
    next: Option<String>,
    /// How many want somebody's attention.
    ailing: usize,
}

/// One connection.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) id: ConnectionId,
    pub(super) name: String,
    pub(super) connector: ApiConnectorId,
    pub(super) connector_name: String,
    pub(super) owner: String,
    pub(super) shared: bool,
    pub(super) silent: bool,
    pub(super) health: Health,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) tested_at: Option<Timestamp>,
}

/// What the address asks for.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    whose: String,
    q: String,
    state: String,
    connector: String,
    after: Option<String>,
}

impl Asked {
    fn whose(&self) -> Whose {
        match self.whose.as_str() {
            "shared" => Whose::Shared,
            "all" => Whose::All,
            _ => Whose::Own,
        }
    }

    fn is_filtered(&self) -> bool {
        !self.q.is_empty() || !self.state.is_empty() || !self.connector.is_empty()
    }

    fn query(&self, after: &Cursor) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("whose", &self.whose).append_pair("q", &self.q);
        query.append_pair("state", &self.state).append_pair("connector", &self.connector);
        query.append_pair("after", after.as_str()).finish()
    }
}

pub(super) async fn page(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let (hub, scope) = (&app.api_connectors, &visit.scope);
    let filter = ConnectionFilter {
        whose: asked.whose(),
        state: State::read(&asked.state),
        connector: asked.connector.parse().ok(),
        text: asked.q.clone(),
    };
    let after = asked.after.clone().map(Cursor::from);
    let found = hub.find_connections(scope, filter, Limit::default(), after.as_ref()).await?;
    let ailing = hub.ailing_connections(scope).await?.len();
    let owners: Vec<UserId> = found.items.iter().filter_map(|row| row.connection.owner).collect();
    let people = app.identity.people(scope, &owners).await?;
    let days = hub.settings().expiry_warning_days;
    let row = |found: FoundConnection| {
        let connection = found.connection;
        let owner = people.iter().find(|person| Some(person.id) == connection.owner);
        Row {
            health: Health::of(&connection, visit.frame.now, days),
            id: connection.id,
            name: connection.name,
            connector: connection.connector,
            connector_name: found.connector_name,
            owner: owner.map(|person| person.display_name.clone()).unwrap_or_default(),
            shared: connection.shared,
            silent: connection.silent,
            expires_at: connection.expires_at,
            tested_at: connection.tested_at,
        }
    };
    let rows = found.items.into_iter().map(row).collect();
    Ok(answer::page(&List::new(visit.frame, asked, (rows, found.next), ailing)))
}

impl List {
    pub(super) fn new(
        frame: Frame,
        asked: Asked,
        (rows, next): (Vec<Row>, Option<Cursor>),
        ailing: usize,
    ) -> Self {
        let title = frame.say("connections.title");
        let next = next.map(|after| format!("/connections?{}", asked.query(&after)));
        let sees_all = frame.may(Permission::ConnectorManage);
        let whose = asked.whose();
        Self { frame: at(frame, title), asked, whose, sees_all, rows, next, ailing }
    }

    fn tabs(&self) -> Vec<(&'static str, String, bool)> {
        let tab = |word, whose| {
            let name = self.frame.say(&format!("connections.whose-{word}"));
            (word, name, self.whose == whose)
        };
        let mut tabs = vec![tab("own", Whose::Own), tab("shared", Whose::Shared)];
        if self.sees_all {
            tabs.push(tab("all", Whose::All));
        }
        tabs
    }

    fn is_ailing(&self) -> bool {
        self.ailing > 0
    }

    fn ailing_count(&self) -> i64 {
        i64::try_from(self.ailing).unwrap_or(i64::MAX)
    }

    fn states(&self) -> Vec<(&'static str, String, bool)> {
        let all = [Health::Connected, Health::Pending, Health::Broken, Health::Revoked];
        let name = |health: Health| {
            (health.word(), health.name(&self.frame), self.asked.state == health.word())
        };
        let any = ("", self.frame.say("connections.any-state"), self.asked.state.is_empty());
        std::iter::once(any).chain(all.map(name)).collect()
    }

    fn shows_owner(&self) -> bool {
        self.whose != Whose::Own
    }
}
