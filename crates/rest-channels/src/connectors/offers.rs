//! What places offer, and beginning to set it up.

use axum::extract::State;
use channel_connectors::Place;
use connector_registry::Which;
use edge::{Authed, Json, Path, Problem, Query};
use http::StatusCode;
use kernel::{ChannelId, ConnectorId, Kind, Scope, TeamId};
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    ChannelPath, ConnectorPath, TeamPath,
    shapes::{OfferItem, OpeningItem},
};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(of_channel, of_mailbox, of_inbox, begin_in_channel, begin_in_mailbox, begin_in_inbox)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// `all` (the default), `uploaded` or `configured`.
    which: Option<String>,
    /// A part of the name, the description or the company.
    search: Option<String>,
}

/// The connectors of a place, by name.
#[derive(Debug, Serialize, ToSchema)]
struct Offers {
    items: Vec<OfferItem>,
    /// Whether you may set connectors up here.
    may_change: bool,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ChannelConnectorPath {
    /// The channel.
    #[param(value_type = String, format = Uuid)]
    channel_id: ChannelId,
    /// The connector.
    #[param(value_type = String, format = Uuid)]
    connector_id: ConnectorId,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct TeamConnectorPath {
    /// The team.
    #[param(value_type = String, format = Uuid)]
    team_id: TeamId,
    /// The connector.
    #[param(value_type = String, format = Uuid)]
    connector_id: ConnectorId,
}

async fn list(
    app: &App,
    scope: &Scope,
    place: Place,
    filter: Filter,
) -> Result<Json<Offers>, Problem> {
    let which = match filter.which.as_deref() {
        None | Some("all") => Which::All,
        Some("uploaded") => Which::Uploaded,
        Some("configured") => Which::Configured,
        Some(_) => {
            let detail = "which: one of all, uploaded, configured";
            return Err(Problem::new("request.invalid", Kind::Invalid, detail));
        }
    };
    let found = app.configurations.list(scope, place, (which, filter.search.as_deref())).await?;
    let may_change = app.configurations.may_change(scope, place).await?;
    Ok(Json(Offers { items: found.into_iter().map(OfferItem::from).collect(), may_change }))
}

/// The inbox of whoever asks.
fn inbox(scope: &Scope) -> Result<Place, Problem> {
    let person =
        || Problem::new("actor.person_needed", Kind::Forbidden, "only persons have an inbox");
    scope.user().map(Place::Inbox).ok_or_else(person)
}

/// List the connectors of a channel
///
/// The built-in incoming webhook first, then those of the team's apps that work in channels.
#[utoipa::path(get, path = "/api/v1/channels/{channel_id}/connectors",
    operation_id = "connectors.of_channel", tag = "connectors", params(ChannelPath, Filter),
    responses((status = 200, body = Offers), Failures))]
async fn of_channel(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ChannelPath>,
    Query(filter): Query<Filter>,
) -> Result<Json<Offers>, Problem> {
    list(&app, &scope, Place::Channel(path.channel_id), filter).await
}

/// List the connectors of a team's mailbox
#[utoipa::path(get, path = "/api/v1/teams/{team_id}/mailbox/connectors",
    operation_id = "connectors.of_mailbox", tag = "connectors", params(TeamPath, Filter),
    responses((status = 200, body = Offers), Failures))]
async fn of_mailbox(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TeamPath>,
    Query(filter): Query<Filter>,
) -> Result<Json<Offers>, Problem> {
    list(&app, &scope, Place::Mailbox(path.team_id), filter).await
}

/// List the connectors of one's own inbox
#[utoipa::path(get, path = "/api/v1/me/inbox/connectors", operation_id = "connectors.of_inbox",
    tag = "connectors", params(Filter), responses((status = 200, body = Offers), Failures))]
async fn of_inbox(
    State(app): State<App>,
    Authed(scope): Authed,
    Query(filter): Query<Filter>,
) -> Result<Json<Offers>, Problem> {
    list(&app, &scope, inbox(&scope)?, filter).await
}

async fn begin(
    app: &App,
    scope: &Scope,
    place: Place,
    connector: ConnectorId,
) -> Result<(StatusCode, Json<OpeningItem>), Problem> {
    let opening = app.configurations.begin(scope, place, connector).await?;
    Ok((StatusCode::CREATED, Json(opening.into())))
}

/// Begin to set up a connector in a channel
///
/// What nobody saves within ten minutes is gone.
#[utoipa::path(post, path = "/api/v1/channels/{channel_id}/connectors/{connector_id}/configurations",
    operation_id = "configurations.begin_in_channel", tag = "connectors", params(ChannelConnectorPath),
    responses((status = 201, body = OpeningItem), Failures))]
async fn begin_in_channel(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ChannelConnectorPath>,
) -> Result<(StatusCode, Json<OpeningItem>), Problem> {
    begin(&app, &scope, Place::Channel(path.channel_id), path.connector_id).await
}

/// Begin to set up a connector in a team's mailbox
#[utoipa::path(post, path = "/api/v1/teams/{team_id}/mailbox/connectors/{connector_id}/configurations",
    operation_id = "configurations.begin_in_mailbox", tag = "connectors", params(TeamConnectorPath),
    responses((status = 201, body = OpeningItem), Failures))]
async fn begin_in_mailbox(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TeamConnectorPath>,
) -> Result<(StatusCode, Json<OpeningItem>), Problem> {
    begin(&app, &scope, Place::Mailbox(path.team_id), path.connector_id).await
}

/// Begin to set up a connector in one's own inbox
#[utoipa::path(post, path = "/api/v1/me/inbox/connectors/{connector_id}/configurations",
    operation_id = "configurations.begin_in_inbox", tag = "connectors", params(ConnectorPath),
    responses((status = 201, body = OpeningItem), Failures))]
async fn begin_in_inbox(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
) -> Result<(StatusCode, Json<OpeningItem>), Problem> {
    begin(&app, &scope, inbox(&scope)?, path.connector_id).await
}
