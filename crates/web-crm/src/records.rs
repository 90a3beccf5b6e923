//! Records of the CRM that is used for the reader, with the reader's own rights there.
//!
//! What they are not: a second way to the CRM. They ask `crm_connections::records`, as REST does, and know no CRM's
//! language.

mod cell;
mod channels;
pub mod find;
mod form;
pub mod inside;
mod list;
mod lookup;
pub mod making;
mod page;
mod related;
mod trouble;
mod views;

use askama::Template;
use axum::{
    extract::State as Shelf,
    response::{IntoResponse as _, Response},
};
use crm::{Permissions, Table, TableName};
use crm_connections::{
    Error,
    records::{SellersRecords, is_daily},
};
use edge::Problem;
use kernel::Scope;
use web_frame::{App, Frame, Html, Section, Visit, answer};

pub(crate) use self::{
    list::page as list,
    lookup::suggest,
    page::{blank, create, delete, page as record, save},
    trouble::Trouble,
    views::{list as views, page as view},
};

/// Where the pages begin.
pub(crate) const HOME: &str = "/crm/records";

/// The CRM that is used for the reader.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) crm: SellersRecords,
    tables: Vec<TableName>,
}

impl Place {
    /// The CRM, without its tables.
    async fn of(app: &App, scope: &Scope) -> Result<Self, Error> {
        Ok(Self { crm: app.crm.records(scope).await?, tables: Vec::new() })
    }

    /// The CRM with its tables, as the pane shows them.
    async fn with_tables(mut self) -> Result<Self, Error> {
        self.tables = self.crm.tables().await?;
        Ok(self)
    }

    /// What people call several records of a table.
    fn plural(&self, table: &Table) -> String {
        let known = self.tables.iter().find(|known| known.name == table.name);
        known.map_or_else(|| table.label.clone(), |known| known.plural.clone())
    }

    /// Places a page in the frame.
    fn at(&self, frame: Frame, here: &str, title: impl Into<String>) -> Frame {
        let entry = |table: &TableName| Entry {
            href: table_address(&table.name),
            icon: icon(&table.name),
            name: table.plural.clone(),
            here: table.name == here,
        };
        let shown = self.tables.iter().filter(|table| is_daily(&table.name) || table.name == here);
        let entries = shown.map(entry).collect();
        let name = self.crm.system().name.as_str();
        let pane = Html::of(&Pane { frame: &frame, entries, name });
        let back = if here.is_empty() { "/crm" } else { HOME };
        frame.at(Section::Records, title).with_pane(pane).back_to(back)
    }
}

/// One entry of the pane.
#[derive(Debug)]
struct Entry {
    href: String,
    icon: &'static str,
    name: String,
    here: bool,
}

/// The pane.
#[derive(Debug, Template)]
#[template(path = "records/pane.html")]
struct Pane<'a> {
    frame: &'a Frame,
    entries: Vec<Entry>,
    name: &'a str,
}

/// The address of a list.
pub(crate) fn table_address(table: &str) -> String {
    format!("{HOME}/{table}")
}

/// The address of a record.
pub(crate) fn address(table: &str, id: &str) -> String {
    format!("{HOME}/{table}/{id}")
}

/// The icon that stands for a table, as Dynamics 365 and Salesforce call it.
pub(crate) fn icon(table: &str) -> &'static str {
    match &*table.to_ascii_lowercase() {
        "account" => "building",
        "contact" | "lead" | "systemuser" | "user" => "person",
        "opportunity" => "star",
        "quote" | "salesorder" | "order" | "invoice" | "contract" | "annotation" => "document",
        "task" => "check-circle",
        "appointment" | "event" => "clock",
        "phonecall" => "chat",
        "email" | "emailmessage" => "mail",
        "team" => "team",
        "product" | "product2" => "stack",
        _ => "briefcase",
    }
}

/// The tables of the CRM.
#[derive(Debug, Template)]
#[template(path = "records/tables.html")]
struct Tables {
    frame: Frame,
    /// Those of daily work, and the others.
    groups: Vec<(String, Vec<Tile>)>,
}

/// A table: address, icon, name.
type Tile = (String, &'static str, String);

/// Which tables there are.
pub(crate) async fn tables(Shelf(app): Shelf<App>, visit: Visit) -> Result<Response, Problem> {
    let place = match opened(&app, &visit.scope).await {
        Ok(place) => place,
        Err(stopped) => return stopped.page(visit.frame),
    };
    Ok(answer::page(&Tables::new(&place, visit.frame)))
}

impl Tables {
    fn new(place: &Place, frame: Frame) -> Self {
        let entry = |table: &TableName| -> Tile {
            (table_address(&table.name), icon(&table.name), table.plural.clone())
        };
        let (daily, others): (Vec<_>, Vec<_>) =
            place.tables.iter().partition(|table| is_daily(&table.name));
        let group = |key: &str, all: Vec<&TableName>| {
            (frame.say(key), all.into_iter().map(entry).collect::<Vec<_>>())
        };
        let mut groups =
            vec![group("web-crm.group-daily", daily), group("web-crm.group-others", others)];
        groups.retain(|(_, all)| !all.is_empty());
        let title = frame.say1("web-crm.records-of", "name", place.crm.system().name.as_str());
        Self { groups, frame: place.at(frame, "", title) }
    }
}

/// What kept a page from being made, and what of the CRM is known.
pub(crate) struct Stopped {
    error: Error,
    place: Option<Place>,
}

impl Stopped {
    /// The page that says what is wrong and what to do; a failure of ours is none of these.
    pub(crate) fn page(self, frame: Frame) -> Result<Response, Problem> {
        let Self { error, place } = self;
        let problem = Problem::of(&error);
        let system = place.as_ref().map(|place| place.crm.system());
        let Some(trouble) = Trouble::of(&frame, &error, system) else { return Err(problem) };
        let title = frame.say("web-crm.records");
        let frame = match &place {
            Some(place) => place.at(frame, "", title),
            None => frame.at(Section::Records, title).back_to("/crm"),
        };
        let mut response =
            answer::page_with(problem.status(), &trouble::Page { frame, trouble }).into_response();
        if let Some(seconds) = problem.retry_after_seconds() {
            let name = http::header::RETRY_AFTER;
            response.headers_mut().insert(name, http::HeaderValue::from(seconds));
        }
        Ok(response)
    }
}

/// The CRM with its tables.
pub(crate) async fn opened(app: &App, scope: &Scope) -> Result<Place, Stopped> {
    let place = Place::of(app, scope).await.map_err(|error| Stopped { error, place: None })?;
    let crm = place.crm.clone();
    match place.with_tables().await {
        Ok(place) => Ok(place),
        Err(error) => Err(Stopped { error, place: Some(Place { crm, tables: Vec::new() }) }),
    }
}

impl Place {
    /// What kept a page of this CRM from being made.
    pub(crate) fn stopped(self, error: impl Into<Error>) -> Stopped {
        Stopped { error: error.into(), place: Some(self) }
    }
}

/// A table with what the reader may do there.
pub(crate) type Known = (std::sync::Arc<Table>, Permissions);

#[cfg(test)]
mod tests;
