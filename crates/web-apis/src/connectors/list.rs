//! The list of an environment's connectors.

use askama::Template;
use axum::{extract::State, response::Response};
use connectors::{ConnectorFilter, ConnectorKind, LastCall, Listed};
use edge::{PageQuery, Problem, Query};
use identity::{environments::Environment, users::Person};
use jiff::Timestamp;
use kernel::{EnvironmentId, Limit, Page, Permission};
use serde::Deserialize;
use web_frame::{App, Frame, Html, Visit, answer};

use super::{HOME, at, name_of, path_of, people, picture, piece, say, shell::marks};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    environment: String,
    q: String,
    kind: String,
}

/// The list.
#[derive(Debug, Template)]
#[template(path = "connectors/list.html")]
struct List {
    frame: Frame,
    environments: Vec<(String, String, bool)>,
    here: String,
    search: String,
    kind: &'static str,
    kinds: Vec<(String, String, bool)>,
    rows: Vec<Row>,
    next: Option<String>,
    may_make: bool,
}

#[derive(Debug)]
struct Row {
    href: String,
    picture: Html,
    name: String,
    what: String,
    host: String,
    operations: String,
    marks: Vec<(String, &'static str)>,
    by: String,
    changed: Timestamp,
    health: Option<Health>,
}

/// How the last call went.
#[derive(Debug)]
struct Health {
    word: String,
    class: &'static str,
    at: Timestamp,
}

pub(super) async fn page(
    State(app): State<App>,
    visit: Visit,
    Query(wanted): Query<Wanted>,
    page: PageQuery,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::ConnectionUse).map_err(Problem::denied)?;
    let environments = app.identity.environments(&visit.scope).await?;
    let here = match wanted.environment.as_str() {
        "" => first_filled(&app, &visit, &environments).await?,
        environment => chosen(&environments, environment),
    };
    let kind = ConnectorKind::ALL.into_iter().find(|kind| kind.as_str() == wanted.kind);
    let found = match here {
        Some(id) => {
            let filter = ConnectorFilter { text: wanted.q.clone(), kind };
            let at = (page.limit, page.after.as_ref());
            app.api_connectors.find(&visit.scope, id, filter, at).await?
        }
        None => Page { items: Vec::new(), next: None },
    };
    let makers = found.items.iter().map(|row| row.connector.created_by);
    let people = people(&app, &visit, makers).await?;
    let asked = (here, wanted.q, kind);
    Ok(answer::page(&List::new(visit.frame, &environments, asked, (found, &people))))
}

/// The first environment that has connectors, else the first that there is.
async fn first_filled(
    app: &App,
    visit: &Visit,
    environments: &[Environment],
) -> Result<Option<EnvironmentId>, Problem> {
    for environment in environments.iter().take(LOOKED_INTO) {
        let (all, one) = (ConnectorFilter::default(), Limit::new(1).unwrap_or_default());
        let found = app.api_connectors.find(&visit.scope, environment.id, all, (one, None));
        if !found.await?.items.is_empty() {
            return Ok(Some(environment.id));
        }
    }
    Ok(environments.first().map(|environment| environment.id))
}

/// The environment that is asked for, else the first that there is.
fn chosen(environments: &[Environment], wanted: &str) -> Option<EnvironmentId> {
    let wanted = wanted.parse().ok();
    let known = environments.iter().find(|environment| Some(environment.id) == wanted);
    known.or_else(|| environments.first()).map(|environment| environment.id)
}

impl List {
    fn new(
        frame: Frame,
        environments: &[Environment],
        (here, search, kind): (Option<EnvironmentId>, String, Option<ConnectorKind>),
        (found, people): (Page<Listed>, &[Person]),
    ) -> Self {
        let here_text = here.map(|id| id.to_string()).unwrap_or_default();
        let word = kind.map_or("", ConnectorKind::as_str);
        let address = |kind: &str| {
            let mut address = format!("{HOME}?environment={here_text}");
            if !kind.is_empty() {
                address = format!("{address}&kind={kind}");
            }
            if !search.is_empty() {
                address = format!("{address}&q={}", piece(&search));
            }
            address
        };
        let all = std::iter::once("").chain(ConnectorKind::ALL.map(ConnectorKind::as_str));
        let kinds = all.map(|key| {
            let name = if key.is_empty() { "kind-all" } else { key };
            (address(key), say(&frame, name), key == word)
        });
        Self {
            kinds: kinds.collect(),
            environments: environments
                .iter()
                .map(|it| (it.id.to_string(), it.name.clone(), Some(it.id) == here))
                .collect(),
            rows: found.items.iter().map(|row| Row::of(&frame, row, people)).collect(),
            next: found.next.map(|next| format!("{}&after={next}", address(word))),
            may_make: frame.may(Permission::ConnectorManage),
            kind: word,
            frame: {
                let title = say(&frame, "title");
                at(frame, title)
            },
            here: here_text,
            search,
        }
    }

    fn new_href(&self) -> String {
        format!("{HOME}/new?environment={}", self.here)
    }

    fn is_filtered(&self) -> bool {
        !self.search.is_empty() || !self.kind.is_empty()
    }

    fn has_calls(&self) -> bool {
        self.may_make
    }
}

impl Row {
    fn of(frame: &Frame, row: &Listed, people: &[Person]) -> Self {
        let connector = &row.connector;
        Self {
            href: path_of(connector.id),
            picture: picture(connector),
            name: connector.name.clone(),
            what: connector.description.lines().next().unwrap_or_default().to_owned(),
            host: connector.version.host.clone(),
            operations: frame.t.number(connector.version.operations),
            marks: marks(frame, connector),
            by: name_of(people, connector.created_by).unwrap_or_else(|| say(frame, "by-hub")),
            changed: connector.updated_at,
            health: row.last.as_ref().map(|last| Health::of(frame, last)),
        }
    }
}

impl Health {
    fn of(frame: &Frame, last: &LastCall) -> Self {
        let (key, class) = match (last.is_good(), last.status) {
            (true, _) => ("call-good", "good"),
            (false, Some(_)) => ("call-bad-answer", "bad"),
            (false, None) => ("call-failed", "bad"),
        };
        let word = frame.say1(&format!("web-apis.{key}"), "status", last.status.unwrap_or(0));
        Self { word, class, at: last.at }
    }
}

/// Environments that are looked into for connectors.
const LOOKED_INTO: usize = 20;

#[cfg(test)]
mod tests {
    use identity::environments::EnvironmentKind;
    use uuid::Uuid;
    use web_proof::show;

    use super::*;
    use crate::connectors::tests::connector;

    #[test]
    fn the_list_says_how_each_does_and_teaches_the_first_step() {
        show("list", |frame| {
            let environment = |id, name: &str| Environment {
                id: Uuid::from_u128(id).into(),
                name: name.to_owned(),
                kind: EnvironmentKind::Default,
                crm_enabled: false,
                created_by: None,
                created_at: frame.now,
                deleted_at: None,
                ends_at: None,
                background_off: false,
                region: identity::environments::Region::default(),
            };
            let all = [environment(1, "Contoso"), environment(2, "Sales <i>")];
            let here = Some(all[1].id);
            let mut plain = connector(frame);
            plain.certified = None;
            plain.preview = false;
            let last = |status| LastCall { at: frame.now, outcome: "done".to_owned(), status };
            let listed = |connector, last| Listed { connector, last };
            let late =
                LastCall { at: frame.now, outcome: "api_call.late".to_owned(), status: None };
            let rows = vec![
                listed(connector(frame), Some(last(Some(200)))),
                listed(plain.clone(), Some(last(Some(503)))),
                listed(plain.clone(), Some(late)),
                listed(plain, None),
            ];
            let ada = Person {
                id: Uuid::from_u128(1).into(),
                display_name: "Ada".to_owned(),
                address: None,
            };
            let page = |rows, search: &str, kind| {
                let found = Page { items: rows, next: None };
                let asked = (here, search.to_owned(), kind);
                List::new(frame.clone(), &all, asked, (found, std::slice::from_ref(&ada)))
            };
            vec![
                ("some", page(rows, "", None)),
                ("none", page(Vec::new(), "", None)),
                ("no-hit", page(Vec::new(), "tasks & more", Some(ConnectorKind::Preview))),
            ]
        });
    }
}
