//! The mail that follows a meeting: written from its recap, in the recap's language, for the seller to read, change and
//! send. Nothing is kept of it, and nothing is sent from here (sales reference §6.2, §7).
//!
//! It goes to people from outside, so only what was said is in it: summary and actions, no mood and no figures of who
//! spoke how long.

use i18n::Texts;
use jiff::{civil::Date, tz::TimeZone};
use kernel::{Language, Scope};
use uuid::Uuid;

use crate::{Meetings, Opened, Result, service::cut, work::recap};

/// A mail to be read, changed and sent by the seller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Addresses of those from outside.
    pub to: Vec<String>,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub text: String,
}

impl Draft {
    /// The address by which a mail program opens it; the text is left out where the address would be too long.
    pub fn mail_to(&self) -> String {
        let to: Vec<String> = self.to.iter().map(|one| encoded(one).replace("%40", "@")).collect();
        let text = self.text.replace('\n', "\r\n");
        let begin = format!("mailto:{}?", to.join(","));
        with(begin, &[("subject", &self.subject), ("body", &text)])
    }

    /// The address by which Outlook on the web opens it, likewise.
    pub fn outlook(&self) -> String {
        let to = self.to.join(";");
        with(OUTLOOK.to_owned(), &[("to", &to), ("subject", &self.subject), ("body", &self.text)])
    }
}

/// An address with as many of these as fit.
fn with(mut address: String, pieces: &[(&str, &str)]) -> String {
    for (name, value) in pieces {
        let piece = format!("{name}={}&", encoded(value));
        if address.len() + piece.len() <= LONGEST {
            address.push_str(&piece);
        }
    }
    address.trim_end_matches(['&', '?']).to_owned()
}

impl Meetings {
    /// The mail that follows a meeting of the caller's.
    ///
    /// # Errors
    /// As [`Meetings::open`], and [`crate::Error::NoRecap`].
    pub async fn draft(&self, scope: &Scope, id: Uuid) -> Result<(Opened, Draft)> {
        let opened = self.open(scope, id).await?;
        let draft = written(&opened, scope.language())?;
        Ok((opened, draft))
    }
}

/// The mail of a recap; in the reader's language where that of the recap is none of ours.
///
/// # Errors
/// [`crate::Error::NoRecap`].
pub fn written(opened: &Opened, reader: Language) -> Result<Draft> {
    let recap = recap(opened)?;
    let language = match recap.summary_language.as_ref().unwrap_or(&recap.language).as_str() {
        "fr" => Language::Fr,
        "en" => Language::En,
        _ => reader,
    };
    let t = Texts::global().speak(language);
    let say = |key: &str| t.text(format!("meetings.{key}"));
    let meeting = &opened.meeting;
    let subject = match meeting.subject.as_str() {
        "" => say("remind-no-subject"),
        subject => subject.to_owned(),
    };
    let day = meeting.starts_at.to_zoned(TimeZone::UTC).date();
    let day = Texts::global().day(language, day, Date::ZERO);
    let args = [("subject", subject.as_str().into()), ("day", day.into())];
    let mut lines = vec![say("draft-hello"), String::new(), t.with("meetings.draft-thanks", &args)];
    let said = recap.summary.iter().take(SENTENCES).map(|said| format!("- {}", said.text));
    lines.extend(said);
    let actions = recap.actions.as_deref().unwrap_or_default();
    if !actions.is_empty() {
        lines.extend([String::new(), say("draft-actions")]);
    }
    for action in actions.iter().take(SENTENCES) {
        let owner = action.owner.as_ref().map(|name| format!("{name} – ")).unwrap_or_default();
        let due = action.due.map(|day| Texts::global().day(language, day, Date::ZERO));
        let due = due.map(|day| format!(" ({day})")).unwrap_or_default();
        lines.push(format!("- {owner}{}{due}", action.said.text));
    }
    lines.extend([String::new(), say("draft-bye")]);
    let outside = opened.people.iter().filter(|one| one.is_external);
    Ok(Draft {
        to: outside.take(RECIPIENTS).map(|one| one.address.clone()).collect(),
        subject: cut(&t.with1("meetings.draft-subject", "subject", subject.as_str()), 250),
        text: lines.join("\n"),
    })
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

const OUTLOOK: &str = "https://outlook.office.com/mail/deeplink/compose?";
/// How long an address may be that every browser and mail program takes; sentences and people of a mail. Our own choices.
const LONGEST: usize = 2_000;
const SENTENCES: usize = 10;
const RECIPIENTS: usize = 30;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_carry_what_fits_and_nothing_that_is_more_than_text() {
        let draft = Draft {
            to: vec!["ben&bcc=x@fabrikam.example".to_owned(), "cy@fabrikam.example".to_owned()],
            subject: "A & B?cc=x".to_owned(),
            text: "Hello,\n- 45,000 € & more".to_owned(),
        };
        let address = draft.mail_to();
        assert!(address.starts_with("mailto:ben%26bcc%3Dx@fabrikam.example,cy@"), "{address}");
        assert!(address.contains("subject=A%20%26%20B%3Fcc%3Dx&body=Hello%2C%0D%0A-"), "{address}");
        assert!(address.parse::<url::Url>().is_ok() && draft.outlook().parse::<url::Url>().is_ok());
        let long = Draft { text: "x".repeat(3_000), ..draft };
        assert!(!long.mail_to().contains("body") && long.mail_to().contains("subject"));
        assert!(!long.outlook().contains("body=") && long.outlook().len() <= LONGEST);
    }
}
