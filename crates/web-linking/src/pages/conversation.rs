//! The conversation of a connected channel beside the record: read, write, answer.

use std::{convert::Infallible, pin::pin, time::Duration};

use askama::Template;
use axum::{
    extract::State as Shelf,
    http::{HeaderMap, StatusCode},
    response::{
        IntoResponse as _, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use edge::{Form, Path, Problem, Query};
use futures_util::{
    future,
    stream::{self, StreamExt as _},
};
use jiff::Timestamp;
use kernel::{ChannelId, Coded as _, Cursor, Kind as Sort, Limit, MessageId};
use linking::{Link, LinkId, State};
use linking_setup::{Feature, Kind};
use serde::Deserialize;
use web_frame::{App, Frame, Html, Visit, answer, html::escape};
use workspace::{Content, Item, Sender, Window, live::Subscription, markdown};

use super::{
    offers,
    place::{At, Place, Tab},
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
    channel: String,
    team: String,
    /// Where the channel is opened.
    open: Option<String>,
    talk: Html,
}

/// What is said in one channel, and the line to say more.
#[derive(Debug, Template)]
#[template(path = "pages/talk.html")]
pub(crate) struct Talk<'a> {
    frame: &'a Frame,
    base: &'a str,
    /// Whether it stands beside the form of the record.
    beside: bool,
    link: Option<LinkId>,
    channel: String,
    /// Where news are told, and where what is said is fetched from then.
    live: Option<String>,
    part: String,
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
    before: Option<Cursor>,
    text: String,
    /// The message that is answered.
    to: Option<MessageId>,
    /// Whether it is asked for beside the form of the record.
    beside: bool,
}

/// How the answer of a form is to look.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Spot {
    beside: bool,
}

pub(crate) async fn page(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(key): Path<At>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, key).await?;
    show(&app, visit, &place, (asked, None)).await
}

pub(crate) async fn post(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(key): Path<At>,
    Query(spot): Query<Spot>,
    Form(mut asked): Form<Asked>,
) -> Result<Response, Problem> {
    asked.beside = spot.beside;
    let place = Place::of(&app, &visit, key).await?;
    let [answer] =
        app.linking.answers(&visit.scope, &place.subject, [Feature::Conversation]).await?;
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
        Ok(_) if visit.asked == web_frame::Asked::Part => {
            // a script takes the words in where they were typed
            let asked = Asked { text: String::new(), to: None, ..asked };
            show(&app, visit, &place, (asked, None)).await
        }
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
    let [allowed] =
        app.linking.answers(&visit.scope, &place.subject, [Feature::Conversation]).await?;
    let base = place.base.clone();
    let choices = links.iter().map(|link| {
        let href = format!("{base}/conversation?link={}", link.id);
        let name = format!("{} · {}", link.team_name, link.channel_name);
        (href, name, chosen.is_some_and(|chosen| chosen.id == link.id))
    });
    let choices = choices.collect();
    let frame = &visit.frame;
    let mut seen = Seen::default();
    let newest = asked.before.is_none();
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
    let is_part = visit.asked == web_frame::Asked::Part;
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let what = frame.say("collaborate.tab-conversation");
    let own = chosen.filter(|link| newest && seen.told.is_none() && own(link).is_some());
    let part = |rest: &str| {
        let link = chosen.map(|link| format!("link={}", link.id)).unwrap_or_default();
        format!("{base}/conversation{rest}?{link}")
    };
    let talk = Html::of(&Talk {
        frame,
        base: &base,
        beside: asked.beside,
        link: chosen.map(|link| link.id),
        channel: chosen.map(|link| link.channel_name.clone()).unwrap_or_default(),
        live: own.and(seen.place).map(|place| {
            let after = Cursor::new(&place.to_string());
            format!("{}&after={after}", part("/live"))
        }),
        part: part(""),
        messages: seen.messages,
        older: seen.older,
        may_write: seen.may_write,
        told: seen.told,
        closed: seen.closed,
        text: if asked.to.is_none() && wrong.is_some() { asked.text } else { String::new() },
        wrong,
    });
    if is_part {
        // scripts swap only what succeeded: what is wrong stands in the part itself
        return Ok(answer::part(talk));
    }
    let page = Conversation {
        tabs: place.tabs(frame, "conversation", &ours),
        frame: place.at(frame.clone(), &what, place.address.clone()),
        name: place.name.clone(),
        kind: place.kind.clone(),
        icon: place.icon(),
        choices,
        channel: chosen.map(|link| link.channel_name.clone()).unwrap_or_default(),
        team: chosen.map(|link| link.team_name.clone()).unwrap_or_default(),
        open: chosen.and_then(|link| link.address.as_ref()).map(ToString::to_string),
        talk,
        base,
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
    /// Where the channel's feed was before the messages were read: what comes in between comes again.
    place: Option<i64>,
}

/// Reads the newest messages of a channel as the person may.
async fn look(
    app: &App,
    visit: &Visit,
    channel: ChannelId,
    (link, base, before): (LinkId, &str, Option<Cursor>),
) -> Result<Seen, Problem> {
    let scope = &visit.scope;
    let frame = &visit.frame;
    let limit = Limit::new(MESSAGES).unwrap_or_default();
    let feed = app.workspace.subscribe(scope, channel, None).await;
    let place = feed.as_ref().ok().map(Subscription::position);
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
    Ok(Seen { messages, older, may_write, told: None, closed, place })
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
pub(super) fn plain(card: &serde_json::Value, text: &str) -> Html {
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

/// Where news of the conversation are told, as server-sent events without content: the page fetches what is said under
/// the reader's own rights.
pub(crate) async fn live(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(key): Path<At>,
    Query(since): Query<Since>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, key).await?;
    let [allowed] =
        app.linking.answers(&visit.scope, &place.subject, [Feature::Conversation]).await?;
    if let Some(obstacle) = allowed.obstacle() {
        return Err(linking_setup::Error::Closed(obstacle).into());
    }
    let links = readable(&app, &visit, &place).await?;
    let link = links.iter().find(|link| Some(link.id) == since.link);
    let channel = link.and_then(own).ok_or(linking::Error::Unknown)?;
    let resumed = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let after = resumed.map(|id| Cursor::from(id.to_owned())).or(since.after);
    let feed = app.workspace.subscribe(&visit.scope, channel, after).await?;
    let stopping = visit.context.stopping().clone();
    let mut presence = app.identity.presence(&visit.scope);
    let events = stream::unfold(feed, async |mut feed| {
        // an error is that the reader may no longer read, or a failing store: the browser asks again
        let items = feed.next().await.ok()?;
        let event = Event::default().event("changed").data("-");
        let event = match items.last() {
            Some(item) => event.id(item.event().to_string()),
            None => event,
        };
        Some((Ok::<_, Infallible>(event), feed))
    });
    // who is signed out, locked or may do other things than before asks anew
    let end = async move {
        future::select(pin!(stopping.cancelled()), pin!(presence.over())).await;
    };
    let events = events.take_until(Box::pin(end));
    let first = stream::once(async { Ok(Event::default().retry(RETRY).comment("hello")) });
    let alive = KeepAlive::new().interval(KEEP_ALIVE).text("alive");
    Ok(Sse::new(first.chain(events)).keep_alive(alive).into_response())
}

/// What is watched, and from where.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Since {
    link: Option<LinkId>,
    after: Option<Cursor>,
}

/// Proxies drop silent connections after a minute; our own choice.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// A browser that lost us comes back after this time.
const RETRY: Duration = Duration::from_secs(1);
