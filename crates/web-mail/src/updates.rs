//! What a mail suggests for an opportunity: looked over field by field, changed, accepted or rejected.

use askama::Template;
use axum::{Extension, extract::State, http::HeaderMap, response::Response};
use edge::{Form, Path, Problem, Query};
use language_features::{Answer, Error, Feature, LanguageFeatures};
use mailbox::{Accepted, Money, Proposal, Proposals, changes, suggested, task};
use serde::Deserialize;
use uuid::Uuid;
use web_frame::{App, Frame, Html, Visit, answer};

use crate::{
    assist::{is_part, made, part, run},
    mail::back,
};

/// What the mail suggests for an opportunity.
#[derive(Debug, Template)]
#[template(path = "updates.html")]
pub(crate) struct Updates {
    frame: Frame,
    id: Uuid,
    found: Proposals,
    /// The fields, each with the words that say so and who said them.
    fields: Vec<(Proposal, String, String)>,
    from: String,
    made: Vec<String>,
}

impl Updates {
    pub(crate) fn new(
        frame: &Frame,
        (id, from): (Uuid, &str),
        mut found: Proposals,
        answer: &Answer,
    ) -> Self {
        let said: Vec<(&str, &str)> =
            changes(answer).map(|(_, quote, from)| (quote, from)).collect();
        let fields = std::mem::take(&mut found.fields).into_iter().map(|field| {
            let (quote, from) = said.get(field.suggestion).copied().unwrap_or_default();
            (field, quote.to_owned(), from.to_owned())
        });
        let fields = fields.collect();
        let from = from.to_owned();
        Self { frame: frame.clone(), id, found, fields, from, made: made(frame, answer) }
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

    /// What is to be known of the currency.
    fn money(&self, field: &Proposal) -> String {
        let say = |key: &str, said: &str| self.frame.say1(key, "said", said);
        match &field.money {
            None => String::new(),
            Some(Money::Same(code)) => say("web-mail.money-same", code),
            Some(Money::Converted(said)) => say("web-mail.money-converted", said),
            Some(Money::Unknown(said)) => say("web-mail.money-unknown", said),
            Some(Money::NoRate(said, own)) => self.frame.say_with(
                "web-mail.money-no-rate",
                &[("said", said.as_str().into()), ("own", own.as_str().into())],
            ),
        }
    }

    const fn kind(field: &Proposal) -> &'static str {
        match field.form {
            mailbox::Form::Number => "number",
            mailbox::Form::Day => "date",
            mailbox::Form::Word => "hidden",
        }
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Of {
    record: String,
    #[serde(default)]
    from: String,
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
            let found = app.mailbox.proposals(&visit.scope, &opened, &of.record, &wanted).await?;
            // the card is not there when it is empty; whoever opens it as a page is told so
            if is_part(&headers) && found.fields.is_empty() && found.done.is_empty() {
                Html::default()
            } else {
                Html::of(&Updates::new(&visit.frame, (id, &of.from), found, &answer))
            }
        }
        None => Html::default(),
    };
    Ok(part(&headers, visit.frame, &opened, html))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    record: String,
    field: String,
    suggested: String,
    value: String,
    version: String,
    /// `reject`; else it is accepted.
    decision: String,
    from: String,
}

/// Writes one field that the seller accepted, or remembers that it was rejected. The feature may have been turned off
/// since the page was made.
pub(crate) async fn decide(
    State(app): State<App>,
    Extension(language): Extension<LanguageFeatures>,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let (switches, _) = language.offered(&visit.scope).await?;
    if !switches.iter().any(|switch| switch.feature == Feature::Updates) {
        return Err(Error::Off.into());
    }
    let Typed { record, field, suggested, value, version, decision, from } = typed;
    let version = (!version.is_empty()).then_some(version);
    let decided = Accepted { opportunity: record, field, suggested, value, version };
    let told = if decision == "reject" {
        app.mailbox.reject(&visit.scope, id, decided).await?;
        "web-mail.rejected"
    } else {
        app.mailbox.accept(&visit.scope, id, decided).await?;
        "web-mail.accepted"
    };
    Ok(answer::back_with(&visit.context, &back(id, &from), told))
}
