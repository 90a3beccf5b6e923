//! The cards of a message's attachments.

use std::borrow::Cow;

use crate::{
    adaptive::AdaptiveEnvelope,
    finding::{Findings, Rule, Severity},
    json::{Json, Object},
    message_card::{MessageCard, Picture},
    pointer::Place,
    reader,
};

/// A card of a post.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Card<'a> {
    /// A MessageCard, or a bare text.
    Message(Box<MessageCard<'a>>),
    /// An Adaptive Card.
    Adaptive(AdaptiveEnvelope<'a>),
    /// A hero or thumbnail card.
    Hero(Box<HeroCard<'a>>),
    /// A list card.
    List(Box<ListCard<'a>>),
    /// An image, or something that is named and not shown.
    Other(OtherAttachment<'a>),
}

/// A hero or thumbnail card: headings, text, images, buttons.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HeroCard<'a> {
    /// The heading.
    pub title: Option<Cow<'a, str>>,
    /// The line below.
    pub subtitle: Option<Cow<'a, str>>,
    /// The text.
    pub text: Option<Cow<'a, str>>,
    /// Images.
    pub images: Vec<Picture<'a>>,
    /// Buttons that open an address; other kinds need a bot and are left out.
    pub buttons: Vec<Button<'a>>,
    /// A thumbnail's images are small.
    pub is_thumbnail: bool,
}

/// A list card.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListCard<'a> {
    /// The heading.
    pub title: Option<Cow<'a, str>>,
    /// The lines.
    pub items: Vec<ListItem<'a>>,
    /// Buttons.
    pub buttons: Vec<Button<'a>>,
}

/// A line of a list card.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListItem<'a> {
    /// The heading.
    pub title: Option<Cow<'a, str>>,
    /// The line below.
    pub subtitle: Option<Cow<'a, str>>,
    /// Address of an icon.
    pub icon: Option<Cow<'a, str>>,
    /// Address that it opens.
    pub url: Option<Cow<'a, str>>,
    /// Whether it is the heading of the lines that follow.
    pub is_section: bool,
}

/// A button that opens an address.
#[derive(Debug, Clone, PartialEq)]
pub struct Button<'a> {
    /// The label.
    pub title: Cow<'a, str>,
    /// The address.
    pub url: Cow<'a, str>,
}

/// An attachment that is no card.
#[derive(Debug, Clone, PartialEq)]
pub struct OtherAttachment<'a> {
    /// Its type.
    pub content_type: Cow<'a, str>,
    /// Its name.
    pub name: Option<Cow<'a, str>>,
    /// Where it lies.
    pub url: Option<Cow<'a, str>>,
    /// The texts that its content holds, in order.
    pub texts: Vec<Cow<'a, str>>,
}

const ADAPTIVE: &str = "application/vnd.microsoft.card.adaptive";
const MESSAGE_CARD: &str = "application/vnd.microsoft.teams.card.o365connector";
const HERO: &str = "application/vnd.microsoft.card.hero";
const THUMBNAIL: &str = "application/vnd.microsoft.card.thumbnail";
const LIST: &str = "application/vnd.microsoft.teams.card.list";

impl<'a> Card<'a> {
    /// Reads one attachment; none when it holds nothing that can be shown.
    pub(crate) fn read(
        object: Object<'a>,
        place: Place<'_>,
        findings: &mut Findings,
    ) -> Option<Self> {
        let (mut kind, mut name, mut url, mut content) = (None, None, None, None);
        let names = &["contentType", "contentUrl", "content", "name", "thumbnailUrl", "id"];
        let mut content_place = String::from("content");
        reader::members(object, names, place, findings, |own, json, place, findings| match own {
            "contentType" => kind = reader::filled(json, place, findings),
            "contentUrl" => url = reader::filled(json, place, findings),
            "name" => name = reader::filled(json, place, findings),
            "content" => {
                if let Place::Member(_, spelled) = place {
                    spelled.clone_into(&mut content_place);
                }
                content = Some(json);
            }
            _ => {}
        });
        let inside = place.member(&content_place);
        let kind = kind.unwrap_or_default();
        let lower = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let shape = if lower.is_empty() {
            findings.add(Severity::Warning, Rule::Missing, place, "contentType");
            guess(content.as_ref())
        } else {
            lower.as_str()
        };
        match (shape, content) {
            (ADAPTIVE, Some(Json::Object(content))) => {
                Some(Self::Adaptive(AdaptiveEnvelope { content, pointer: inside.pointer() }))
            }
            (MESSAGE_CARD, Some(Json::Object(content))) => {
                Some(Self::Message(Box::new(MessageCard::read(content, inside, findings))))
            }
            (HERO | THUMBNAIL, Some(Json::Object(content))) => {
                let mut hero = HeroCard::read(content, inside, findings);
                hero.is_thumbnail = shape == THUMBNAIL;
                Some(Self::Hero(Box::new(hero)))
            }
            (LIST, Some(Json::Object(content))) => {
                Some(Self::List(Box::new(ListCard::read(content, inside, findings))))
            }
            (ADAPTIVE | MESSAGE_CARD | HERO | THUMBNAIL | LIST, content) => {
                let met = content.as_ref().map_or("nothing", Json::kind);
                findings.add(
                    Severity::Error,
                    Rule::WrongType,
                    inside,
                    format!("an object is wanted, {met} was met"),
                );
                None
            }
            (_, content) => {
                let other = OtherAttachment {
                    content_type: kind,
                    name,
                    url,
                    texts: content.map(texts).unwrap_or_default(),
                };
                if !other.is_image() {
                    findings.add(
                        Severity::Warning,
                        Rule::AttachmentNotShown,
                        place,
                        other.content_type.as_ref(),
                    );
                }
                (!other.is_empty()).then_some(Self::Other(other))
            }
        }
    }
}

/// The type of an attachment that does not say it, by what its content is.
fn guess(content: Option<&Json<'_>>) -> &'static str {
    let Some(object) = content.and_then(Json::as_object) else { return "" };
    let kind = ["type", "@type"].into_iter().find_map(|name| object.member(name)?.as_text());
    match kind {
        Some("AdaptiveCard") => ADAPTIVE,
        Some("MessageCard") => MESSAGE_CARD,
        _ => "",
    }
}

/// The strings of a value in order, those that look like text for people.
fn texts(json: Json<'_>) -> Vec<Cow<'_, str>> {
    match json {
        Json::Text(text) if text.trim().is_empty() || text.contains("://") => Vec::new(),
        Json::Text(text) => vec![text],
        Json::List(items) => items.into_iter().flat_map(texts).collect(),
        Json::Object(Object(members)) => members
            .into_iter()
            .filter(|(name, _)| TEXT_MEMBERS.iter().any(|own| name.eq_ignore_ascii_case(own)))
            .flat_map(|(_, value)| texts(value))
            .collect(),
        _ => Vec::new(),
    }
}

/// Members of unknown cards whose strings are for people, and those that hold further members.
const TEXT_MEMBERS: &[&str] =
    &["title", "subtitle", "text", "facts", "items", "key", "value", "price", "total", "content"];

impl OtherAttachment<'_> {
    /// Whether it is an image with an address.
    pub fn is_image(&self) -> bool {
        self.url.is_some()
            && self.content_type.get(..6).is_some_and(|kind| kind.eq_ignore_ascii_case("image/"))
    }

    fn is_empty(&self) -> bool {
        self.name.is_none() && self.url.is_none() && self.texts.is_empty()
    }
}

impl<'a> HeroCard<'a> {
    fn read(object: Object<'a>, place: Place<'_>, findings: &mut Findings) -> Self {
        let mut card = Self::default();
        let names = &["title", "subtitle", "text", "images", "image", "buttons", "tap", "type"];
        reader::members(object, names, place, findings, |name, json, place, findings| match name {
            "title" => card.title = reader::filled(json, place, findings),
            "subtitle" => card.subtitle = reader::filled(json, place, findings),
            "text" => card.text = reader::filled(json, place, findings),
            "images" | "image" => card.images = Picture::list(json, place, findings),
            "buttons" => card.buttons = reader::objects(json, place, findings, Button::read),
            _ => {}
        });
        card
    }
}

impl<'a> ListCard<'a> {
    fn read(object: Object<'a>, place: Place<'_>, findings: &mut Findings) -> Self {
        let mut card = Self::default();
        let names = &["title", "items", "buttons", "type"];
        reader::members(object, names, place, findings, |name, json, place, findings| match name {
            "title" => card.title = reader::filled(json, place, findings),
            "items" => card.items = reader::objects(json, place, findings, ListItem::read),
            "buttons" => card.buttons = reader::objects(json, place, findings, Button::read),
            _ => {}
        });
        card
    }
}

impl<'a> ListItem<'a> {
    fn read(object: Object<'a>, place: Place<'_>, findings: &mut Findings) -> Option<Self> {
        let mut item = Self::default();
        let names = &["type", "title", "subtitle", "icon", "id", "tap"];
        reader::members(object, names, place, findings, |name, json, place, findings| match name {
            "type" => {
                item.is_section =
                    json.as_text().is_some_and(|it| it.eq_ignore_ascii_case("section"));
            }
            "title" => item.title = reader::filled(json, place, findings),
            "subtitle" => item.subtitle = reader::filled(json, place, findings),
            "icon" => item.icon = reader::filled(json, place, findings),
            "tap" => {
                let tap = reader::object(json, place, findings);
                let button = tap.and_then(|tap| Button::read(tap, place, findings));
                item.url = button.map(|button| button.url);
            }
            _ => {}
        });
        (item.title.is_some() || item.subtitle.is_some()).then_some(item)
    }
}

impl<'a> Button<'a> {
    fn read(object: Object<'a>, place: Place<'_>, findings: &mut Findings) -> Option<Self> {
        let (mut kind, mut title, mut url) = (None, None, None);
        let names = &["type", "title", "value", "image", "text", "displayText"];
        reader::members(object, names, place, findings, |name, json, place, findings| match name {
            "type" => kind = reader::filled(json, place, findings),
            "title" => title = reader::filled(json, place, findings),
            // other kinds of buttons carry objects here
            "value" => url = json.as_text().map(str::to_owned).filter(|url| !url.trim().is_empty()),
            _ => {}
        });
        let kind = kind.unwrap_or_default();
        if !kind.eq_ignore_ascii_case("openUrl") {
            findings.add(Severity::Error, Rule::ActionNotSupported, place, kind);
            return None;
        }
        let url: Cow<'a, str> = Cow::Owned(url?);
        Some(Self { title: title.unwrap_or_else(|| url.clone()), url })
    }
}
