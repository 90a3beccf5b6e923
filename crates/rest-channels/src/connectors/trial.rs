//! Which way a connector's page can be shown.

use axum::extract::State;
use connector_registry::hosting::{Finding, Trial};
use edge::{Authed, Json, Path, Problem};
use rest::{Failures, routes};
use serde::Serialize;
use utoipa::ToSchema;

use super::ConnectorPath;
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(try_ways)
}

/// What a trial of both ways found.
#[derive(Debug, Serialize, ToSchema)]
struct TrialItem {
    /// The way that is used from now on: `proxy` or `direct`.
    way: &'static str,
    /// Whether the page can be shown now.
    works: bool,
    /// What speaks against showing it through the hub.
    proxy: Vec<TrialFinding>,
    /// What speaks against showing it as it stands on its own host.
    direct: Vec<TrialFinding>,
}

/// One reason.
#[derive(Debug, Serialize, ToSchema)]
struct TrialFinding {
    /// `page-unreachable`, `page-status`, `page-kind`, `frame-policy`, `origin-unlisted`, `insecure-page`,
    /// `base-missing`, `name-missing`, `certificate-missing`.
    code: &'static str,
    /// The name, status or code that it is about.
    subject: String,
}

impl From<Trial> for TrialItem {
    fn from(trial: Trial) -> Self {
        let findings = |list: Vec<Finding>| {
            let item = |Finding { code, subject }| TrialFinding { code, subject };
            list.into_iter().map(item).collect()
        };
        Self {
            way: trial.way.as_str(),
            works: trial.works,
            proxy: findings(trial.proxy),
            direct: findings(trial.direct),
        }
    }
}

/// Try both ways to show a connector's page
///
/// Fetches the page, reads its frame policy, looks for the hub's origin in it, and checks the DNS name of connectors'
/// origins and its certificate. The way that is found is kept.
#[utoipa::path(post, path = "/api/v1/connectors/{connector_id}/trial", operation_id = "connectors.trial",
    tag = "connectors", params(ConnectorPath), responses((status = 200, body = TrialItem), Failures))]
async fn try_ways(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
) -> Result<Json<TrialItem>, Problem> {
    let trial = app.hosting.try_ways(&app.registrations, &scope, path.connector_id).await?;
    Ok(Json(trial.into()))
}
