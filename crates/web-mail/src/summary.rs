//! The summary of a mail and of what it answers: sentences that lead to their places, what of a sale it speaks of, and
//! the note that it may become.

use askama::Template;
use axum::{Extension, extract::State, http::HeaderMap, response::Response};
use crm::RecordRef;
use edge::{Form, Path, Problem, Query};
use language_features::{Answer, Feature, Item, LanguageFeatures, Task};
use mailbox::{Opened, task};
use serde::Deserialize;
use uuid::Uuid;
use web_frame::{App, Frame, Html, Visit, answer};

use crate::{
    assist::{made, part, run},
    mail::back,
};

/// The summary.
#[derive(Debug, Template)]
#[template(path = "summary.html")]
pub(crate) struct Summary {
    frame: Frame,
    id: Uuid,
    /// Sentences with the numbers of their places, 0 where there is none, and who said it.
    sentences: Vec<(String, usize, String)>,
    /// Messages: who wrote them, and their text in parts with the numbers of those that are places.
    messages: Vec<(String, Vec<(String, usize)>)>,
    /// What of a sale the mail speaks of: `budget`, `timing`, `need`.
    speaks_of: Vec<&'static str>,
    /// The whole as text, for copying and for a note.
    text: String,
    /// Where a note may go: value of a form and name; nothing where there is one already.
    notes: Vec<(String, String)>,
    has_note: bool,
    /// The language that was asked for; empty for that of the mail.
    language: String,
    from: String,
    made: Vec<String>,
}

/// A place in a message: message, first byte, the byte behind, number.
type Place = (usize, usize, usize, usize);

/// What is known beside the answer.
#[derive(Debug, Default)]
pub(crate) struct Around {
    pub(crate) speaks_of: Vec<&'static str>,
    pub(crate) notes: Vec<(String, String)>,
    pub(crate) has_note: bool,
    pub(crate) language: String,
    pub(crate) from: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Of {
    language: String,
    from: String,
}

impl Summary {
    pub(crate) fn new(
        frame: &Frame,
        id: Uuid,
        (task, answer): (&Task, &Answer),
        around: Around,
    ) -> Self {
        let mut places: Vec<Place> = Vec::new();
        let sentences = answer.items.iter().map(|item| {
            let number = place_of(task, item, &mut places);
            (item.text.clone(), number, item.from.clone())
        });
        let sentences: Vec<(String, usize, String)> = sentences.collect();
        kernel::sort_by_key(&mut places, |&(source, start, ..)| (source, start));
        let messages = task.sources.iter().enumerate().filter_map(|(at, source)| {
            let own: Vec<Place> = places.iter().filter(|place| place.0 == at).copied().collect();
            (!own.is_empty()).then(|| (source.from.clone(), marked(&source.text, &own)))
        });
        let mut lines = made(frame, answer);
        if !around.language.is_empty() && !answer.by_endpoint {
            lines.push(frame.say("web-mail.made-untranslated"));
        }
        let text: Vec<String> = sentences.iter().map(|(text, ..)| format!("- {text}")).collect();
        Self {
            frame: frame.clone(),
            id,
            text: text.join("\n"),
            messages: messages.collect(),
            sentences,
            speaks_of: around.speaks_of,
            notes: around.notes,
            has_note: around.has_note,
            made: lines,
            language: around.language,
            from: around.from,
        }
    }

    /// The languages that it may be asked for: the word, its name, and where it is then.
    fn languages(&self) -> Vec<(bool, String, String)> {
        let one = |tag: &str| {
            let key = if tag.is_empty() { "as-mail" } else { tag };
            let name = self.frame.say(&format!("web-mail.draft-language-{key}"));
            let path = format!("/mail/{}/summary?language={tag}&from={}", self.id, self.from);
            (self.language == tag, name, path)
        };
        ["", "en", "fr"].map(one).to_vec()
    }

    fn speaks(&self, of: &str) -> String {
        self.frame.say(&format!("web-mail.speaks-{of}"))
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

/// Records that a note may go to: what the mail is saved to first, then open opportunities.
async fn notes(app: &App, visit: &Visit, opened: &Opened) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    let saved = opened.save.as_ref().and_then(|save| save.about.as_ref());
    if let Some(about) = saved {
        all.push((format!("{}/{}", about.table, about.id), about.name.clone()));
    }
    let Ok(seen) = app.mailbox.people(&visit.scope, &opened.message).await else { return all };
    for record in crate::pane::opportunities(app, visit, &seen).await {
        let value = format!("{}/{}", record.at.table, record.at.id.0);
        if !all.iter().any(|(known, _)| known.eq_ignore_ascii_case(&value)) {
            all.push((value, record.name));
        }
    }
    all
}

/// The summary of a mail and of what it answers.
pub(crate) async fn summary(
    State(app): State<App>,
    Extension(language): Extension<LanguageFeatures>,
    visit: Visit,
    headers: HeaderMap,
    (Path(id), Query(of)): (Path<Uuid>, Query<Of>),
) -> Result<Response, Problem> {
    let opened = Box::pin(app.mailbox.whole_thread(&visit.scope, id)).await?;
    let mut task = task(&opened, Feature::Thread);
    let known = ["en", "fr"].into_iter().find(|tag| *tag == of.language);
    task.language = known.map(str::to_owned);
    let html = match run(&language, &visit, &task).await? {
        Some(answer) => {
            let has_note = app.mailbox.has_note(&visit.scope, id).await?;
            let around = Around {
                speaks_of: language.speaks_of(&visit.scope, &task).await,
                notes: if has_note { Vec::new() } else { notes(&app, &visit, &opened).await },
                has_note,
                language: known.unwrap_or_default().to_owned(),
                from: of.from,
            };
            Html::of(&Summary::new(&visit.frame, id, (&task, &answer), around))
        }
        None => Html::default(),
    };
    Ok(part(&headers, visit.frame, &opened, html))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    record: String,
    text: String,
    from: String,
}

/// Writes the summary, as the seller left it, to a record.
pub(crate) async fn note(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let (table, record) = typed.record.split_once('/').unwrap_or_default();
    let record = RecordRef::new(table, record);
    Box::pin(app.mailbox.save_summary(&visit.scope, id, record, &typed.text)).await?;
    Ok(answer::back_with(&visit.context, &back(id, &typed.from), "web-mail.noted"))
}
