//! What is odd about an Adaptive Card, as a renderer would meet it.
//!
//! The rules are those of the reference renderer and of the schema 1.6 where both agree. Members that
//! nobody knows are let pass: hosts extend cards, and older cards stay valid.

mod kinds;

use std::{borrow::Cow, collections::HashSet};

use super::AdaptiveEnvelope;
use crate::{
    address,
    finding::{Findings, Rule, Severity},
    json::{Json, Object},
    pointer::Place,
};
use kinds::{Child, Kind, Role};

/// Versions that the reference renderer knows end here.
const NEWEST: (u32, u32) = (1, 6);

/// Checks the card and what it holds.
pub(crate) fn check(card: &AdaptiveEnvelope<'_>, findings: &mut Findings) {
    // the pointer has escaped names; only `content` and numbers occur in it
    let steps: Vec<&str> = card.pointer.split('/').skip(1).collect();
    let mut checker = Checker { findings, ids: HashSet::new() };
    checker.below(&steps, Place::Root, &card.content);
}

struct Checker<'f, 'c> {
    findings: &'f mut Findings,
    ids: HashSet<Cow<'c, str>>,
}

impl<'c> Checker<'_, 'c> {
    /// Walks to the place where the card stands.
    fn below(&mut self, steps: &[&str], place: Place<'_>, card: &'c Object<'c>) {
        match steps.split_first() {
            Some((step, rest)) => self.below(rest, place.member(step), card),
            None => self.card(card, place, true),
        }
    }

    fn card(&mut self, card: &'c Object<'c>, place: Place<'_>, is_root: bool) {
        match card.member("type") {
            None => self.say(Severity::Note, Rule::Missing, place, "type"),
            Some(Json::Text(kind)) if kind == "AdaptiveCard" => {}
            Some(other) => {
                let met = other.as_text().unwrap_or(other.kind()).to_owned();
                self.say(Severity::Warning, Rule::WrongValue, place.member("type"), met);
            }
        }
        if is_root {
            self.version(card, place);
        }
        self.children(card, place, kinds::CARD);
    }

    fn version(&mut self, card: &Object<'_>, place: Place<'_>) {
        let place = place.member("version");
        match card.member("version") {
            None => self.say(Severity::Note, Rule::Missing, place, "version"),
            Some(Json::Text(version)) => match numbers(version) {
                None => self.say(Severity::Warning, Rule::WrongValue, place, version.as_ref()),
                Some(version) if version > NEWEST => {
                    self.say(Severity::Warning, Rule::UnsupportedVersion, place, "newest is 1.6");
                }
                Some(_) => {}
            },
            Some(other) => self.say(Severity::Warning, Rule::WrongType, place, other.kind()),
        }
    }

    /// An object whose type says what it is; `role` says what may stand here.
    fn object(&mut self, json: &'c Json<'c>, place: Place<'_>, role: Role) {
        let Json::Object(object) = json else {
            // a run may be a bare text, and null is nothing
            let fits = matches!((role, json), (Role::Inline, Json::Text(_)) | (_, Json::Null));
            if !fits {
                self.say(Severity::Error, Rule::WrongType, place, json.kind());
            }
            return;
        };
        let kind = object.member("type").and_then(Json::as_text);
        let Some(kind) = kind.or_else(|| role.implied()) else {
            let with = format!("type of {}", role.name());
            self.say(Severity::Error, Rule::Missing, place, with);
            return;
        };
        match kinds::find(kind) {
            Some(known) if !known.roles.contains(&role) => {
                self.say(Severity::Error, Rule::NotAllowedHere, place, kind);
            }
            Some(known) => self.known(object, place, known),
            None => {
                let falls_back = object.member("fallback").is_some();
                let severity = if falls_back { Severity::Note } else { Severity::Error };
                self.say(severity, Rule::UnknownType, place.member("type"), kind);
                if let Some(fallback @ Json::Object(_)) = object.member("fallback") {
                    self.object(fallback, place.member("fallback"), role);
                }
            }
        }
    }

    fn known(&mut self, object: &'c Object<'c>, place: Place<'_>, kind: &Kind) {
        if let Some(Json::Text(id)) = object.member("id")
            && !id.is_empty()
            && !self.ids.insert(Cow::Borrowed(id))
        {
            self.say(Severity::Warning, Rule::DuplicateId, place.member("id"), "");
        }
        for name in kind.required {
            match object.member(name) {
                None | Some(Json::Null) => {
                    let detail = format!("{} needs {name}", kind.name);
                    self.say(Severity::Error, Rule::Missing, place, detail);
                }
                Some(_) => {}
            }
        }
        for name in kind.texts {
            match object.member(name) {
                None | Some(Json::Text(_) | Json::Null) => {}
                Some(other) => {
                    self.say(Severity::Warning, Rule::WrongType, place.member(name), other.kind());
                }
            }
        }
        for (name, words) in kinds::WORDS {
            self.word(object, place, name, words);
        }
        if kind.name == "Action.Submit" {
            self.say(Severity::Warning, Rule::ActionNotSupported, place, kind.name);
        }
        self.address(object, place, kind);
        self.children(object, place, kind.children);
    }

    /// A word of a list; renderers compare without case and take the default for others.
    fn word(&mut self, object: &Object<'_>, place: Place<'_>, name: &str, words: &[&str]) {
        if let Some(Json::Text(word)) = object.member(name)
            && !words.iter().any(|own| own.eq_ignore_ascii_case(word))
        {
            self.say(Severity::Warning, Rule::WrongValue, place.member(name), word.as_ref());
        }
    }

    fn address(&mut self, object: &Object<'_>, place: Place<'_>, kind: &Kind) {
        for name in ["url", "iconUrl", "poster", "backgroundImage"] {
            let Some(url) = object.member(name).and_then(Json::as_text) else { continue };
            let is_required = kind.required.contains(&name);
            if !address::may_stand(url) {
                self.say(Severity::Error, Rule::AddressNotAllowed, place.member(name), "scheme");
            } else if is_required && url.trim().is_empty() {
                // renderers pass over an image without address, and report a button without one
                let is_action = kind.roles.contains(&Role::Action);
                let severity = if is_action { Severity::Error } else { Severity::Warning };
                self.say(severity, Rule::Missing, place.member(name), "empty");
            }
        }
    }

    fn children(&mut self, object: &'c Object<'c>, place: Place<'_>, children: &[Child]) {
        for child in children {
            if self.findings.is_full() {
                return;
            }
            let Some(value) = object.member(child.name) else { continue };
            let place = place.member(child.name);
            match (child.role, value) {
                (_, Json::Null) => {}
                (Role::Card, Json::Object(card)) => self.card(card, place, false),
                (role, Json::List(items)) if child.is_list => {
                    for (index, item) in items.iter().enumerate() {
                        self.object(item, place.item(index), role);
                    }
                }
                (role, object @ Json::Object(_)) if !child.is_list => {
                    self.object(object, place, role);
                }
                (_, other) => {
                    self.say(Severity::Error, Rule::WrongType, place, other.kind());
                }
            }
        }
    }

    fn say(&mut self, severity: Severity, rule: Rule, place: Place<'_>, detail: impl Into<String>) {
        self.findings.add(severity, rule, place, detail);
    }
}

/// The first `digits.digits` of a version, as the reference renderer reads it.
fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut parts = version
        .trim_start_matches(|it: char| !it.is_ascii_digit())
        .split(|it: char| !it.is_ascii_digit());
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use crate::{Finding, Rule, Severity, parse};

    fn findings(card: &str) -> Vec<Finding> {
        let body = format!(
            r#"{{"type":"message","attachments":[{{"contentType":"application/vnd.microsoft.card.adaptive","content":{card}}}]}}"#
        );
        parse(body.as_bytes(), None).expect("a post").findings()
    }

    #[test]
    fn a_sound_card_has_no_finding() {
        let card = r#"{"type":"AdaptiveCard","version":"1.5","msTeams":{"width":"Full"},"body":[
            {"type":"TextBlock","text":"a","size":"large","id":"x"},
            {"type":"RichTextBlock","inlines":["a",{"type":"TextRun","text":"b"}]},
            {"type":"ColumnSet","columns":[{"width":"auto","items":[{"type":"Image","url":"https://a.test"}]}]},
            {"type":"ImageSet","images":[{"url":"https://a.test"}]},
            {"type":"Table","columns":[{"width":1}],"rows":[{"cells":[{"items":[]}]}]}],
            "actions":[{"type":"Action.ShowCard","title":"s","card":{"type":"AdaptiveCard","body":[
                {"type":"Input.Text","id":"t"}]}}]}"#;
        assert_eq!(findings(card), []);
    }

    #[test]
    fn each_rule_names_its_place() {
        for (card, severity, rule, pointer) in [
            (r#"{"version":"1.0"}"#, Severity::Note, Rule::Missing, ""),
            (r#"{"type":"Card","version":"1.0"}"#, Severity::Warning, Rule::WrongValue, "/type"),
            (r#"{"type":"AdaptiveCard"}"#, Severity::Note, Rule::Missing, "/version"),
            (
                r#"{"type":"AdaptiveCard","version":1.4}"#,
                Severity::Warning,
                Rule::WrongType,
                "/version",
            ),
            (
                r#"{"type":"AdaptiveCard","version":"x"}"#,
                Severity::Warning,
                Rule::WrongValue,
                "/version",
            ),
            (
                r#"{"type":"AdaptiveCard","version":"2.0"}"#,
                Severity::Warning,
                Rule::UnsupportedVersion,
                "/version",
            ),
            (
                r#"{"type":"AdaptiveCard","version":"1.5","body":{}}"#,
                Severity::Error,
                Rule::WrongType,
                "/body",
            ),
            (
                r#"{"type":"AdaptiveCard","version":"1.5","body":["a"]}"#,
                Severity::Error,
                Rule::WrongType,
                "/body/0",
            ),
            (
                r#"{"type":"AdaptiveCard","version":"1.5","body":[{}]}"#,
                Severity::Error,
                Rule::Missing,
                "/body/0",
            ),
            (
                r#"{"type":"AdaptiveCard","version":"1.5","body":[{"type":"X"}]}"#,
                Severity::Error,
                Rule::UnknownType,
                "/body/0/type",
            ),
            (
                r#"{"type":"AdaptiveCard","version":"1.5","body":[{"type":"X","fallback":"drop"}]}"#,
                Severity::Note,
                Rule::UnknownType,
                "/body/0/type",
            ),
            (
                r#"{"type":"AdaptiveCard","version":"1.5","body":[{"type":"TextBlock"}]}"#,
                Severity::Error,
                Rule::Missing,
                "/body/0",
            ),
            (
                r#"{"type":"AdaptiveCard","version":"1.5","body":[{"type":"TextBlock","text":5}]}"#,
                Severity::Warning,
                Rule::WrongType,
                "/body/0/text",
            ),
            (
                r#"{"type":"AdaptiveCard","version":"1.5","body":[{"type":"TextBlock","text":"","size":"normal"}]}"#,
                Severity::Warning,
                Rule::WrongValue,
                "/body/0/size",
            ),
            (
                r#"{"type":"AdaptiveCard","version":"1.5","body":[{"type":"TextRun","text":"a"}]}"#,
                Severity::Error,
                Rule::NotAllowedHere,
                "/body/0",
            ),
            (
                r#"{"type":"AdaptiveCard","version":"1.5","body":[{"type":"Container","items":[{"type":"Image","url":"javascript:1"}]}]}"#,
                Severity::Error,
                Rule::AddressNotAllowed,
                "/body/0/items/0/url",
            ),
            (
                r#"{"type":"AdaptiveCard","version":"1.5","actions":[{"type":"Action.OpenUrl","url":""}]}"#,
                Severity::Error,
                Rule::Missing,
                "/actions/0/url",
            ),
            (
                r#"{"type":"AdaptiveCard","version":"1.5","actions":[{"type":"Action.Submit"}]}"#,
                Severity::Warning,
                Rule::ActionNotSupported,
                "/actions/0",
            ),
            (
                r#"{"type":"AdaptiveCard","version":"1.5","selectAction":{"type":"Action.ShowCard","card":{}}}"#,
                Severity::Error,
                Rule::NotAllowedHere,
                "/selectAction",
            ),
            (
                r#"{"type":"AdaptiveCard","version":"1.5","body":[{"type":"TextBlock","text":"a","id":"i"},{"type":"TextBlock","text":"a","id":"i"}]}"#,
                Severity::Warning,
                Rule::DuplicateId,
                "/body/1/id",
            ),
        ] {
            let found = findings(card);
            let [finding] = found.as_slice() else { panic!("{card}: {found:?}") };
            let pointer = format!("/attachments/0/content{pointer}");
            assert_eq!((finding.severity, finding.rule), (severity, rule), "{card}");
            assert_eq!(finding.pointer, pointer, "{card}");
        }
    }
}
