//! Messages as pages show them.

use std::fmt::Write as _;

use super::card::{Buttons, Pressing, Renewal};
use cards::Block;
use jiff::Timestamp;
use kernel::{ChannelId, MessageId, Scope};
use serde_json::Value as Json;
use web_frame::{
    Frame, Html,
    html::{escape, escape_single},
    through_hub,
};
use workspace::{CardContent, CardStatus, Content, Item as Stored, Pictures, Sender, markdown};

/// Messages within five minutes of the same sender stand under one name.
const GROUP_SECONDS: i64 = 300;

/// What stands in the list of a channel.
#[derive(Debug)]
pub(crate) enum Item {
    /// The name of a day.
    Day(String),
    /// Where reading stopped.
    Unread,
    /// A message.
    Message(Box<Bubble>),
}

impl Item {
    /// Whether it is this message.
    pub(crate) fn is(&self, message: MessageId) -> bool {
        matches!(self, Self::Message(bubble) if bubble.id == message)
    }
}

/// A message.
#[derive(Debug)]
pub(crate) struct Bubble {
    pub(crate) id: MessageId,
    pub(crate) channel: ChannelId,
    pub(crate) parent: Option<MessageId>,
    pub(crate) position: i64,
    pub(crate) at: Timestamp,
    pub(crate) by: String,
    pub(crate) author: Author,
    pub(crate) first: bool,
    pub(crate) body: Body,
    pub(crate) edited: bool,
    pub(crate) replies: i64,
    pub(crate) mine: bool,
    pub(crate) tools: Vec<Tool>,
}

/// Who sent it.
#[derive(Debug)]
pub(crate) struct Author {
    pub(crate) name: String,
    pub(crate) icon: Option<String>,
    pub(crate) webhook: bool,
}

/// What it says.
#[derive(Debug)]
pub(crate) enum Body {
    /// A person's text.
    Markdown(Html),
    /// A card.
    Card(Box<Card>),
    /// A record of a CRM that a person shared: each reader sees what the CRM shows them, so that the page asks for it.
    Record(String),
    /// It was deleted.
    Deleted,
    /// Its body is no longer kept.
    Expired,
}

/// The page of the record that a person shared. What webhooks post is theirs alone to draw.
fn record(message: &Stored, card: &CardContent) -> Option<String> {
    let shared = teams_app::shared_in(&card.card);
    shared.filter(|_| matches!(message.sender, Sender::Person { .. })).map(|at| at.path())
}

/// A card: what the renderer draws, and the same for reading without it.
#[derive(Debug)]
pub(crate) struct Card {
    json: Option<String>,
    pub(crate) plain: Html,
    pub(crate) colour: Option<String>,
    pub(crate) full: bool,
    pub(crate) pressing: Option<Pressing>,
    pub(crate) renewal: Option<Renewal>,
    pub(crate) status: Option<CardStatus>,
    /// Key of the mark of what no sender posted just then.
    pub(crate) mark: Option<&'static str>,
}

/// A button of the bar that appears over a message.
#[derive(Debug)]
pub(crate) struct Tool {
    pub(crate) href: String,
    pub(crate) icon: &'static str,
    pub(crate) label: String,
    pub(crate) copies: bool,
    pub(crate) edits: bool,
}

/// What the reader may do in the channel.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct May {
    pub(crate) write: bool,
    pub(crate) moderate: bool,
    pub(crate) connect: bool,
}

/// What turning messages into bubbles needs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Eye<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) scope: &'a Scope,
    pub(crate) pictures: &'a Pictures,
    pub(crate) base_url: &'a str,
    pub(crate) may: May,
    pub(crate) buttons: &'a Buttons,
}

impl Bubble {
    /// Whether nothing is left of it but its place.
    pub(crate) const fn is_gone(&self) -> bool {
        matches!(self.body, Body::Deleted)
    }

    /// The address of the message with its replies.
    pub(crate) fn address(&self) -> String {
        format!("/channels/{}/messages/{}", self.channel, self.id)
    }

    /// The key of the mark of a test or a replay.
    pub(crate) fn mark(&self) -> Option<&'static str> {
        if let Body::Card(card) = &self.body { card.mark } else { None }
    }
}

impl Card {
    /// The attribute that the renderer reads; nothing where there is no card.
    pub(crate) fn source(&self) -> Html {
        let json = self.json.as_deref().map(escape_single);
        let mut attributes = json.map(|json| format!(" data-card='{json}'")).unwrap_or_default();
        attributes.extend(self.pressing.as_ref().map(Pressing::attributes));
        attributes.extend(self.renewal.as_ref().map(Renewal::attributes));
        Html::trusted(attributes)
    }
}

impl Eye<'_> {
    /// Days, the unread line and messages, of messages in the channel's order.
    pub(crate) fn list(&self, messages: &[Stored], marker: Option<i64>) -> Vec<Item> {
        let mut items = Vec::with_capacity(messages.len() + 4);
        let mut last: Option<(jiff::civil::Date, i64, String)> = None;
        let mut line_drawn = marker.is_none();
        for message in messages {
            let mut bubble = self.bubble(message);
            let day = self.frame.day_of(&bubble.at);
            let second = bubble.at.as_second();
            if last.as_ref().is_none_or(|(of, ..)| *of != day) {
                items.push(Item::Day(self.frame.day_name(day)));
                last = None;
            }
            if !line_drawn && !bubble.mine && marker.is_some_and(|marker| bubble.position > marker)
            {
                line_drawn = true;
                if !items.is_empty() {
                    items.push(Item::Unread);
                    last = None;
                }
            }
            bubble.first = last
                .as_ref()
                .is_none_or(|(_, at, by)| *by != bubble.by || second - at >= GROUP_SECONDS);
            last = Some((day, second, bubble.by.clone()));
            items.push(Item::Message(Box::new(bubble)));
        }
        items
    }

    /// One message, as the first of its group.
    pub(crate) fn bubble(&self, message: &Stored) -> Bubble {
        let mine = self.scope.user().is_some()
            && matches!(&message.sender, Sender::Person { id, .. } if Some(*id) == self.scope.user());
        let (by, author) = match &message.sender {
            Sender::Person { id, name } if name.is_empty() => (id.to_string(), self.unknown()),
            Sender::Person { id, name } => {
                (id.to_string(), Author { name: name.clone(), icon: None, webhook: false })
            }
            Sender::Webhook { id, name, icon } => {
                let icon = icon.clone().or_else(|| Some(self.frame.asset("webhook.svg")));
                (id.to_string(), Author { name: name.clone(), icon, webhook: true })
            }
        };
        let body = match &message.content {
            Content::Text(source) => Body::Markdown(Html::trusted(markdown::to_html(source))),
            Content::Card(card) => match record(message, card) {
                Some(path) => Body::Record(path),
                None => Body::Card(Box::new(self.card(message, card))),
            },
            Content::Deleted => Body::Deleted,
            Content::Expired => Body::Expired,
        };
        let mut bubble = Bubble {
            id: message.id,
            channel: message.channel,
            parent: message.parent,
            position: message.position,
            at: message.created_at,
            by,
            author,
            first: true,
            body,
            edited: message.edited_at.is_some(),
            replies: message.replies,
            mine,
            tools: Vec::new(),
        };
        bubble.tools = self.tools(&bubble);
        bubble
    }

    /// A card with every picture led through the hub.
    fn card(&self, message: &Stored, content: &CardContent) -> Card {
        let own = self.buttons.own(message);
        let card = own.map_or(&content.card, |own| &own.card);
        let mut shown = card.clone();
        cards::rewrite_images(&mut shown, &mut |address| through_hub(self.pictures, address));
        let blocks = cards::fallback_of_card(card);
        let mut plain = String::new();
        self.plain(&blocks, &mut plain, 0);
        if plain.is_empty() {
            // the words of everybody's card are not the reader's
            let text = if own.is_some() { "" } else { content.text.as_str() };
            plain = format!(r#"<p class="card-text">{}</p>"#, escape(text));
        }
        let address = format!("/channels/{}/messages/{}", message.channel, message.id);
        let pressing = self.buttons.pressing(self.frame, (message, &address), content);
        let renewal = self.buttons.renewal(message, (&address, content.changes.version));
        if let Some(pressing) = &pressing {
            plain.push_str(&pressing.forms(self.frame, card));
        }
        let colour = content.theme_color.as_deref();
        let width = shown.pointer("/msteams/width").or_else(|| shown.pointer("/msTeams/width"));
        let full =
            width.and_then(Json::as_str).is_some_and(|width| width.eq_ignore_ascii_case("full"));
        Card {
            json: shown.is_object().then(|| shown.to_string()),
            plain: Html::trusted(plain),
            colour: colour.filter(|colour| is_colour(colour)).map(str::to_owned),
            full,
            pressing,
            renewal,
            status: content.changes.status.clone(),
            mark: match content.origin {
                workspace::Origin::Sender => None,
                workspace::Origin::Test => Some("message-is-test"),
                workspace::Origin::Replay(_) | workspace::Origin::Retry(_) => {
                    Some("message-is-replay")
                }
            },
        }
    }

    fn plain(&self, blocks: &[Block], html: &mut String, depth: usize) {
        for block in blocks {
            match block {
                Block::Title(words) => {
                    let words = escape(&cards::without_marks(words));
                    let _ = write!(html, r#"<h2 class="card-title">{words}</h2>"#);
                }
                Block::Text(words) => {
                    html.push_str(r#"<div class="card-text markdown">"#);
                    html.push_str(&markdown::to_html(words));
                    html.push_str("</div>");
                }
                Block::Literal(words) => {
                    let _ = write!(html, r#"<p class="card-text">{}</p>"#, escape(words));
                }
                Block::Facts(facts) => {
                    html.push_str(r#"<dl class="facts">"#);
                    for (name, value) in facts {
                        let (name, value) = (escape(name), markdown::to_html(value));
                        let _ = write!(html, "<dt>{name}</dt><dd>{value}</dd>");
                    }
                    html.push_str("</dl>");
                }
                Block::Image { url, alt } => {
                    let alt =
                        if alt.is_empty() { self.frame.say("card-image") } else { alt.clone() };
                    let url = through_hub(self.pictures, url).unwrap_or_else(|| url.clone());
                    let (url, alt) = (escape(&url), escape(&alt));
                    let _ = write!(html, r#"<img src="{url}" alt="{alt}" loading="lazy">"#);
                }
                Block::Link { title, url } => {
                    let (url, title) = (escape(url), escape(title));
                    let _ = write!(
                        html,
                        r#"<p><a href="{url}" target="_blank" rel="noopener noreferrer">{title}</a></p>"#
                    );
                }
                Block::Group(inner) if depth < MAX_DEPTH => {
                    html.push_str(r#"<div class="card-group">"#);
                    self.plain(inner, html, depth + 1);
                    html.push_str("</div>");
                }
                Block::Group(_) => {}
            }
        }
    }

    fn unknown(&self) -> Author {
        Author { name: self.frame.say("message-unknown-person"), icon: None, webhook: false }
    }

    fn tools(&self, bubble: &Bubble) -> Vec<Tool> {
        if matches!(bubble.body, Body::Deleted) {
            return Vec::new();
        }
        let address = bubble.address();
        let tool = |icon, key: &str, href: String| Tool {
            href,
            icon,
            label: self.frame.say(key),
            copies: false,
            edits: false,
        };
        let mut tools = Vec::with_capacity(5);
        if bubble.parent.is_none() && self.may.write {
            tools.push(tool("reply", "message-reply", address.clone()));
        }
        let whole = format!("{}{address}", self.base_url);
        tools.push(Tool { copies: true, ..tool("link", "message-copy-link", whole) });
        if bubble.author.webhook && self.may.connect {
            tools.push(tool("log", "message-request", format!("{address}/request")));
            tools.push(tool("replay", "message-replay", format!("{address}/replay")));
        }
        if bubble.mine && self.may.write {
            tools.push(Tool {
                edits: true,
                ..tool("edit", "message-edit", format!("{address}/edit"))
            });
        }
        if self.may.write && (bubble.mine || self.may.moderate) {
            tools.push(tool("delete", "message-delete", format!("{address}/delete")));
        }
        tools
    }
}

/// `#rrggbb` and nothing else: it stands in an attribute.
fn is_colour(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// How deep the plain reading of a card nests.
const MAX_DEPTH: usize = 16;
