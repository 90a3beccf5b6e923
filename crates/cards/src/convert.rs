//! Any post as one Adaptive Card 1.5.

mod action;
mod attachment;
mod element;
mod message_card;

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::{
    attachment::Card,
    limits::ACTIONS_IN_A_SET,
    markdown,
    message_card::{Action, HttpPost},
    post::Post,
    walk,
};

/// The version that conversions are written in.
const VERSION: &str = "1.5";

/// The sentences that a conversion itself writes, for callers that speak a person's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words<'w> {
    /// Said beside an input that lacks its answer.
    pub required: &'w str,
    /// Said of an attachment that has neither name nor text.
    pub attachment: &'w str,
}

impl Words<'static> {
    /// English.
    pub const ENGLISH: Self = Words { required: "An answer is needed.", attachment: "Attachment" };
}

/// The post as one Adaptive Card, with the sentences of [`Words::ENGLISH`].
///
/// MessageCards are converted; Adaptive Cards keep every member, only addresses of schemes that
/// may not reach a renderer are emptied. Several cards stand in one container each.
pub fn to_adaptive(post: &Post<'_>) -> Value {
    to_adaptive_with(post, &Words::ENGLISH)
}

/// [`to_adaptive`] with the caller's sentences.
pub fn to_adaptive_with(post: &Post<'_>, words: &Words<'_>) -> Value {
    let mut writer = Writer { words, ids: HashSet::new(), posts: 0 };
    let mut above = post.text().map(|text| element::texts(text, true, &[])).unwrap_or_default();
    let mut parts: Vec<Part> = post.cards().iter().map(|card| writer.part(card)).collect();
    if parts.len() == 1
        && let Some(part) = parts.pop()
    {
        return part.alone(above, post.summary());
    }
    let mut teams = Map::new();
    for (index, part) in parts.into_iter().enumerate() {
        let first = index == 0 && above.is_empty();
        above.push(part.container(first, &mut teams));
    }
    let mut root = Map::new();
    if !teams.is_empty() {
        root.insert("msteams".to_owned(), Value::Object(teams));
    }
    Part { root, ..Part::new(above, Vec::new()) }.alone(Vec::new(), post.summary())
}

/// Every `HttpPOST` with the id that its button carries, in the order of the conversion.
pub(crate) fn http_posts<'p, 'a>(post: &'p Post<'a>) -> Vec<(String, &'p HttpPost<'a>)> {
    let cards = post.cards().iter().filter_map(|card| match card {
        Card::Message(card) => Some(card),
        _ => None,
    });
    let actions = cards.flat_map(|card| {
        card.sections.iter().flat_map(|section| &section.actions).chain(&card.actions)
    });
    let leaves = actions.flat_map(|action| match action {
        Action::Card(card) => card.actions.as_slice(),
        other => std::slice::from_ref(other),
    });
    let posts = leaves.filter_map(|action| match action {
        Action::HttpPost(post) => Some(post),
        _ => None,
    });
    posts.enumerate().map(|(index, post)| (post_id(index + 1), post)).collect()
}

/// An `HttpPOST` with the questions whose answers go into it.
#[derive(Debug, Clone, PartialEq)]
pub struct HttpPress<'p, 'a> {
    /// The request.
    pub post: &'p HttpPost<'a>,
    /// The questions of the `ActionCard` that it stands in.
    pub fields: Vec<PressField<'p>>,
    /// `correlationId` of its card.
    pub correlation_id: Option<&'p str>,
}

/// A question as the request names it, and as the card names its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PressField<'p> {
    /// The name in `{{id.value}}`.
    pub name: &'p str,
    /// The id of the answer in the card.
    pub id: String,
    /// The id of the time, where the answer is a date with one.
    pub time: Option<String>,
}

/// The request whose button carries `id`, with its questions as the conversion names them.
pub(crate) fn http_press<'p, 'a>(post: &'p Post<'a>, id: &str) -> Option<HttpPress<'p, 'a>> {
    let (mut ids, mut posts) = (HashSet::new(), 0);
    let cards = post.cards().iter().filter_map(|card| match card {
        Card::Message(card) => Some(card),
        _ => None,
    });
    let actions = cards.flat_map(|card| {
        let actions = card.sections.iter().flat_map(|section| &section.actions);
        actions.chain(&card.actions).map(|action| (card.correlation_id.as_deref(), action))
    });
    for (correlation_id, outer) in actions {
        let mut fields = Vec::new();
        let leaves = match outer {
            Action::Card(card) => {
                for input in &card.inputs {
                    let (id, time) = action::ids_of(input, &mut ids);
                    let name = input.id.as_deref().unwrap_or(action::NO_ID);
                    fields.push(PressField { name, id, time });
                }
                card.actions.as_slice()
            }
            other => std::slice::from_ref(other),
        };
        for leaf in leaves {
            if let Action::HttpPost(post) = leaf {
                posts += 1;
                if post_id(posts) == id {
                    return Some(HttpPress { post, fields, correlation_id });
                }
            }
        }
    }
    None
}

/// The opaque id of the `number`th request of a post.
fn post_id(number: usize) -> String {
    format!("h{number}")
}

/// What a conversion keeps from card to card of one post.
struct Writer<'w> {
    words: &'w Words<'w>,
    /// Ids of inputs that are taken.
    ids: HashSet<String>,
    /// Requests so far.
    posts: usize,
}

/// A converted card before it is known whether it stands alone.
struct Part {
    /// Members of the root besides these two.
    root: Map<String, Value>,
    body: Vec<Value>,
    actions: Vec<Value>,
    /// Whether an empty list of actions was sent, which stays.
    keeps_actions: bool,
}

impl Part {
    fn new(body: Vec<Value>, actions: Vec<Value>) -> Self {
        Self { root: Map::new(), body, actions, keeps_actions: false }
    }
}

impl Writer<'_> {
    fn part(&mut self, card: &Card<'_>) -> Part {
        match card {
            Card::Message(card) => self.message_card(card),
            Card::Adaptive(card) => adaptive(card.content.to_map()),
            Card::Hero(card) => attachment::hero(card, self.words),
            Card::List(card) => attachment::list(card, self.words),
            Card::Other(other) => attachment::other(other, self.words),
        }
    }
}

/// An Adaptive Card as it was sent, taken apart.
fn adaptive(mut root: Map<String, Value>) -> Part {
    for value in root.values_mut() {
        walk::neutralise(value);
    }
    walk::neutralise_members(&mut root);
    if let Some(teams) = root.shift_remove("msTeams") {
        root.entry("msteams").or_insert(teams);
    }
    let keeps_actions = root.contains_key("actions");
    let mut list = |name: &str| match root.shift_remove(name) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    };
    let (body, actions) = (list("body"), list("actions"));
    Part { root, body, actions, keeps_actions }
}

impl Part {
    /// The part as a whole card, with `above` over it.
    fn alone(self, above: Vec<Value>, summary: Option<&str>) -> Value {
        let mut card = Map::new();
        let mut root = self.root;
        card.insert("type".to_owned(), "AdaptiveCard".into());
        let schema = root.shift_remove("$schema");
        let usual = "http://adaptivecards.io/schemas/adaptive-card.json";
        card.insert("$schema".to_owned(), schema.unwrap_or_else(|| usual.into()));
        let version = root.shift_remove("version").filter(Value::is_string);
        card.insert("version".to_owned(), version.unwrap_or_else(|| VERSION.into()));
        root.shift_remove("type");
        card.append(&mut root);
        if let Some(summary) = summary {
            card.entry("fallbackText").or_insert_with(|| markdown::without_marks(summary).into());
        }
        let mut body = above;
        body.extend(self.body);
        card.insert("body".to_owned(), Value::Array(body));
        if self.keeps_actions || !self.actions.is_empty() {
            card.insert("actions".to_owned(), Value::Array(self.actions));
        }
        Value::Object(card)
    }

    /// The part as one container among several; what it says to Teams goes to `teams`.
    fn container(mut self, first: bool, teams: &mut Map<String, Value>) -> Value {
        let mut items = self.body;
        items.extend(sets(&self.actions));
        let mut container = element::map(json!({ "type": "Container" }));
        if !first {
            container.insert("separator".to_owned(), true.into());
            container.insert("spacing".to_owned(), "Medium".into());
        }
        for name in CONTAINER_MEMBERS {
            if let Some(value) = self.root.shift_remove(*name) {
                container.insert((*name).to_owned(), value);
            }
        }
        container.insert("items".to_owned(), Value::Array(items));
        if let Some(Value::Object(own)) = self.root.shift_remove("msteams") {
            for (name, value) in own {
                match (teams.get_mut(&name), value) {
                    (Some(Value::Array(all)), Value::Array(more)) => all.extend(more),
                    (Some(_), _) => {}
                    (None, value) => {
                        teams.insert(name, value);
                    }
                }
            }
        }
        Value::Object(container)
    }
}

/// Members of a card's root that a container has too.
const CONTAINER_MEMBERS: &[&str] = &[
    "style",
    "selectAction",
    "backgroundImage",
    "minHeight",
    "verticalContentAlignment",
    "rtl",
    "lang",
];

/// Actions in sets of as many as are shown.
fn sets(actions: &[Value]) -> Vec<Value> {
    actions
        .chunks(ACTIONS_IN_A_SET)
        .map(|set| json!({ "type": "ActionSet", "actions": set }))
        .collect()
}
