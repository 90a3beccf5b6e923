//! Holds what an endpoint wrote against the source. What the source does not bear out is dropped.

use insights::updates::{Change, Stage};
use jiff::civil::Date;
use serde_json::Value as Json;

use crate::{Answer, Feature, Item, Task};

/// Reads an answer. `show` puts back what was hidden.
///
/// Nothing when it is no JSON of the schema.
pub(crate) fn read(task: &Task, content: &str, show: &dyn Fn(&str) -> String) -> Option<Answer> {
    let value: Json = serde_json::from_str(unfenced(content))
        .or_else(|_| serde_json::from_str(object_in(content)))
        .ok()?;
    let sources: Vec<Plain> = task.sources.iter().map(|source| Plain::of(&source.text)).collect();
    let mut all = String::new();
    for (plain, source) in sources.iter().zip(&task.sources) {
        all.push_str(&plain.text);
        all.push_str(Plain::of(&source.from).text.as_str());
    }
    let mut answer = Answer { by_endpoint: true, ..Answer::default() };
    if task.feature == Feature::Draft {
        let body = show(value.get("body")?.as_str()?);
        all.push_str(&Plain::of(&task.wish).text);
        (answer.draft, answer.dropped) = draft(&body, &all);
        return Some(answer);
    }
    let items = value.get("items")?.as_array()?;
    for entry in items.iter().take(MAX_ITEMS) {
        match item(task, entry, (&sources, &all), show) {
            Some(found) if !answer.items.contains(&found) => answer.items.push(found),
            Some(_) => {}
            None => answer.dropped += 1,
        }
    }
    answer.dropped += items.len().saturating_sub(MAX_ITEMS);
    Some(answer)
}

/// One entry, when the source bears it out.
fn item(
    task: &Task,
    entry: &Json,
    (sources, all): (&[Plain], &str),
    show: &dyn Fn(&str) -> String,
) -> Option<Item> {
    let word = |name: &str| {
        entry.get(name).and_then(Json::as_str).map(|text| show(text).trim().to_owned())
    };
    let quote = word("quote")?;
    let wanted = Plain::of(&quote);
    if wanted.text.split_whitespace().count() < LEAST_QUOTED {
        return None;
    }
    let named =
        entry.get("source").and_then(Json::as_u64).and_then(|number| usize::try_from(number).ok());
    let at = |place: usize| sources.get(place)?.find(&wanted.text).map(|start| (place, start));
    let (source, start) = named.and_then(at).or_else(|| (0..sources.len()).find_map(at))?;
    let change = match task.feature {
        Feature::Updates => Some(change(&word("field")?, &word("value")?, &quote, task)?),
        _ => None,
    };
    let text = if change.is_some() { quote.clone() } else { word("text")? };
    if text.is_empty() || text.chars().count() > MAX_TEXT || text.contains('\n') {
        return None;
    }
    let near = sources.get(source)?;
    let is_borne_out = if is_translated(task, &quote) {
        figures_stand(&text, all) && names_stand(&text, all)
    } else {
        borne_out(&text, &near.text, all)
    };
    if !is_borne_out {
        return None;
    }
    let owner = word("owner").filter(|name| !name.is_empty());
    if owner.as_ref().is_some_and(|name| !all.contains(Plain::of(name).text.trim_end())) {
        return None;
    }
    let due = word("due").and_then(|day| day.parse::<Date>().ok());
    let piece = task.sources.get(source)?;
    Some(Item {
        text,
        quote,
        source,
        start,
        from: piece.from.clone(),
        at_ms: piece.at_ms,
        owner,
        due,
        change,
    })
}

/// What a suggested update changes, when the quoted words say so by the hub's own rules or hold the value itself.
fn change(field: &str, value: &str, quote: &str, task: &Task) -> Option<Change> {
    match field {
        "amount" => {
            let lang = insights::detect(quote).unwrap_or_default();
            let wanted = value.trim().parse::<f64>().ok().filter(|number| number.is_finite())?;
            insights::money::find(quote, lang)
                .into_iter()
                .find(|sum| (cents(sum.cents) - wanted).abs() < 0.5)
                .map(|sum| Change::Amount { cents: sum.cents, currency: sum.currency })
        }
        "close_date" => {
            let wanted: Date = value.trim().parse().ok()?;
            [insights::Lang::English, insights::Lang::French]
                .into_iter()
                .flat_map(|lang| insights::dates::find(quote, lang, task.date))
                .any(|found| found.means.day() == Some(wanted))
                .then_some(Change::CloseDate(wanted))
        }
        "stage" => Some(Change::Stage(match value.trim().to_lowercase().as_str() {
            "qualify" => Stage::Qualify,
            "develop" => Stage::Develop,
            "propose" => Stage::Propose,
            "close" => Stage::Close,
            "lost" => Stage::Lost,
            _ => return None,
        })),
        _ => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "sums of sales")]
fn cents(cents: i64) -> f64 {
    cents as f64 / 100.0
}

/// Whether a statement says no more than the source: its numbers, names and addresses stand there, most of its words too,
/// and some of them where it quotes.
fn borne_out(text: &str, near: &str, all: &str) -> bool {
    let plain = Plain::of(text);
    let words: Vec<&str> = plain.text.split_whitespace().collect();
    if !figures_stand(text, all) {
        return false;
    }
    let telling: Vec<&str> =
        words.iter().copied().filter(|word| word.chars().count() >= 4).collect();
    let stands = |word: &str, place: &str| {
        let root: String = word.chars().take(5).collect();
        place.contains(&format!(" {root}"))
    };
    let known = telling.iter().filter(|word| stands(word, all)).count();
    let close = telling.iter().filter(|word| stands(word, near)).count();
    names_stand(text, all) && known * 2 >= telling.len() && close * 4 >= telling.len()
}

/// Whether a statement was asked for in another language than that of the words it quotes: its own words cannot stand in
/// the source then, but the quote, its numbers, names and addresses still have to.
fn is_translated(task: &Task, quote: &str) -> bool {
    let wanted = task.language.as_deref().and_then(insights::Lang::of_tag);
    let of_quote = insights::detect(quote)
        .or_else(|| task.sources.iter().find_map(|source| insights::detect(&source.text)));
    wanted.zip(of_quote).is_some_and(|(wanted, own)| wanted != own)
}

/// Whether every name of a statement is one of the source. The first word has a capital anyway, days and months have one
/// in English.
fn names_stand(text: &str, all: &str) -> bool {
    let stands = |word: &str| {
        let root: String = word.chars().take(5).collect();
        all.contains(&format!(" {root}")) || CALENDAR.contains(&word) || word.chars().count() < 2
    };
    text.split_whitespace()
        .skip(1)
        .filter(|word| word.chars().next().is_some_and(char::is_uppercase))
        .all(|word| Plain::of(word).text.split_whitespace().all(stands))
}

/// Words that English writes with a capital without their being names.
const CALENDAR: [&str; 19] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Whether every number and every address of a text stands in the source.
fn figures_stand(text: &str, all: &str) -> bool {
    let plain = Plain::of(text);
    let numbers =
        plain.text.split_whitespace().filter(|word| word.chars().any(|c| c.is_ascii_digit()));
    let mut numbers = numbers.filter(|word| !all.contains(&format!(" {word} ")));
    let linked = text
        .split_whitespace()
        .filter(|word| word.contains("://") || word.contains('@') || word.starts_with("www."));
    let mut linked = linked.filter(|word| !all.contains(Plain::of(word).text.trim_end()));
    numbers.next().is_none() && linked.next().is_none()
}

/// A draft without the sentences whose numbers or addresses nobody gave; how many those were.
fn draft(body: &str, all: &str) -> (String, usize) {
    let lang = insights::detect(body).unwrap_or_default();
    let (mut out, mut dropped, mut from) = (String::new(), 0, 0);
    for range in insights::sentences::split(body, lang).take(MAX_DRAFT_SENTENCES) {
        let gap = body.get(from..range.start).unwrap_or_default();
        let sentence = body.get(range.clone()).unwrap_or_default();
        from = range.end;
        if figures_stand(sentence, all) {
            out.push_str(gap);
            out.push_str(sentence);
        } else {
            dropped += 1;
        }
    }
    (out.trim().chars().take(MAX_DRAFT).collect(), dropped)
}

/// What stands inside of a fence, when somebody put JSON into one.
fn unfenced(content: &str) -> &str {
    let text = content.trim();
    let Some(inside) = text.strip_prefix("```") else { return text };
    let inside = inside.strip_prefix("json").unwrap_or(inside);
    inside.strip_suffix("```").unwrap_or(inside).trim()
}

/// The object in an answer with words around it: models that think aloud put them before it.
fn object_in(content: &str) -> &str {
    let behind = content.rsplit_once("</think>").map_or(content, |(_, behind)| behind);
    let range = behind.find('{').zip(behind.rfind('}'));
    range.and_then(|(from, to)| behind.get(from..=to)).unwrap_or_default()
}

/// A text as small letters and digits between single spaces, and where each of its bytes stood.
struct Plain {
    text: String,
    places: Vec<usize>,
}

impl Plain {
    fn of(text: &str) -> Self {
        let mut out = Self { text: " ".to_owned(), places: vec![0] };
        for (at, letter) in text.char_indices() {
            if letter.is_alphanumeric() {
                for small in letter.to_lowercase() {
                    out.text.push(small);
                    out.places.resize(out.text.len(), at);
                }
            } else if !out.text.ends_with(' ') {
                out.text.push(' ');
                out.places.resize(out.text.len(), at);
            }
        }
        if !out.text.ends_with(' ') {
            out.text.push(' ');
            out.places.resize(out.text.len(), text.len());
        }
        out
    }

    /// Where words that are plain themselves begin in the text.
    fn find(&self, wanted: &str) -> Option<usize> {
        let at = self.text.find(wanted)?;
        self.places.get(at + 1).copied()
    }
}

/// Fewer quoted words prove nothing.
const LEAST_QUOTED: usize = 3;
const MAX_ITEMS: usize = 40;
const MAX_TEXT: usize = 600;
const MAX_DRAFT: usize = 8_000;
const MAX_DRAFT_SENTENCES: usize = 120;
