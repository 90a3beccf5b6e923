//! What the operator of the hub offers to the organisation.

use actions::{AboutOperation, Offer};
use askama::Template;
use axum::{extract::State as Rooms, http::StatusCode, response::Response};
use edge::{Form, Path, Problem};
use identity::environments::Environment;
use jiff::Timestamp;
use kernel::{ActionId, Coded as _, EnvironmentId, Kind, Permission};
use serde::Deserialize;
use web_frame::{App, Field, Frame, Visit, answer, parts::told};

use crate::{
    Waits, at,
    shapes::{Badge, Verb},
};

/// The page.
#[derive(Debug, Template)]
#[template(path = "offers.html")]
pub(crate) struct Offers {
    frame: Frame,
    rows: Vec<Row>,
    takes: bool,
    problem: Option<(String, Vec<String>)>,
}

/// An offer.
#[derive(Debug, Clone)]
struct Row {
    id: String,
    name: String,
    what: String,
    connector: String,
    host: String,
    version: i64,
    at: Timestamp,
    operations: Vec<(String, Badge)>,
    fixed: i64,
    badge: Option<Badge>,
    taken: Option<String>,
    newer: bool,
    withdrawn: bool,
    environments: Field,
}

pub(crate) async fn page(Rooms(app): Rooms<App>, visit: Visit) -> Result<Response, Problem> {
    Ok(answer::page(&Offers::read(&app, &visit).await?))
}

impl Offers {
    async fn read(app: &App, visit: &Visit) -> Result<Self, Problem> {
        let offers = app.published.offers(&visit.scope).await?;
        let environments = app.identity.environments(&visit.scope).await?;
        let waits = Waits::of(app, visit).await;
        Ok(Self::new((visit.frame.clone(), waits), &offers, &environments))
    }

    fn new((frame, waits): (Frame, Waits), offers: &[Offer], environments: &[Environment]) -> Self {
        let rows = offers.iter().map(|offer| Row::of(&frame, offer, environments)).collect();
        let takes = frame.may(Permission::ConnectorManage);
        let title = frame.say("web-actions.pane-offers");
        Self { rows, takes, problem: None, frame: at(frame, waits, "offers", title) }
    }
}

impl Row {
    fn of(frame: &Frame, offer: &Offer, environments: &[Environment]) -> Self {
        let say = |key: &str| frame.say(&format!("web-actions.{key}"));
        let operation = |operation: &AboutOperation| {
            (operation.title.clone(), Verb::of(operation.annotations).badge(frame))
        };
        let badge = match (offer.is_withdrawn, offer.is_newer(), offer.taken.is_some()) {
            (true, ..) => Some((say("offer-withdrawn"), "bad")),
            (_, true, _) => Some((say("offer-newer"), "warning")),
            (.., true) => Some((say("offer-taken"), "good")),
            _ => None,
        };
        let choices = environments.iter().map(|it| (it.id.to_string(), it.name.clone()));
        Self {
            id: offer.id.to_string(),
            name: offer.about.name.clone(),
            what: offer.about.description.clone(),
            connector: offer.about.connector.clone(),
            host: offer.about.host.clone(),
            version: offer.version,
            at: offer.offered_at,
            operations: offer.about.operations.iter().map(operation).collect(),
            fixed: i64::try_from(offer.about.fixed).unwrap_or(i64::MAX),
            badge,
            taken: offer.taken.map(|taken| format!("/actions/{}", taken.action)),
            newer: offer.is_newer(),
            withdrawn: offer.is_withdrawn,
            environments: Field::select("environment", say("offer-where"), choices)
                .hint(say("offer-where-hint")),
        }
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Taking {
    #[serde(default)]
    environment: String,
}

pub(crate) async fn take(
    Rooms(app): Rooms<App>,
    visit: Visit,
    Path(id): Path<ActionId>,
    Form(taking): Form<Taking>,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::ActionManage).map_err(Problem::denied)?;
    let environment: EnvironmentId = match taking.environment.parse() {
        Ok(id) => id,
        // whoever took it before is not asked where
        Err(_none) => identity::environments::default_of(visit.scope.tenant()),
    };
    let error = match app.published.take_offer(&visit.scope, id, environment).await {
        Ok(action) => {
            let to = format!("/actions/{}", action.id);
            return Ok(answer::back_with(&visit.context, &to, "web-actions.taken"));
        }
        Err(error) => error,
    };
    if !matches!(error.code().kind(), Kind::Invalid | Kind::Conflict) {
        return Err(error.into());
    }
    let (title, detail) = told(&visit.frame, &error);
    let page = Offers::read(&app, &visit).await?;
    let page = Offers { problem: Some((title, vec![detail])), ..page };
    Ok(answer::page_with(StatusCode::CONFLICT, &page))
}

#[cfg(test)]
mod tests {
    use actions::{About, Taken};
    use identity::environments::EnvironmentKind;
    use web_proof::show;

    use super::*;
    use crate::samples::the_action;

    #[test]
    fn an_offer_says_what_comes_with_it_and_what_was_made_of_it() {
        show("offers", |frame| {
            let at: Timestamp = "2026-03-01T10:00:00Z".parse().unwrap();
            let id = |number: u32| format!("0198c0de-0000-7000-8000-0000000000{number:02}");
            let operations =
                vec![AboutOperation { id: "A".into(), title: "List".into(), annotations: None }];
            let about = About {
                name: "Stock".to_owned(),
                description: "What is there".to_owned(),
                connector: "Warehouse".to_owned(),
                host: "api.example.org".to_owned(),
                operations,
                fixed: 1,
            };
            let taken = Taken {
                action: the_action(),
                connector: id(3).parse().unwrap(),
                version: 1,
                by: None,
                at,
            };
            let offer = |taken, is_withdrawn| Offer {
                id: the_action(),
                source: id(10).parse().unwrap(),
                version: 2,
                about: about.clone(),
                offered_at: at,
                is_withdrawn,
                taken,
            };
            let environment = Environment {
                id: id(2).parse().unwrap(),
                name: "Production".to_owned(),
                kind: EnvironmentKind::Production,
                crm_enabled: true,
                created_by: None,
                created_at: at,
                deleted_at: None,
                ends_at: None,
                background_off: false,
                region: identity::environments::Region::default(),
            };
            let all = [offer(None, false), offer(Some(taken), false), offer(Some(taken), true)];
            let page = |offers: &[Offer]| {
                let frame = (frame.clone(), Waits::default());
                Offers::new(frame, offers, std::slice::from_ref(&environment))
            };
            vec![("all", page(&all)), ("empty", page(&[]))]
        });
    }
}
