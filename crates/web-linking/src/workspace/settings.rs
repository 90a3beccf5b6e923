//! What administrators say of the organisation's Microsoft Teams, and whether everything is there.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use edge::{Form, Problem};
use kernel::{FieldError, Secret};
use linking_setup::{Checked, Cloud, Error, Finding, Label, NewLabel, NewTeams, Proof, Teams};
use serde::Deserialize;
use web_frame::{
    App, Field, Frame, Visit, administration, answer,
    parts::{Nothing, filled, mistakes},
};

/// The page.
#[derive(Debug, Template)]
#[template(path = "workspace/settings.html")]
pub(crate) struct Page {
    frame: Frame,
    /// What is kept.
    teams: Option<Teams>,
    fields: Vec<Field>,
    more: Vec<Field>,
    more_open: bool,
    labels: Field,
    usual: Field,
    /// Where the directory must send browsers back to.
    callback: String,
    /// How many linked teams tell of changes, and how many there are.
    watching: (usize, usize),
    checked: Vec<Row>,
}

/// Something that was looked at.
#[derive(Debug)]
struct Row {
    finding: Finding,
    name: String,
    what: String,
    /// What is missing, or wrong, and what to do.
    told: String,
    codes: Vec<String>,
}

/// What the form holds.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    directory: String,
    client_id: String,
    secret: String,
    app: String,
    graph: String,
    login: String,
    enabled: String,
}

impl Typed {
    fn of(teams: Option<&Teams>) -> Self {
        let [usual, ..] = Cloud::ALL;
        let Some(teams) = teams else {
            return Self { enabled: "on".to_owned(), ..Self::default() };
        };
        let other = |text: &str, usual: &str| {
            if text == usual { String::new() } else { text.to_owned() }
        };
        Self {
            directory: teams.directory.to_string(),
            client_id: teams.client_id.to_string(),
            secret: String::new(),
            app: teams.app.map(|app| app.to_string()).unwrap_or_default(),
            graph: other(teams.graph.as_str(), usual.graph),
            login: other(teams.login.as_str(), usual.login),
            enabled: if teams.enabled { "on".to_owned() } else { String::new() },
        }
    }

    fn input(&self) -> NewTeams {
        NewTeams {
            directory: self.directory.clone(),
            client_id: self.client_id.clone(),
            secret: filled(&self.secret).map(Secret::new),
            graph: self.graph.clone(),
            login: self.login.clone(),
            app: self.app.clone(),
            enabled: self.enabled == "on",
        }
    }
}

/// What the form of labels holds.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TypedLabels {
    labels: String,
    usual: String,
}

impl TypedLabels {
    fn of(labels: &[Label]) -> Self {
        let line = |one: &Label| {
            if one.id == one.name { one.name.clone() } else { format!("{} {}", one.id, one.name) }
        };
        let usual = labels.iter().find(|one| one.is_default);
        Self {
            labels: labels.iter().map(line).collect::<Vec<_>>().join("\n"),
            usual: usual.map(|one| one.name.clone()).unwrap_or_default(),
        }
    }

    /// One a line: an identifier before the name where there is one.
    fn input(&self) -> Vec<NewLabel> {
        let usual = self.usual.trim();
        let lines = self.labels.lines().map(str::trim).filter(|line| !line.is_empty());
        lines
            .map(|line| {
                let (first, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
                let has_id = first.len() == 36 && first.bytes().filter(|&b| b == b'-').count() == 4;
                let (id, name) = if has_id { (first, rest.trim()) } else { ("", line) };
                let is_default = !usual.is_empty() && (usual == name || usual == id);
                NewLabel { id: id.to_owned(), name: name.to_owned(), is_default }
            })
            .collect()
    }
}

/// What a page is drawn from.
struct Seen {
    teams: Option<Teams>,
    labels: Vec<Label>,
    watching: (usize, usize),
    callback: String,
}

async fn seen(app: &App, visit: &Visit) -> Result<Seen, Problem> {
    let teams = app.linking_setup.teams()?;
    Ok(Seen {
        teams: teams.settings(&visit.scope).await?,
        labels: app.linking_setup.team_labels(&visit.scope).await?,
        watching: teams.watching(&visit.scope).await?,
        callback: teams.sign_in_address()?.to_string(),
    })
}

pub(crate) async fn page(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    let seen = seen(&app, &visit).await?;
    let typed = Typed::of(seen.teams.as_ref());
    let labels = TypedLabels::of(&seen.labels);
    Ok(answer::page(&Page::new(visit.frame, seen, (&typed, &labels), &[])))
}

pub(crate) async fn save(
    State(app): State<App>,
    visit: Visit,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    match app.linking_setup.teams()?.set(&visit.scope, typed.input()).await {
        Ok(_) => {
            Ok(answer::back_with(&visit.context, "/admin/workspace", "workspace-elsewhere.saved"))
        }
        Err(error) => {
            let errors = wrong(&error)?;
            let seen = seen(&app, &visit).await?;
            let labels = TypedLabels::of(&seen.labels);
            let page = Page::new(visit.frame, seen, (&typed, &labels), &errors);
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

pub(crate) async fn labels(
    State(app): State<App>,
    visit: Visit,
    Form(typed): Form<TypedLabels>,
) -> Result<Response, Problem> {
    match app.linking_setup.set_team_labels(&visit.scope, typed.input()).await {
        Ok(_) => {
            let (to, toast) = ("/admin/workspace#labels", "workspace-elsewhere.labels-saved");
            Ok(answer::back_with(&visit.context, to, toast))
        }
        Err(error) => {
            let errors = wrong(&error)?;
            let seen = seen(&app, &visit).await?;
            let kept = Typed::of(seen.teams.as_ref());
            let page = Page::new(visit.frame, seen, (&kept, &typed), &errors);
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

fn wrong(error: &Error) -> Result<Vec<FieldError>, Problem> {
    mistakes(error, "/directory").ok_or_else(|| Problem::of(error))
}

pub(crate) async fn check(
    State(app): State<App>,
    visit: Visit,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let checked = app.linking_setup.teams()?.check(&visit.scope).await?;
    let seen = seen(&app, &visit).await?;
    let typed = Typed::of(seen.teams.as_ref());
    let labels = TypedLabels::of(&seen.labels);
    let page = Page::new(visit.frame, seen, (&typed, &labels), &[]);
    Ok(answer::page(&page.checked(checked)))
}

pub(crate) async fn remove(
    State(app): State<App>,
    visit: Visit,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.linking_setup.teams()?.remove(&visit.scope).await?;
    Ok(answer::back_with(&visit.context, "/admin/workspace", "workspace-elsewhere.removed"))
}

impl Page {
    fn new(
        frame: Frame,
        seen: Seen,
        (typed, labels): (&Typed, &TypedLabels),
        errors: &[FieldError],
    ) -> Self {
        let say = |key: &str| frame.say(&format!("workspace-elsewhere.{key}"));
        let proof = seen.teams.as_ref().map(|teams| teams.proof);
        let secret = match proof {
            Some(Proof::Secret) => "secret-kept",
            Some(Proof::Certificate) => "certificate-kept",
            None => "secret-hint",
        };
        let [usual, ..] = Cloud::ALL;
        let fields = [
            Field::text("directory", say("directory"))
                .value(&typed.directory)
                .required()
                .hint(say("directory-hint")),
            Field::text("client_id", say("client-id"))
                .value(&typed.client_id)
                .required()
                .hint(say("client-id-hint")),
            Field::area("secret", say("secret")).hint(say(secret)).autocomplete("off"),
            Field::text("app", say("app")).value(&typed.app).hint(say("app-hint")),
            Field::check("enabled", say("enabled"), typed.enabled == "on"),
        ];
        let more = [
            Field::text("graph", say("graph"))
                .value(&typed.graph)
                .placeholder(usual.graph)
                .hint(say("graph-hint")),
            Field::text("login", say("login"))
                .value(&typed.login)
                .placeholder(usual.login)
                .hint(say("login-hint")),
        ];
        let more_open = !typed.graph.is_empty() || !typed.login.is_empty();
        let checked = |field: Field| field.checked(errors, frame.t);
        let title = say("title");
        Self {
            fields: fields.map(checked).into(),
            more: more.map(checked).into(),
            more_open,
            labels: checked(
                Field::area("labels", say("labels-list"))
                    .value(&labels.labels)
                    .hint(say("labels-hint")),
            ),
            usual: checked(
                Field::text("usual", say("labels-usual"))
                    .value(&labels.usual)
                    .hint(say("labels-usual-hint")),
            ),
            callback: seen.callback,
            watching: seen.watching,
            checked: Vec::new(),
            teams: seen.teams,
            frame: administration::at(frame, "workspace", title),
        }
    }

    #[cfg(test)]
    pub(crate) fn sample(frame: Frame, teams: Option<Teams>, checked: Vec<Checked>) -> Self {
        let typed = Typed::of(teams.as_ref());
        let label = |id: &str, name: &str, is_default| Label {
            id: id.to_owned(),
            name: name.to_owned(),
            is_default,
        };
        let labels = teams.as_ref().map_or_else(Vec::new, |_| {
            vec![
                label("0b7c1f7e-2f5a-4f0c-9d43-9c2b1a7d5e11", "General", true),
                label("5f0c2a7e-1111-4f0c-9d43-9c2b1a7d5e11", "Confidential", false),
            ]
        });
        let kept = TypedLabels::of(&labels);
        let watching = if teams.is_some() { (2, 3) } else { (0, 0) };
        let callback = "https://hub.example.org/workspace/sign-in/return".to_owned();
        let seen = Seen { teams, labels, watching, callback };
        Self::new(frame, seen, (&typed, &kept), &[]).checked(checked)
    }

    pub(crate) fn checked(mut self, checked: Vec<Checked>) -> Self {
        self.checked = checked.into_iter().map(|one| Row::new(&self.frame, one)).collect();
        self
    }

    fn say(&self, key: &str) -> String {
        self.frame.say(&format!("workspace-elsewhere.{key}"))
    }

    fn is_on(&self) -> bool {
        self.teams.as_ref().is_some_and(|teams| teams.enabled)
    }

    /// Whether everything that was looked at is as it must be.
    fn is_good(&self) -> bool {
        self.checked.iter().all(|row| matches!(row.finding, Finding::Good | Finding::Unasked))
    }

    fn watched(&self) -> String {
        let (told, all) = self.watching;
        let args = [("told", told.into()), ("count", all.into())];
        self.frame.say_with("workspace-elsewhere.watching", &args)
    }
}

impl Row {
    fn new(frame: &Frame, checked: Checked) -> Self {
        let say = |key: &str| frame.say(&format!("workspace-elsewhere.{key}"));
        let (told, codes) = match &checked.finding {
            Finding::Missing(permissions) if permissions.len() > 1 => {
                (say("grant-one"), permissions.clone())
            }
            Finding::Missing(permissions) => (say("grant"), permissions.clone()),
            Finding::Bad(code) => {
                let (title, detail) = (frame.t.code(code), frame.t.code_detail(code));
                (format!("{title}. {detail}"), vec![(*code).to_owned()])
            }
            Finding::Good | Finding::Unasked => (String::new(), Vec::new()),
        };
        Self {
            name: say(&format!("check-{}", checked.what)),
            what: say(&format!("check-{}-what", checked.what)),
            finding: checked.finding,
            told,
            codes,
        }
    }

    fn badge(&self) -> (&'static str, &'static str) {
        match self.finding {
            Finding::Good => ("good", "check-circle"),
            Finding::Missing(_) | Finding::Bad(_) => ("bad", "error"),
            Finding::Unasked => ("", "question"),
        }
    }

    fn word(&self) -> &'static str {
        self.finding.as_str()
    }
}
