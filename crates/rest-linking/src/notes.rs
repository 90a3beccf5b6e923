//! Change notes of links: what is posted to the channel, and when.

use axum::extract::State;
use edge::{Authed, Json, Path, Problem};
use kernel::Scope;
use linking::LinkId;
use linking_sync::{Digest, NoteRules, Post, Quiet};
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    App, Routes,
    shapes::{ProblemItem, links::LinkPath, wrong},
};

pub(crate) fn routes() -> Routes {
    routes!(read, set, preview)
}

/// What is posted of a link, and when.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LinkNoteRules, example = json!({
    "columns": ["estimatedvalue", "estimatedclosedate"], "updated": true, "closed": true,
    "digest": "daily", "digest_at": "08:00",
    "quiet": { "from": "20:00", "to": "07:00", "weekend": true }, "zone": "Europe/Paris"
}))]
struct RulesBody {
    /// Logical names of the columns whose changes are told, at most 20; nothing else of the record is shown.
    #[serde(default)]
    columns: Vec<String>,
    /// Whether activities and notes that are added to the record are told, by their kind alone.
    #[serde(default)]
    created: bool,
    /// Whether changes of the columns are told.
    #[serde(default)]
    updated: bool,
    /// Whether it is told that the record is closed, opened again or deleted.
    #[serde(default)]
    closed: bool,
    /// When nothing is posted.
    #[serde(default)]
    quiet: Option<QuietBody>,
    /// `none` to tell changes as they come, `hourly`, or `daily`.
    #[serde(default)]
    digest: Option<String>,
    /// With `daily`: the time of day, such as `08:00`.
    #[serde(default)]
    digest_at: Option<String>,
    /// The time zone of hours, such as `Europe/Paris`; your own unless given.
    #[serde(default)]
    zone: Option<String>,
}

/// Hours in which nothing is posted.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LinkNoteQuiet)]
struct QuietBody {
    /// Such as `20:00`.
    from: String,
    /// Such as `07:00`; before `from`, it is one of the next day.
    to: String,
    /// Whether Saturdays and Sundays are quiet.
    #[serde(default)]
    weekend: bool,
}

impl RulesBody {
    fn rules(self) -> Result<NoteRules, Problem> {
        let digest = match (self.digest.as_deref(), self.digest_at) {
            (None | Some("none"), _) => Digest::None,
            (Some("hourly"), _) => Digest::Hourly,
            (Some("daily"), at) => {
                Digest::Daily(minute("/digest_at", at.as_deref().unwrap_or_default())?)
            }
            (Some(_), _) => return Err(wrong("/digest", "one of none, hourly, daily")),
        };
        let quiet = match self.quiet {
            Some(QuietBody { from, to, weekend }) => Some(Quiet {
                from: minute("/quiet/from", &from)?,
                to: minute("/quiet/to", &to)?,
                weekend,
            }),
            None => None,
        };
        Ok(NoteRules {
            columns: self.columns,
            created: self.created,
            updated: self.updated,
            closed: self.closed,
            quiet,
            digest,
            zone: self.zone.unwrap_or_default(),
        })
    }
}

impl From<NoteRules> for RulesBody {
    fn from(rules: NoteRules) -> Self {
        let (digest, digest_at) = match rules.digest {
            Digest::None => ("none", None),
            Digest::Hourly => ("hourly", None),
            Digest::Daily(at) => ("daily", Some(linking_sync::time_of_day(at))),
        };
        let quiet = rules.quiet.map(|quiet| QuietBody {
            from: linking_sync::time_of_day(quiet.from),
            to: linking_sync::time_of_day(quiet.to),
            weekend: quiet.weekend,
        });
        Self {
            columns: rules.columns,
            created: rules.created,
            updated: rules.updated,
            closed: rules.closed,
            quiet,
            digest: Some(digest.to_owned()),
            digest_at,
            zone: Some(rules.zone),
        }
    }
}

/// A minute of a day, as `20:00`.
fn minute(pointer: &'static str, text: &str) -> Result<i16, Problem> {
    linking_sync::minute_of_day(text).ok_or_else(|| wrong(pointer, "a time of day such as 08:00"))
}

/// A card that was posted, or given up.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkNotePost)]
struct PostItem {
    #[schema(format = DateTime)]
    at: String,
    /// How many changes it told.
    changes: u64,
    /// The message, where one was posted.
    message_id: Option<String>,
    problem: Option<ProblemItem>,
}

/// What is posted of a link, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkNotes)]
struct NotesItem {
    rules: RulesBody,
    /// Whether anything is ever posted.
    on: bool,
    /// Who posts: whoever saved the rules last.
    #[schema(format = Uuid)]
    poster_id: Option<String>,
    /// Why nothing is posted now, for this link or for all.
    problem: Option<ProblemItem>,
    /// How many changes wait.
    waiting: u64,
    /// Newest first, at most 50.
    posts: Vec<PostItem>,
    /// Columns that can be chosen.
    columns: Vec<String>,
}

/// A card that is not posted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkNotePreview)]
struct CardItem {
    /// An Adaptive Card; null for rules that tell nothing.
    #[schema(value_type = Option<Object>)]
    card: Option<serde_json::Value>,
}

fn posted(scope: &Scope, post: Post) -> PostItem {
    PostItem {
        at: post.at.to_string(),
        changes: post.changes,
        message_id: post.message,
        problem: post.problem.map(|code| ProblemItem::code(scope, code)),
    }
}

async fn shown(app: &App, scope: &Scope, link: LinkId) -> Result<Json<NotesItem>, Problem> {
    let found = app.sync.notes(scope, link).await?;
    let obstacle = found.obstacle.map(|found| found.code().name().to_owned());
    Ok(Json(NotesItem {
        on: found.rules.is_on(),
        poster_id: found.poster.map(|user| user.to_string()),
        problem: obstacle.or(found.problem).map(|code| ProblemItem::code(scope, code)),
        waiting: found.waiting,
        posts: found.posts.into_iter().map(|post| posted(scope, post)).collect(),
        columns: found.columns,
        rules: found.rules.into(),
    }))
}

/// Read what is posted of a link
///
/// The rules of its change notes, what waits and what was posted.
#[utoipa::path(get, path = "/api/v1/links/{link_id}/notes", operation_id = "links.notes",
    tag = "linking", params(LinkPath), responses((status = 200, body = NotesItem), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<LinkPath>,
) -> Result<Json<NotesItem>, Problem> {
    shown(&app, &scope, path.link_id.into()).await
}

/// Decide what is posted of a link
///
/// By who may write the record, who posts from then on. Needs the second consent; views have no change notes. Rules
/// without events turn them off.
#[utoipa::path(put, path = "/api/v1/links/{link_id}/notes", operation_id = "links.set_notes",
    tag = "linking", params(LinkPath), request_body = RulesBody,
    responses((status = 200, body = NotesItem), Failures))]
async fn set(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<LinkPath>,
    Json(body): Json<RulesBody>,
) -> Result<Json<NotesItem>, Problem> {
    let link = path.link_id.into();
    app.sync.set_notes(&scope, link, body.rules()?).await?;
    shown(&app, &scope, link).await
}

/// Show the card that rules would post
///
/// As if the caller changed the record just now. Nothing is posted or kept.
#[utoipa::path(post, path = "/api/v1/links/{link_id}/notes/preview",
    operation_id = "links.notes_preview", tag = "linking", params(LinkPath),
    request_body = RulesBody, responses((status = 200, body = CardItem), Failures))]
async fn preview(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<LinkPath>,
    Json(body): Json<RulesBody>,
) -> Result<Json<CardItem>, Problem> {
    let card = app.sync.note_preview(&scope, path.link_id.into(), body.rules()?).await?;
    Ok(Json(CardItem { card }))
}
