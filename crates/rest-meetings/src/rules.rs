//! What administrators of sales set for meetings.

use axum::extract::State;
use edge::{Authed, Json, Problem};
use meetings::Rules;
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{App, Routes};

pub(crate) fn routes() -> Routes {
    routes!(read, set)
}

/// What holds for meetings of sellers.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MeetingRules, example = json!({ "competitors": ["Contoso"], "products": [], "keywords": [], "fetch": true, "keep_days": 90 }))]
struct RulesItem {
    /// Names of competitors that recaps look for.
    competitors: Vec<String>,
    products: Vec<String>,
    /// Other words that recaps look for.
    keywords: Vec<String>,
    /// Whether transcripts are fetched from Microsoft Graph.
    fetch: bool,
    /// For how many days transcripts and recaps are kept after the meeting.
    keep_days: i64,
}

impl From<Rules> for RulesItem {
    fn from(rules: Rules) -> Self {
        let Rules { competitors, products, keywords, fetch, keep_days, .. } = rules;
        Self { competitors, products, keywords, fetch, keep_days }
    }
}

/// Read what holds for meetings of sellers
#[utoipa::path(get, path = "/api/v1/meeting-rules", operation_id = "meeting_rules.read",
    tag = "meetings", responses((status = 200, body = RulesItem), Failures))]
async fn read(State(app): State<App>, Authed(scope): Authed) -> Result<Json<RulesItem>, Problem> {
    Ok(Json(app.meetings.rules(&scope).await?.into()))
}

/// Set what holds for meetings of sellers
///
/// For administrators of sales.
#[utoipa::path(put, path = "/api/v1/meeting-rules", operation_id = "meeting_rules.replace",
    tag = "meetings", request_body = RulesItem, responses((status = 200, body = RulesItem), Failures))]
async fn set(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(item): Json<RulesItem>,
) -> Result<Json<RulesItem>, Problem> {
    let RulesItem { competitors, products, keywords, fetch, keep_days } = item;
    let rules = Rules { competitors, products, keywords, fetch, keep_days, changes: 0 };
    Ok(Json(app.meetings.set_rules(&scope, rules).await?.into()))
}
