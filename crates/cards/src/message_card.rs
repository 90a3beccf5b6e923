//! MessageCard: the card of Office 365 connectors, as senders really write it.

mod action;
mod input;
mod section;

use std::borrow::Cow;

pub(crate) use action::type_of;
pub use action::{Action, ActionCard, Header, HttpPost, OpenUri, Target};
pub use input::{Choice, Input, InputKind};
pub use section::{Activity, Fact, Picture, Section};

use crate::{
    finding::{Findings, Rule, Severity},
    json::Object,
    limits::{ACTIONS_DOCUMENTED, SECTIONS_SHOWN},
    pointer::Place,
    reader,
};

/// A MessageCard. Blank texts are read as absent; every other text is as it was sent.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MessageCard<'a> {
    /// The line of a notification; not on the card unless it has nothing else.
    pub summary: Option<Cow<'a, str>>,
    /// The heading.
    pub title: Option<Cow<'a, str>>,
    /// Markdown under the title.
    pub text: Option<Cow<'a, str>>,
    /// A colour as sent; [`MessageCard::theme_color`] reads it.
    pub theme: Option<Cow<'a, str>>,
    /// The parts.
    pub sections: Vec<Section<'a>>,
    /// The buttons of the whole card.
    pub actions: Vec<Action<'a>>,
    /// Echoed in requests of actions.
    pub correlation_id: Option<Cow<'a, str>>,
}

const MEMBERS: &[&str] = &[
    "@type",
    "@context",
    "type",
    "context",
    "$schema",
    "summary",
    "title",
    "text",
    "themeColor",
    "sections",
    "potentialAction",
    "correlationId",
    "expectedActors",
    "originator",
    "hideOriginalBody",
    "markdown",
];

impl<'a> MessageCard<'a> {
    pub(crate) fn read(object: Object<'a>, place: Place<'_>, findings: &mut Findings) -> Self {
        let mut card = Self::default();
        reader::members(
            object,
            MEMBERS,
            place,
            findings,
            |name, json, place, findings| match name {
                "summary" => card.summary = reader::filled(json, place, findings),
                "title" => card.title = reader::filled(json, place, findings),
                "text" => card.text = reader::filled(json, place, findings),
                "themeColor" => {
                    card.theme = reader::filled(json, place, findings);
                    if card.theme.as_deref().is_some_and(|theme| hex(theme).is_none()) {
                        findings.add(
                            Severity::Note,
                            Rule::WrongValue,
                            place,
                            "not a hexadecimal colour",
                        );
                    }
                }
                "sections" => {
                    card.sections = reader::objects(json, place, findings, Section::read);
                    if card.sections.len() > SECTIONS_SHOWN {
                        let detail = format!("Teams shows {SECTIONS_SHOWN}");
                        findings.add(Severity::Note, Rule::TooMany, place, detail);
                    }
                }
                "potentialAction" => {
                    card.actions = reader::objects(json, place, findings, Action::read);
                    if card.actions.len() > ACTIONS_DOCUMENTED {
                        let detail = format!("{ACTIONS_DOCUMENTED} are documented");
                        findings.add(Severity::Note, Rule::TooMany, place, detail);
                    }
                }
                "correlationId" => card.correlation_id = reader::filled(json, place, findings),
                // the type was looked at before; what else has a name here is for mail alone
                _ => {}
            },
        );
        card
    }

    /// The colour as `#rrggbb` in lower case, if it is one.
    pub fn theme_color(&self) -> Option<String> {
        self.theme.as_deref().and_then(hex)
    }
}

/// `#rrggbb` of `rrggbb`, `#RRGGBB`, `#rgb` or `#aarrggbb` (alpha first, dropped).
pub(crate) fn hex(color: &str) -> Option<String> {
    let digits = color.trim().trim_start_matches('#');
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let six = match digits.len() {
        3 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
        6 => digits.to_owned(),
        8 => digits.get(2..)?.to_owned(),
        _ => return None,
    };
    Some(format!("#{}", six.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_read_with_and_without_its_mark() {
        for (sent, read) in [
            ("0076D7", Some("#0076d7")),
            ("#A32037", Some("#a32037")),
            ("#f00", Some("#ff0000")),
            ("80ff0000", Some("#ff0000")),
            ("red", None),
            ("url(x)", None),
            ("", None),
        ] {
            assert_eq!(hex(sent).as_deref(), read, "{sent}");
        }
    }
}
