//! The envelope of an Adaptive Card: its root is typed, what stands below is kept as it was sent.

use crate::json::{Json, Object};

mod check;

pub(crate) use check::check;

/// An Adaptive Card with every member it was sent with, known or not.
#[derive(Debug, Clone, PartialEq)]
pub struct AdaptiveEnvelope<'a> {
    pub(crate) content: Object<'a>,
    /// Where it stands in the body.
    pub(crate) pointer: String,
}

impl AdaptiveEnvelope<'_> {
    /// `version` as sent.
    pub fn version(&self) -> Option<&str> {
        self.content.member("version").and_then(Json::as_text)
    }

    /// `fallbackText`, else `speak`, unless blank.
    pub fn fallback_text(&self) -> Option<&str> {
        ["fallbackText", "speak"]
            .into_iter()
            .filter_map(|name| self.content.member(name).and_then(Json::as_text))
            .find(|text| !text.trim().is_empty())
    }

    /// Whether it asks for the full width of the channel: `msteams` or `msTeams` with `width` `Full`.
    pub fn is_full_width(&self) -> bool {
        ["msteams", "msTeams"].into_iter().any(|name| {
            let teams = self.content.member(name).and_then(Json::as_object);
            let width = teams.and_then(|teams| teams.member("width")).and_then(Json::as_text);
            width.is_some_and(|width| width.eq_ignore_ascii_case("full"))
        })
    }

    /// RFC 6901 pointer of the card in the body.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }
}
