//! The last page is sent: somebody else is looked for, or the connection is made.

use axum::{
    extract::State as Shelf,
    response::{IntoResponse as _, Redirect, Response},
};
use edge::{Form, Path, Problem};
use kernel::{Coded as _, Kind};
use linking::{ChannelChoice, LinkRequest, TeamChoice};
use web_frame::{App, Visit};
use workspace_port::{ChannelId, PersonId, TeamId};

use super::{Chosen, GENERAL, page};
use crate::pages::{
    place::{CrmKey, CrmViewKey, Key, Place},
    words::Told,
};

pub(crate) async fn record(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(key): Path<Key>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    let place = Place::of_record(&app, &visit, key).await?;
    send(&app, &visit, &place, chosen).await
}

pub(crate) async fn view(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(key): Path<Key>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    let place = Place::of_view(&app, &visit, key).await?;
    send(&app, &visit, &place, chosen).await
}

pub(crate) async fn crm(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(key): Path<CrmKey>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    let place = Place::of_crm(&app, &visit, key).await?;
    send(&app, &visit, &place, chosen).await
}

pub(crate) async fn crm_view(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(key): Path<CrmViewKey>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    let place = Place::of_crm_view(&app, &visit, key).await?;
    send(&app, &visit, &place, chosen).await
}

async fn send(
    app: &App,
    visit: &Visit,
    place: &Place,
    mut chosen: Chosen,
) -> Result<Response, Problem> {
    "members".clone_into(&mut chosen.step);
    chosen.seen = true;
    if chosen.r#do == "find" {
        return find(app, visit, place, chosen).await;
    }
    let request = request(place, &chosen);
    let error = match app.linking.link(&visit.scope, request).await {
        Ok(link) => return Ok(Redirect::to(&format!("/links/{}", link.id)).into_response()),
        Err(error) => error,
    };
    let code = error.code();
    if matches!(code.kind(), Kind::NotFound | Kind::Internal | Kind::Unauthenticated) {
        return Err(error.into());
    }
    let told = Told::of(&visit.frame, code.name());
    // a name that will not do is mended where it was typed
    let rule = error.fields().first();
    let sentence = rule.map(|rule| visit.frame.t.rule(rule.code, rule.limit));
    let is_name = matches!(code.kind(), Kind::Invalid | Kind::Conflict);
    // a channel's name that is taken is told by a code of its own
    let of_team = rule.is_some_and(|rule| rule.pointer.contains("team"))
        || (chosen.makes_team() && code.name() == "workspace.name_taken");
    let field = match (chosen.makes_team(), chosen.makes_channel()) {
        (_, true) if is_name && !of_team => ("channel", "channel_name"),
        (true, _) if is_name => ("team", "team_name"),
        _ => return page(app, visit, place, (chosen, None, Some(told))).await,
    };
    let (step, field) = field;
    step.clone_into(&mut chosen.step);
    let wrong = (field, sentence.unwrap_or(told.title));
    page(app, visit, place, (chosen, Some(wrong), None)).await
}

/// Takes in somebody who was looked for.
async fn find(
    app: &App,
    visit: &Visit,
    place: &Place,
    mut chosen: Chosen,
) -> Result<Response, Problem> {
    let seat = app.linking_setup.workspaces().of(&visit.scope).await?;
    let wanted = chosen.find.trim().to_owned();
    if wanted.is_empty() {
        let wrong = ("find", visit.frame.say("collaborate.wrong-find"));
        return page(app, visit, place, (chosen, Some(wrong), None)).await;
    }
    match seat.person(&wanted).await {
        Ok(person) => {
            if !chosen.also.contains(&wanted) {
                chosen.also.push(wanted);
            }
            chosen.person.push(person.id.0);
            chosen.find.clear();
            page(app, visit, place, (chosen, None, None)).await
        }
        Err(error) if matches!(error.code().kind(), Kind::NotFound | Kind::Invalid) => {
            let sentence = visit.frame.say1("collaborate.no-person", "name", wanted.as_str());
            page(app, visit, place, (chosen, Some(("find", sentence)), None)).await
        }
        Err(error) => Err(error.into()),
    }
}

fn request(place: &Place, chosen: &Chosen) -> LinkRequest {
    let team = if chosen.makes_team() {
        TeamChoice::New {
            name: chosen.team_name.trim().to_owned(),
            private: chosen.privacy != "public",
            sensitivity: Some(chosen.label.trim().to_owned()).filter(|label| !label.is_empty()),
        }
    } else {
        TeamChoice::Existing(TeamId(chosen.team.clone()))
    };
    let channel = if chosen.makes_channel() {
        ChannelChoice::New {
            name: chosen.channel_name.trim().to_owned(),
            private: chosen.channel_kind == "private",
        }
    } else if chosen.makes_team() && chosen.channel == GENERAL {
        ChannelChoice::General
    } else {
        let team = TeamId(chosen.team.clone());
        ChannelChoice::Existing(ChannelId { team, id: chosen.channel.clone() })
    };
    LinkRequest {
        subject: place.subject.clone(),
        team,
        channel,
        members: chosen.person.iter().map(|person| PersonId(person.clone())).collect(),
        welcome: true,
        key: chosen.key,
    }
}
