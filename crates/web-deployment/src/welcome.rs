//! The welcome message to sellers: written, tried, sent, and who got it.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use deployment::welcome::{
    MailState, NAMES, Sent, Template as Message, ToWelcome, Welcome, WelcomeGroup, Welcomed,
    Written,
};
use edge::{Form, Problem, Query};
use identity::users::Person;
use kernel::{Coded as _, GroupId, Language, UserId};
use serde::Deserialize;
use web_frame::{App, Frame, Visit, answer};

use crate::{at, may_manage};

/// What an address of the page holds.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    language: String,
}

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    pub(crate) language: String,
    pub(crate) subject: String,
    pub(crate) body: String,
    /// `preview` keeps nothing.
    #[serde(rename = "do")]
    pub(crate) what: String,
}

/// Names and values of the form that sends: a group may stand in it many times.
type Chosen = Vec<(String, String)>;

/// The page.
#[derive(Debug, Template)]
#[template(path = "welcome.html")]
pub(crate) struct Page {
    frame: Frame,
    made: Made,
}

/// What a page is made of.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) shown: Welcome,
    pub(crate) typed: Message,
    pub(crate) preview: Option<Written>,
    pub(crate) groups: Vec<WelcomeGroup>,
    pub(crate) sends_mail: bool,
    /// How many people hold a licence.
    pub(crate) licensed: usize,
    pub(crate) welcomed: Vec<Welcomed>,
    pub(crate) people: Vec<Person>,
    pub(crate) sent: Option<Sent>,
    /// Where something is wrong, and what.
    pub(crate) wrong: Vec<(String, String)>,
}

async fn made(
    app: &App,
    visit: &Visit,
    language: &str,
    sent: Option<Sent>,
) -> Result<Made, Problem> {
    let scope = &visit.scope;
    let all = app.deployment.welcomes(scope).await?;
    let wanted = if language.is_empty() { visit.frame.language() } else { language };
    let place = all.iter().position(|one| one.language.tag() == wanted).unwrap_or_default();
    let unknown = || Problem::new("route.unknown", kernel::Kind::NotFound, "no such language");
    let shown = all.into_iter().nth(place).ok_or_else(unknown)?;
    let preview = app.deployment.preview_welcome(scope, shown.language, None).await?;
    let welcomed = app.deployment.welcomed(scope).await?;
    let mut users: Vec<UserId> = welcomed.iter().map(|one| one.user).collect();
    users.extend(welcomed.iter().filter_map(|one| one.sent_by));
    users.extend(shown.changed_by);
    if let Some(sent) = &sent {
        let lists = [&sent.sent, &sent.had, &sent.no_address, &sent.inactive, &sent.failed];
        users.extend(lists.into_iter().flatten());
    }
    kernel::sort(&mut users);
    users.dedup();
    Ok(Made {
        typed: shown.template.clone(),
        shown,
        preview: Some(preview),
        groups: app.deployment.welcome_groups(scope).await?,
        sends_mail: app.deployment.sends_mail(scope)?,
        licensed: app.deployment.licensed_people(scope).await?,
        welcomed,
        people: app.identity.people(scope, &users).await?,
        sent,
        wrong: vec![],
    })
}

/// What is wrong, in words, with the place in the text that the room tells.
fn wrong(frame: &Frame, error: &deployment::Error) -> Vec<(String, String)> {
    let said = |field: &kernel::FieldError| {
        (field.pointer.to_string(), format!("{} ({})", frame.t.code(field.code), field.detail))
    };
    error.fields().iter().map(said).collect()
}

pub(crate) async fn page(
    State(app): State<App>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let made = Box::pin(made(&app, &visit, &asked.language, None)).await?;
    Ok(answer::page(&Page::new(visit.frame, made)))
}

pub(crate) async fn save(
    State(app): State<App>,
    visit: Visit,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let mut made = Box::pin(made(&app, &visit, &typed.language, None)).await?;
    let language = made.shown.language;
    made.typed = Message { subject: typed.subject, body: typed.body };
    let message = made.typed.clone();
    let came = if typed.what == "preview" {
        app.deployment.preview_welcome(&visit.scope, language, Some(message)).await.map(Some)
    } else {
        app.deployment.set_welcome(&visit.scope, language, message).await.map(|_| None)
    };
    match came {
        Ok(None) => {
            let to = format!("/admin/deployment/welcome?language={}", language.tag());
            Ok(answer::back_with(&visit.context, &to, "saved"))
        }
        Ok(seen) => {
            made.preview = seen;
            Ok(answer::page(&Page::new(visit.frame, made)))
        }
        Err(error @ deployment::Error::Invalid { .. }) => {
            made.wrong = wrong(&visit.frame, &error);
            made.preview = None;
            let page = Page::new(visit.frame, made);
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn send(
    State(app): State<App>,
    visit: Visit,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    let mut to = ToWelcome::default();
    for (name, value) in &chosen {
        match name.as_str() {
            "group" => to.groups.extend(value.parse::<GroupId>()),
            "licensed" => to.licensed = true,
            "again" => to.again = true,
            _ => {}
        }
    }
    // who takes every tick away means nobody, not those that the settings name
    if to.groups.is_empty() && !to.licensed {
        let mut made = Box::pin(made(&app, &visit, "", None)).await?;
        let said = visit.frame.t.code("deployment.welcome_group");
        made.wrong.push(("/groups".to_owned(), said));
        let page = Page::new(visit.frame, made);
        return Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    match Box::pin(app.deployment.send_welcome(&visit.scope, to)).await {
        Ok(sent) => {
            let made = Box::pin(made(&app, &visit, "", Some(sent))).await?;
            Ok(answer::page(&Page::new(visit.frame, made)))
        }
        Err(error @ deployment::Error::Invalid { .. }) => {
            let mut made = Box::pin(made(&app, &visit, "", None)).await?;
            made.wrong = wrong(&visit.frame, &error);
            let page = Page::new(visit.frame, made);
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self,
    reason = "templates pass references, to methods of the page alone"
)]
impl Page {
    pub(crate) fn new(frame: Frame, made: Made) -> Self {
        let title = frame.say("web-deployment.welcome");
        Self { made, frame: at(frame, "welcome", title) }
    }

    fn say(&self, key: &str) -> String {
        self.frame.say(&format!("web-deployment.welcome-{key}"))
    }

    fn languages(&self) -> [(&'static str, &'static str); 2] {
        Language::ALL.map(|one| (one.tag(), own_name(one)))
    }

    fn own_name(&self, language: &Language) -> &'static str {
        own_name(*language)
    }

    fn is_here(&self, tag: &str) -> bool {
        self.made.shown.language.tag() == tag
    }

    fn names(&self) -> [(String, String); 4] {
        NAMES.map(|name| (format!("{{{{ {name} }}}}"), self.say(&format!("is-{name}"))))
    }

    fn name(&self, id: &UserId) -> String {
        let known = self.made.people.iter().find(|person| person.id == *id);
        known.map(|person| person.display_name.clone()).unwrap_or_default()
    }

    fn by(&self, id: Option<&UserId>) -> String {
        id.map(|id| self.name(id)).unwrap_or_default()
    }

    fn wrong(&self, start: &str) -> Option<&String> {
        let mut all = self.made.wrong.iter();
        all.find(|(pointer, _)| pointer.starts_with(start)).map(|(_, said)| said)
    }

    fn version(&self) -> String {
        match self.made.shown.version {
            0 => self.say("standard"),
            version => self.frame.say1("web-deployment.welcome-version", "version", version),
        }
    }

    fn licensed(&self) -> String {
        self.counted(&count(self.made.licensed))
    }

    /// How far a mail came: the badge, and what it says.
    fn state(&self, one: &Welcomed) -> (&'static str, String) {
        let (class, key) = match one.state {
            Some(MailState::Queued) => ("neutral", "queued"),
            Some(MailState::Failed) => ("bad", "refused"),
            Some(MailState::Sent | MailState::Received) => ("good", "taken"),
            None => ("", "over"),
        };
        (class, self.say(&format!("state-{key}")))
    }

    fn counted(&self, count: &i64) -> String {
        self.frame.say1("web-deployment.welcome-people", "count", *count)
    }

    /// What came of sending: what it is, whether it is good, and who.
    fn came(&self, sent: &Sent) -> Vec<(&'static str, String, String)> {
        let lists = [
            ("sent", "good", &sent.sent),
            ("had", "", &sent.had),
            ("no-address", "warning", &sent.no_address),
            ("inactive", "", &sent.inactive),
            ("failed", "bad", &sent.failed),
        ];
        let mut all = Vec::new();
        for (key, class, people) in lists {
            if people.is_empty() {
                continue;
            }
            let key = format!("web-deployment.welcome-came-{key}");
            let title = self.frame.say1(&key, "count", count(people.len()));
            let names: Vec<_> = people.iter().take(50).map(|id| self.name(id)).collect();
            let more = if people.len() > names.len() { ", …" } else { "" };
            all.push((class, title, names.join(", ") + more));
        }
        all
    }

    fn left(&self, sent: &Sent) -> String {
        self.frame.say1("web-deployment.welcome-left", "count", count(sent.left))
    }

    fn may(&self) -> bool {
        may_manage(&self.frame)
    }
}

const fn own_name(language: Language) -> &'static str {
    match language {
        Language::En => "English",
        Language::Fr => "Français",
    }
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
