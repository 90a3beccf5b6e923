//! What a sender posted: read, classified, or refused in the words that senders know.

use std::borrow::Cow;

use crate::{
    adaptive,
    attachment::Card,
    convert::HttpPress,
    finding::{Finding, Findings, Rule, Severity},
    json::{self, Json, Object, Read},
    limits::MAX_BODY_BYTES,
    message_card::{HttpPost, MessageCard, type_of},
    pointer::Place,
    reader,
    refusal::{Position, Reason, Refusal},
};

/// The shape of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// `{"text": …}` and nothing else to show.
    Text,
    /// A MessageCard.
    MessageCard,
    /// A message with attachments; the Workflows form is the same.
    Attachments,
}

impl Form {
    /// The stable word for machines.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::MessageCard => "message_card",
            Self::Attachments => "attachments",
        }
    }
}

/// A post that was taken. It borrows from the body.
#[derive(Debug, Clone, PartialEq)]
pub struct Post<'a> {
    form: Form,
    summary: Option<Cow<'a, str>>,
    text: Option<Cow<'a, str>>,
    cards: Vec<Card<'a>>,
    findings: Findings,
}

/// Reads and classifies a posted body.
///
/// The body is read as JSON and, when that fails, once more as Microsoft's receiver reads it: single
/// quotes, trailing commas, comments, a byte order mark. `content_type` decides only which charset a
/// body is in that is not UTF-8; real senders name every type there is.
///
/// # Errors
/// [`Refusal`] with the answer that senders rely on, the reason, and the place.
pub fn parse<'a>(body: &'a [u8], content_type: Option<&str>) -> Result<Post<'a>, Refusal> {
    if body.len() > MAX_BODY_BYTES {
        return Err(Refusal::bad(Reason::TooLarge));
    }
    let mut findings = Findings::default();
    let read = match decode(body, content_type)? {
        Cow::Borrowed(text) => read(text, &mut findings)?,
        Cow::Owned(text) => {
            findings.add(Severity::Note, Rule::Charset, Place::Root, "");
            read(&text, &mut findings)?.into_owned()
        }
    };
    match read {
        Json::Object(object) => Post::of(object, findings),
        _ => Err(Refusal::bad(Reason::NotAnObject)),
    }
}

fn read<'t>(text: &'t str, findings: &mut Findings) -> Result<Json<'t>, Refusal> {
    let unmarked = text.strip_prefix('\u{feff}').unwrap_or(text);
    if unmarked.trim().is_empty() {
        return Err(Refusal::bad(Reason::Empty));
    }
    let Read { json, leniently } = json::read(unmarked)?;
    if leniently || unmarked.len() != text.len() {
        findings.add(Severity::Note, Rule::Lenient, Place::Root, "");
    }
    Ok(json)
}

/// The body as text. Windows `PowerShell` posts Latin-1 and says so in the charset.
fn decode<'a>(body: &'a [u8], content_type: Option<&str>) -> Result<Cow<'a, str>, Refusal> {
    let error = match str::from_utf8(body) {
        Ok(text) => return Ok(Cow::Borrowed(text)),
        Err(error) => error,
    };
    if content_type.is_some_and(declares_latin_1) {
        return Ok(Cow::Owned(body.iter().copied().map(char::from).collect()));
    }
    let valid = body.get(..error.valid_up_to()).unwrap_or_default();
    let position = str::from_utf8(valid).ok().map(|text| Position::of(text, text.len()));
    Err(Refusal { position, ..Refusal::bad(Reason::NotUtf8) })
}

fn declares_latin_1(content_type: &str) -> bool {
    content_type.split(';').skip(1).any(|parameter| {
        parameter.split_once('=').is_some_and(|(name, value)| {
            let value = value.trim().trim_matches('"');
            name.trim().eq_ignore_ascii_case("charset")
                && ["iso-8859-1", "latin1"].iter().any(|it| value.eq_ignore_ascii_case(it))
        })
    })
}

/// Words of a card's or a message's root; an object without any of them is nobody's card.
const VOCABULARY: &[&str] = &[
    "@type",
    "@context",
    "type",
    "text",
    "summary",
    "title",
    "themeColor",
    "sections",
    "potentialAction",
    "correlationId",
    "attachments",
    "version",
    "body",
    "actions",
    "$schema",
    "fallbackText",
    "msteams",
];

impl<'a> Post<'a> {
    fn of(object: Object<'a>, findings: Findings) -> Result<Self, Refusal> {
        for name in ["text", "summary"] {
            if let Some(Json::Object(_) | Json::List(_)) = object.member_any_case(name) {
                return Err(Refusal::bad(Reason::TextNotAString).at(format!("/{name}")));
            }
        }
        let attachments = object.member_any_case("attachments");
        let is_message = type_of(&object).is_some_and(|kind| kind.eq_ignore_ascii_case("message"));
        let has_attachments = matches!(attachments, Some(Json::List(items)) if !items.is_empty());
        if is_message || has_attachments {
            return Self::message(object, findings);
        }
        if !["text", "summary"].iter().any(|name| object.member_any_case(name).is_some_and(says)) {
            return Err(nothing_to_show(&object));
        }
        Ok(Self::message_card(object, findings))
    }

    fn message_card(object: Object<'a>, mut findings: Findings) -> Self {
        let card = MessageCard::read(object, Place::Root, &mut findings);
        let is_bare = card.text.is_some()
            && card.title.is_none()
            && card.sections.is_empty()
            && card.actions.is_empty();
        let form = if is_bare { Form::Text } else { Form::MessageCard };
        let summary = card.summary.clone();
        let cards = vec![Card::Message(Box::new(card))];
        Self { form, summary, text: None, cards, findings }
    }

    /// `type: message`, with attachments or with its text alone.
    fn message(object: Object<'a>, mut findings: Findings) -> Result<Self, Refusal> {
        let (mut summary, mut text, mut cards) = (None, None, Vec::new());
        let mut sent = 0;
        let names = &[
            "type",
            "@type",
            "summary",
            "text",
            "title",
            "attachments",
            "themeColor",
            "textFormat",
            "attachmentLayout",
        ];
        reader::members(
            object,
            names,
            Place::Root,
            &mut findings,
            |name, json, place, findings| match name {
                "summary" => summary = reader::filled(json, place, findings),
                "text" => text = reader::filled(json, place, findings),
                "attachments" => {
                    sent = if let Json::List(items) = &json { items.len() } else { 0 };
                    cards = reader::objects(json, place, findings, Card::read);
                }
                _ => {}
            },
        );
        if cards.is_empty() && text.is_none() && summary.is_none() {
            return Err(if sent > 0 {
                let place =
                    findings.as_slice().iter().rev().find(|it| it.severity == Severity::Error);
                let pointer =
                    place.map_or_else(|| "/attachments".to_owned(), |it| it.pointer.clone());
                Refusal::bad(Reason::UnusableAttachments).at(pointer)
            } else {
                Refusal::empty(Reason::NoAttachment).at("/attachments")
            });
        }
        if cards.is_empty() {
            let card = MessageCard { summary: summary.clone(), text, ..MessageCard::default() };
            let form = if card.text.is_some() { Form::Text } else { Form::MessageCard };
            let cards = vec![Card::Message(Box::new(card))];
            return Ok(Self { form, summary, text: None, cards, findings });
        }
        Ok(Self { form: Form::Attachments, summary, text, cards, findings })
    }

    /// The shape that was posted.
    pub const fn form(&self) -> Form {
        self.form
    }

    /// The cards, in order; at least one.
    pub fn cards(&self) -> &[Card<'a>] {
        &self.cards
    }

    /// The text of a message that stands above its attachments.
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// The line of a notification, as sent: Markdown may be in it.
    pub fn summary(&self) -> Option<&str> {
        self.summary.as_deref().or_else(|| {
            self.cards.iter().find_map(|card| match card {
                Card::Message(card) => card.summary.as_deref().or(card.title.as_deref()),
                Card::Adaptive(card) => card.fallback_text(),
                Card::Hero(card) => card.title.as_deref(),
                Card::List(card) => card.title.as_deref(),
                Card::Other(_) => None,
            })
        })
    }

    /// The colour of the first card that has one, as `#rrggbb` in lower case.
    pub fn theme_color(&self) -> Option<String> {
        self.cards.iter().find_map(|card| match card {
            Card::Message(card) => card.theme_color(),
            _ => None,
        })
    }

    /// Whether a card asks for the full width of the channel.
    pub fn is_full_width(&self) -> bool {
        self.cards.iter().any(|card| matches!(card, Card::Adaptive(card) if card.is_full_width()))
    }

    /// What is odd about the post, in the order of the body; Adaptive Cards are checked now.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = self.findings.clone();
        for card in &self.cards {
            if let Card::Adaptive(card) = card {
                adaptive::check(card, &mut findings);
            }
        }
        findings.into_vec()
    }

    /// The `HttpPOST` whose button carries `id`, with the questions whose answers go into it.
    pub fn http_press(&self, id: &str) -> Option<HttpPress<'_, 'a>> {
        crate::convert::http_press(self, id)
    }

    /// Every `HttpPOST` of the post with the opaque id that its button carries in the converted card.
    pub fn http_post_actions(&self) -> Vec<(String, &HttpPost<'a>)> {
        crate::convert::http_posts(self)
    }
}

/// Whether a member is a text that shows something.
fn says(json: &Json<'_>) -> bool {
    match json {
        Json::Text(text) => !text.trim().is_empty(),
        Json::Number(_) | Json::Bool(_) => true,
        _ => false,
    }
}

fn nothing_to_show(object: &Object<'_>) -> Refusal {
    let is_own = |name: &str| VOCABULARY.iter().any(|own| own.eq_ignore_ascii_case(name));
    if !object.0.is_empty() && !object.0.iter().any(|(name, _)| is_own(name)) {
        return Refusal::bad(Reason::Foreign);
    }
    match type_of(object) {
        Some("AdaptiveCard") => Refusal::empty(Reason::BareAdaptiveCard),
        _ => match object.member_any_case("text") {
            Some(_) => Refusal::empty(Reason::NothingToShow).at("/text"),
            None => Refusal::empty(Reason::NothingToShow),
        },
    }
}
