//! The administrator's switch over kinds of places.

use std::collections::BTreeMap;

use axum::extract::State;
use edge::{Authed, Json, Problem};
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use targets::{Forwarding, Kind};
use utoipa::ToSchema;

use super::shapes::kind;
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(read, update)
}

/// To which kinds of places the organisation's cards may go.
#[derive(Debug, Serialize, ToSchema)]
struct ForwardingRead {
    /// Every kind of target with whether it is allowed.
    allowed: BTreeMap<&'static str, bool>,
}

/// What to change; kinds that are absent stay.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ForwardingToSet {
    /// Kinds of targets, with whether they are allowed.
    allowed: BTreeMap<String, bool>,
}

impl From<Forwarding> for ForwardingRead {
    fn from(of: Forwarding) -> Self {
        Self { allowed: Kind::ALL.map(|kind| (kind.as_str(), of.allows(kind))).into() }
    }
}

/// Read to which kinds of places cards may go
#[utoipa::path(get, path = "/api/v1/forwarding", operation_id = "forwarding.read",
    tag = "targets", responses((status = 200, body = ForwardingRead), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<ForwardingRead>, Problem> {
    Ok(Json(app.targets.forwarding(&scope).await?.into()))
}

/// Allow and bar kinds of places
///
/// For the whole organisation, at once. Targets of a kind that is barred keep what waits and go on where they stopped
/// when it is allowed again.
#[utoipa::path(patch, path = "/api/v1/forwarding", operation_id = "forwarding.update",
    tag = "targets", request_body = ForwardingToSet,
    responses((status = 200, body = ForwardingRead), Failures))]
async fn update(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(to): Json<ForwardingToSet>,
) -> Result<Json<ForwardingRead>, Problem> {
    let changes = to.allowed.iter().map(|(word, allowed)| Ok((kind(word)?, *allowed)));
    let changes = changes.collect::<Result<Vec<_>, Problem>>()?;
    Ok(Json(app.targets.set_forwarding(&scope, &changes).await?.into()))
}
