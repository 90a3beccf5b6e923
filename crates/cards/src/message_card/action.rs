//! Buttons of a MessageCard.

use std::borrow::Cow;

use super::Input;
use crate::{
    address,
    finding::{Findings, Rule, Severity},
    json::{Json, Object},
    pointer::Place,
    reader,
};

/// A button.
#[derive(Debug, Clone, PartialEq)]
pub enum Action<'a> {
    /// Opens an address; `ViewAction` is read as one.
    OpenUri(OpenUri<'a>),
    /// Sends a request from the server.
    HttpPost(HttpPost<'a>),
    /// Opens inputs with buttons of their own.
    Card(ActionCard<'a>),
}

/// Opens an address.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenUri<'a> {
    /// The label.
    pub name: Cow<'a, str>,
    /// Addresses by system.
    pub targets: Vec<Target<'a>>,
}

/// An address for a system.
#[derive(Debug, Clone, PartialEq)]
pub struct Target<'a> {
    /// `default`, `windows`, `iOS`, `android`.
    pub os: Cow<'a, str>,
    /// The address.
    pub uri: Cow<'a, str>,
}

/// A request that the server sends for the person who presses. Never shown to a browser.
#[derive(Debug, Clone, PartialEq)]
pub struct HttpPost<'a> {
    /// The label.
    pub name: Cow<'a, str>,
    /// The address.
    pub target: Cow<'a, str>,
    /// Header fields to send.
    pub headers: Vec<Header<'a>>,
    /// The body, with `{{id.value}}` where values of inputs go.
    pub body: Cow<'a, str>,
    /// Media type of the body; `application/json` unless it was sent.
    pub body_content_type: Cow<'a, str>,
    /// Whether it is the main button.
    pub is_primary: bool,
}

/// A header field.
#[derive(Debug, Clone, PartialEq)]
pub struct Header<'a> {
    /// Its name.
    pub name: Cow<'a, str>,
    /// Its value.
    pub value: Cow<'a, str>,
}

/// Inputs with buttons of their own.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionCard<'a> {
    /// The label.
    pub name: Cow<'a, str>,
    /// What is asked.
    pub inputs: Vec<Input<'a>>,
    /// The buttons; no card among them.
    pub actions: Vec<Action<'a>>,
}

const MEMBERS: &[&str] = &[
    "@type",
    "@context",
    "type",
    "@id",
    "name",
    "targets",
    "target",
    "headers",
    "body",
    "bodyContentType",
    "isPrimary",
    "isPrimaryAction",
    "style",
    "inputs",
    "actions",
    "addInId",
    "desktopCommandId",
    "initializationContext",
];

/// What an action may hold, before its type decides what counts.
#[derive(Default)]
struct Parts<'a> {
    name: Cow<'a, str>,
    targets: Vec<Target<'a>>,
    headers: Vec<Header<'a>>,
    body: Cow<'a, str>,
    body_content_type: Option<Cow<'a, str>>,
    is_primary: bool,
    inputs: Vec<Input<'a>>,
    actions: Vec<Action<'a>>,
}

impl<'a> Action<'a> {
    /// An action of the card or of a section.
    pub(super) fn read(
        object: Object<'a>,
        place: Place<'_>,
        findings: &mut Findings,
    ) -> Option<Self> {
        Self::read_in(object, place, findings, true)
    }

    /// An action inside an `ActionCard`, which may not hold another one.
    fn read_inside(object: Object<'a>, place: Place<'_>, findings: &mut Findings) -> Option<Self> {
        Self::read_in(object, place, findings, false)
    }

    fn read_in(
        object: Object<'a>,
        place: Place<'_>,
        findings: &mut Findings,
        nests: bool,
    ) -> Option<Self> {
        let kind = type_of(&object).unwrap_or_default().to_ascii_lowercase();
        if kind == "actioncard" && !nests {
            findings.add(Severity::Error, Rule::NotAllowedHere, place, "ActionCard");
            return None;
        }
        let mut parts = Parts::default();
        reader::members(
            object,
            MEMBERS,
            place,
            findings,
            |name, json, place, findings| match name {
                "name" => parts.name = reader::text(json, place, findings).unwrap_or_default(),
                "targets" | "target" => parts.targets = targets(json, place, findings),
                "headers" => parts.headers = reader::objects(json, place, findings, Header::read),
                "body" => parts.body = body(json, place, findings),
                "bodyContentType" => {
                    parts.body_content_type = reader::filled(json, place, findings);
                }
                "isPrimary" | "isPrimaryAction" => {
                    parts.is_primary = reader::flag(&json, false, place, findings);
                }
                "inputs" => parts.inputs = reader::objects(json, place, findings, Input::read),
                "actions" if nests => {
                    parts.actions = reader::objects(json, place, findings, Self::read_inside);
                }
                _ => {}
            },
        );
        match kind.as_str() {
            "openuri" | "viewaction" => {
                if !parts.targets.iter().any(|target| address::is_web(&target.uri)) {
                    let detail = "no address of the web";
                    findings.add(Severity::Error, Rule::AddressNotAllowed, place, detail);
                }
                Some(Self::OpenUri(OpenUri { name: parts.name, targets: parts.targets }))
            }
            "httppost" => parts.http_post(place, findings).map(Self::HttpPost),
            "actioncard" => Some(Self::Card(ActionCard {
                name: parts.name,
                inputs: parts.inputs,
                actions: parts.actions,
            })),
            "invokeaddincommand" => {
                findings.add(
                    Severity::Error,
                    Rule::ActionNotSupported,
                    place,
                    "InvokeAddInCommand",
                );
                None
            }
            _ => {
                findings.add(Severity::Error, Rule::UnknownType, place, "");
                None
            }
        }
    }
}

impl<'a> Parts<'a> {
    fn http_post(self, place: Place<'_>, findings: &mut Findings) -> Option<HttpPost<'a>> {
        let Some(target) = self.targets.into_iter().next() else {
            findings.add(Severity::Error, Rule::Missing, place, "target");
            return None;
        };
        Some(HttpPost {
            name: self.name,
            target: target.uri,
            headers: self.headers,
            body: self.body,
            body_content_type: self.body_content_type.unwrap_or(Cow::Borrowed("application/json")),
            is_primary: self.is_primary,
        })
    }
}

/// Addresses: a bare one, a list of bare ones (`ViewAction`), or objects of `os` and `uri`.
fn targets<'a>(json: Json<'a>, place: Place<'_>, findings: &mut Findings) -> Vec<Target<'a>> {
    let plain = |uri: Cow<'a, str>| Target { os: Cow::Borrowed("default"), uri };
    if let text @ Json::Text(_) = json {
        return reader::filled(text, place, findings).map(plain).into_iter().collect();
    }
    let items = reader::list(json, place, findings).into_iter().enumerate();
    items
        .filter_map(|(index, item)| {
            let place = place.item(index);
            match item {
                text @ Json::Text(_) => reader::filled(text, place, findings).map(plain),
                other => {
                    let object = reader::object(other, place, findings)?;
                    Target::read(object, place, findings)
                }
            }
        })
        .collect()
}

/// The body of a request: a text; senders also write the JSON itself.
fn body<'a>(json: Json<'a>, place: Place<'_>, findings: &mut Findings) -> Cow<'a, str> {
    match json {
        structured @ (Json::Object(_) | Json::List(_)) => {
            findings.add(Severity::Note, Rule::WrongType, place, "a string is wanted");
            Cow::Owned(structured.to_value().to_string())
        }
        other => reader::text(other, place, findings).unwrap_or_default(),
    }
}

impl<'a> Target<'a> {
    fn read(object: Object<'a>, place: Place<'_>, findings: &mut Findings) -> Option<Self> {
        let (mut os, mut uri) = (None, None);
        let names = &["os", "uri", "url"];
        reader::members(object, names, place, findings, |name, json, place, findings| match name {
            "os" => os = reader::filled(json, place, findings),
            _ => uri = reader::filled(json, place, findings),
        });
        uri.map(|uri| Self { os: os.unwrap_or(Cow::Borrowed("default")), uri })
    }
}

impl<'a> Header<'a> {
    fn read(object: Object<'a>, place: Place<'_>, findings: &mut Findings) -> Option<Self> {
        let (mut own, mut value) = (None, None);
        let names = &["name", "value"];
        reader::members(object, names, place, findings, |name, json, place, findings| match name {
            "name" => own = reader::filled(json, place, findings),
            _ => value = reader::text(json, place, findings),
        });
        own.map(|name| Self { name, value: value.unwrap_or_default() })
    }
}

/// `@type`, or `type` as some senders write it.
pub(crate) fn type_of<'o>(object: &'o Object<'_>) -> Option<&'o str> {
    ["@type", "type"]
        .into_iter()
        .find_map(|name| object.member_any_case(name).and_then(Json::as_text))
}
