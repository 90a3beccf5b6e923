//! What pages share: groups of boxes to tick, a form on a page of its own, what is shown only once, words for
//! roles, permissions and mistakes.

pub mod record;
pub mod tokens;

use askama::{Template, filters::HtmlSafe};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use identity::Role;
use kernel::{Coded, FieldError, Kind, Permission};
use serde::Deserialize;

use crate::{Field, Frame};

/// Boxes to tick under one legend; they all send the same name.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/ticks.html")]
pub struct Ticks {
    name: &'static str,
    legend: String,
    hint: String,
    error: Option<String>,
    options: Vec<Tick>,
}

/// One box.
#[derive(Debug, Clone)]
pub struct Tick {
    /// What the form sends.
    pub value: &'static str,
    /// What people read.
    pub label: String,
    /// What it means.
    pub hint: String,
    /// Whether it is ticked.
    pub on: bool,
}

impl HtmlSafe for Ticks {}

impl Ticks {
    /// Boxes named `name`.
    pub fn new(name: &'static str, legend: String, options: Vec<Tick>) -> Self {
        Self { name, legend, hint: String::new(), error: None, options }
    }

    /// The same with a sentence below the legend.
    #[must_use]
    pub fn hint(mut self, hint: String) -> Self {
        self.hint = hint;
        self
    }

    /// The same with what is wrong.
    #[must_use]
    pub fn checked(mut self, errors: &[FieldError], frame: &Frame) -> Self {
        let mine = |error: &&FieldError| error.pointer.trim_start_matches('/') == self.name;
        self.error = errors.iter().find(mine).map(|error| frame.t.rule(error.code, error.limit));
        self
    }

    /// The tenant-wide roles.
    pub fn roles(frame: &Frame, name: &'static str, on: &[Role]) -> Self {
        let tick = |role: Role| Tick {
            value: role.as_str(),
            label: role_name(frame, role),
            hint: role_what(frame, role),
            on: on.contains(&role),
        };
        Self::new(name, frame.say("roles"), Role::ALL.into_iter().map(tick).collect())
    }

    /// The roles that ask for a second factor.
    pub fn factor_roles(frame: &Frame, on: &[Role]) -> Self {
        let mut ticks = Self::roles(frame, "second_factor_roles", on);
        ticks.legend = frame.say("organisation-factor");
        ticks.hint(frame.say("organisation-factor-hint"))
    }

    /// What a token may do, of what the reader may.
    pub fn scopes(frame: &Frame, on: &[String]) -> Self {
        let tick = |permission: &Permission| Tick {
            value: permission.as_str(),
            label: permission_name(frame, *permission),
            hint: permission.as_str().to_owned(),
            on: on.iter().any(|word| word == permission.as_str()),
        };
        let all = Permission::ALL
            .iter()
            .filter(|p| !matches!(p, Permission::System | Permission::CardPost) && frame.may(**p))
            .map(tick)
            .collect();
        let ticks = Self::new("permissions", frame.say("token-permissions"), all);
        ticks.hint(frame.say("token-permissions-hint"))
    }
}

/// The name of a role.
pub fn role_name(frame: &Frame, role: Role) -> String {
    frame.t.text(format!("identity.role-{}", dashed(role.as_str())))
}

/// What a role is for.
pub fn role_what(frame: &Frame, role: Role) -> String {
    frame.t.text(format!("identity.role-{}.detail", dashed(role.as_str())))
}

/// What a permission allows, in words.
pub fn permission_name(frame: &Frame, permission: Permission) -> String {
    frame.say(&format!("permission-{}", dashed(permission.as_str())))
}

fn dashed(word: &str) -> String {
    word.replace(['_', ':'], "-")
}

/// A form on a page of its own.
#[derive(Debug, Template)]
#[template(path = "parts/form.html")]
pub struct FormPage {
    /// The frame.
    pub frame: Frame,
    /// A sentence below the title.
    pub intro: String,
    /// What went wrong: title and remedy.
    pub problem: Option<(String, String)>,
    /// The fields.
    pub fields: Vec<Field>,
    /// Groups of boxes below them.
    pub ticks: Vec<Ticks>,
    /// Where the form is sent.
    pub action: String,
    /// Where one goes without sending it.
    pub cancel: String,
    /// The name of the button.
    pub button: String,
}

/// Something that is shown once: a token, a link, recovery codes.
#[derive(Debug, Template)]
#[template(path = "parts/once.html")]
pub struct Once {
    /// The frame.
    pub frame: Frame,
    /// What it is and what to do with it.
    pub what: String,
    /// What each line is, and the line.
    pub lines: Vec<String>,
    /// The name of the file that the browser saves it under; none offers no file.
    pub file: Option<&'static str>,
    /// A line to try it with.
    pub example: Option<String>,
    /// Where one goes afterwards.
    pub done: String,
}

impl Once {
    fn text(&self) -> String {
        self.lines.join("\n")
    }

    /// The lines as an address that the browser saves without asking the hub.
    fn data(&self) -> String {
        let text = self.lines.join("\r\n");
        format!("data:text/plain;base64,{}", STANDARD.encode(text))
    }
}

/// What the person can mend in a form: the findings, or a name that is taken, at `name`.
pub fn mistakes(error: &impl Coded, name: &'static str) -> Option<Vec<FieldError>> {
    let code = error.code();
    match code.kind() {
        Kind::Invalid if !error.fields().is_empty() => Some(error.fields().to_vec()),
        Kind::Conflict => Some(vec![FieldError::new(name, code.name(), "")]),
        _ => None,
    }
}

/// Title and remedy of an error, for a note on the page.
pub fn told(frame: &Frame, error: &impl Coded) -> (String, String) {
    let code = error.code().name();
    (frame.t.code(code), frame.t.code_detail(code))
}

/// Why a post was refused, in words: a reason of the card itself, or the code of a rule of the hub.
pub fn reason(frame: &Frame, code: &str) -> String {
    let name = format!("cards.reason-{}", code.replace(['.', '_'], "-"));
    let text = frame.t.text(name.as_str());
    if text == name { frame.t.code(code) } else { text }
}

/// The languages as a select; the empty value follows the browser.
pub fn language_field(frame: &Frame, chosen: Option<kernel::Language>) -> Field {
    let options = [
        (String::new(), frame.say("language-of-browser")),
        ("en".to_owned(), "English".to_owned()),
        ("fr".to_owned(), "Français".to_owned()),
    ];
    Field::select("language", frame.say("language"), options)
        .value(chosen.map(kernel::Language::tag).unwrap_or_default())
}

/// A text that was typed; nothing where only blanks were.
pub fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A form that holds nothing but its token.
#[derive(Debug, Deserialize)]
pub struct Nothing {}
