//! Actions that the operator of the hub offers to the organisation.

use ::actions::Offer;
use axum::extract::State;
use edge::{Authed, Json, Path, Problem};
use http::StatusCode;
use kernel::{ActionId, EnvironmentId};
use rest::{Failures, Items, routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::shapes::ActionItem;
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(offers, take)
}

/// The offer of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct OfferPath {
    /// The offer.
    #[param(value_type = String, format = Uuid)]
    offer_id: ActionId,
}

/// An action that is offered to the organisation, with its certified connector.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ActionOffer)]
struct OfferItem {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    /// For people.
    description: String,
    /// The name of the connector that comes with it.
    connector: String,
    /// The host that it calls.
    host: String,
    /// The certified version of the connector.
    version: i64,
    operations: Vec<OfferedOperation>,
    /// How many values its maker fixed, which are not taken along.
    fixed_values: usize,
    #[schema(format = DateTime)]
    offered_at: String,
    /// It is no longer offered; what was taken stays.
    withdrawn: bool,
    /// The action that was made of it.
    #[schema(format = Uuid)]
    action_id: Option<String>,
    /// The connector that was made of it.
    #[schema(format = Uuid)]
    api_connector_id: Option<String>,
    /// The version that was taken.
    taken_version: Option<i64>,
    #[schema(format = DateTime)]
    taken_at: Option<String>,
}

/// An operation of an offer.
#[derive(Debug, Serialize, ToSchema)]
struct OfferedOperation {
    /// The operationId.
    id: String,
    /// The name for people.
    title: String,
    /// Whether a call changes nothing, where that is known.
    reads_only: Option<bool>,
}

/// Where an offer is taken.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Taking {
    /// Where the connector is made.
    #[schema(value_type = String, format = Uuid)]
    environment_id: EnvironmentId,
}

impl From<Offer> for OfferItem {
    fn from(offer: Offer) -> Self {
        let operations = offer.about.operations.into_iter().map(|it| OfferedOperation {
            id: it.id,
            title: it.title,
            reads_only: it.annotations.map(|hints| hints.read_only_hint),
        });
        Self {
            id: offer.id.to_string(),
            operations: operations.collect(),
            name: offer.about.name,
            description: offer.about.description,
            connector: offer.about.connector,
            host: offer.about.host,
            version: offer.version,
            fixed_values: offer.about.fixed,
            offered_at: offer.offered_at.to_string(),
            withdrawn: offer.is_withdrawn,
            action_id: offer.taken.map(|taken| taken.action.to_string()),
            api_connector_id: offer.taken.map(|taken| taken.connector.to_string()),
            taken_version: offer.taken.map(|taken| taken.version),
            taken_at: offer.taken.map(|taken| taken.at.to_string()),
        }
    }
}

/// List what the operator offers
///
/// Newest first, at most 500.
#[utoipa::path(get, path = "/api/v1/action-offers", operation_id = "action_offers.list",
    tag = "actions", responses((status = 200, body = Items<OfferItem>), Failures))]
async fn offers(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<Items<OfferItem>>, Problem> {
    let found = app.published.offers(&scope).await?;
    Ok(Json(Items { items: found.into_iter().map(OfferItem::from).collect(), next: None }))
}

/// Take an offer
///
/// A connector in an environment, and an action that waits to be enabled. Whoever took it before gets the offered
/// version as a new one of the connector.
#[utoipa::path(post, path = "/api/v1/action-offers/{offer_id}/take", operation_id = "action_offers.take",
    tag = "actions", params(OfferPath), request_body = Taking,
    responses((status = 201, body = ActionItem), Failures))]
async fn take(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<OfferPath>,
    Json(to): Json<Taking>,
) -> Result<(StatusCode, Json<ActionItem>), Problem> {
    let taken = app.published.take_offer(&scope, path.offer_id, to.environment_id);
    Ok((StatusCode::CREATED, Json(Box::pin(taken).await?.into())))
}
