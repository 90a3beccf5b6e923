//! The conversation of a connected channel beside the record: read, write, answer.

use askama::Template;
use axum::{extract::State as Shelf, http::StatusCode, response::Response};
use edge::{Form, Path, Problem, Query};
use jiff::Timestamp;
use kernel::{ChannelId, Coded as _, Kind as Sort, Limit, MessageId};
use linking::{Link, LinkId, State};
use linking_setup::{Feature, Kind};
use serde::Deserialize;
use web_frame::{App, Frame, Html, Visit, answer, html::escape};
use workspace::{Content, Item, Sender, Window, markdown};

use super::{
    offers,
    place::{Key, Place, Tab},
    words::Told,
};

/// A message and the answers to it.
#[derive(Debug)]
struct Message {
    id: MessageId,
    who: String,
    at: Timestamp,
    body: Html,
    /// Its page in the channel.
    href: String,
    replies: Vec<Message>,
    /// How many answers are not shown.
    more: i64,
}

/// A channel to look into: address, name, whether it is shown.
type Choice = (String, String, bool);

/// The page.
#[derive(Debug, Template)]
#[template(path = "pages/conversation.html")]
pub(crate) struct Conversation {
    frame: Frame,
    name: String,
    kind: String,
    icon: &'static str,
    base: String,
    tabs: Vec<Tab>,
    choices: Vec<Choice>,
    link: Option<LinkId>,
    channel: String,
    team: String,
    /// Where the channel is opened.
    open: Option<String>,
    messages: Vec<Message>,
    older: Option<String>,
    may_write: bool,
    /// Why nothing is shown here.
    told: Option<Told>,
    closed: Option<String>,
    text: String,
    wrong: Option<String>,
}

/// What is asked for, and what a form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    link: Option<LinkId>,
    before: Option<kernel::Cursor>,
    text: String,
    /// The message that is answered.
    to: Option<MessageId>,
}

pub(crate) async fn page(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(key): Path<Key>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let place = Place::of_record(&app, &visit, key).await?;
    show(&app, visit, &place, (asked, None)).await
}

pub(crate) async fn post(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(key): Path<Key>,
    Form(asked): Form<Asked>,
) -> Result<Response, Problem> {
    let place = Place::of_record(&app, &visit, key).await?;
    let (environment, table) = (place.subject.environment(), place.subject.table());
    let feature = Feature::Conversation;
    let answer = app.linking_setup.may(&visit.scope, environment, Some(table), feature).await?;
    let links = readable(&app, &visit, &place).await?;
    let link = links.iter().find(|link| Some(link.id) == asked.link);
    let channel = link.filter(|_| answer.is_open()).and_then(own);
    let Some(channel) = channel else { return show(&app, visit, &place, (asked, None)).await };
    if let Some(to) = asked.to
        && app.workspace.message(&visit.scope, to).await?.channel != channel
    {
        return Err(workspace::Error::MessageNotFound { message: to }.into());
    }
    let done = match asked.to {
        Some(to) => app.workspace.reply(&visit.scope, to, &asked.text).await,
        None => app.workspace.post(&visit.scope, channel, &asked.text).await,
    };
    match done {
        Ok(_) => {
            let to = link.map(|link| format!("{}/conversation?link={}", place.base, link.id));
            let to = to.unwrap_or_default();
            Ok(answer::back_with(&visit.context, &to, "collaborate.posted"))
        }
        Err(error)
            if matches!(
                error.code().kind(),
                Sort::Invalid | Sort::Conflict | Sort::Forbidden | Sort::TooLarge
            ) =>
        {
            let wrong = match error.fields().first() {
                Some(rule) => visit.frame.t.rule(rule.code, rule.limit),
                None => visit.frame.t.code(error.code().name()),
            };
            show(&app, visit, &place, (asked, Some(wrong))).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The links of a record whose channels may be looked into.
async fn readable(app: &App, visit: &Visit, place: &Place) -> Result<Vec<Link>, Problem> {
    let mut links = app.linking.links_of(&visit.scope, &place.subject).await?;
    links.retain(|link| {
        matches!(link.state, State::Connected | State::StaleName | State::Archived | State::TabOnly)
    });
    Ok(links)
}

/// The channel of a link where it is one of the hub itself.
fn own(link: &Link) -> Option<ChannelId> {
    (link.workspace == Kind::Embedded).then(|| link.channel.id.parse().ok()).flatten()
}

async fn show(
    app: &App,
    visit: Visit,
    place: &Place,
    (asked, wrong): (Asked, Option<String>),
) -> Result<Response, Problem> {
    let ours = offers(app, &visit, place).await?;
    let links = readable(app, &visit, place).await?;
    let chosen = links.iter().find(|link| Some(link.id) == asked.link).or(links.first());
    let (environment, table) = (place.subject.environment(), place.subject.table());
    let allowed = app
        .linking_setup
        .may(&visit.scope, environment, Some(table), Feature::Conversation)
        .await?;
    let base = place.base.clone();
    let choices = links.iter().map(|link| {
        let href = format!("{base}/conversation?link={}", link.id);
        let name = format!("{} · {}", link.team_name, link.channel_name);
        (href, name, chosen.is_some_and(|chosen| chosen.id == link.id))
    });
    let choices = choices.collect();
    let frame = &visit.frame;
    let mut seen = Seen::default();
    match (chosen, allowed.obstacle()) {
        (_, Some(obstacle)) => seen.told = Some(Told::of(frame, obstacle.code().name())),
        (Some(link), None) => match own(link) {
            Some(channel) => {
                seen = look(app, &visit, channel, (link.id, &base, asked.before)).await?;
            }
            None => seen.told = Some(Told::words(frame, "conversation-outside")),
        },
        (None, None) => {}
    }
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let what = frame.say("collaborate.tab-conversation");
    let page = Conversation {
        tabs: place.tabs(frame, "conversation", &ours),
        frame: place.at(frame.clone(), &what, place.address.clone()),
        name: place.name.clone(),
        kind: place.kind.clone(),
        icon: place.icon(),
        choices,
        link: chosen.map(|link| link.id),
        channel: chosen.map(|link| link.channel_name.clone()).unwrap_or_default(),
        team: chosen.map(|link| link.team_name.clone()).unwrap_or_default(),
        open: chosen.and_then(|link| link.address.as_ref()).map(ToString::to_string),
        messages: seen.messages,
        older: seen.older,
        may_write: seen.may_write,
        told: seen.told,
        closed: seen.closed,
        text: if asked.to.is_none() && wrong.is_some() { asked.text } else { String::new() },
        base,
        wrong,
    };
    Ok(answer::page_with(status, &page))
}

/// What is read of a channel.
#[derive(Default)]
struct Seen {
    messages: Vec<Message>,
    older: Option<String>,
    may_write: bool,
    told: Option<Told>,
    closed: Option<String>,
}

/// Reads the newest messages of a channel as the person may.
async fn look(
    app: &App,
    visit: &Visit,
    channel: ChannelId,
    (link, base, before): (LinkId, &str, Option<kernel::Cursor>),
) -> Result<Seen, Problem> {
    let scope = &visit.scope;
    let frame = &visit.frame;
    let limit = Limit::new(MESSAGES).unwrap_or_default();
    let page = match app.workspace.messages(scope, channel, Window::Before(before), limit).await {
        Ok(page) => page,
        // not a member: the record is theirs to read, the channel is not
        Err(error) if matches!(error.code().kind(), Sort::NotFound | Sort::Forbidden) => {
            let told = Some(Told::words(frame, "not-a-member"));
            return Ok(Seen { told, ..Seen::default() });
        }
        Err(error) => return Err(error.into()),
    };
    let mut messages = Vec::new();
    for item in page.items.iter().rev() {
        let mut message = message(frame, item);
        if item.replies > 0 {
            let replies = app.workspace.replies(scope, item.id, None, limit).await?;
            message.replies =
                replies.items.iter().map(|reply| self::message(frame, reply)).collect();
            let shown = i64::try_from(message.replies.len()).unwrap_or(item.replies);
            message.more = item.replies - shown;
        }
        messages.push(message);
    }
    let older = page.next.map(|next| format!("{base}/conversation?link={link}&before={next}"));
    let access = app.workspace.channel(scope, channel).await?;
    let may_write = access.rights.write && frame.may(kernel::Permission::MessageWrite);
    let closed = (!may_write).then(|| frame.say("collaborate.conversation-closed"));
    Ok(Seen { messages, older, may_write, told: None, closed })
}

fn message(frame: &Frame, item: &Item) -> Message {
    let who = match &item.sender {
        Sender::Person { name, .. } if name.is_empty() => frame.say("message-unknown-person"),
        Sender::Person { name, .. } | Sender::Webhook { name, .. } => name.clone(),
    };
    let body = match &item.content {
        Content::Text(source) => Html::trusted(markdown::to_html(source)),
        Content::Card(card) => plain(&card.card, &card.text),
        Content::Deleted => gone(frame, "message-deleted"),
        Content::Expired => gone(frame, "message-expired"),
    };
    let href = format!("/channels/{}/messages/{}", item.channel, item.id);
    let (id, at) = (item.id, item.created_at);
    Message { id, who, at, body, href, replies: Vec::new(), more: 0 }
}

/// A card without its buttons and pictures: what it says.
fn plain(card: &serde_json::Value, text: &str) -> Html {
    let mut html = String::new();
    for block in cards::fallback_of_card(card) {
        match block {
            cards::Block::Title(words) => {
                let words = cards::without_marks(&words);
                html.extend(["<p><strong>", &escape(&words), "</strong></p>"]);
            }
            cards::Block::Text(words) => html.push_str(&markdown::to_html(&words)),
            cards::Block::Literal(words) => {
                html.extend(["<p>", &escape(&words), "</p>"]);
            }
            cards::Block::Facts(facts) => {
                for (name, value) in facts {
                    let (name, value) = (escape(&name), escape(&value));
                    html.extend(["<p>", &name, " ", &value, "</p>"]);
                }
            }
            _ => {}
        }
    }
    if html.is_empty() {
        html.extend(["<p>", &escape(text), "</p>"]);
    }
    Html::trusted(html)
}

fn gone(frame: &Frame, key: &str) -> Html {
    let words = escape(&frame.say(key));
    Html::trusted(format!("<p class=\"quiet\">{words}</p>"))
}

/// Messages that are shown at once.
const MESSAGES: u16 = 30;
