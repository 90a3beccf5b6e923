//! Summaries, actions, updates and drafts of texts that come with the request. Nothing of them is kept.

use axum::extract::State;
use edge::{Authed, Json, Problem};
use insights::{
    tracked::Tracked,
    updates::{Change, Stage},
};
use jiff::civil::Date;
use language_features::{Answer, Feature, Item, Source, Task};
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{App, Routes, unknown_word};

pub(crate) fn routes() -> Routes {
    routes!(run)
}

/// A mail of a thread.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LanguageMail)]
struct MailItem {
    #[schema(example = "Ada Byron <ada@northwind.example>")]
    from: String,
    #[schema(example = "2026-03-03")]
    sent: Option<String>,
    #[schema(example = "We need 200 licences before the end of June. Our budget is 45,000 euros.")]
    body: String,
    /// Whether the sender is outside of the organisation.
    #[serde(default)]
    #[schema(example = true)]
    is_external: bool,
}

/// What is to be done with a thread or a transcript.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewLanguageTask)]
struct TaskItem {
    /// `thread_summary`, `meeting_summary`, `actions`, `suggested_updates` or `reply_draft`.
    #[schema(example = "thread_summary")]
    feature: String,
    /// The day from which `tomorrow` counts: that of the meeting or of the last mail.
    #[schema(example = "2026-03-04")]
    date: String,
    /// The mails of a thread, oldest first.
    #[serde(default)]
    mails: Vec<MailItem>,
    /// A transcript: `WebVTT`, `SubRip`, JSON or lines with names.
    #[serde(default)]
    #[schema(
        example = "WEBVTT\n\n0:0:0.0 --> 0:0:5.320\n<v Ada Byron>I will send the offer by Friday.</v>"
    )]
    transcript: String,
    /// The language of the answer, `en` or `fr`; that of the text where nothing is said.
    #[schema(example = "en")]
    language: Option<String>,
    /// What a draft should say.
    #[serde(default)]
    #[schema(example = "Propose a call on Monday")]
    wish: String,
}

/// Something that was found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LanguageStatement)]
struct FoundItem {
    #[schema(example = "Our budget is 45,000 euros.")]
    text: String,
    /// The words of the source that say so.
    #[schema(example = "Our budget is 45,000 euros.")]
    quote: String,
    /// The mail, or the run of one speaker, in which they stand, from 0.
    #[schema(example = 0)]
    source: usize,
    /// The byte of its text at which they begin.
    #[schema(example = 45)]
    start: usize,
    #[schema(example = "Ada Byron")]
    from: String,
    /// When in a recording, in milliseconds.
    #[schema(example = 62_000)]
    at_ms: Option<i64>,
    /// Who is to do it.
    #[schema(example = "Bob Hope")]
    owner: Option<String>,
    /// The day it is due.
    #[schema(example = "2026-03-06")]
    due: Option<String>,
    /// `amount`, `close_date` or `stage`: what would change.
    #[schema(example = "amount")]
    field: Option<String>,
    /// What it would become.
    #[schema(example = "45000.00 EUR")]
    value: Option<String>,
}

impl From<Item> for FoundItem {
    fn from(item: Item) -> Self {
        let (field, value) = match item.change.map(changed) {
            Some((field, value)) => (Some(field.to_owned()), Some(value)),
            None => (None, None),
        };
        Self {
            text: item.text,
            quote: item.quote,
            source: item.source,
            start: item.start,
            from: item.from,
            at_ms: item.at_ms,
            owner: item.owner,
            due: item.due.map(|day| day.to_string()),
            field,
            value,
        }
    }
}

/// What came of a task.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LanguageAnswer)]
struct AnswerItem {
    items: Vec<FoundItem>,
    /// The text of a draft.
    #[schema(example = "")]
    draft: String,
    /// Whether an endpoint did the work; else the hub's own rules did.
    #[schema(example = false)]
    by_endpoint: bool,
    /// Statements that an endpoint made and the source does not bear out; they are left out.
    #[schema(example = 0)]
    dropped: usize,
    /// Words that were taken out before the text left.
    #[schema(example = 0)]
    redacted: usize,
    #[schema(example = 0)]
    tokens: u64,
    /// Why the rules did what the endpoint should have done: `unreachable`, `late`, `key`, `model`, `busy`, `refused`,
    /// `garbled` or `budget`.
    #[schema(example = "late")]
    fell_back: Option<String>,
}

impl From<Answer> for AnswerItem {
    fn from(answer: Answer) -> Self {
        Self {
            items: answer.items.into_iter().map(Into::into).collect(),
            draft: answer.draft,
            by_endpoint: answer.by_endpoint,
            dropped: answer.dropped,
            redacted: answer.redacted,
            tokens: answer.tokens,
            fell_back: answer.fell_back.map(str::to_owned),
        }
    }
}

fn changed(change: Change) -> (&'static str, String) {
    match change {
        Change::Amount { cents, currency } => {
            let amount = format!("{}.{:02}", cents / 100, cents % 100);
            ("amount", format!("{amount} {}", currency.unwrap_or_default()).trim().to_owned())
        }
        Change::CloseDate(day) => ("close_date", day.to_string()),
        Change::Stage(stage) => ("stage", stage_word(stage).to_owned()),
    }
}

const fn stage_word(stage: Stage) -> &'static str {
    match stage {
        Stage::Qualify => "qualify",
        Stage::Develop => "develop",
        Stage::Propose => "propose",
        Stage::Close => "close",
        Stage::Lost => "lost",
    }
}

/// Summarise a thread or a transcript, find actions or updates in it, or draft a reply
///
/// Nothing of the text is kept. By the hub's own rules every statement is a sentence of the text; what an endpoint
/// writes is held against the text first.
#[utoipa::path(post, path = "/api/v1/language-features/tasks", operation_id = "language_tasks.run",
    tag = "language", request_body = TaskItem, responses((status = 200, body = AnswerItem), Failures))]
async fn run(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(new): Json<TaskItem>,
) -> Result<Json<AnswerItem>, Problem> {
    let all: Vec<&str> = Feature::ALL.iter().map(|one| one.as_str()).collect();
    let feature = Feature::parse(&new.feature).ok_or_else(|| unknown_word("/feature", &all))?;
    let day = |text: &str, pointer: &'static str| -> Result<Date, Problem> {
        text.parse().map_err(|_odd| unknown_word(pointer, &["a day, as 2026-03-04"]))
    };
    let date = day(&new.date, "/date")?;
    let mut sources = Vec::new();
    for mail in new.mails {
        let sent = mail.sent.as_deref().map(|text| day(text, "/mails/sent")).transpose()?;
        sources.push(Source {
            from: mail.from,
            day: sent,
            at_ms: None,
            text: mail.body,
            is_external: mail.is_external,
        });
    }
    if !new.transcript.trim().is_empty() {
        let read = Task::sources_of(new.transcript.as_bytes());
        sources.extend(read.map_err(language_features::Error::told)?);
    }
    let task = Task {
        feature,
        sources,
        date,
        tracked: Tracked::default(),
        language: new.language,
        wish: new.wish,
        reply: language_features::Reply::default(),
    };
    Ok(Json(Box::pin(app.language.run(&scope, &task)).await?.into()))
}
