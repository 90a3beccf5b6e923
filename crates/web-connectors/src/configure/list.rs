//! The connectors of a place: what can be set up, what is, and what a connector is about.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use channel_connectors::Place;
use connector_registry::{OfferSource, Offered, Which};
use edge::{Form, Path, Problem, Query};
use kernel::{ChannelId, ConnectorId, TeamId};
use serde::Deserialize;
use web_frame::{App, Frame, Visit, answer};

use super::place::{Known, configure_at, list_of, own_inbox};

/// The list.
#[derive(Debug, Template)]
#[template(path = "configure/list.html")]
struct List {
    frame: Frame,
    title: String,
    address: String,
    /// Where an incoming webhook is made; channels only.
    webhook: Option<String>,
    tabs: Vec<(&'static str, String, bool)>,
    which: &'static str,
    search: String,
    may_change: bool,
    rows: Vec<Row>,
}

/// A connector of the list.
#[derive(Debug)]
struct Row {
    name: String,
    what: String,
    company: String,
    source: Option<String>,
    icon: Option<String>,
    configure: Option<String>,
    configured: Vec<Made>,
}

/// A configuration of a connector.
#[derive(Debug)]
struct Made {
    name: String,
    /// Where it is changed, if there is a page for that.
    edit: Option<String>,
    remove: String,
    /// Why it gets nothing any more.
    ended: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    which: String,
    #[serde(default)]
    q: String,
}

/// What is asked of the list.
const TABS: [(&str, Which); 3] =
    [("all", Which::All), ("configured", Which::Configured), ("uploaded", Which::Uploaded)];

pub(super) async fn channel(
    State(app): State<App>,
    visit: Visit,
    Path(channel): Path<ChannelId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    show(&app, visit, Place::Channel(channel), &wanted).await
}

pub(super) async fn mailbox(
    State(app): State<App>,
    visit: Visit,
    Path(team): Path<TeamId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    show(&app, visit, Place::Mailbox(team), &wanted).await
}

pub(super) async fn inbox(
    State(app): State<App>,
    visit: Visit,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let place = own_inbox(&visit)?;
    show(&app, visit, place, &wanted).await
}

async fn show(app: &App, visit: Visit, place: Place, wanted: &Wanted) -> Result<Response, Problem> {
    let known = Known::of(app, &visit, place).await?;
    let (which, chosen) =
        TABS.into_iter().find(|(word, _)| *word == wanted.which).unwrap_or(("all", Which::All));
    let search = wanted.q.trim();
    let asked = (!search.is_empty()).then_some(search);
    let offered = app.configurations.list(&visit.scope, place, (chosen, asked)).await?;
    let may_change = app.configurations.may_change(&visit.scope, place).await?;
    let title = visit.frame.say1("configure.list-title", "place", known.name(&visit.frame));
    let back = match place {
        Place::Channel(id) => format!("/channels/{id}"),
        Place::Mailbox(id) => format!("/teams/{id}"),
        Place::Inbox(_) => "/connectors".to_owned(),
    };
    let webhook = match place {
        Place::Channel(id) => Some(format!("/channels/{id}/connectors")),
        Place::Mailbox(_) | Place::Inbox(_) => None,
    };
    let frame = known.frame(app, visit, &title, &back).await?;
    let rows = offered
        .into_iter()
        .filter(|offer| offer.connector.is_some())
        .map(|offer| Row::of(&frame, place, may_change, offer))
        .collect();
    let tabs =
        TABS.map(|(word, _)| (word, frame.say(&format!("configure.tab-{word}")), word == which));
    Ok(answer::page(&List {
        title,
        address: list_of(place),
        webhook,
        tabs: tabs.to_vec(),
        which,
        search: search.to_owned(),
        may_change,
        rows,
        frame,
    }))
}

impl Row {
    fn of(frame: &Frame, place: Place, may_change: bool, offer: Offered) -> Self {
        let source = match offer.source {
            OfferSource::Uploaded => Some("uploaded"),
            OfferSource::Offered => Some("offered"),
            // a webhook that became a connector: no app brought it
            OfferSource::ConfiguredOnly if offer.configured.iter().all(|it| it.app.is_none()) => {
                Some("own")
            }
            OfferSource::ConfiguredOnly => Some("gone"),
            _ => None,
        };
        let open = may_change && offer.configurable && offer.source != OfferSource::ConfiguredOnly;
        let made = |configuration: connector_registry::Configuration| Made {
            ended: configuration
                .ended
                .map(|ended| frame.say(&format!("configure.ended-{}", ended.as_str()))),
            edit: (configuration.ended.is_none()
                && (offer.configurable || has_page(&configuration)))
            .then(|| format!("/configurations/{}", configuration.id)),
            remove: format!("/configurations/{}/remove", configuration.id),
            name: configuration.name,
        };
        Self {
            source: source.map(|word| frame.say(&format!("configure.source-{word}"))),
            configure: offer.connector.filter(|_| open).map(|id| configure_at(place, id)),
            configured: offer.configured.into_iter().map(made).collect(),
            name: offer.name,
            what: offer.short_description,
            company: offer.company_name,
            icon: offer.icon,
        }
    }
}

/// Whether what was saved names a page of its own.
fn has_page(configuration: &connector_registry::Configuration) -> bool {
    configuration.settings.as_ref().is_some_and(|settings| settings.contains_key("contentUrl"))
}

/// What a connector is about, before its page is opened.
#[derive(Debug, Template)]
#[template(path = "configure/about.html")]
struct About {
    frame: Frame,
    place: String,
    name: String,
    what: String,
    company: String,
    icon: Option<String>,
    action: String,
    back: String,
}

pub(super) async fn about_channel(
    State(app): State<App>,
    visit: Visit,
    Path((channel, connector)): Path<(ChannelId, ConnectorId)>,
) -> Result<Response, Problem> {
    about(&app, visit, Place::Channel(channel), connector).await
}

pub(super) async fn about_mailbox(
    State(app): State<App>,
    visit: Visit,
    Path((team, connector)): Path<(TeamId, ConnectorId)>,
) -> Result<Response, Problem> {
    about(&app, visit, Place::Mailbox(team), connector).await
}

pub(super) async fn about_inbox(
    State(app): State<App>,
    visit: Visit,
    Path(connector): Path<ConnectorId>,
) -> Result<Response, Problem> {
    let place = own_inbox(&visit)?;
    about(&app, visit, place, connector).await
}

async fn about(
    app: &App,
    visit: Visit,
    place: Place,
    connector: ConnectorId,
) -> Result<Response, Problem> {
    let known = Known::of(app, &visit, place).await?;
    let offer = app.configurations.offered(&visit.scope, place, connector).await?;
    let back = list_of(place);
    let title = visit.frame.say1("configure.set-up", "name", offer.name.as_str());
    let place_name = known.name(&visit.frame);
    let frame = known.frame(app, visit, &title, &back).await?;
    Ok(answer::page(&About {
        place: place_name,
        name: offer.name,
        what: offer.short_description,
        company: offer.company_name,
        icon: offer.icon,
        action: configure_at(place, connector),
        back,
        frame,
    }))
}

/// A form without fields of its own.
#[derive(Debug, Deserialize)]
pub(super) struct Nothing {}

pub(super) async fn begin_channel(
    State(app): State<App>,
    visit: Visit,
    Path((channel, connector)): Path<(ChannelId, ConnectorId)>,
    Form(_): Form<Nothing>,
) -> Result<Response, Problem> {
    begin(&app, &visit, Place::Channel(channel), connector).await
}

pub(super) async fn begin_mailbox(
    State(app): State<App>,
    visit: Visit,
    Path((team, connector)): Path<(TeamId, ConnectorId)>,
    Form(_): Form<Nothing>,
) -> Result<Response, Problem> {
    begin(&app, &visit, Place::Mailbox(team), connector).await
}

pub(super) async fn begin_inbox(
    State(app): State<App>,
    visit: Visit,
    Path(connector): Path<ConnectorId>,
    Form(_): Form<Nothing>,
) -> Result<Response, Problem> {
    let place = own_inbox(&visit)?;
    begin(&app, &visit, place, connector).await
}

async fn begin(
    app: &App,
    visit: &Visit,
    place: Place,
    connector: ConnectorId,
) -> Result<Response, Problem> {
    let opening = app.configurations.begin(&visit.scope, place, connector).await?;
    Ok(Redirect::to(&format!("/configurations/{}", opening.id)).into_response())
}

#[cfg(test)]
mod tests {
    use web_frame::Section;
    use web_proof::show;

    use super::*;

    fn list(frame: &Frame, rows: Vec<Row>) -> List {
        let title = frame.say1("configure.list-title", "place", "Operations › General");
        let tabs = TABS
            .map(|(word, _)| (word, frame.say(&format!("configure.tab-{word}")), word == "all"));
        List {
            frame: frame.clone().at(Section::Teams, &title).back_to("/channels/1"),
            title,
            address: "/channels/1/connectors/all".to_owned(),
            webhook: Some("/channels/1/connectors".to_owned()),
            tabs: tabs.to_vec(),
            which: "all",
            search: String::new(),
            may_change: true,
            rows,
        }
    }

    fn row(frame: &Frame, name: &str, configured: &[&str]) -> Row {
        Row {
            name: name.to_owned(),
            what: "News of tasks, as they are created and updated".to_owned(),
            company: "Example".to_owned(),
            source: None,
            icon: None,
            configure: Some("/channels/1/connectors/2/configure".to_owned()),
            configured: configured
                .iter()
                .map(|name| Made {
                    name: (*name).to_owned(),
                    ended: name.contains("Update").then(|| frame.say("configure.ended-blocked")),
                    edit: (!name.contains("Update")).then(|| "/configurations/3".to_owned()),
                    remove: "/configurations/3/remove".to_owned(),
                })
                .collect(),
        }
    }

    #[test]
    fn the_list_teaches_what_to_do_in_each_of_its_states() {
        show("connectors-of-a-channel", |frame| {
            let rows = vec![
                row(frame, "Tasks", &["tasks: Create", "tasks: Update"]),
                row(frame, "Builds <b>", &[]),
            ];
            let read = List { may_change: false, ..list(frame, vec![row(frame, "Tasks", &[])]) };
            let nothing = List { search: "zebra".to_owned(), ..list(frame, Vec::new()) };
            vec![
                ("full", list(frame, rows)),
                ("read", read),
                ("empty", list(frame, Vec::new())),
                ("no-hit", nothing),
            ]
        });
    }

    #[test]
    fn a_connector_says_what_it_is_about_before_its_page_opens() {
        show("connector-about", |frame| {
            let title = frame.say1("configure.set-up", "name", "Tasks");
            vec![(
                "about",
                About {
                    frame: frame.clone().at(Section::Teams, title),
                    place: "Operations › General".to_owned(),
                    name: "Tasks".to_owned(),
                    what: "News of tasks".to_owned(),
                    company: "Example".to_owned(),
                    icon: None,
                    action: "/channels/1/connectors/2/configure".to_owned(),
                    back: "/channels/1/connectors/all".to_owned(),
                },
            )]
        });
    }
}
