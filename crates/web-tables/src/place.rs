//! Where a page stands: the environment, its parts in the pane, and who may be here.

use askama::Template;
use edge::Problem;
use kernel::{EnvironmentId, Language};
use queries::{Reach, Verb};
use records::Session;
use tables::{ENGLISH, FRENCH, Labels, Table};
use web_frame::{App, Frame, Html, Section, Visit};

use crate::parts::say;

/// The privilege of those who change definitions.
const CUSTOMISE: &str = "prvWriteEntity";

/// An environment that somebody sets up.
pub(crate) struct Place {
    pub(crate) session: Session,
    /// The code of the reader's language.
    pub(crate) language: u16,
    pub(crate) frame: Frame,
}

impl Place {
    async fn of(app: &App, visit: Visit, id: EnvironmentId) -> Result<Self, Problem> {
        let session = app.records.session_in(&visit.scope, id).await?;
        let language = match visit.context.language() {
            Language::Fr => FRENCH,
            Language::En => ENGLISH,
        };
        Ok(Self { session, language, frame: visit.frame })
    }

    /// For whoever sets up anything here.
    pub(crate) async fn any(app: &App, visit: Visit, id: EnvironmentId) -> Result<Self, Problem> {
        let place = Self::of(app, visit, id).await?;
        if place.customises() || place.rules() { Ok(place) } else { Err(place.denied(CUSTOMISE)) }
    }

    /// For those who change definitions.
    pub(crate) async fn of_definitions(
        app: &App,
        visit: Visit,
        id: EnvironmentId,
    ) -> Result<Self, Problem> {
        let place = Self::of(app, visit, id).await?;
        if place.customises() { Ok(place) } else { Err(place.denied(CUSTOMISE)) }
    }

    /// For those who change rights.
    pub(crate) async fn of_rights(
        app: &App,
        visit: Visit,
        id: EnvironmentId,
    ) -> Result<Self, Problem> {
        let place = Self::of(app, visit, id).await?;
        if place.rules() { Ok(place) } else { Err(place.denied("prvWriteRole")) }
    }

    /// Whether the reader changes definitions.
    pub(crate) fn customises(&self) -> bool {
        self.session.standing().has(CUSTOMISE)
    }

    /// Whether the reader changes rights.
    pub(crate) fn rules(&self) -> bool {
        let role = self.session.model().table("role");
        role.is_some_and(|role| *self.session.access().reach(role, Verb::Write) != Reach::Nothing)
    }

    fn denied(&self, privilege: &str) -> Problem {
        let (table, code) = ("role".to_owned(), 1036);
        let (privilege, user) = (privilege.to_owned(), self.session.user());
        records::Error::Privilege { privilege, user, table, code }.into()
    }

    /// The address of something in the environment.
    pub(crate) fn href(&self, rest: &str) -> String {
        format!("/setup/{}{rest}", self.session.environment().id)
    }

    /// The address of rows, for those who look at them.
    pub(crate) fn records(&self, rest: &str) -> String {
        format!("/records/{}{rest}", self.session.environment().id)
    }

    /// The name of the environment.
    pub(crate) fn name(&self) -> &str {
        &self.session.environment().name
    }

    /// A table by its logical name.
    pub(crate) fn table(&self, logical: &str) -> Result<&Table, Problem> {
        let found = self.session.model().table(logical).filter(|table| !table.intersect);
        found.map(AsRef::as_ref).ok_or_else(|| {
            records::Error::TableUnknown { table: logical.chars().take(100).collect() }.into()
        })
    }

    /// What people read for the rows of a table.
    pub(crate) fn plural(&self, table: &Table) -> String {
        or(table.plural.text(self.language), &table.set)
    }

    /// What people read for one row of a table.
    pub(crate) fn singular(&self, table: &Table) -> String {
        or(table.labels.text(self.language), &table.logical)
    }

    /// What people read, else a name.
    pub(crate) fn label(&self, labels: &Labels, name: &str) -> String {
        or(labels.text(self.language), name)
    }

    /// A text of these pages.
    pub(crate) fn say(&self, key: &str) -> String {
        say(&self.frame, key)
    }

    /// A text with one value.
    pub(crate) fn say1(&self, key: &str, name: &str, value: &str) -> String {
        self.frame.say1(&format!("web-tables.{key}"), name, value)
    }

    /// A text with a number called `count`.
    pub(crate) fn count(&self, key: &str, count: usize) -> String {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        self.frame.say1(&format!("web-tables.{key}"), "count", count)
    }

    /// The frame of a page; `here` is the part of the environment that it belongs to.
    pub(crate) fn at(&self, here: &str, title: impl Into<String>) -> Frame {
        let part = |key: &'static str, icon: &'static str| Entry {
            href: self.href(&format!("/{key}")),
            icon,
            name: self.say(&format!("part-{key}")),
            here: here == key,
        };
        let mut groups = Vec::new();
        if self.customises() {
            let parts = vec![part("tables", "stack"), part("choices", "log")];
            groups.push((self.say("group-definitions"), parts));
        }
        if self.rules() {
            let parts = vec![
                part("roles", "shield"),
                part("people", "person"),
                part("teams", "team"),
                part("units", "building"),
                part("column-security", "lock"),
                part("hierarchy", "people"),
            ];
            groups.push((self.say("group-rights"), parts));
        }
        let pane = Pane {
            frame: &self.frame,
            name: self.name(),
            home: self.href(""),
            at_home: here.is_empty(),
            records: self.records(""),
            groups,
        };
        let pane = Html::of(&pane);
        let back = if here.is_empty() { self.records("") } else { self.href("") };
        self.frame.clone().at(Section::Records, title).with_pane(pane).back_to(back)
    }
}

/// A definition that is not there.
pub(crate) fn no_such(table: &str, name: &str) -> Problem {
    let key = name.chars().take(100).collect();
    records::Error::RowMissing { table: table.to_owned(), key }.into()
}

fn or(text: &str, else_: &str) -> String {
    if text.is_empty() { else_.to_owned() } else { text.to_owned() }
}

#[derive(Debug)]
struct Entry {
    href: String,
    icon: &'static str,
    name: String,
    here: bool,
}

/// The pane.
#[derive(Debug, Template)]
#[template(path = "pane.html")]
struct Pane<'a> {
    frame: &'a Frame,
    name: &'a str,
    home: String,
    at_home: bool,
    records: String,
    groups: Vec<(String, Vec<Entry>)>,
}
