//! A draft of a reply: what for, how, and with what the CRM says; written again, one step back, kept nowhere (sales
//! reference §5.4). Beside it, files and pages that partners suggest.

use askama::Template;
use axum::{Extension, extract::State, response::Response};
use edge::{Form, Path, Problem};
use language_features::{Answer, Feature, LanguageFeatures, Length, Purpose, Reply, Tone};
use mailbox::{Opened, Partner, Related, task, with_facts};
use sales::Point;
use sales_settings::Prompt;
use serde::Deserialize;
use teams_app::Shared;
use uuid::Uuid;
use web_frame::{App, Frame, Html, Visit, answer, html::query_value};

use crate::{
    assist::{made, run},
    mail::back,
    outlook,
    pane::{self, Alone},
};

/// What was chosen.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    pub(crate) purpose: String,
    pub(crate) length: String,
    pub(crate) tone: String,
    pub(crate) language: String,
    /// `table/id` of the record whose facts go in; nothing for none.
    pub(crate) record: String,
    pub(crate) wish: String,
    /// What stands in the field now.
    pub(crate) text: String,
    /// What stood there before: one step back.
    pub(crate) last: String,
    /// `again`, `restore`, `keep` or `forget-…`; else the page is opened.
    #[serde(rename = "do")]
    pub(crate) act: String,
    pub(crate) from: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "draft.html")]
pub(crate) struct Draft {
    frame: Frame,
    id: Uuid,
    typed: Typed,
    records: Vec<Related>,
    prompts: Vec<(Uuid, String)>,
    /// Prompts that administrators give everybody, by their titles.
    starters: Vec<Prompt>,
    partners: Vec<Partner>,
    made: Vec<String>,
    /// What is wrong: title and remedy.
    problem: Option<(String, String)>,
}

/// What a draft is made with.
#[derive(Debug, Default)]
pub(crate) struct With {
    pub(crate) records: Vec<Related>,
    pub(crate) prompts: Vec<(Uuid, String)>,
    pub(crate) starters: Vec<Prompt>,
    pub(crate) partners: Vec<Partner>,
}

impl Draft {
    pub(crate) fn new(
        frame: &Frame,
        id: Uuid,
        (typed, with): (Typed, With),
        made: Vec<String>,
    ) -> Self {
        let With { records, prompts, starters, partners } = with;
        let (frame, problem) = (frame.clone(), None);
        Self { frame, id, typed, records, prompts, starters, partners, made, problem }
    }

    /// Words of a choice with their names.
    fn words(&self, of: &str) -> Vec<(&'static str, String)> {
        let all: Vec<&'static str> = match of {
            "purpose" => Purpose::ALL.iter().map(|one| one.as_str()).collect(),
            "length" => Length::ALL.iter().map(|one| one.as_str()).collect(),
            "tone" => Tone::ALL.iter().map(|one| one.as_str()).collect(),
            _ => vec!["", "en", "fr"],
        };
        let name = |word: &'static str| {
            let key = if word.is_empty() { "as-mail" } else { word };
            (word, self.frame.say(&format!("web-mail.draft-{of}-{key}")))
        };
        all.into_iter().map(name).collect()
    }

    fn chosen(&self, of: &str) -> &str {
        match of {
            "purpose" => &self.typed.purpose,
            "length" => &self.typed.length,
            "tone" => &self.typed.tone,
            _ => &self.typed.language,
        }
    }

    fn back(&self) -> String {
        back(self.id, &self.typed.from)
    }

    fn value(record: &Related) -> String {
        format!("{}/{}", record.at.table, record.at.id.0)
    }

    fn partner_path(&self, partner: &Partner) -> String {
        let (table, record) = self.typed.record.split_once('/').unwrap_or_default();
        format!(
            "/mail/{}/partners/{}?point={}&table={}&record={}&wish={}",
            self.id,
            partner.action,
            partner.point.as_str(),
            query_value(table),
            query_value(record),
            query_value(&self.typed.wish.chars().take(300).collect::<String>()),
        )
    }
}

/// What the CRM says of the record, where somebody in the mail is a contact there: of nobody else's are facts given away.
async fn facts(
    app: &App,
    visit: &Visit,
    (typed, records): (&Typed, &[Related]),
) -> Vec<(String, String)> {
    let known = records.iter().find(|one| Draft::value(one) == typed.record);
    let Some(known) = known else { return Vec::new() };
    let Ok(records) = app.crm.records(&visit.scope).await else { return Vec::new() };
    let at = Shared { system: records.system().id, record: known.at.clone() };
    match app.deployment.teams().view(&visit.scope, &at).await {
        Ok(seen) => seen.view().map(|view| view.fields).unwrap_or_default(),
        Err(_unseen) => Vec::new(),
    }
}

async fn with(app: &App, visit: &Visit, opened: &Opened) -> With {
    let records = match app.mailbox.people(&visit.scope, &opened.message).await {
        Ok(seen) => pane::opportunities(app, visit, &seen).await,
        Err(_unseen) => Vec::new(),
    };
    With {
        records,
        prompts: app.mailbox.prompts(&visit.scope).await.unwrap_or_default(),
        starters: starters(app, visit).await,
        partners: app
            .mailbox
            .partners(&visit.scope, &[Point::EmailDraft])
            .await
            .unwrap_or_default(),
    }
}

/// Prompts that administrators give everybody at the seller's CRM.
async fn starters(app: &App, visit: &Visit) -> Vec<Prompt> {
    let known = app.crm.known(&visit.scope).await;
    known.map(|known| known.settings.prompts).unwrap_or_default()
}

/// The page with a first draft: an answer to what was asked, with the record that the mail is saved to or the only one.
pub(crate) async fn page(
    State(app): State<App>,
    Extension(language): Extension<LanguageFeatures>,
    visit: Visit,
    Path(id): Path<Uuid>,
    edge::Query(asked): edge::Query<Typed>,
) -> Result<Response, Problem> {
    let opened = app.mailbox.open(&visit.scope, id).await?;
    let with = with(&app, &visit, &opened).await;
    let saved = opened.save.as_ref().and_then(|save| save.about.as_ref());
    let saved = saved.and_then(|about| with.records.iter().find(|one| one.at.id.0 == about.id));
    let record = saved.or(match with.records.as_slice() {
        [one] => Some(one),
        _ => None,
    });
    let typed = Typed {
        purpose: Purpose::default().as_str().to_owned(),
        length: Length::default().as_str().to_owned(),
        tone: Tone::default().as_str().to_owned(),
        record: record.map(Draft::value).unwrap_or_default(),
        from: asked.from,
        ..Typed::default()
    };
    written(&app, &language, visit, (&opened, typed, with)).await
}

/// Writes again, goes one step back, keeps or forgets what was asked for.
pub(crate) async fn act(
    State(app): State<App>,
    Extension(language): Extension<LanguageFeatures>,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(mut typed): Form<Typed>,
) -> Result<Response, Problem> {
    let opened = app.mailbox.open(&visit.scope, id).await?;
    let mut problem = None;
    match typed.act.as_str() {
        "restore" => {
            std::mem::swap(&mut typed.text, &mut typed.last);
            let with = with(&app, &visit, &opened).await;
            let page = Draft::new(&visit.frame, id, (typed, with), Vec::new());
            return Ok(shown(visit.frame.clone(), &opened, &page));
        }
        "keep" => match app.mailbox.keep_prompt(&visit.scope, &typed.wish).await {
            Ok(()) => {}
            Err(mailbox::Error::Full { .. }) => {
                let say = |key: &str| visit.frame.say(key);
                problem = Some((say("web-mail.prompts-full"), say("web-mail.prompts-full-what")));
            }
            Err(error) => return Err(error.into()),
        },
        other => {
            if let Some(gone) = other.strip_prefix("forget-").and_then(|id| id.parse().ok()) {
                app.mailbox.forget_prompt(&visit.scope, gone).await?;
            } else if let Some(at) =
                other.strip_prefix("use-").and_then(|id| id.parse::<Uuid>().ok())
            {
                let all = app.mailbox.prompts(&visit.scope).await?;
                let found = all.into_iter().find(|(id, _): &(Uuid, String)| *id == at);
                typed.wish = found.map(|(_, wish)| wish).unwrap_or_default();
                "own".clone_into(&mut typed.purpose);
                return again(&app, &language, visit, (&opened, typed)).await;
            } else if let Some(at) =
                other.strip_prefix("start-").and_then(|at| at.parse::<usize>().ok())
            {
                let found = starters(&app, &visit).await.into_iter().nth(at);
                typed.wish = found.map(|prompt| prompt.text).unwrap_or_default();
                "own".clone_into(&mut typed.purpose);
                return again(&app, &language, visit, (&opened, typed)).await;
            } else {
                return again(&app, &language, visit, (&opened, typed)).await;
            }
        }
    }
    let with = with(&app, &visit, &opened).await;
    let mut page = Draft::new(&visit.frame, id, (typed, with), Vec::new());
    page.problem = problem;
    Ok(shown(visit.frame.clone(), &opened, &page))
}

async fn again(
    app: &App,
    language: &LanguageFeatures,
    visit: Visit,
    (opened, mut typed): (&Opened, Typed),
) -> Result<Response, Problem> {
    typed.last = std::mem::take(&mut typed.text);
    let with = with(app, &visit, opened).await;
    written(app, language, visit, (opened, typed, with)).await
}

async fn written(
    app: &App,
    language: &LanguageFeatures,
    visit: Visit,
    (opened, mut typed, with): (&Opened, Typed, With),
) -> Result<Response, Problem> {
    let facts = facts(app, &visit, (&typed, &with.records)).await;
    let mut task = task(opened, Feature::Draft);
    task.language = (!typed.language.is_empty()).then(|| typed.language.clone());
    task.wish = typed.wish.chars().take(MAX_WISH).collect();
    task.reply = Reply {
        purpose: Purpose::parse(&typed.purpose).unwrap_or_default(),
        length: Length::parse(&typed.length).unwrap_or_default(),
        tone: Tone::parse(&typed.tone).unwrap_or_default(),
        facts: Vec::new(),
    };
    with_facts(&mut task, facts);
    let answer: Answer = run(language, &visit, &task).await?.unwrap_or_default();
    let lines = made(&visit.frame, &answer);
    typed.text = answer.draft;
    let page = Draft::new(&visit.frame, opened.mail.id, (typed, with), lines);
    Ok(shown(visit.frame.clone(), opened, &page))
}

fn shown(frame: Frame, opened: &Opened, page: &Draft) -> Response {
    let is_hosted = frame.hosted;
    let response = answer::page(&Alone::wide(frame, opened, (Html::of(page), page.back())));
    if is_hosted { outlook::with_library(response) } else { response }
}

/// Signs of what a seller asks for.
const MAX_WISH: usize = 2_000;
