//! What a channel shows of its webhooks: the list, the request behind a message, posting it again.

use askama::Template;
use axum::{extract::State, response::Response};
use channel_connectors::{EntryId, Listed, LogEntry, State as HookState, Verdict};
use edge::{Form, Path, Problem};
use jiff::Timestamp;
use kernel::{ChannelId, Limit, MessageId, WebhookId};
use web_frame::{
    App, Asked, Frame, Html, Visit, answer,
    parts::{Nothing, reason},
};
use workspace::{Content, Error, Sender};

use crate::runs;

use super::{
    At,
    message::{Confirm, own, show},
    render,
};

/// The connectors of a channel in the side sheet.
#[derive(Debug, Template)]
#[template(path = "channel/connectors.html")]
struct Connectors<'a> {
    frame: &'a Frame,
    close: String,
    channel: ChannelId,
    hooks: Vec<Hook>,
}

#[derive(Debug)]
struct Hook {
    id: WebhookId,
    name: String,
    icon: String,
    class: &'static str,
    state: String,
}

pub(crate) async fn connectors(
    State(app): State<App>,
    visit: Visit,
    Path(channel): Path<ChannelId>,
) -> Result<Response, Problem> {
    let limit = Limit::new(Limit::MAX).unwrap_or_default();
    let list = app.connectors.list(&visit.scope, Listed::Channel(channel), limit, None).await?;
    let frame = &visit.frame;
    let hooks = list.items.iter().map(|hook| Hook {
        id: hook.id,
        name: hook.name.clone(),
        icon: match hook.icon {
            Some(_) => format!("/webhooks/{}/icon", hook.id),
            None => frame.asset("webhook.svg"),
        },
        class: if hook.state == HookState::Enabled { "good" } else { "warning" },
        state: frame.say(&format!("connectors-{}", hook.state.as_str())),
    });
    let hooks = hooks.collect();
    let close = format!("/channels/{channel}");
    let sheet = Html::of(&Connectors { frame, close, channel, hooks });
    if visit.asked == Asked::Sheet {
        return Ok(answer::part(sheet));
    }
    render(&app, visit, channel, At::default(), Some(sheet)).await
}

/// The request behind a message, in the side sheet.
#[derive(Debug, Template)]
#[template(path = "channel/request.html")]
pub(crate) struct Request<'a> {
    frame: &'a Frame,
    close: String,
    class: &'static str,
    verdict: String,
    reason: Option<String>,
    at: Timestamp,
    facts: Vec<(String, String)>,
    headers: String,
    body: String,
    replay: String,
    log: Option<String>,
    runs: Html,
}

impl<'a> Request<'a> {
    fn of(frame: &'a Frame, (channel, message): (ChannelId, MessageId), entry: &LogEntry) -> Self {
        let class = match entry.verdict {
            Verdict::Delivered | Verdict::Accepted => "good",
            Verdict::Undelivered | Verdict::Throttled => "warning",
            Verdict::Refused => "bad",
        };
        let kind = entry.meta.content_type.clone().unwrap_or_default();
        let facts = vec![
            (frame.say("request-status"), entry.status.to_string()),
            (frame.say("request-size"), frame.t.bytes(entry.bytes)),
            (frame.say("request-type"), kind),
        ];
        let lines = entry.meta.headers.iter().map(|(name, value)| format!("{name}: {value}"));
        Self {
            frame,
            close: format!("/channels/{channel}"),
            class,
            verdict: frame.say(&format!("verdict-{}", entry.verdict.as_str())),
            reason: entry.code.as_deref().map(|code| reason(frame, code)),
            at: entry.at,
            facts: facts.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
            headers: lines.collect::<Vec<_>>().join("\n"),
            body: pretty(entry),
            replay: format!("/channels/{channel}/messages/{message}/replay"),
            log: None,
            runs: Html::trusted(String::new()),
        }
    }
}

/// JSON on several lines; anything else as it came.
fn pretty(entry: &LogEntry) -> String {
    let json: Result<serde_json::Value, _> = serde_json::from_slice(&entry.body);
    json.ok()
        .and_then(|json| serde_json::to_string_pretty(&json).ok())
        .unwrap_or_else(|| entry.body_text())
}

pub(crate) async fn request(
    State(app): State<App>,
    visit: Visit,
    Path((channel, message)): Path<(ChannelId, MessageId)>,
) -> Result<Response, Problem> {
    let (hook, id, _) = behind(&app, &visit, (channel, message)).await?;
    let entry = app.connectors.log_entry(&visit.scope, hook, id).await?;
    let log = Some(format!("/webhooks/{hook}"));
    let place = (channel, message);
    let runs = runs::of_entry(&app, &visit, hook, id).await?;
    let sheet = Html::of(&Request { log, runs, ..Request::of(&visit.frame, place, &entry) });
    show(&app, visit, place, sheet).await
}

pub(crate) async fn ask_replay(
    State(app): State<App>,
    visit: Visit,
    Path((channel, message)): Path<(ChannelId, MessageId)>,
) -> Result<Response, Problem> {
    let (_, _, name) = behind(&app, &visit, (channel, message)).await?;
    let frame = &visit.frame;
    let sheet = Html::of(&Confirm {
        frame,
        close: format!("/channels/{channel}"),
        title: frame.say("message-replay-ask"),
        what: frame.say1("message-replay-what", "webhook", &name),
        action: format!("/channels/{channel}/messages/{message}/replay"),
        button: frame.say("message-replay"),
        danger: false,
    });
    show(&app, visit, (channel, message), sheet).await
}

pub(crate) async fn replay(
    State(app): State<App>,
    visit: Visit,
    Path((channel, message)): Path<(ChannelId, MessageId)>,
    Form(_form): Form<Nothing>,
) -> Result<Response, Problem> {
    let (hook, id, _) = behind(&app, &visit, (channel, message)).await?;
    app.connectors.replay(&visit.scope, hook, id).await?;
    Ok(answer::back_with(&visit.context, &format!("/channels/{channel}"), "message-replayed"))
}

/// The webhook of a message, its place in the delivery log, and the webhook's name.
async fn behind(
    app: &App,
    visit: &Visit,
    (channel, message): (ChannelId, MessageId),
) -> Result<(WebhookId, EntryId, String), Problem> {
    let item = own(app, visit, (channel, message)).await?;
    match (item.sender, item.content) {
        (Sender::Webhook { id, name, .. }, Content::Card(card)) => {
            Ok((id, EntryId::Accepted(card.entry), name))
        }
        _ => Err(Error::MessageNotFound { message }.into()),
    }
}
