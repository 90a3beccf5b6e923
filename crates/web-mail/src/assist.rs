//! What the language features make of a mail, as parts that come after the page: a summary whose sentences lead to
//! their places, what it suggests for an opportunity, and a draft of a reply.
//!
//! What it is not: a place that decides who may have them or who does the work; `language-features` does.

use askama::Template;
use axum::{Extension, extract::State, http::HeaderMap, response::Response};
use edge::{Form, Path, Problem, Query};
use jiff::tz::TimeZone;
use language_features::{
    Answer, Change, Error, Feature, Item, LanguageFeatures, Source, Stage, Task,
};
use mailbox::{Accepted, Opened, Proposal, Proposals, Suggested, thread};
use serde::Deserialize;
use uuid::Uuid;
use web_frame::{App, Frame, Html, Visit, answer};

use crate::pane::Alone;

/// Which features there are for the reader.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Helps {
    pub(crate) summary: bool,
    pub(crate) updates: bool,
    pub(crate) draft: bool,
}

/// Asks which there are; who may have none has none.
pub(crate) async fn offered(language: &LanguageFeatures, visit: &Visit) -> Helps {
    let Ok((switches, _)) = language.offered(&visit.scope).await else { return Helps::default() };
    let has = |feature: Feature| switches.iter().any(|switch| switch.feature == feature);
    Helps {
        summary: has(Feature::Thread),
        updates: has(Feature::Updates),
        draft: has(Feature::Draft),
    }
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

/// What the mail suggests for an opportunity.
#[derive(Debug, Template)]
#[template(path = "updates.html")]
pub(crate) struct Updates {
    frame: Frame,
    id: Uuid,
    found: Proposals,
    /// The fields, each with the words that say so.
    fields: Vec<(Proposal, String)>,
    made: Vec<String>,
}

impl Updates {
    pub(crate) fn new(frame: &Frame, id: Uuid, mut found: Proposals, answer: &Answer) -> Self {
        let quotes: Vec<&str> = changes(answer).map(|(_, quote)| quote).collect();
        let fields = std::mem::take(&mut found.fields).into_iter().map(|field| {
            let quote = quotes.get(field.suggestion).copied().unwrap_or_default().to_owned();
            (field, quote)
        });
        let fields = fields.collect();
        Self { frame: frame.clone(), id, found, fields, made: made(frame, answer) }
    }

    /// The value as people read it: a stage that is a hint alone has a name of ours.
    fn shown(&self, field: &Proposal) -> String {
        match field.value.as_str() {
            word @ ("qualify" | "develop" | "propose" | "close" | "lost") => {
                self.frame.say(&format!("web-mail.stage-{word}"))
            }
            other => other.to_owned(),
        }
    }
}

/// What an answer would change, with the words that say so.
fn changes(answer: &Answer) -> impl Iterator<Item = (Change, &str)> {
    answer.items.iter().filter_map(|item| Some((item.change?, item.quote.as_str())))
}

/// Suggestions as the mailbox takes them.
pub(crate) fn suggested(answer: &Answer) -> Vec<Suggested> {
    let one = |(change, _): (Change, &str)| match change {
        Change::Amount { cents, .. } => Suggested::Amount(cents),
        Change::CloseDate(day) => Suggested::CloseDate(day),
        Change::Stage(stage) => Suggested::Stage(match stage {
            Stage::Qualify => "qualify",
            Stage::Develop => "develop",
            Stage::Propose => "propose",
            Stage::Close => "close",
            Stage::Lost => "lost",
        }),
    };
    changes(answer).map(one).collect()
}

#[derive(Debug, Deserialize)]
pub(crate) struct Of {
    record: String,
}

/// What the mail suggests for one opportunity.
pub(crate) async fn updates(
    State(app): State<App>,
    Extension(language): Extension<LanguageFeatures>,
    visit: Visit,
    headers: HeaderMap,
    (Path(id), Query(of)): (Path<Uuid>, Query<Of>),
) -> Result<Response, Problem> {
    let opened = app.mailbox.open(&visit.scope, id).await?;
    let html = match run(&language, &visit, &task(&opened, Feature::Updates)).await? {
        Some(answer) => {
            let wanted = suggested(&answer);
            let found = app.mailbox.proposals(&visit.scope, &of.record, &wanted).await?;
            Html::of(&Updates::new(&visit.frame, id, found, &answer))
        }
        None => Html::default(),
    };
    Ok(part(&headers, visit.frame, &opened, html))
}

#[derive(Debug, Deserialize)]
pub(crate) struct Typed {
    record: String,
    field: String,
    value: String,
    #[serde(default)]
    version: String,
}

/// Writes one field that the seller accepted.
pub(crate) async fn accept(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let Typed { record, field, value, version } = typed;
    let version = (!version.is_empty()).then_some(version);
    let accepted = Accepted { opportunity: record, field, value, version };
    app.mailbox.accept(&visit.scope, id, accepted).await?;
    Ok(answer::back_with(&visit.context, &format!("/mail/{id}"), "web-mail.accepted"))
}

/// A reply to copy.
#[derive(Debug, Template)]
#[template(path = "draft.html")]
pub(crate) struct Draft {
    frame: Frame,
    text: String,
    made: Vec<String>,
}

impl Draft {
    pub(crate) fn new(frame: &Frame, answer: Answer) -> Self {
        let made = made(frame, &answer);
        Self { frame: frame.clone(), text: answer.draft, made }
    }
}

/// A draft of a reply. It is kept and sent nowhere.
pub(crate) async fn draft(
    State(app): State<App>,
    Extension(language): Extension<LanguageFeatures>,
    visit: Visit,
    headers: HeaderMap,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    let opened = app.mailbox.open(&visit.scope, id).await?;
    let html = match run(&language, &visit, &task(&opened, Feature::Draft)).await? {
        Some(answer) => Html::of(&Draft::new(&visit.frame, answer)),
        None => Html::default(),
    };
    Ok(part(&headers, visit.frame, &opened, html))
}
