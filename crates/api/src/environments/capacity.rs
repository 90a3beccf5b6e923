//! What environments hold.

use axum::extract::State;
use edge::{Authed, Json, Path, Problem};
use rest::{EnvironmentPath, Failures, routes};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(total, read, measure)
}

/// What all environments hold together.
#[derive(Debug, Serialize, ToSchema)]
struct EnvironmentsCapacity {
    /// Tables with their indexes.
    database_bytes: i64,
    /// What was uploaded.
    file_bytes: i64,
    /// The history of rows, and what is remembered of deletions.
    log_bytes: i64,
    /// Environments that were measured.
    environments: i64,
}

/// What an environment holds.
#[derive(Debug, Serialize, ToSchema)]
struct EnvironmentCapacity {
    /// When it was measured; nothing when it never was.
    #[schema(format = DateTime)]
    measured_at: Option<String>,
    /// Tables with their indexes.
    database_bytes: i64,
    /// What was uploaded.
    file_bytes: i64,
    /// The history of rows, and what is remembered of deletions.
    log_bytes: i64,
    /// The largest tables.
    tables: Vec<TableCapacity>,
    /// The last days, the oldest first.
    days: Vec<DayCapacity>,
}

#[derive(Debug, Serialize, ToSchema)]
struct TableCapacity {
    /// The logical name.
    name: String,
    bytes: i64,
}

#[derive(Debug, Serialize, ToSchema)]
struct DayCapacity {
    #[schema(format = Date)]
    day: String,
    database_bytes: i64,
    file_bytes: i64,
    log_bytes: i64,
}

/// What all environments hold
///
/// Out of what was measured last; nothing is counted for this.
#[utoipa::path(get, path = "/api/v1/environments/capacity",
    operation_id = "environments.total_capacity", tag = "environments",
    responses((status = 200, body = EnvironmentsCapacity), Failures))]
async fn total(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<EnvironmentsCapacity>, Problem> {
    let total = app.environments.total(&scope).await?;
    Ok(Json(EnvironmentsCapacity {
        database_bytes: total.database_bytes,
        file_bytes: total.file_bytes,
        log_bytes: total.log_bytes,
        environments: total.environments,
    }))
}

/// What an environment holds
///
/// As it was measured last; that happens every hour where something was written.
#[utoipa::path(get, path = "/api/v1/environments/{environment_id}/capacity",
    operation_id = "environments.capacity", tag = "environments", params(EnvironmentPath),
    responses((status = 200, body = EnvironmentCapacity), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<EnvironmentPath>,
) -> Result<Json<EnvironmentCapacity>, Problem> {
    let held = app.environments.capacity(&scope, path.environment_id).await?;
    let days = app.environments.trend(&scope, path.environment_id).await?;
    Ok(Json(shown(held, days)))
}

/// Measure what an environment holds
#[utoipa::path(post, path = "/api/v1/environments/{environment_id}/capacity",
    operation_id = "environments.measure", tag = "environments", params(EnvironmentPath),
    responses((status = 200, body = EnvironmentCapacity), Failures))]
async fn measure(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<EnvironmentPath>,
) -> Result<Json<EnvironmentCapacity>, Problem> {
    let held = app.environments.measure(&scope, path.environment_id).await?;
    let days = app.environments.trend(&scope, path.environment_id).await?;
    Ok(Json(shown(Some(held), days)))
}

fn shown(
    held: Option<environments::Capacity>,
    days: Vec<environments::Day>,
) -> EnvironmentCapacity {
    let day = |day: environments::Day| DayCapacity {
        day: day.day.to_string(),
        database_bytes: day.database_bytes,
        file_bytes: day.file_bytes,
        log_bytes: day.log_bytes,
    };
    let days = days.into_iter().map(day).collect();
    let Some(held) = held else {
        return EnvironmentCapacity {
            measured_at: None,
            database_bytes: 0,
            file_bytes: 0,
            log_bytes: 0,
            tables: Vec::new(),
            days,
        };
    };
    let table = |(name, bytes)| TableCapacity { name, bytes };
    EnvironmentCapacity {
        measured_at: Some(held.measured_at.to_string()),
        database_bytes: held.database_bytes,
        file_bytes: held.file_bytes,
        log_bytes: held.log_bytes,
        tables: held.tables.into_iter().map(table).collect(),
        days,
    }
}
