//! The welcome message to sellers: what it says in each language, and what stands in the place of its names.
//!
//! Ours, after the last step of the published guide. Four names are known, written `{{ name }}`; everything else between
//! two braces is a mistake that is told with its place, for a mail with a hole in it cannot be called back.

use i18n::Texts;
use jiff::Timestamp;
use kernel::{FieldError, GroupId, Language, UserId};
use uuid::Uuid;
pub use workspace::mail::MailState;
use workspace::mail::as_html;

use crate::{Error, Result};

mod send;
mod service;
mod store;

/// Signs of a subject. Ours.
const MAX_SUBJECT: usize = 200;
/// Signs of a text. Ours.
const MAX_BODY: usize = 10_000;
/// The names that a message may hold.
pub const NAMES: [&str; 4] = ["name", "hub", "link", "sender"];

/// What the message says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Template {
    /// One line.
    pub subject: String,
    /// Paragraphs, with an empty line between them.
    pub body: String,
}

/// What the message says in a language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Welcome {
    /// The language.
    pub language: Language,
    /// Zero until somebody writes it anew; every change is another.
    pub version: i64,
    /// What it says.
    pub template: Template,
    /// Who wrote it.
    pub changed_by: Option<UserId>,
    /// When; nothing for what comes with the hub.
    pub changed_at: Option<Timestamp>,
}

/// The message as a person gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// A group that can be welcomed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WelcomeGroup {
    /// The group.
    pub id: GroupId,
    /// Its name.
    pub name: String,
    /// How many people are in it.
    pub members: i64,
    /// Whether the settings of the guide name it as a group of sellers: by its identifier or its name.
    pub is_named: bool,
}

/// That somebody got the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Welcomed {
    /// Who.
    pub user: UserId,
    /// The mail.
    pub letter: Uuid,
    /// In which language.
    pub language: Language,
    /// Which version.
    pub version: i64,
    /// Who sent it.
    pub sent_by: Option<UserId>,
    /// When it was handed to the outbox.
    pub sent_at: Timestamp,
    /// How far the mail came; nothing where the outbox has forgotten it.
    pub state: Option<MailState>,
    /// Why it did not go, in the words of the relay.
    pub failure: Option<String>,
}

/// To whom it is to go.
#[derive(Debug, Clone, Default)]
pub struct ToWelcome {
    /// The groups. Where nothing of this says who, it is those that the settings of the guide name.
    pub groups: Vec<GroupId>,
    /// People, one by one.
    pub people: Vec<UserId>,
    /// Whoever holds a licence, alone or through a group.
    pub licensed: bool,
    /// Whether who has this version gets it again.
    pub again: bool,
}

/// What came of sending.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sent {
    /// Who gets it now.
    pub sent: Vec<UserId>,
    /// Who had this version before.
    pub had: Vec<UserId>,
    /// Who has no address that mail can go to.
    pub no_address: Vec<UserId>,
    /// Whose account is not active.
    pub inactive: Vec<UserId>,
    /// To whom it could not be sent just now.
    pub failed: Vec<UserId>,
    /// How many are left for another turn.
    pub left: usize,
}

/// What stands in the place of the names.
#[derive(Debug)]
struct Values<'v> {
    name: &'v str,
    hub: &'v str,
    link: &'v str,
    sender: &'v str,
}

impl Template {
    /// What comes with the hub.
    pub fn standard(language: Language) -> Self {
        let texts = Texts::global().speak(language);
        let words = NAMES.map(|name| (name, format!("{{{{ {name} }}}}")));
        let args: Vec<_> = words.iter().map(|(name, word)| (*name, word.as_str().into())).collect();
        let say = |key: &str| texts.with(&format!("deployment.welcome-{key}"), &args);
        let body = ["hello", "what", "where", "first", "ask", "bye"].map(say);
        Self { subject: say("subject"), body: body.join("\n\n") }
    }

    /// Every mistake at once.
    fn check(self) -> Result<Self> {
        let subject = crate::service::one_line(&self.subject, usize::MAX);
        let fits = |c: &char| *c == '\n' || !c.is_control();
        let body: String = self.body.replace("\r\n", "\n").trim().chars().filter(fits).collect();
        let mut fields = Vec::new();
        for (pointer, text, most) in
            [("/subject", &subject, MAX_SUBJECT), ("/body", &body, MAX_BODY)]
        {
            let length = text.chars().count();
            if length == 0 || length > most {
                let detail = format!("1 to {most} signs, not {length}");
                fields.push(FieldError::new(pointer, "deployment.welcome_length", detail));
            } else if let Err((code, detail)) = pieces(text) {
                fields.push(FieldError::new(pointer, code, detail));
            }
        }
        if fields.is_empty() { Ok(Self { subject, body }) } else { Err(Error::Invalid { fields }) }
    }

    /// The message to a person. What was kept is without mistakes; a mistake stands as it was written.
    fn write(&self, values: &Values<'_>) -> Written {
        let plain = |text: &str| {
            let Ok(pieces) = pieces(text) else { return text.to_owned() };
            pieces.iter().map(|piece| values.of(*piece)).collect::<String>()
        };
        let mut html = String::from("<!doctype html>\n<html><body dir=\"auto\">\n");
        for paragraph in self.body.split("\n\n").filter(|one| !one.trim().is_empty()) {
            html.push_str("<p>");
            for piece in pieces(paragraph).unwrap_or_else(|_| vec![Piece::Text(paragraph)]) {
                let said = as_html(values.of(piece)).replace('\n', "<br>");
                match piece {
                    Piece::Name("link") => {
                        html.extend(["<a href=\"", &said, "\">", &said, "</a>"]);
                    }
                    _ => html.push_str(&said),
                }
            }
            html.push_str("</p>\n");
        }
        html.push_str("</body></html>\n");
        let subject = crate::service::one_line(&plain(&self.subject), 2 * MAX_SUBJECT);
        Written { subject, text: plain(&self.body) + "\n", html }
    }
}

impl<'v> Values<'v> {
    fn of(&self, piece: Piece<'v>) -> &'v str {
        match piece {
            Piece::Text(text) => text,
            Piece::Name("name") => self.name,
            Piece::Name("hub") => self.hub,
            Piece::Name("link") => self.link,
            Piece::Name(_) => self.sender,
        }
    }
}

/// A piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'t> {
    Text(&'t str),
    /// One of [`NAMES`].
    Name(&'t str),
}

/// Takes a text apart, in one walk over it.
fn pieces(text: &str) -> Result<Vec<Piece<'_>>, (&'static str, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, opened)) = rest.split_once("{{") {
        let at = (text.len() - rest.len()) + before.len();
        let sign = text.get(..at).unwrap_or_default().chars().count() + 1;
        let Some((name, after)) = opened.split_once("}}") else {
            let detail = format!("the braces at sign {sign} are not closed");
            return Err(("deployment.placeholder_open", detail));
        };
        let name = name.trim();
        if !NAMES.contains(&name) {
            let shown = crate::service::one_line(name, 40);
            let known = NAMES.map(|name| format!("{{{{ {name} }}}}")).join(", ");
            let detail = format!("{{{{ {shown} }}}} at sign {sign} is none of {known}");
            return Err(("deployment.placeholder_unknown", detail));
        }
        if !before.is_empty() {
            found.push(Piece::Text(before));
        }
        found.push(Piece::Name(name));
        rest = after;
    }
    if !rest.is_empty() {
        found.push(Piece::Text(rest));
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
