//! Inputs that stand before the buttons of an action card.

use std::borrow::Cow;

use super::action::type_of;
use crate::{
    finding::{Findings, Rule, Severity},
    json::{Json, Object},
    pointer::Place,
    reader,
};

/// A question.
#[derive(Debug, Clone, PartialEq)]
pub struct Input<'a> {
    /// Its id, the name in `{{id.value}}`.
    pub id: Option<Cow<'a, str>>,
    /// The label.
    pub title: Option<Cow<'a, str>>,
    /// The value that is there at first.
    pub value: Option<Cow<'a, str>>,
    /// Whether an answer is needed.
    pub is_required: bool,
    /// What kind of answer.
    pub kind: InputKind<'a>,
}

/// What kind of answer an input takes.
#[derive(Debug, Clone, PartialEq)]
pub enum InputKind<'a> {
    /// Text.
    Text {
        /// More than one line.
        is_multiline: bool,
        /// Longest answer.
        max_length: Option<u64>,
    },
    /// A date.
    Date {
        /// And a time.
        includes_time: bool,
    },
    /// One or several of a list.
    Choice {
        /// The list.
        choices: Vec<Choice<'a>>,
        /// Several.
        is_multi_select: bool,
        /// Whether all choices stand open; the platform's default by [`InputKind`] where it is unsaid.
        is_expanded: Option<bool>,
    },
}

/// One choice.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice<'a> {
    /// What is read.
    pub display: Cow<'a, str>,
    /// What is sent.
    pub value: Cow<'a, str>,
}

const MEMBERS: &[&str] = &[
    "@type",
    "type",
    "id",
    "title",
    "value",
    "isRequired",
    "isMultiline",
    "maxLength",
    "includeTime",
    "choices",
    "isMultiSelect",
    "style",
];

impl<'a> Input<'a> {
    pub(super) fn read(
        object: Object<'a>,
        place: Place<'_>,
        findings: &mut Findings,
    ) -> Option<Self> {
        let kind = type_of(&object).unwrap_or_default().to_ascii_lowercase();
        let mut input = Self {
            id: None,
            title: None,
            value: None,
            is_required: false,
            kind: InputKind::Text { is_multiline: false, max_length: None },
        };
        let (mut is_multiline, mut includes_time, mut is_multi_select) = (false, false, false);
        let (mut max_length, mut choices, mut is_expanded) = (None, Vec::new(), None);
        reader::members(
            object,
            MEMBERS,
            place,
            findings,
            |name, json, place, findings| match name {
                "id" => input.id = reader::filled(json, place, findings),
                "title" => input.title = reader::filled(json, place, findings),
                "value" => input.value = reader::text(json, place, findings),
                "isRequired" => input.is_required = reader::flag(&json, false, place, findings),
                "isMultiline" => is_multiline = reader::flag(&json, false, place, findings),
                "maxLength" => max_length = reader::whole(&json, place, findings),
                "includeTime" => includes_time = reader::flag(&json, false, place, findings),
                "choices" => choices = reader::objects(json, place, findings, Choice::read),
                "isMultiSelect" => is_multi_select = reader::flag(&json, false, place, findings),
                "style" => is_expanded = expanded(&json),
                _ => {}
            },
        );
        input.kind = match kind.as_str() {
            "textinput" => InputKind::Text { is_multiline, max_length },
            "dateinput" => InputKind::Date { includes_time },
            "multichoiceinput" => InputKind::Choice { choices, is_multi_select, is_expanded },
            _ => {
                findings.add(Severity::Error, Rule::UnknownType, place, "");
                return None;
            }
        };
        Some(input)
    }
}

/// `expanded`; `normal` and `compact` are the same, and so is `true`, which is documented for a compact
/// list of several.
fn expanded(json: &Json<'_>) -> Option<bool> {
    match json {
        Json::Bool(flag) => Some(!flag),
        Json::Text(word) if word.eq_ignore_ascii_case("expanded") => Some(true),
        Json::Text(word) if word.eq_ignore_ascii_case("false") => Some(true),
        Json::Text(_) => Some(false),
        _ => None,
    }
}

impl<'a> Choice<'a> {
    fn read(object: Object<'a>, place: Place<'_>, findings: &mut Findings) -> Option<Self> {
        let (mut display, mut value) = (None, None);
        let names = &["display", "value", "title", "name"];
        reader::members(object, names, place, findings, |name, json, place, findings| match name {
            "value" => value = reader::filled(json, place, findings),
            _ => display = reader::filled(json, place, findings),
        });
        let value = value.or_else(|| display.clone())?;
        Some(Self { display: display.unwrap_or_else(|| value.clone()), value })
    }
}
