//! One connector: its operations by group, its policies, what it is.

use std::collections::BTreeSet;

use askama::Template;
use axum::{extract::State, response::Response};
use connectors::{Compiled, Connector};
use edge::{Path, Problem, Query};
use identity::users::Person;
use kernel::{ApiConnectorId, Permission};
use openapi::{Operation, ParameterKind, SchemeKind, Section};
use serde::Deserialize;
use web_frame::{App, Frame, Html, Visit, answer};

use super::{count, name_of, people, piece, say, shell::Shell};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    pub(super) q: String,
    pub(super) from: usize,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "connectors/show.html")]
pub(super) struct Show {
    pub(super) frame: Frame,
    shell: Shell,
    search: String,
    groups: Vec<Group>,
    /// How many operations were found.
    found: usize,
    total: usize,
    previous: Option<String>,
    next: Option<String>,
    policies: Vec<Policy>,
    facts: Vec<(String, Html)>,
    stopped: usize,
}

#[derive(Debug)]
struct Group {
    name: String,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    href: String,
    test: Option<String>,
    method: &'static str,
    path: String,
    id: String,
    summary: String,
    marks: Vec<(String, &'static str)>,
    /// Why it cannot be called here.
    obstacles: Vec<String>,
}

/// A policy of the package.
#[derive(Debug)]
struct Policy {
    title: String,
    template: String,
    known: bool,
    when: String,
    reach: String,
}

pub(super) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ApiConnectorId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    Ok(answer::page(&Show::read(&app, visit, id, wanted).await?))
}

impl Show {
    pub(super) async fn read(
        app: &App,
        visit: Visit,
        id: ApiConnectorId,
        wanted: Wanted,
    ) -> Result<Self, Problem> {
        let shell = Shell::of(app, &visit, id, "overview").await?;
        let compiled = app.api_connectors.compiled(&visit.scope, id).await?;
        let people = people(app, &visit, [shell.connector.created_by]).await?;
        Ok(Self::new(visit.frame, shell, &compiled, (wanted, &people)))
    }

    fn new(
        frame: Frame,
        shell: Shell,
        compiled: &Compiled,
        (wanted, people): (Wanted, &[Person]),
    ) -> Self {
        let package = compiled.package();
        let all = package.operations();
        let total = all.len();
        let needle = wanted.q.trim().to_lowercase();
        let fits = |operation: &Operation<'_>| {
            let texts = [operation.id.as_ref(), operation.path, operation.method.word()];
            let words = [operation.summary(), operation.description()];
            let mut all = texts.into_iter().chain(words.into_iter().flatten());
            needle.is_empty() || all.any(|text| text.to_lowercase().contains(&needle))
        };
        let stopped = all.iter().filter(|it| !package.obstacles(&it.id).is_empty()).count();
        let hits: Vec<Operation<'_>> = all.into_iter().filter(fits).collect();
        let found = hits.len();
        let from = wanted.from.min(found.saturating_sub(1)) / AT_ONCE * AT_ONCE;
        let mut groups: Vec<Group> = Vec::new();
        for operation in hits.iter().skip(from).take(AT_ONCE) {
            let name = operation.tags().first().copied().unwrap_or_default().trim().to_owned();
            let row = Row::of(&frame, &shell, compiled, operation);
            match groups.iter_mut().find(|group| group.name == name) {
                Some(group) => group.rows.push(row),
                None => groups.push(Group { name, rows: vec![row] }),
            }
        }
        let page = |from: usize| format!("{}?q={}&from={from}", shell.path, piece(&wanted.q));
        Self {
            previous: (from > 0).then(|| page(from - AT_ONCE)),
            next: (from + AT_ONCE < found).then(|| page(from + AT_ONCE)),
            policies: policies(&frame, compiled),
            facts: facts(&frame, (&shell.connector, people), compiled),
            search: wanted.q,
            groups,
            found,
            total,
            stopped,
            frame: shell.frame(frame),
            shell,
        }
    }

    fn found_words(&self) -> String {
        let (found, total) = (("found", count(self.found)), ("total", count(self.total)));
        self.frame.t.with2("web-apis.found-of", found, total)
    }

    fn is_maker(&self) -> bool {
        self.frame.may(Permission::ConnectorManage)
    }

    fn checks_class(&self) -> &'static str {
        if self.shell.connector.version.errors > 0 { "bad" } else { "warning" }
    }

    fn checks(&self) -> Option<String> {
        let version = &self.shell.connector.version;
        (self.is_maker() && version.errors + version.warnings > 0).then(|| {
            let errors = ("errors", version.errors);
            self.frame.t.with2("web-apis.checks", errors, ("warnings", version.warnings))
        })
    }
}

impl Row {
    fn of(frame: &Frame, shell: &Shell, compiled: &Compiled, operation: &Operation<'_>) -> Self {
        let mut marks = Vec::new();
        if let Some(trigger) = operation.trigger_kind() {
            let key = match trigger {
                openapi::TriggerKind::Webhook => "trigger-webhook",
                openapi::TriggerKind::Polling => "trigger-polling",
            };
            marks.push((say(frame, key), "brand"));
        }
        if operation.is_deprecated() {
            marks.push((say(frame, "deprecated"), "warning"));
        }
        if operation.extensions().is_internal() {
            marks.push((say(frame, "internal"), ""));
        }
        let obstacles = compiled.package().obstacles(&operation.id);
        let key = |code: &str| format!("openapi.obstacle-{}", code.replace(['.', '_'], "-"));
        let id = piece(&operation.id);
        let callable = obstacles.is_empty() && frame.may(Permission::ConnectorManage);
        Self {
            href: format!("{}/operations/{id}", shell.path),
            test: callable.then(|| format!("{}/test?operation={id}", shell.path)),
            method: operation.method.word(),
            path: operation.path.to_owned(),
            summary: operation.summary().unwrap_or(&operation.id).to_owned(),
            obstacles: obstacles.iter().map(|it| frame.say(&key(it.code()))).collect(),
            id: operation.id.clone().into_owned(),
            marks,
        }
    }
}

/// When a policy runs, in words.
pub(super) fn when(frame: &Frame, section: Section<'_>) -> String {
    match section {
        Section::Request => say(frame, "policy-request"),
        Section::Response => say(frame, "policy-response"),
        Section::Failure => say(frame, "policy-failure"),
        Section::Unknown(word) => word.to_owned(),
    }
}

fn policies(frame: &Frame, compiled: &Compiled) -> Vec<Policy> {
    let all = compiled.package().properties.policies();
    let row = |policy: &openapi::Policy<'_>| Policy {
        title: policy.title().unwrap_or(policy.template_id).to_owned(),
        template: policy.template_id.to_owned(),
        known: policy.template.is_some(),
        when: when(frame, policy.section),
        reach: if policy.operations.is_empty() {
            say(frame, "policy-all")
        } else {
            frame.say1("web-apis.policy-some", "count", count(policy.operations.len()))
        },
    };
    all.iter().map(row).collect()
}

fn facts(
    frame: &Frame,
    (connector, people): (&Connector, &[Person]),
    compiled: &Compiled,
) -> Vec<(String, Html)> {
    let package = compiled.package();
    let text = |text: &str| Html::trusted(web_frame::html::escape(text));
    let code =
        |text: &str| Html::trusted(format!("<code>{}</code>", web_frame::html::escape(text)));
    let mut facts = vec![
        (say(frame, "address-of"), code(&compiled.address())),
        (say(frame, "signs-in"), text(&sign_ins(frame, compiled).join(", "))),
    ];
    if let Some(publisher) = package.properties.publisher() {
        facts.push((say(frame, "publisher"), text(publisher)));
    }
    if let Some(version) = package.definition.version() {
        facts.push((say(frame, "api-version"), text(version)));
    }
    let by = name_of(people, connector.created_by).unwrap_or_else(|| say(frame, "by-hub"));
    facts.push((say(frame, "made-by"), text(&by)));
    facts.push((say(frame, "made"), frame.moment(&connector.created_at)));
    facts.push((say(frame, "changed"), frame.moment(&connector.updated_at)));
    facts
}

/// How calls prove who makes them: what connections ask for, else what the description says.
fn sign_ins(frame: &Frame, compiled: &Compiled) -> Vec<String> {
    let package = compiled.package();
    let properties = &package.properties;
    let sets = properties.parameter_sets();
    let named: Vec<String> =
        sets.iter().map(|set| set.display_name.unwrap_or(set.name).to_owned()).collect();
    if !named.is_empty() {
        return named;
    }
    let mut kinds = BTreeSet::new();
    for parameter in properties.connection_parameters() {
        match parameter.kind {
            ParameterKind::OAuth => kinds.insert("security-oauth"),
            ParameterKind::SecureString => kinds.insert("security-secret"),
            _ => false,
        };
    }
    if kinds.is_empty() {
        for scheme in package.definition.security_schemes() {
            let key = match scheme.kind {
                SchemeKind::Basic => "security-basic",
                SchemeKind::Bearer => "security-bearer",
                SchemeKind::ApiKey { .. } => "security-api-key",
                SchemeKind::OAuth2(_) => "security-oauth",
                SchemeKind::Unknown(_) => continue,
            };
            kinds.insert(key);
        }
    }
    if kinds.is_empty() {
        kinds.insert("security-none");
    }
    kinds.into_iter().map(|key| say(frame, key)).collect()
}

/// Operations on one page.
const AT_ONCE: usize = 100;
