//! The log of attempts, dead letters and their replay.

use axum::extract::State;
use edge::{Authed, Json, PageQuery, Path, Problem, Query};
use http::StatusCode;
use rest::{Failures, Items, PageParams, routes};
use serde::{Deserialize, Serialize};
use targets::{AttemptOutcome, Replay};
use utoipa::{IntoParams, ToSchema};

use super::{
    AttemptPath, TargetPath,
    shapes::{AttemptItem, AttemptWithRequest, LetterItem},
    unknown_word,
};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(attempts, attempt, dead_letters, replay)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// `delivered`, `busy`, `failed`, `dead`, `gone` or `test`.
    outcome: Option<String>,
}

/// Which dead letters to send once more: one of the three.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LettersToReplay {
    /// These positions.
    positions: Option<Vec<i64>>,
    /// All from this position …
    from: Option<i64>,
    /// … to this one, both included.
    to: Option<i64>,
    /// All of them.
    #[serde(default)]
    all: bool,
}

/// How many dead letters are on their way again.
#[derive(Debug, Serialize, ToSchema)]
struct Replayed {
    count: usize,
}

/// Read the log of attempts
///
/// Newest first: a row for each failure, and one for messages that were taken in a row.
#[utoipa::path(get, path = "/api/v1/targets/{target_id}/attempts", operation_id = "targets.attempts",
    tag = "targets", params(TargetPath, PageParams, Filter),
    responses((status = 200, body = Items<AttemptItem>), Failures))]
async fn attempts(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TargetPath>,
    page: PageQuery,
    Query(filter): Query<Filter>,
) -> Result<Json<Items<AttemptItem>>, Problem> {
    let known = "delivered, busy, failed, dead, gone, test";
    let read = |word: &str| {
        let found = AttemptOutcome::ALL.into_iter().find(|outcome| outcome.as_str() == word);
        found.ok_or_else(|| unknown_word("/outcome", known))
    };
    let outcome = filter.outcome.as_deref().map(read).transpose()?;
    let place = (page.limit, page.after.as_ref());
    let found = app.targets.attempts(&scope, path.target_id, outcome, place).await?;
    Ok(Json(Items::of(found, |attempt| AttemptItem::from(&attempt))))
}

/// Read a row of the log of attempts
///
/// With the beginning of request and answer.
#[utoipa::path(get, path = "/api/v1/targets/{target_id}/attempts/{number}", operation_id = "targets.attempt",
    tag = "targets", params(AttemptPath),
    responses((status = 200, body = AttemptWithRequest), Failures))]
async fn attempt(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<AttemptPath>,
) -> Result<Json<AttemptWithRequest>, Problem> {
    Ok(Json(app.targets.attempt(&scope, path.target_id, path.number).await?.into()))
}

/// List dead letters
///
/// Messages that were given up and wait for a replay, newest first.
#[utoipa::path(get, path = "/api/v1/targets/{target_id}/dead-letters", operation_id = "targets.dead_letters",
    tag = "targets", params(TargetPath, PageParams),
    responses((status = 200, body = Items<LetterItem>), Failures))]
async fn dead_letters(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TargetPath>,
    page: PageQuery,
) -> Result<Json<Items<LetterItem>>, Problem> {
    let after = page.after.as_ref();
    let found = app.targets.dead_letters(&scope, path.target_id, page.limit, after).await?;
    Ok(Json(Items::of(found, LetterItem::from)))
}

/// Replay dead letters
///
/// One, a selection, a range or all of them, oldest first, one attempt each, before anything else; at most 1,000 at
/// once.
#[utoipa::path(post, path = "/api/v1/targets/{target_id}/replay", operation_id = "targets.replay",
    tag = "targets", params(TargetPath), request_body = LettersToReplay,
    responses((status = 202, body = Replayed), Failures))]
async fn replay(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TargetPath>,
    Json(wanted): Json<LettersToReplay>,
) -> Result<(StatusCode, Json<Replayed>), Problem> {
    let replay = match (wanted.positions, wanted.from, wanted.to, wanted.all) {
        (Some(positions), None, None, false) => Replay::Positions(positions),
        (None, Some(from), Some(to), false) => Replay::Range(from, to),
        (None, None, None, true) => Replay::All,
        _ => return Err(unknown_word("", "positions, from and to, all")),
    };
    let count = app.targets.replay(&scope, path.target_id, replay).await?;
    Ok((StatusCode::ACCEPTED, Json(Replayed { count })))
}
