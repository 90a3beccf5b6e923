//! Who administers the environment that the first sign-in of a Salesforce seller made.

use axum::extract::State;
use crm_connections::{Administrator, Review};
use edge::{Authed, Json, Problem};
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{App, Routes};

pub(crate) fn routes() -> Routes {
    routes!(read, acknowledge)
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CrmAdministrator)]
struct AdministratorItem {
    #[schema(format = Uuid)]
    user_id: String,
    name: String,
    /// Whether they have come since the list was last acknowledged.
    is_new: bool,
}

impl From<Administrator> for AdministratorItem {
    fn from(one: Administrator) -> Self {
        Self { user_id: one.user.to_string(), name: one.name, is_new: one.is_new }
    }
}

/// The provisioned environment and its administrators.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CrmReview)]
struct ReviewItem {
    #[schema(format = Uuid)]
    environment_id: String,
    /// `trial` or `production`.
    environment_kind: &'static str,
    /// Whose sign-in was the first.
    #[schema(format = Uuid)]
    provisioned_for: Option<String>,
    #[schema(format = DateTime)]
    provisioned_at: String,
    #[schema(format = Uuid)]
    acknowledged_by: Option<String>,
    #[schema(format = DateTime)]
    acknowledged_at: Option<String>,
    /// Whether somebody has to look.
    due: bool,
    administrators: Vec<AdministratorItem>,
    /// Who administered it when the list was last acknowledged, and does no longer.
    gone: Vec<AdministratorItem>,
}

impl From<Review> for ReviewItem {
    fn from(review: Review) -> Self {
        let all =
            |list: Vec<Administrator>| list.into_iter().map(AdministratorItem::from).collect();
        Self {
            due: review.is_due(),
            environment_id: review.environment.to_string(),
            environment_kind: review.kind.as_str(),
            provisioned_for: review.provisioned_for.map(|id| id.to_string()),
            provisioned_at: review.provisioned_at.to_string(),
            acknowledged_by: review.acknowledged_by.map(|id| id.to_string()),
            acknowledged_at: review.acknowledged_at.map(|at| at.to_string()),
            administrators: all(review.administrators),
            gone: all(review.gone),
        }
    }
}

/// The list that was looked at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CrmReviewToAcknowledge)]
struct Seen {
    /// The identifiers of the people on it.
    administrators: Vec<Uuid>,
}

/// Review the administrators of `msdyn_viva`
///
/// Null before the first sign-in of a Salesforce seller.
#[utoipa::path(get, path = "/api/v1/crm-review", operation_id = "crm_review.read", tag = "crm",
    responses((status = 200, body = Option<ReviewItem>), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<Option<ReviewItem>>, Problem> {
    Ok(Json(app.crm.review(&scope).await?.map(ReviewItem::from)))
}

/// Acknowledge the administrators of `msdyn_viva`
///
/// The list that the caller has seen; refused when it is another one by now.
#[utoipa::path(post, path = "/api/v1/crm-review", operation_id = "crm_review.acknowledge",
    tag = "crm", request_body = Seen, responses((status = 200, body = ReviewItem), Failures))]
async fn acknowledge(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(seen): Json<Seen>,
) -> Result<Json<ReviewItem>, Problem> {
    Ok(Json(app.crm.acknowledge(&scope, &seen.administrators).await?.into()))
}
