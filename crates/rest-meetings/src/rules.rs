//! What administrators of sales set for meetings.

use axum::extract::State;
use edge::{Authed, Json, Problem};
use meetings::{Reminders, Rules, Way};
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{App, Routes};

pub(crate) fn routes() -> Routes {
    routes!(read, set, reminders, set_reminders)
}

/// What holds for meetings of sellers.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MeetingRules, example = json!({ "competitors": ["Contoso"], "products": [], "keywords": [], "fetch": true, "keep_days": 90, "prepare_minutes": 60, "digest": true, "digest_hour": 7 }))]
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
    /// How many minutes before a meeting the card of it is sent; none for 0.
    #[serde(default = "an_hour")]
    prepare_minutes: i64,
    /// Whether a day's meetings are sent in the morning.
    #[serde(default = "yes")]
    digest: bool,
    /// At which hour of the reader's day.
    #[serde(default = "seven")]
    digest_hour: i64,
}

fn an_hour() -> i64 {
    Rules::default().prepare_minutes
}

fn yes() -> bool {
    true
}

fn seven() -> i64 {
    Rules::default().digest_hour
}

impl From<Rules> for RulesItem {
    fn from(rules: Rules) -> Self {
        Self {
            competitors: rules.competitors,
            products: rules.products,
            keywords: rules.keywords,
            fetch: rules.fetch,
            keep_days: rules.keep_days,
            prepare_minutes: rules.prepare_minutes,
            digest: rules.digest,
            digest_hour: rules.digest_hour,
        }
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
    let rules = Rules {
        competitors: item.competitors,
        products: item.products,
        keywords: item.keywords,
        fetch: item.fetch,
        keep_days: item.keep_days,
        prepare_minutes: item.prepare_minutes,
        digest: item.digest,
        digest_hour: item.digest_hour,
        changes: 0,
    };
    Ok(Json(app.meetings.set_rules(&scope, rules).await?.into()))
}

/// What the caller is reminded of.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MeetingReminders, example = json!({ "cards": true, "digest": true, "quiet_from": 1200, "quiet_to": 360, "way": "teams" }))]
struct RemindersItem {
    /// Whether a card comes before a meeting with somebody from outside.
    cards: bool,
    /// Whether the next meetings come in the morning.
    digest: bool,
    /// From which minute of the caller's day nothing comes.
    quiet_from: i64,
    /// Until which; the same minute for no quiet hours.
    quiet_to: i64,
    /// Where it comes: `teams` (in the chat with the bot, by mail for whoever has none), `mail` or `both`.
    #[serde(default = "usual")]
    way: String,
}

fn usual() -> String {
    Way::default().as_str().to_owned()
}

impl From<Reminders> for RemindersItem {
    fn from(own: Reminders) -> Self {
        let Reminders { cards, digest, quiet_from, quiet_to, way } = own;
        Self { cards, digest, quiet_from, quiet_to, way: way.as_str().to_owned() }
    }
}

/// Read what you are reminded of
#[utoipa::path(get, path = "/api/v1/meeting-reminders", operation_id = "meeting_reminders.read",
    tag = "meetings", responses((status = 200, body = RemindersItem), Failures))]
async fn reminders(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<RemindersItem>, Problem> {
    Ok(Json(app.meetings.reminders(&scope).await?.0.into()))
}

/// Set what you are reminded of
#[utoipa::path(put, path = "/api/v1/meeting-reminders", operation_id = "meeting_reminders.replace",
    tag = "meetings", request_body = RemindersItem,
    responses((status = 200, body = RemindersItem), Failures))]
async fn set_reminders(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(item): Json<RemindersItem>,
) -> Result<Json<RemindersItem>, Problem> {
    let RemindersItem { cards, digest, quiet_from, quiet_to, way } = item;
    let way = Way::read(&way)?;
    let new = Reminders { cards, digest, quiet_from, quiet_to, way };
    Ok(Json(app.meetings.set_reminders(&scope, new).await?.into()))
}
