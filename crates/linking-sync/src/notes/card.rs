//! Changes as an Adaptive Card.

use std::collections::BTreeMap;

use i18n::Translator;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::change::{Event, Shown, Told};

/// Changes that one card tells in full; of more it says how many there are.
pub const MOST_CHANGES: usize = 12;
/// Bytes of a card: about 28 KB is the limit of a post (Microsoft Teams limits), less what is put around it.
const LARGEST: usize = 24 * 1024;

/// What a card is made of.
#[derive(Debug, Clone)]
pub struct Draft<'a> {
    /// The words.
    pub texts: Translator<'a>,
    /// The zone of times.
    pub zone: &'a TimeZone,
    /// By which the card is found again in its channel.
    pub marker: String,
    /// The record.
    pub record: &'a str,
    /// Where people open it.
    pub address: Option<&'a str>,
    /// Names of people, and of rows that the poster may read.
    pub names: &'a BTreeMap<Uuid, String>,
    /// Changes that are not told one by one.
    pub more: u64,
}

/// The marker of a batch of changes.
pub fn marker(batch: Uuid) -> String {
    format!("note-{}", batch.simple())
}

/// One card for changes in their order, oldest first. Of many the newest are told.
pub fn card(draft: &Draft<'_>, changes: &[(Timestamp, Told)]) -> Json {
    let mut most = MOST_CHANGES;
    loop {
        let card = attempt(draft, changes, most);
        if most <= 1 || card.to_string().len() <= LARGEST {
            return card;
        }
        most /= 2;
    }
}

fn attempt(draft: &Draft<'_>, changes: &[(Timestamp, Told)], most: usize) -> Json {
    let texts = draft.texts;
    let skipped = changes.len().saturating_sub(most);
    let before = draft.more + u64::try_from(skipped).unwrap_or(0);
    let mut body = vec![json!({
        "type": "TextBlock",
        "id": draft.marker,
        "text": plain(draft.record),
        "weight": "Bolder",
        "size": "Medium",
        "wrap": true,
    })];
    if before > 0 {
        let text = texts.with1("linking-sync.note-more", "count", before);
        body.push(json!({ "type": "TextBlock", "text": text, "isSubtle": true, "wrap": true }));
    }
    for (at, told) in changes.iter().skip(skipped) {
        body.extend(section(draft, *at, told));
    }
    let summary = match changes.last() {
        Some((_, told)) if changes.len() == 1 && before == 0 => headline(draft, told),
        _ => {
            let count = draft.more + u64::try_from(changes.len()).unwrap_or(0);
            texts.with1("linking-sync.note-summary", "count", count)
        }
    };
    let mut card = json!({
        "type": "AdaptiveCard",
        "version": "1.4",
        "lang": texts.tag(),
        "speak": format!("{}: {summary}", plain(draft.record)),
        "fallbackText": summary,
        "body": body,
    });
    if let (Some(address), Some(card)) = (draft.address, card.as_object_mut()) {
        let open = texts.text("linking-sync.note-open");
        let action = json!([{ "type": "Action.OpenUrl", "title": open, "url": address }]);
        card.insert("actions".to_owned(), action);
    }
    card
}

fn section(draft: &Draft<'_>, at: Timestamp, told: &Told) -> Vec<Json> {
    let head = headline(draft, told);
    let when = draft.texts.exact(at, draft.zone);
    let mut parts = vec![
        json!({ "type": "TextBlock", "text": head, "wrap": true, "spacing": "Medium",
                "separator": true }),
        json!({ "type": "TextBlock", "text": when, "isSubtle": true, "size": "Small",
                "spacing": "None" }),
    ];
    let french = draft.texts.tag().starts_with("fr");
    let facts: Vec<Json> = told
        .cells
        .iter()
        .map(|cell| {
            let label = if french { &cell.label.1 } else { &cell.label.0 };
            let (was, is) = (value(draft, &cell.was, french), value(draft, &cell.is, french));
            let text = if matches!(cell.was, Shown::None) {
                is
            } else {
                let words = [("was", was.into()), ("is", is.into())];
                draft.texts.with("linking-sync.note-became", &words)
            };
            json!({ "title": plain(label), "value": text })
        })
        .collect();
    if !facts.is_empty() {
        parts.push(json!({ "type": "FactSet", "facts": facts }));
    }
    parts
}

fn headline(draft: &Draft<'_>, told: &Told) -> String {
    let texts = draft.texts;
    let who = match draft.names.get(&told.by) {
        Some(name) => plain(name),
        None => texts.text("linking-sync.note-somebody"),
    };
    let french = texts.tag().starts_with("fr");
    match (told.event, &told.kind) {
        (Event::Added, Some((english, in_french))) => {
            let kind = plain(if french { in_french } else { english });
            texts.with2("linking-sync.note-added", ("who", who), ("kind", kind))
        }
        (event, _) => {
            let key = format!("linking-sync.note-{}", event.as_str());
            texts.with1(&key, "who", who)
        }
    }
}

fn value(draft: &Draft<'_>, shown: &Shown, french: bool) -> String {
    match shown {
        Shown::None => draft.texts.text("linking-sync.note-empty"),
        Shown::Row(_, id) => match draft.names.get(id) {
            Some(name) => plain(name),
            None => draft.texts.text("linking-sync.note-hidden"),
        },
        other => plain(other.text(french).unwrap_or_default()),
    }
}

/// A text in which nothing is a mark of the card's Markdown.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '*' | '_' | '[' | ']' | '`' | '#' | '\\' | '<' | '>' | '~') {
            out.push('\\');
        }
        out.push(if letter == '\n' || letter == '\r' { ' ' } else { letter });
    }
    out
}

#[cfg(test)]
mod tests {
    use i18n::Texts;

    use super::*;
    use crate::notes::change::Cell;

    fn told(event: Event, cells: Vec<Cell>) -> (Timestamp, Told) {
        let by = Uuid::from_u128(1);
        (Timestamp::from_second(1_780_000_000).unwrap(), Told { event, by, kind: None, cells })
    }

    fn cell(was: Shown, is: Shown) -> Cell {
        let label = ("Est. Revenue".to_owned(), "Revenu estimé".to_owned());
        Cell { column: "estimatedvalue".to_owned(), label, was, is }
    }

    fn draft<'a>(language: &'static str, names: &'a BTreeMap<Uuid, String>) -> Draft<'a> {
        const UTC: &TimeZone = &TimeZone::UTC;
        Draft {
            texts: Texts::global().speak(language),
            zone: UTC,
            marker: marker(Uuid::from_u128(9)),
            record: "Coffee *machines*",
            address: Some("https://hub.example/linked/1"),
            names,
            more: 0,
        }
    }

    #[test]
    fn a_card_tells_who_changed_what_in_the_language_of_the_tenant() {
        let names = BTreeMap::from([(Uuid::from_u128(1), "Camille".to_owned())]);
        let both = |e: &str, f: &str| Shown::Both(e.to_owned(), f.to_owned());
        let cells = vec![cell(both("1,000.00", "1 000,00"), both("2,500.50", "2 500,50"))];
        let changes = [told(Event::Updated, cells)];
        let english = card(&draft("en", &names), &changes).to_string();
        let french = card(&draft("fr", &names), &changes).to_string();
        for (text, words) in [
            (&english, ["Camille", "Est. Revenue", "1,000.00", "2,500.50"]),
            (&french, ["Camille", "Revenu estimé", "1 000,00", "2 500,50"]),
        ] {
            for word in words {
                assert!(text.contains(word), "{word}: {text}");
            }
            assert!(!text.contains("linking-sync."), "a text is missing: {text}");
            assert!(text.contains(r"Coffee \\*machines\\*"), "{text}");
        }
        assert!(cards::parse(&posted(&english), Some("application/json")).is_ok(), "{english}");
    }

    fn posted(card: &str) -> Vec<u8> {
        let card: Json = serde_json::from_str(card).unwrap();
        let kind = "application/vnd.microsoft.card.adaptive";
        let attachment = json!({ "contentType": kind, "contentUrl": null, "content": card });
        json!({ "type": "message", "attachments": [attachment] }).to_string().into_bytes()
    }

    #[test]
    fn a_row_that_the_poster_may_not_read_has_no_name() {
        let names = BTreeMap::new();
        let hidden = Shown::Row("contact".to_owned(), Uuid::from_u128(5));
        let changes = [told(Event::Updated, vec![cell(Shown::None, hidden)])];
        let text = card(&draft("en", &names), &changes).to_string();
        let word = Texts::global().text("en", "linking-sync.note-hidden", &[]);
        assert!(text.contains(&word) && !text.contains("00000000-0000"), "{text}");
    }

    #[test]
    fn many_changes_are_one_card_that_says_how_many_and_fits() {
        let names = BTreeMap::new();
        let long = || Shown::Text("x".repeat(200));
        let cells = || (0..20).map(|_| cell(long(), long())).collect::<Vec<_>>();
        let changes: Vec<_> = (0..500).map(|_| told(Event::Updated, cells())).collect();
        let draft = Draft { more: 7, ..draft("en", &names) };
        let card = card(&draft, &changes).to_string();
        assert!(card.len() <= LARGEST, "{}", card.len());
        assert!(card.contains("507"), "all of them are counted");
    }

    #[test]
    fn every_event_has_words() {
        let names = BTreeMap::new();
        let events = [Event::Added, Event::Updated, Event::Closed, Event::Reopened, Event::Deleted];
        for event in events {
            assert_eq!(Event::parse(event.as_str()), Some(event));
            for language in ["en", "fr"] {
                let mut change = told(event, Vec::new());
                change.1.kind = Some(("Task".to_owned(), "Tâche".to_owned()));
                let text = card(&draft(language, &names), &[change]).to_string();
                assert!(!text.contains("linking-sync."), "{text}");
            }
        }
    }
}
