//! Sections of a MessageCard.

use std::borrow::Cow;

use super::Action;
use crate::{
    finding::Findings,
    json::{Json, Object},
    pointer::Place,
    reader,
};

/// A part of the card.
#[derive(Debug, Clone, PartialEq)]
pub struct Section<'a> {
    /// The heading of the part.
    pub title: Option<Cow<'a, str>>,
    /// Whether a rule separates it from what stands above.
    pub starts_group: bool,
    /// Who did what.
    pub activity: Activity<'a>,
    /// A wide image. Teams ignores it; it is shown here.
    pub hero: Option<Picture<'a>>,
    /// Markdown, unless [`Section::markdown`] says otherwise.
    pub text: Option<Cow<'a, str>>,
    /// Names and values.
    pub facts: Vec<Fact<'a>>,
    /// Small images in a row.
    pub images: Vec<Picture<'a>>,
    /// The buttons of the part.
    pub actions: Vec<Action<'a>>,
    /// Whether its texts are Markdown; without it they are literal.
    pub markdown: bool,
}

/// Who did what: a small image beside up to three lines.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Activity<'a> {
    /// Address of the image.
    pub image: Option<Cow<'a, str>>,
    /// The first line.
    pub title: Option<Cow<'a, str>>,
    /// The second line, subdued.
    pub subtitle: Option<Cow<'a, str>>,
    /// The text below.
    pub text: Option<Cow<'a, str>>,
}

impl Activity<'_> {
    /// Whether there is nothing to show.
    pub const fn is_empty(&self) -> bool {
        self.image.is_none()
            && self.title.is_none()
            && self.subtitle.is_none()
            && self.text.is_none()
    }
}

/// A name and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact<'a> {
    /// The name.
    pub name: Cow<'a, str>,
    /// The value.
    pub value: Cow<'a, str>,
}

/// An image and what it shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture<'a> {
    /// Address, or a data address.
    pub url: Cow<'a, str>,
    /// What it shows.
    pub title: Option<Cow<'a, str>>,
}

const MEMBERS: &[&str] = &[
    "title",
    "startGroup",
    "activityImage",
    "activityTitle",
    "activitySubtitle",
    "activityText",
    "heroImage",
    "text",
    "facts",
    "images",
    "potentialAction",
    "markdown",
];

impl<'a> Section<'a> {
    #[expect(clippy::unnecessary_wraps, reason = "the shape that lists of objects are read by")]
    pub(super) fn read(
        object: Object<'a>,
        place: Place<'_>,
        findings: &mut Findings,
    ) -> Option<Self> {
        let mut section = Self {
            title: None,
            starts_group: false,
            activity: Activity::default(),
            hero: None,
            text: None,
            facts: Vec::new(),
            images: Vec::new(),
            actions: Vec::new(),
            markdown: true,
        };
        reader::members(
            object,
            MEMBERS,
            place,
            findings,
            |name, json, place, findings| match name {
                "title" => section.title = reader::filled(json, place, findings),
                "startGroup" => section.starts_group = reader::flag(&json, false, place, findings),
                "activityImage" => section.activity.image = reader::image(json, place, findings),
                "activityTitle" => section.activity.title = reader::filled(json, place, findings),
                "activitySubtitle" => {
                    section.activity.subtitle = reader::filled(json, place, findings);
                }
                "activityText" => section.activity.text = reader::filled(json, place, findings),
                "heroImage" => section.hero = Picture::of(json, place, findings),
                "text" => section.text = reader::filled(json, place, findings),
                "facts" => section.facts = reader::objects(json, place, findings, Fact::read),
                "images" => section.images = Picture::list(json, place, findings),
                "potentialAction" => {
                    section.actions = reader::objects(json, place, findings, Action::read);
                }
                "markdown" => section.markdown = reader::flag(&json, true, place, findings),
                _ => {}
            },
        );
        Some(section)
    }
}

impl<'a> Fact<'a> {
    fn read(object: Object<'a>, place: Place<'_>, findings: &mut Findings) -> Option<Self> {
        let mut fact = Self { name: Cow::Borrowed(""), value: Cow::Borrowed("") };
        let names = &["name", "value", "title"];
        reader::members(object, names, place, findings, |name, json, place, findings| {
            let text = reader::text(json, place, findings).unwrap_or_default();
            if name == "value" {
                fact.value = text;
            } else {
                fact.name = text;
            }
        });
        Some(fact).filter(|fact| !(fact.name.is_empty() && fact.value.is_empty()))
    }
}

impl<'a> Picture<'a> {
    /// Images in a row.
    pub(crate) fn list(json: Json<'a>, place: Place<'_>, findings: &mut Findings) -> Vec<Self> {
        let items = reader::list(json, place, findings).into_iter().enumerate();
        items.filter_map(|(index, item)| Self::of(item, place.item(index), findings)).collect()
    }

    /// An object of `image` and `title`, or the bare address.
    fn of(json: Json<'a>, place: Place<'_>, findings: &mut Findings) -> Option<Self> {
        if let text @ Json::Text(_) = json {
            return reader::image(text, place, findings).map(|url| Self { url, title: None });
        }
        let object = reader::object(json, place, findings)?;
        let (mut url, mut title) = (None, None);
        let names = &["image", "title", "url", "alt"];
        reader::members(object, names, place, findings, |name, json, place, findings| match name {
            "image" | "url" => url = reader::image(json, place, findings),
            _ => title = reader::filled(json, place, findings),
        });
        url.map(|url| Self { url, title })
    }
}
