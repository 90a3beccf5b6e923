//! Where a page of records stands: the environment, its tables in the pane.

use askama::Template;
use edge::Problem;
use kernel::{EnvironmentId, Language};
use queries::{Reach, Verb};
use records::Session;
use tables::{Column, ENGLISH, FRENCH, Table};
use web_frame::{App, Frame, Html, Section, Visit};

/// An environment that somebody looks into.
pub(crate) struct Place {
    pub(crate) session: Session,
    /// The code of the reader's language.
    pub(crate) language: u16,
}

impl Place {
    /// Looks into an environment.
    pub(crate) async fn of(app: &App, visit: &Visit, id: EnvironmentId) -> Result<Self, Problem> {
        let session = app.records.session_in(&visit.scope, id).await?;
        let language = match visit.context.language() {
            Language::Fr => FRENCH,
            Language::En => ENGLISH,
        };
        Ok(Self { session, language })
    }

    /// The address of something in the environment.
    pub(crate) fn href(&self, rest: &str) -> String {
        format!("/records/{}{rest}", self.session.environment().id)
    }

    /// A table that people may open by its logical name.
    pub(crate) fn table(&self, logical: &str) -> Result<&Table, Problem> {
        let found = self.session.model().table(logical);
        let found = found.filter(|table| is_open(table));
        found.map(AsRef::as_ref).ok_or_else(|| {
            records::Error::TableUnknown { table: logical.chars().take(100).collect() }.into()
        })
    }

    /// The tables that people open, those of daily work first.
    pub(crate) fn tables(&self) -> Vec<&Table> {
        let mut all: Vec<&Table> =
            self.session.model().tables().iter().map(AsRef::as_ref).collect();
        all.retain(|table| is_open(table) && self.reads(table));
        kernel::sort_by_key(&mut all, |table| {
            let place = DAILY.iter().position(|name| *name == table.logical);
            (place.unwrap_or(DAILY.len()), self.plural(table).to_lowercase())
        });
        all
    }

    /// Whether a table is one of daily work.
    pub(crate) fn is_daily(table: &Table) -> bool {
        DAILY.contains(&&*table.logical)
    }

    /// Refuses who has a right on no row of a table.
    pub(crate) fn require(&self, table: &Table, verb: Verb) -> Result<(), Problem> {
        if may(&self.session, table, verb) {
            return Ok(());
        }
        let ruled = queries::access::key(table);
        let ruled = self.session.model().table(ruled).map_or(table, AsRef::as_ref);
        Err(records::Error::Privilege {
            privilege: format!("prv{}{}", verb.name(), ruled.schema),
            user: self.session.user(),
            table: table.logical.clone(),
            code: table.code,
        }
        .into())
    }

    /// Whether the reader may read rows of a table at all.
    pub(crate) fn reads(&self, table: &Table) -> bool {
        *self.session.access().reach(table, Verb::Read) != Reach::Nothing
    }

    /// What people read for the rows of a table.
    pub(crate) fn plural(&self, table: &Table) -> String {
        or(table.plural.text(self.language), &table.set)
    }

    /// What people read for one row of a table.
    pub(crate) fn singular(&self, table: &Table) -> String {
        or(table.labels.text(self.language), &table.logical)
    }

    /// What people read for a column.
    pub(crate) fn label(&self, column: &Column) -> String {
        or(column.labels.text(self.language), &column.logical)
    }

    /// A day as people read it.
    pub(crate) fn day(&self, date: jiff::civil::Date) -> String {
        let pattern = if self.language == FRENCH { "%d/%m/%Y" } else { "%-m/%-d/%Y" };
        date.strftime(pattern).to_string()
    }

    /// Places a page in the frame; `here` is the logical name of a table.
    pub(crate) fn at(&self, frame: Frame, here: &str, title: impl Into<String>) -> Frame {
        let entries = self.tables().into_iter().map(|table| Entry {
            href: self.href(&format!("/{}", table.logical)),
            icon: icon(table),
            name: self.plural(table),
            here: table.logical == here,
            daily: Self::is_daily(table),
        });
        let entries = entries.collect();
        let name = self.session.environment().name.clone();
        let (home, at_home) = (self.href(""), here.is_empty());
        let pane = Html::of(&Pane { frame: &frame, entries, name, home, at_home });
        let back = if here.is_empty() { "/records".to_owned() } else { self.href("") };
        frame.at(Section::Records, title).with_pane(pane).back_to(back)
    }
}

/// Whether somebody may do something with some rows of a table.
pub(crate) fn may(session: &Session, table: &Table, verb: Verb) -> bool {
    *session.access().reach(table, verb) != Reach::Nothing && !table.is_union()
}

fn or(text: &str, else_: &str) -> String {
    if text.is_empty() { else_.to_owned() } else { text.to_owned() }
}

/// Whether people open a table as such: links between rows and what the system keeps for itself are not.
fn is_open(table: &Table) -> bool {
    !table.intersect && !table.private && table.primary_name.is_some()
}

/// The tables of daily work, in the order of a sale.
const DAILY: [&str; 14] = [
    "account",
    "contact",
    "lead",
    "opportunity",
    "quote",
    "salesorder",
    "invoice",
    "incident",
    "task",
    "appointment",
    "phonecall",
    "email",
    "product",
    "competitor",
];

/// The place of a table among those of daily work; behind them all for others.
pub(crate) fn rank(table: &Table) -> usize {
    let found = RELATED.iter().position(|name| *name == table.logical);
    found.unwrap_or_else(|| RELATED.len() + usize::from(!Place::is_daily(table)))
}

/// What people look for beside a record, the first first.
const RELATED: [&str; 12] = [
    "contact",
    "opportunity",
    "incident",
    "quote",
    "salesorder",
    "invoice",
    "lead",
    "account",
    "task",
    "appointment",
    "phonecall",
    "email",
];

/// The icon that stands for a table.
pub(crate) fn icon(table: &Table) -> &'static str {
    match &*table.logical {
        "account" | "businessunit" => "building",
        "contact" | "lead" | "systemuser" => "person",
        "opportunity" => "star",
        "quote" | "salesorder" | "invoice" | "annotation" => "document",
        "task" => "check-circle",
        "appointment" => "clock",
        "phonecall" => "chat",
        "email" => "mail",
        "team" => "team",
        "role" => "shield",
        "product" => "stack",
        _ => "briefcase",
    }
}

#[derive(Debug)]
struct Entry {
    href: String,
    icon: &'static str,
    name: String,
    here: bool,
    daily: bool,
}

/// The pane.
#[derive(Debug, Template)]
#[template(path = "pane.html")]
struct Pane<'a> {
    frame: &'a Frame,
    entries: Vec<Entry>,
    name: String,
    home: String,
    /// Whether the first page of the environment is open.
    at_home: bool,
}
