//! Pressing buttons, and what came of it.

use axum::extract::State;
use card_actions::{Ask, Failure, Press, Run, Sent, Told, View};
use channel_connectors::EntryId;
use edge::{Authed, Context, Json, Path, Problem};
use kernel::{ActionRunId, Kind};
use rest::{Failures, Items, routes};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{CardPath, EntryPath, instant};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(press, refresh, log)
}

/// A button to press.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PressBody {
    /// The id of the button (`data.liaisonAction` in the card, such as `h1`), or the JSON pointer to it in
    /// the card as it is shown, such as `/actions/0`.
    action: String,
    /// `card_version` that the person saw: a card that was replaced since refuses with 409.
    #[serde(default)]
    version: Option<i64>,
    /// Answers by the ids of the inputs: texts, numbers, truth values, lists of texts.
    #[serde(default)]
    #[schema(value_type = Object)]
    inputs: Map<String, Value>,
    /// The person's time zone (IANA), for dates with a time; UTC unless given.
    #[serde(default)]
    time_zone: Option<String>,
    /// The button is in this card of the person's own (`view.id` of a refresh).
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Uuid)]
    view_id: Option<ActionRunId>,
}

/// A card to refresh.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct RefreshBody {
    /// `card_version` that the person saw: a card that was replaced since refuses with 409.
    version: Option<i64>,
    /// The card is just shown: its sender is asked only for whom `userIds` names, at most once a minute and not
    /// before `expires`.
    automatic: bool,
}

/// What came of a refresh.
#[derive(Debug, Serialize, ToSchema)]
struct RefreshItem {
    /// Null where the sender was not asked.
    run: Option<RunItem>,
    /// The person's own card; null where everybody's is shown.
    view: Option<ViewItem>,
}

/// A card as its sender made it for one person.
#[derive(Debug, Serialize, ToSchema)]
struct ViewItem {
    #[schema(format = Uuid)]
    id: String,
    /// The version of everybody's card that it stands in for.
    card_version: i64,
    /// The Adaptive Card.
    #[schema(value_type = Object)]
    card: Value,
    #[schema(format = DateTime)]
    made_at: String,
}

impl From<View> for ViewItem {
    fn from(view: View) -> Self {
        let View { id, version, card, made_at } = view;
        Self { id: id.to_string(), card_version: version, card, made_at: instant(made_at) }
    }
}

/// What came of a press.
#[derive(Debug, Serialize, ToSchema)]
struct RunItem {
    /// The receiver saw it as `Action-Request-Id`.
    #[schema(format = Uuid)]
    id: String,
    /// The button, as it was named.
    action: String,
    /// `http_post`, `submit` or `execute`.
    kind: &'static str,
    /// `press`, `refresh`, or `shown` for a refresh that nobody asked for.
    cause: &'static str,
    /// Its label.
    title: String,
    #[schema(format = Uuid)]
    user_id: String,
    /// The name of who pressed.
    name: String,
    #[schema(format = DateTime)]
    started_at: String,
    /// How long the target took.
    duration_ms: Option<i64>,
    /// `running`, `done` or `failed`: then nothing was changed.
    outcome: &'static str,
    /// Why it failed.
    reason: Option<Reason>,
    /// The status of the target's answer.
    http_status: Option<u16>,
    /// What the target said, for people.
    said: Option<String>,
    /// The version of the card that it made.
    card_version: Option<i64>,
}

/// Why an act failed.
#[derive(Debug, Serialize, ToSchema)]
struct Reason {
    /// The stable code.
    code: &'static str,
    title: String,
    /// What to do next.
    detail: String,
}

/// What came of a press, with request and answer.
#[derive(Debug, Serialize, ToSchema)]
struct RunWithRequest {
    #[serde(flatten)]
    run: RunItem,
    request: RequestItem,
    /// Null while the target was not heard.
    answer: Option<AnswerItem>,
}

/// A request as it was sent.
#[derive(Debug, Serialize, ToSchema)]
struct RequestItem {
    url: String,
    /// Values of those that hold secrets are `***`.
    headers: Vec<FieldItem>,
    /// The body, or its beginning.
    body: String,
    /// Bytes of the whole body.
    bytes: u64,
}

/// An answer as it came.
#[derive(Debug, Serialize, ToSchema)]
struct AnswerItem {
    /// Values of those that hold secrets are `***`.
    headers: Vec<FieldItem>,
    /// The body, or its beginning.
    body: String,
    /// Bytes of the whole body.
    bytes: u64,
    /// What went wrong below HTTP.
    error: Option<String>,
}

/// A header field.
#[derive(Debug, Serialize, ToSchema)]
struct FieldItem {
    name: String,
    value: String,
}

impl RunItem {
    fn of(run: &Run, context: &Context) -> Self {
        Self {
            id: run.id.to_string(),
            action: run.action.clone(),
            kind: run.kind.as_str(),
            cause: run.cause.as_str(),
            title: run.title.clone(),
            user_id: run.user.to_string(),
            name: run.name.clone(),
            started_at: instant(run.started_at),
            duration_ms: run.duration_ms(),
            outcome: run.outcome.as_str(),
            reason: run.outcome.failure().map(|failure| Reason::of(failure, context)),
            http_status: run.http_status,
            said: run.said.clone(),
            card_version: run.version,
        }
    }
}

impl Reason {
    fn of(failure: Failure, context: &Context) -> Self {
        let code = failure.code();
        let problem = Problem::new(code.name(), code.kind(), "the target failed");
        let document = problem.document(context.language(), context.request());
        Self { code: code.name(), title: document.title, detail: document.detail }
    }
}

fn fields(headers: Vec<(String, String)>) -> Vec<FieldItem> {
    headers.into_iter().map(|(name, value)| FieldItem { name, value }).collect()
}

impl From<Sent> for RequestItem {
    fn from(sent: Sent) -> Self {
        let Sent { url, headers, body, bytes } = sent;
        Self { url, headers: fields(headers), body, bytes }
    }
}

impl From<Told> for AnswerItem {
    fn from(told: Told) -> Self {
        let Told { headers, body, bytes, error } = told;
        Self { headers: fields(headers), body, bytes, error }
    }
}

/// Press a button of a card
///
/// For the person that the credential belongs to. The hub calls the target with a token that the keys of
/// `/sts/{tenant_id}` verify, and waits for its answer, 15 seconds at most. An answer of the target, also a
/// failing one, is 200 here: `outcome` says what came of it. A card in the answer replaces the card for
/// everybody.
#[utoipa::path(post, path = "/api/v1/channels/{channel_id}/messages/{message_id}/actions",
    operation_id = "actions.press", tag = "workspace", params(CardPath), request_body = PressBody,
    responses((status = 200, body = RunItem), Failures))]
async fn press(
    State(app): State<App>,
    Authed(scope): Authed,
    context: Context,
    Path(path): Path<CardPath>,
    Json(body): Json<PressBody>,
) -> Result<Json<RunItem>, Problem> {
    let PressBody { action, version, inputs, time_zone, view_id: view } = body;
    let press = Press { action, version, inputs, time_zone, view };
    let run = app.actions.press(&scope, path.channel_id, path.message_id, press).await?;
    Ok(Json(RunItem::of(&run, &context)))
}

/// Refresh a card
///
/// For the person that the credential belongs to: runs the `Action.Execute` of the card's `refresh`. The card in
/// the answer is shown to this person alone, until the card that everybody has is replaced. An answer of the
/// sender, also a failing one, is 200 here: `run.outcome` says what came of it.
#[utoipa::path(post, path = "/api/v1/channels/{channel_id}/messages/{message_id}/refresh",
    operation_id = "actions.refresh", tag = "workspace", params(CardPath), request_body = RefreshBody,
    responses((status = 200, body = RefreshItem), Failures))]
async fn refresh(
    State(app): State<App>,
    Authed(scope): Authed,
    context: Context,
    Path(path): Path<CardPath>,
    Json(body): Json<RefreshBody>,
) -> Result<Json<RefreshItem>, Problem> {
    let ask = Ask { version: body.version, is_shown: body.automatic };
    let done = app.actions.refresh(&scope, path.channel_id, path.message_id, ask).await?;
    let run = done.run.map(|run| RunItem::of(&run, &context));
    Ok(Json(RefreshItem { run, view: done.view.map(ViewItem::from) }))
}

/// List what came of the buttons of a post
///
/// Newest first, 100 at most, with request and answer. For owners of the webhook and administrators.
#[utoipa::path(get, path = "/api/v1/webhooks/{webhook_id}/log/{entry_id}/actions",
    operation_id = "actions.log", tag = "webhooks", params(EntryPath),
    responses((status = 200, body = Items<RunWithRequest>), Failures))]
async fn log(
    State(app): State<App>,
    Authed(scope): Authed,
    context: Context,
    Path(path): Path<EntryPath>,
) -> Result<Json<Items<RunWithRequest>>, Problem> {
    let unknown = |_error| {
        Problem::new("log.not_found", Kind::NotFound, "the delivery log has no such entry")
    };
    let entry: EntryId = path.entry_id.parse().map_err(unknown)?;
    let runs = app.actions.runs(&scope, path.webhook_id, entry).await?;
    let items = runs.into_iter().map(|run| RunWithRequest {
        run: RunItem::of(&run, &context),
        request: run.request.into(),
        answer: run.answer.map(AnswerItem::from),
    });
    Ok(Json(Items { items: items.collect(), next: None }))
}
