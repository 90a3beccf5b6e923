//! What the language features make of a mail, as parts that come after the page: a summary whose sentences lead to
//! their places.
//!
//! What it is not: a place that decides who may have them or who does the work; `language-features` does.

use askama::Template;
use axum::{Extension, extract::State, http::HeaderMap, response::Response};
use edge::{Path, Problem};
use jiff::tz::TimeZone;
use language_features::{Answer, Error, Feature, Item, LanguageFeatures, Source, Task};
use mailbox::{Opened, thread};
use uuid::Uuid;
use web_frame::{App, Frame, Html, Visit, answer};

use crate::pane::Alone;

/// Which features there are for the reader.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Helps {
    pub(crate) summary: bool,
}

/// Asks which there are; who may have none has none.
pub(crate) async fn offered(language: &LanguageFeatures, visit: &Visit) -> Helps {
    let Ok((switches, _)) = language.offered(&visit.scope).await else { return Helps::default() };
    let has = |feature: Feature| switches.iter().any(|switch| switch.feature == feature);
    Helps { summary: has(Feature::Thread) }
}

/// A task about a mail: its messages, the earliest first.
pub(crate) fn task(opened: &Opened, feature: Feature) -> Task {
    let day = opened.mail.sent_at.to_zoned(TimeZone::UTC).date();
    let mut sources: Vec<Source> = thread::split(&opened.message.text)
        .into_iter()
        .enumerate()
        .map(|(at, piece)| Source {
            from: piece.by.unwrap_or_else(|| opened.mail.sender_name.clone()),
            day: (at == 0).then_some(day),
            at_ms: None,
            text: piece.text,
            is_external: true,
        })
        .collect();
    sources.reverse();
    Task {
        feature,
        sources,
        date: day,
        tracked: language_features::Tracked::default(),
        language: None,
        wish: String::new(),
    }
}

/// What comes of a task; nothing where the mail has no text.
async fn run(
    language: &LanguageFeatures,
    visit: &Visit,
    task: &Task,
) -> Result<Option<Answer>, Problem> {
    match language.run(&visit.scope, task).await {
        Ok(answer) => Ok(Some(answer)),
        Err(Error::Empty) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// A part of the pane; a page of its own where no script asked for it.
fn part(headers: &HeaderMap, frame: Frame, opened: &Opened, html: Html) -> Response {
    if headers.contains_key("hx-request") {
        answer::part(html)
    } else {
        answer::page(&Alone::around(frame, opened, html))
    }
}

/// Who made it and what became of the rest, as lines.
pub(crate) fn made(frame: &Frame, answer: &Answer) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(reason) = answer.fell_back {
        let reason = frame.say(&format!("web-mail.made-why-{reason}"));
        lines.push(frame.say1("web-mail.made-fell-back", "reason", reason));
    }
    let by = if answer.by_endpoint { "web-mail.made-endpoint" } else { "web-mail.made-rules" };
    lines.push(frame.say(by));
    if answer.dropped > 0 {
        lines.push(frame.say1("web-mail.made-dropped", "count", answer.dropped));
    }
    lines
}

/// The summary.
#[derive(Debug, Template)]
#[template(path = "summary.html")]
pub(crate) struct Summary {
    frame: Frame,
    /// Sentences with the numbers of their places, 0 where there is none.
    sentences: Vec<(String, usize)>,
    /// Messages: who wrote them, and their text in parts with the numbers of those that are places.
    messages: Vec<(String, Vec<(String, usize)>)>,
    made: Vec<String>,
}

/// A place in a message: message, first byte, the byte behind, number.
type Place = (usize, usize, usize, usize);

impl Summary {
    pub(crate) fn new(frame: &Frame, task: &Task, answer: &Answer) -> Self {
        let mut places: Vec<Place> = Vec::new();
        let sentences = answer.items.iter().map(|item| {
            let number = place_of(task, item, &mut places);
            (item.text.clone(), number)
        });
        let sentences = sentences.collect();
        kernel::sort_by_key(&mut places, |&(source, start, ..)| (source, start));
        let messages = task.sources.iter().enumerate().filter_map(|(at, source)| {
            let own: Vec<Place> = places.iter().filter(|place| place.0 == at).copied().collect();
            (!own.is_empty()).then(|| (source.from.clone(), marked(&source.text, &own)))
        });
        Self {
            frame: frame.clone(),
            sentences,
            messages: messages.collect(),
            made: made(frame, answer),
        }
    }
}

/// The number of the place that an item quotes; one that overlaps another is that other.
fn place_of(task: &Task, item: &Item, places: &mut Vec<Place>) -> usize {
    let Some(source) = task.sources.get(item.source) else { return 0 };
    let here = source.text.get(item.start..).is_some_and(|rest| rest.starts_with(&item.quote));
    let start = if here { Some(item.start) } else { source.text.find(&item.quote) };
    // what an endpoint quotes may differ in spaces and signs: its first byte is known all the same
    let start = start.or_else(|| source.text.get(item.start..).map(|_| item.start));
    let Some(start) = start else { return 0 };
    let mut end = start.saturating_add(item.quote.len()).min(source.text.len());
    while !source.text.is_char_boundary(end) {
        end += 1;
    }
    let known =
        places.iter().find(|place| place.0 == item.source && start < place.2 && place.1 < end);
    if let Some(known) = known {
        return known.3;
    }
    let number = places.len() + 1;
    places.push((item.source, start, end, number));
    number
}

/// A text in parts: 0 for what is no place.
fn marked(text: &str, places: &[Place]) -> Vec<(String, usize)> {
    let mut parts = Vec::new();
    let mut from = 0;
    for &(_, start, end, number) in places {
        parts.push((text.get(from..start).unwrap_or_default().to_owned(), 0));
        parts.push((text.get(start..end).unwrap_or_default().to_owned(), number));
        from = end;
    }
    parts.push((text.get(from..).unwrap_or_default().to_owned(), 0));
    parts.retain(|(part, _)| !part.is_empty());
    parts
}

/// The summary of a mail and of what it answers.
pub(crate) async fn summary(
    State(app): State<App>,
    Extension(language): Extension<LanguageFeatures>,
    visit: Visit,
    headers: HeaderMap,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    let opened = app.mailbox.open(&visit.scope, id).await?;
    let task = task(&opened, Feature::Thread);
    let html = match run(&language, &visit, &task).await? {
        Some(answer) => Html::of(&Summary::new(&visit.frame, &task, &answer)),
        None => Html::default(),
    };
    Ok(part(&headers, visit.frame, &opened, html))
}
