//! What the language features make of a mail: its summary, what it suggests for an opportunity, a draft of a reply; and
//! what becomes of them in the CRM.

use axum::extract::State;
use crm::{RecordRef, Value};
use edge::{Authed, Json, Path, Problem, Query};
use http::StatusCode;
use kernel::{FieldError, Kind};
use language_features::{Answer, Error, Feature, Length, Purpose, Reply, Tone};
use mailbox::{Accepted, Money, Proposal, changes, suggested, task, with_facts};
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as AnyJson};
use utoipa::{IntoParams, ToSchema};

use crate::{App, Routes, mails::MailPath, records};

pub(crate) fn routes() -> Routes {
    routes!(create_person, summary, note, updates, decide, draft)
}

/// Somebody in a mail who becomes a record.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SellerMailPersonToMake)]
struct PersonToMake {
    /// Their address, as the mail has it.
    #[schema(example = "ben@fabrikam.example")]
    address: String,
    /// The table of contacts unless given; that of leads where administrators published a form for them.
    #[schema(example = "contact")]
    table: Option<String>,
    /// Values by field, beside or instead of what the mail says of them; null leaves one out.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({ "jobtitle": "Buyer" }))]
    values: Map<String, AnyJson>,
}

/// How a summary is asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// `en` or `fr`; that of the mail without. The hub's own rules quote the mail and do not translate.
    language: Option<String>,
}

/// A statement of a summary.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SellerMailStatement)]
struct Statement {
    #[schema(example = "We sign on 15 December 2026.")]
    text: String,
    /// The words of the mail that say so.
    quote: String,
    /// Who wrote them.
    from: String,
    /// The message of the conversation in which they stand, from 0.
    message: usize,
}

/// The summary of a mail and of what it answers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SellerMailSummary)]
struct SummaryItem {
    statements: Vec<Statement>,
    /// What of a sale it speaks of: `budget`, `timing`, `need`, `stakeholders`.
    #[schema(example = json!(["budget", "timing"]))]
    speaks_of: Vec<&'static str>,
    /// Whether the caller saved a summary of it as a note.
    has_note: bool,
    #[serde(flatten)]
    made: MadeItem,
}

/// Who did the work.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SellerMailWork)]
struct MadeItem {
    /// Whether an endpoint did it; else the hub's own rules.
    by_endpoint: bool,
    /// Statements that the mail does not bear out; they are left out.
    dropped: usize,
}

impl From<&Answer> for MadeItem {
    fn from(answer: &Answer) -> Self {
        Self { by_endpoint: answer.by_endpoint, dropped: answer.dropped }
    }
}

/// A record of the CRM.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SellerMailRecord, example = json!({ "table": "opportunity", "id": "0f2c" }))]
struct RecordItem {
    table: String,
    id: String,
}

/// A summary that becomes a note.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SellerMailNote, example = json!({ "record": { "table": "opportunity", "id": "0f2c" }, "text": "- They sign in December." }))]
struct ToNote {
    record: RecordItem,
    /// What the note says below the subject and the time of the mail.
    text: String,
}

/// For which opportunity.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct For {
    /// The identifier of an opportunity.
    opportunity: String,
}

/// What a mail suggests for a field.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SellerMailSuggestion)]
struct SuggestionItem {
    #[schema(example = "estimatedvalue")]
    field: String,
    #[schema(example = "Est. revenue")]
    label: String,
    /// What it says now.
    now: Option<String>,
    /// What it would say.
    #[schema(example = "50000")]
    value: String,
    /// Whether the caller may accept it; else it is a hint.
    can_accept: bool,
    /// `same`, `converted`, `unknown` or `no_rate`: how the currency stands, of amounts.
    currency: Option<&'static str>,
    /// The words of the mail that say so.
    quote: String,
    /// Who wrote them.
    from: String,
}

impl SuggestionItem {
    fn of(one: Proposal, (quote, from): (String, String)) -> Self {
        let currency = one.money.as_ref().map(|money| match money {
            Money::Same(_) => "same",
            Money::Converted(_) => "converted",
            Money::Unknown(_) => "unknown",
            Money::NoRate(..) => "no_rate",
        });
        Self {
            field: one.field,
            label: one.label,
            now: one.now,
            value: one.value,
            can_accept: one.can_accept,
            currency,
            quote,
            from,
        }
    }
}

/// What a mail suggests for an opportunity.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SellerMailUpdates)]
struct UpdatesItem {
    opportunity: RecordItem,
    name: String,
    /// What it is at: give it back with what is accepted.
    version: Option<String>,
    suggestions: Vec<SuggestionItem>,
    #[serde(flatten)]
    made: MadeItem,
}

/// What becomes of a suggestion.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SellerMailDecision, example = json!({ "opportunity": "0f2c", "field": "estimatedvalue", "suggested": "50000", "accept": true }))]
struct Decision {
    /// The identifier of the opportunity.
    opportunity: String,
    field: String,
    /// What was suggested.
    suggested: String,
    /// What is written instead of it.
    value: Option<String>,
    /// What the opportunity was at.
    version: Option<String>,
    /// Whether it is written; else it is not suggested again in this conversation.
    accept: bool,
}

/// What a draft is to be.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = SellerMailDraftWanted, example = json!({ "purpose": "proposal", "length": "short", "tone": "friendly", "wish": "Propose a call on Monday" }))]
struct Wish {
    /// `answer`, `proposal`, `concern` or `own`.
    purpose: Option<String>,
    /// `short`, `medium` or `long`.
    length: Option<String>,
    /// `professional`, `friendly` or `direct`.
    tone: Option<String>,
    /// `en` or `fr`; that of the mail without.
    language: Option<String>,
    /// A record whose facts go in, where somebody in the mail is a contact.
    record: Option<RecordItem>,
    /// What it should say; at most 2,000 signs.
    wish: String,
}

/// A draft of a reply. It is kept nowhere.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SellerMailDraft)]
struct DraftItem {
    text: String,
    #[serde(flatten)]
    made: MadeItem,
}

/// Make a contact of somebody in a mail
///
/// Filled in with the name and the signature, through the form that administrators published; the address means the
/// contact from then on. A lead where leads have a form.
#[utoipa::path(post, path = "/api/v1/seller-mails/{seller_mail_id}/people",
    operation_id = "seller_mails.create_person", tag = "crm", params(MailPath),
    request_body = PersonToMake, responses((status = 201, body = RecordItem), Failures))]
async fn create_person(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MailPath>,
    Json(new): Json<PersonToMake>,
) -> Result<(StatusCode, Json<RecordItem>), Problem> {
    let opened = app.mailbox.open(&scope, path.seller_mail_id).await?;
    let wanted = (new.address.as_str(), new.table.as_deref().unwrap_or_default());
    let mut filled = Box::pin(app.mailbox.prefill(&scope, &opened.message, wanted)).await?;
    let (table, _) = app.crm.records(&scope).await?.table(&filled.table).await?;
    filled.values.extend(records::values(&table, new.values)?);
    filled.values.retain(|_, value| *value != Value::Null);
    let (mailbox, values) = (&app.mailbox, &filled.values);
    let made = mailbox.create_person(&scope, &new.address, (&filled.table, values));
    let made = Box::pin(made).await?;
    Ok((StatusCode::CREATED, Json(RecordItem { table: made.table, id: made.id.0 })))
}

/// Summarise a mail
///
/// And what it answers: statements with the words that say so.
#[utoipa::path(get, path = "/api/v1/seller-mails/{seller_mail_id}/summary",
    operation_id = "seller_mails.summarise", tag = "crm", params(MailPath, Asked),
    responses((status = 200, body = SummaryItem), Failures))]
async fn summary(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MailPath>,
    Query(asked): Query<Asked>,
) -> Result<Json<SummaryItem>, Problem> {
    let id = path.seller_mail_id;
    let opened = Box::pin(app.mailbox.whole_thread(&scope, id)).await?;
    let mut task = task(&opened, Feature::Thread);
    task.language = tongue(asked.language)?;
    let answer = or_empty(app.language.run(&scope, &task).await)?;
    let speaks_of = app.language.speaks_of(&scope, &task).await;
    let has_note = app.mailbox.has_note(&scope, id).await?;
    let made = MadeItem::from(&answer);
    let statement = |item: language_features::Item| Statement {
        text: item.text,
        quote: item.quote,
        from: item.from,
        message: item.source,
    };
    let statements = answer.items.into_iter().map(statement).collect();
    Ok(Json(SummaryItem { statements, speaks_of, has_note, made }))
}

/// Save a summary as a note
///
/// At one record, once.
#[utoipa::path(post, path = "/api/v1/seller-mails/{seller_mail_id}/summary-note",
    operation_id = "seller_mails.note", tag = "crm", params(MailPath), request_body = ToNote,
    responses((status = 201, body = RecordItem), Failures))]
async fn note(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MailPath>,
    Json(new): Json<ToNote>,
) -> Result<(StatusCode, Json<RecordItem>), Problem> {
    let record = RecordRef::new(new.record.table, new.record.id);
    let mail = path.seller_mail_id;
    let made = Box::pin(app.mailbox.save_summary(&scope, mail, record, &new.text)).await?;
    Ok((StatusCode::CREATED, Json(RecordItem { table: made.table, id: made.id.0 })))
}

/// Suggest updates out of a mail
///
/// For an opportunity, held against what it says now. What was rejected in the conversation is left out.
#[utoipa::path(get, path = "/api/v1/seller-mails/{seller_mail_id}/updates",
    operation_id = "seller_mails.suggest", tag = "crm", params(MailPath, For),
    responses((status = 200, body = UpdatesItem), Failures))]
async fn updates(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MailPath>,
    Query(asked): Query<For>,
) -> Result<Json<UpdatesItem>, Problem> {
    let opened = app.mailbox.open(&scope, path.seller_mail_id).await?;
    let answer = or_empty(app.language.run(&scope, &task(&opened, Feature::Updates)).await)?;
    let wanted = suggested(&answer);
    let found =
        Box::pin(app.mailbox.proposals(&scope, &opened, &asked.opportunity, &wanted)).await?;
    let said: Vec<(String, String)> =
        changes(&answer).map(|(_, quote, from)| (quote.to_owned(), from.to_owned())).collect();
    let one = |proposal: Proposal| {
        let said = said.get(proposal.suggestion).cloned().unwrap_or_default();
        SuggestionItem::of(proposal, said)
    };
    Ok(Json(UpdatesItem {
        opportunity: RecordItem { table: found.at.table, id: found.at.id.0 },
        name: found.name,
        version: found.version,
        suggestions: found.fields.into_iter().map(one).collect(),
        made: MadeItem::from(&answer),
    }))
}

/// Accept or reject a suggestion
///
/// Accepted, it is written to the opportunity with the caller's own rights there.
#[utoipa::path(post, path = "/api/v1/seller-mails/{seller_mail_id}/updates",
    operation_id = "seller_mails.decide", tag = "crm", params(MailPath), request_body = Decision,
    responses((status = 204), Failures))]
async fn decide(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MailPath>,
    Json(decision): Json<Decision>,
) -> Result<StatusCode, Problem> {
    let mail = path.seller_mail_id;
    app.mailbox.open(&scope, mail).await?;
    let (switches, _) = app.language.offered(&scope).await?;
    if !switches.iter().any(|switch| switch.feature == Feature::Updates) {
        return Err(Error::Off.into());
    }
    let Decision { opportunity, field, suggested, value, version, accept } = decision;
    let value = value.unwrap_or_else(|| suggested.clone());
    let decided = Accepted { opportunity, field, suggested, value, version };
    if accept {
        Box::pin(app.mailbox.accept(&scope, mail, decided)).await?;
    } else {
        app.mailbox.reject(&scope, mail, decided).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Draft a reply to a mail
///
/// Nothing is sent or kept.
#[utoipa::path(post, path = "/api/v1/seller-mails/{seller_mail_id}/drafts",
    operation_id = "seller_mails.draft", tag = "crm", params(MailPath), request_body = Wish,
    responses((status = 200, body = DraftItem), Failures))]
async fn draft(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<MailPath>,
    Json(wish): Json<Wish>,
) -> Result<Json<DraftItem>, Problem> {
    let opened = app.mailbox.open(&scope, path.seller_mail_id).await?;
    let mut task = task(&opened, Feature::Draft);
    task.language = tongue(wish.language)?;
    task.wish = wish.wish.chars().take(MAX_WISH).collect();
    task.reply = Reply {
        purpose: word("/purpose", wish.purpose, Purpose::parse, PURPOSES)?,
        length: word("/length", wish.length, Length::parse, LENGTHS)?,
        tone: word("/tone", wish.tone, Tone::parse, TONES)?,
        facts: Vec::new(),
    };
    if let Some(record) = wish.record {
        let seen = Box::pin(app.mailbox.people(&scope, &opened.message)).await?;
        let record = RecordRef::new(record.table, record.id);
        with_facts(&mut task, Box::pin(app.mailbox.facts(&scope, &seen, &record)).await?);
    }
    let answer = or_empty(app.language.run(&scope, &task).await)?;
    let made = MadeItem::from(&answer);
    Ok(Json(DraftItem { text: answer.draft, made }))
}

/// A mail without text has nothing to say.
fn or_empty(outcome: Result<Answer, Error>) -> Result<Answer, Problem> {
    match outcome {
        Err(Error::Empty) => Ok(Answer::default()),
        other => Ok(other?),
    }
}

fn tongue(asked: Option<String>) -> Result<Option<String>, Problem> {
    match asked.as_deref() {
        None | Some("en" | "fr") => Ok(asked),
        Some(_) => Err(unknown("/language", "en, fr")),
    }
}

/// One of a few words; the usual one without.
fn word<T: Default>(
    pointer: &'static str,
    given: Option<String>,
    parse: fn(&str) -> Option<T>,
    words: &str,
) -> Result<T, Problem> {
    match given {
        None => Ok(T::default()),
        Some(given) => parse(&given).ok_or_else(|| unknown(pointer, words)),
    }
}

fn unknown(pointer: &'static str, words: &str) -> Problem {
    let field = FieldError::new(pointer, "field.invalid", words.to_owned());
    Problem::new("request.invalid", Kind::Invalid, "a word is none of those that there are")
        .with_fields(vec![field])
}

const PURPOSES: &str = "answer, proposal, concern, own";
const LENGTHS: &str = "short, medium, long";
const TONES: &str = "professional, friendly, direct";
/// Signs of what a seller asks for.
const MAX_WISH: usize = 2_000;
