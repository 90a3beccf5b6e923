//! What a tenant says of its roll-out.

use axum::extract::State;
use deployment::{SellerGroup, Settings};
use edge::{Authed, Json, Problem};
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{App, Routes};

pub(crate) fn routes() -> Routes {
    routes!(read, set)
}

/// A group of sellers in the directory.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DeploymentSellerGroup)]
struct GroupItem {
    /// Its object identifier: a GUID.
    #[schema(example = "8f7ad21c-4a3f-4f0b-9c54-0f3f6a1f5a10")]
    id: String,
    #[serde(default)]
    #[schema(example = "Sellers North")]
    name: String,
}

/// What a tenant says of its roll-out.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DeploymentSettings)]
struct SettingsItem {
    /// Days after which what was read, handed in or said is a warning.
    #[schema(example = 30)]
    max_age_days: i64,
    #[serde(default)]
    seller_groups: Vec<GroupItem>,
    /// Where people ask each other; empty where there is none.
    #[serde(default)]
    #[schema(example = "https://community.contoso.example/sales")]
    community_url: String,
}

impl From<Settings> for SettingsItem {
    fn from(settings: Settings) -> Self {
        let groups = settings.seller_groups.into_iter();
        Self {
            max_age_days: settings.max_age_days,
            seller_groups: groups.map(|SellerGroup { id, name }| GroupItem { id, name }).collect(),
            community_url: settings.community_url,
        }
    }
}

impl From<SettingsItem> for Settings {
    fn from(item: SettingsItem) -> Self {
        let groups = item.seller_groups.into_iter();
        Self {
            max_age_days: item.max_age_days,
            seller_groups: groups.map(|GroupItem { id, name }| SellerGroup { id, name }).collect(),
            community_url: item.community_url,
        }
    }
}

/// Read the settings of the deployment
#[utoipa::path(get, path = "/api/v1/deployment/settings", operation_id = "deployment_settings.read",
    tag = "deployment", responses((status = 200, body = SettingsItem), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<SettingsItem>, Problem> {
    Ok(Json(app.deployment.settings(&scope).await?.into()))
}

/// Change the settings of the deployment
#[utoipa::path(put, path = "/api/v1/deployment/settings", operation_id = "deployment_settings.set",
    tag = "deployment", request_body = SettingsItem,
    responses((status = 200, body = SettingsItem), Failures))]
async fn set(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(new): Json<SettingsItem>,
) -> Result<Json<SettingsItem>, Problem> {
    Ok(Json(Box::pin(app.deployment.set_settings(&scope, new.into())).await?.into()))
}
