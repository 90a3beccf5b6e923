//! Adding an app to a team: what it asks for, and the consent to it.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use edge::{Form, Path, Problem, Query};
use kernel::{AppId, ChannelId, Kind, TeamId};
use serde::Deserialize;
use web_frame::{App, Frame, Visit, answer};

use super::shapes::{Asked, Card};
use crate::at;

/// The question.
#[derive(Debug, Template)]
#[template(path = "apps/consent.html")]
struct Consent {
    frame: Frame,
    card: Card,
    title: String,
    asked: Asked,
    team: TeamId,
    channel: String,
    number: i64,
    action: String,
    cancel: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Place {
    team: Option<TeamId>,
    channel: Option<ChannelId>,
}

pub(super) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<AppId>,
    Query(place): Query<Place>,
) -> Result<Response, Problem> {
    let entry = app.apps.app(&visit.scope, id).await?;
    let Some(team) = place.team else {
        return Ok(Redirect::to(&format!("/apps/{id}")).into_response());
    };
    let team = app.workspace.team(&visit.scope, team).await?.team;
    let Some(number) = entry.app.current.filter(|_| !entry.app.is_blocked) else {
        return Err(apps::Error::NotPublished { app: id }.into());
    };
    let frame = visit.frame;
    let card = Card::of(&frame, &entry);
    let title = [("app", card.name.as_str().into()), ("team", team.name.as_str().into())];
    let title = frame.say_with("apps.consent-title", &title);
    Ok(answer::page(&Consent {
        asked: Asked::of(&frame, &entry.version.about.asks()),
        action: format!("/apps/{id}/add"),
        cancel: format!("/apps/{id}"),
        team: team.id,
        channel: place.channel.map(|it| it.to_string()).unwrap_or_default(),
        number,
        frame: at(frame, "apps", title.clone()).back_to(format!("/apps/{id}")),
        title,
        card,
    }))
}

#[derive(Debug, Deserialize)]
pub(super) struct Agreed {
    #[serde(default)]
    team: String,
    #[serde(default)]
    channel: String,
    #[serde(default)]
    number: i64,
}

/// The team of a form, once the app is known to the reader.
async fn team_of(app: &App, visit: &Visit, id: AppId, typed: &str) -> Result<TeamId, Problem> {
    app.apps.app(&visit.scope, id).await?;
    let wrong = |_error| Problem::new("request.malformed", Kind::Invalid, "the form names no team");
    typed.parse().map_err(wrong)
}

pub(super) async fn install(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<AppId>,
    Form(agreed): Form<Agreed>,
) -> Result<Response, Problem> {
    let team = team_of(&app, &visit, id, &agreed.team).await?;
    let made = app.apps.install(&visit.scope, id, team, agreed.number).await?;
    // Who came for a channel goes on to set the connector up there.
    let channel = agreed.channel.parse::<ChannelId>().ok();
    let to = match channel.filter(|_| made.version.about.has_connectors()) {
        Some(channel) => format!("/channels/{channel}/connectors/all"),
        None => format!("/apps/{id}"),
    };
    Ok(answer::back_with(&visit.context, &to, "apps.installed"))
}

#[derive(Debug, Deserialize)]
pub(super) struct Out {
    #[serde(default)]
    team: String,
}

pub(super) async fn uninstall(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<AppId>,
    Form(out): Form<Out>,
) -> Result<Response, Problem> {
    let team = team_of(&app, &visit, id, &out.team).await?;
    app.apps.uninstall(&visit.scope, id, team).await?;
    // An upload is gone with it.
    let stays = app.apps.app(&visit.scope, id).await.is_ok();
    let to = if stays { format!("/apps/{id}") } else { "/apps".to_owned() };
    Ok(answer::back_with(&visit.context, &to, "apps.uninstalled"))
}

#[cfg(test)]
mod tests {
    use web_proof::show;

    use super::*;

    #[test]
    fn consent_shows_everything_that_is_agreed_to() {
        show("apps-consent", |frame| {
            let card = Card {
                href: String::new(),
                id: uuid::Uuid::nil().into(),
                name: "Tasks".to_owned(),
                what: "Tasks in channels".to_owned(),
                developer: "Contoso".to_owned(),
                icon: None,
                kinds: Vec::new(),
                is_pinned: false,
                state: None,
                waiting: None,
                version: "1.2.3".to_owned(),
                origin: String::new(),
            };
            let asks = apps::Asks {
                permissions: ["identity", "ChannelMessage.Read.Group"].map(str::to_owned).into(),
                valid_domains: ["tasks.contoso.example".to_owned()].into(),
                capabilities: ["connectors".to_owned()].into(),
            };
            let of = |asks: &apps::Asks| Consent {
                asked: Asked::of(frame, asks),
                card: card.clone(),
                title: "Add Tasks to Sales?".to_owned(),
                team: uuid::Uuid::nil().into(),
                channel: String::new(),
                number: 3,
                action: "/apps/0190/add".to_owned(),
                cancel: "/apps/0190".to_owned(),
                frame: at(frame.clone(), "apps", "Add Tasks to Sales?"),
            };
            vec![("much", of(&asks)), ("nothing", of(&apps::Asks::default()))]
        });
    }
}
