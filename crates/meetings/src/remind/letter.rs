//! What letters before meetings say, as plain text, as HTML and as a card, in the reader's language and time zone.

use i18n::{Texts, Translator};
use jiff::{Timestamp, civil::Date};
use mailbox::Matched;
use serde_json::{Value as Json, json};
use teams_app::Telling;
use url::Url;
use workspace::mail::as_html;

use super::Reader;
use crate::{Meeting, Opened, Preparation};

/// A letter.
pub(super) struct Written {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
    card: Json,
}

impl Written {
    /// The same as the bot says it.
    pub(super) fn telling(&self) -> Telling {
        Telling { summary: self.subject.clone(), card: self.card.clone() }
    }
}

/// What a letter is made of; every piece is written as text, as HTML and for a card.
struct Sheet {
    text: String,
    html: String,
    language: String,
    body: Vec<Json>,
    actions: Vec<Json>,
}

impl Sheet {
    fn new(language: &str) -> Self {
        let html = format!("<!doctype html>\n<html lang=\"{language}\"><body>\n");
        let (language, body, actions) = (language.to_owned(), Vec::new(), Vec::new());
        Self { text: String::new(), html, language, body, actions }
    }

    /// A line of a card; texts stand in runs, which know no markup.
    fn run(&mut self, text: &str, weight: &str) {
        if self.body.len() < LINES {
            let text: String = text.chars().take(LINE).collect();
            let run = json!({ "type": "TextRun", "text": text, "weight": weight });
            let line = json!({ "type": "RichTextBlock", "spacing": "Small", "inlines": [run] });
            self.body.push(line);
        }
    }

    fn head(&mut self, text: &str) {
        self.text.extend(["\n", text, "\n"]);
        self.html.extend(["<h2>", &as_html(text), "</h2>\n"]);
        self.run(text, "Bolder");
    }

    fn line(&mut self, text: &str) {
        self.text.extend([text, "\n"]);
        self.html.extend(["<p>", &as_html(text), "</p>\n"]);
        self.run(text, "Default");
    }

    fn item(&mut self, text: &str) {
        self.text.extend(["- ", text, "\n"]);
        self.html.extend(["<p>• ", &as_html(text), "</p>\n"]);
        self.run(&format!("• {text}"), "Default");
    }

    fn link(&mut self, text: &str, to: &str) {
        self.text.extend(["\n", text, "\n", to, "\n"]);
        self.html.extend(["<p><a href=\"", &as_html(to), "\">", &as_html(text), "</a></p>\n"]);
        let title: String = text.chars().take(LINE).collect();
        self.actions.push(json!({ "type": "Action.OpenUrl", "title": title, "url": to }));
    }

    fn end(self, subject: &str) -> Written {
        let subject: Vec<&str> = subject.split(char::is_control).collect();
        let (subject, text) = (subject.join(" "), self.text.trim_start().to_owned());
        let title: String = subject.chars().take(LINE).collect();
        let run = json!({ "type": "TextRun", "text": title, "weight": "Bolder", "size": "Medium" });
        let mut body = vec![json!({ "type": "RichTextBlock", "inlines": [run] })];
        body.extend(self.body);
        let card = json!({
            "type": "AdaptiveCard",
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "version": "1.4",
            "lang": self.language,
            "fallbackText": title,
            "body": body,
            "actions": self.actions,
        });
        Written { subject, text, html: self.html + "</body></html>\n", card }
    }
}

/// What to know before a meeting.
pub(super) fn card(
    reader: &Reader,
    (opened, prepared): (&Opened, &Preparation),
    base: &Url,
) -> Written {
    let t = Texts::global().speak(reader.language);
    let say = |key: &str| t.text(format!("meetings.{key}"));
    let meeting = &opened.meeting;
    let mut sheet = Sheet::new(t.tag());
    sheet.line(&when(reader, meeting));
    sheet.head(&say("remind-people"));
    let outside = opened.people.iter().filter(|one| one.is_external);
    for one in outside.take(MOST) {
        let known = prepared.people.iter().find(|known| known.address.address == one.address);
        let text = match known.map(|known| &known.matched) {
            Some(Matched::One(contact)) => {
                let account = contact.account.as_ref().map(|account| account.name.as_str());
                let name = contact.name.as_str();
                account.map_or_else(|| name.to_owned(), |account| format!("{name}, {account}"))
            }
            _ if one.name.is_empty() => one.address.clone(),
            _ => format!("{} ({})", one.name, one.address),
        };
        sheet.item(&text);
    }
    if let Some(record) = &prepared.record {
        sheet.head(&say("remind-record"));
        sheet.line(&format!("{} ({})", record.name, record.label));
        for one in prepared.activities.iter().take(SHOWN) {
            sheet.item(&match one.at {
                Some(at) => format!("{} – {} ({})", day(reader, at), one.subject, one.kind),
                None => format!("{} ({})", one.subject, one.kind),
            });
        }
    }
    if let Some(last) = &prepared.last {
        sheet.head(&say("remind-last"));
        let at = day(reader, last.starts_at);
        sheet.line(&format!("{at} – {}", subject(&t, last)));
        for action in prepared.open_actions.iter().take(SHOWN) {
            sheet.item(&action.said.text);
        }
    }
    let to = address(base, &format!("meetings/{}/preparation", meeting.id));
    sheet.link(&say("remind-open"), &to);
    if let Some(join) = meeting.join_url.as_deref().filter(|url| url.starts_with("https://")) {
        sheet.link(&say("remind-join"), join);
    }
    foot(&mut sheet, &t, base);
    let time = Texts::global().time(reader.language, meeting.starts_at, &reader.zone);
    let args = [("subject", subject(&t, meeting).into()), ("time", time.into())];
    sheet.end(&t.with("meetings.remind-card", &args))
}

/// The next meetings by day.
pub(super) fn digest(reader: &Reader, coming: &[Meeting], (today, base): (Date, &Url)) -> Written {
    let t = Texts::global().speak(reader.language);
    let mut sheet = Sheet::new(t.tag());
    let mut last = None;
    for meeting in coming {
        let date = meeting.starts_at.to_zoned(reader.zone.clone()).date();
        if last != Some(date) {
            sheet.head(&Texts::global().day(reader.language, date, today));
            last = Some(date);
        }
        let time = Texts::global().time(reader.language, meeting.starts_at, &reader.zone);
        let to = address(base, &format!("meetings/{}/preparation", meeting.id));
        sheet.link(&format!("{time} – {}", subject(&t, meeting)), &to);
    }
    foot(&mut sheet, &t, base);
    sheet.end(&t.text("meetings.remind-digest"))
}

fn foot(sheet: &mut Sheet, t: &Translator<'_>, base: &Url) {
    sheet.link(&t.text("meetings.remind-why"), &address(base, "meetings/reminders"));
}

fn subject(t: &Translator<'_>, meeting: &Meeting) -> String {
    match meeting.subject.as_str() {
        "" => t.text("meetings.remind-no-subject"),
        subject => subject.to_owned(),
    }
}

fn when(reader: &Reader, meeting: &Meeting) -> String {
    let texts = Texts::global();
    let time = |at: Timestamp| texts.time(reader.language, at, &reader.zone);
    let date = day(reader, meeting.starts_at);
    format!("{date}, {}–{}", time(meeting.starts_at), time(meeting.ends_at))
}

/// A day, in full.
fn day(reader: &Reader, at: Timestamp) -> String {
    let date = at.to_zoned(reader.zone.clone()).date();
    Texts::global().day(reader.language, date, Date::ZERO)
}

fn address(base: &Url, path: &str) -> String {
    base.join(path).map(String::from).unwrap_or_default()
}

/// People and other lines of a letter.
const MOST: usize = 30;
const SHOWN: usize = 5;
/// Lines of a card and characters of one: the whole stays far below the 28 KB of a message.
const LINES: usize = 48;
const LINE: usize = 200;
