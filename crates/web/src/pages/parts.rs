//! What the pages of accounts and of administration share: groups of boxes to tick, a form on a page of its
//! own, and what is shown only once.

use askama::{Template, filters::HtmlSafe};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use identity::Role;
use kernel::{Coded, FieldError, Kind, Permission};

use crate::{Field, Frame};

/// Boxes to tick under one legend; they all send the same name.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/ticks.html")]
pub(crate) struct Ticks {
    name: &'static str,
    legend: String,
    hint: String,
    error: Option<String>,
    options: Vec<Tick>,
}

/// One box.
#[derive(Debug, Clone)]
pub(crate) struct Tick {
    pub(crate) value: &'static str,
    pub(crate) label: String,
    pub(crate) hint: String,
    pub(crate) on: bool,
}

impl HtmlSafe for Ticks {}

impl Ticks {
    /// Boxes named `name`.
    pub(crate) fn new(name: &'static str, legend: String, options: Vec<Tick>) -> Self {
        Self { name, legend, hint: String::new(), error: None, options }
    }

    /// The same with a sentence below the legend.
    pub(crate) fn hint(mut self, hint: String) -> Self {
        self.hint = hint;
        self
    }

    /// The same with what is wrong.
    pub(crate) fn checked(mut self, errors: &[FieldError], frame: &Frame) -> Self {
        let mine = |error: &&FieldError| error.pointer.trim_start_matches('/') == self.name;
        self.error = errors.iter().find(mine).map(|error| frame.t.code(error.code));
        self
    }

    /// The tenant-wide roles.
    pub(crate) fn roles(frame: &Frame, name: &'static str, on: &[Role]) -> Self {
        let tick = |role: Role| Tick {
            value: role.as_str(),
            label: role_name(frame, role),
            hint: role_what(frame, role),
            on: on.contains(&role),
        };
        Self::new(name, frame.say("roles"), Role::ALL.into_iter().map(tick).collect())
    }

    /// The roles that ask for a second factor.
    pub(crate) fn factor_roles(frame: &Frame, on: &[Role]) -> Self {
        let mut ticks = Self::roles(frame, "second_factor_roles", on);
        ticks.legend = frame.say("organisation-factor");
        ticks.hint(frame.say("organisation-factor-hint"))
    }

    /// What a token may do, of what the reader may.
    pub(crate) fn scopes(frame: &Frame, on: &[String]) -> Self {
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
pub(crate) fn role_name(frame: &Frame, role: Role) -> String {
    frame.t.text(format!("identity.role-{}", dashed(role.as_str())))
}

/// What a role is for.
pub(crate) fn role_what(frame: &Frame, role: Role) -> String {
    frame.t.text(format!("identity.role-{}.detail", dashed(role.as_str())))
}

/// What a permission allows, in words.
pub(crate) fn permission_name(frame: &Frame, permission: Permission) -> String {
    frame.say(&format!("permission-{}", dashed(permission.as_str())))
}

fn dashed(word: &str) -> String {
    word.replace(['_', ':'], "-")
}

/// A form on a page of its own.
#[derive(Debug, Template)]
#[template(path = "admin/form.html")]
pub(crate) struct FormPage {
    pub(crate) frame: Frame,
    pub(crate) intro: String,
    pub(crate) problem: Option<(String, String)>,
    pub(crate) fields: Vec<Field>,
    pub(crate) ticks: Vec<Ticks>,
    pub(crate) action: String,
    pub(crate) cancel: String,
    pub(crate) button: String,
}

/// Something that is shown once: a token, a link, recovery codes.
#[derive(Debug, Template)]
#[template(path = "admin/once.html")]
pub(crate) struct Once {
    pub(crate) frame: Frame,
    pub(crate) what: String,
    /// What each line is, and the line.
    pub(crate) lines: Vec<String>,
    /// The name of the file that the browser saves it under; none offers no file.
    pub(crate) file: Option<&'static str>,
    /// A line to try it with.
    pub(crate) example: Option<String>,
    pub(crate) done: String,
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
pub(crate) fn mistakes(error: &impl Coded, name: &'static str) -> Option<Vec<FieldError>> {
    let code = error.code();
    match code.kind() {
        Kind::Invalid if !error.fields().is_empty() => Some(error.fields().to_vec()),
        Kind::Conflict => Some(vec![FieldError::new(name, code.name(), "")]),
        _ => None,
    }
}

/// Title and remedy of an error, for a note on the page.
pub(crate) fn told(frame: &Frame, error: &impl Coded) -> (String, String) {
    let code = error.code().name();
    (frame.t.code(code), frame.t.code_detail(code))
}

/// The languages as a select; the empty value follows the browser.
pub(crate) fn language_field(frame: &Frame, chosen: Option<kernel::Language>) -> Field {
    let options = [
        (String::new(), frame.say("language-of-browser")),
        ("en".to_owned(), "English".to_owned()),
        ("fr".to_owned(), "Français".to_owned()),
    ];
    Field::select("language", frame.say("language"), options)
        .value(chosen.map(kernel::Language::tag).unwrap_or_default())
}

/// A text that was typed; nothing where only blanks were.
pub(crate) fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
