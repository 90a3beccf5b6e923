//! The record or view that a page is about, read with the rights of who asks.

use std::sync::Arc;

use crm_connections::records::{view_key, view_of};
use edge::Problem;
use kernel::{EnvironmentId, Language};
use linking::Subject;
use queries::Query;
use records::{RowKey, Session};
use serde::Deserialize;
use tables::{ENGLISH, FRENCH, Ownership, Table, Value, ViewKind};
use uuid::Uuid;
use web_frame::{App, Frame, Section, Visit};

/// Addresses in a path: environment, table, record or view.
pub(crate) type Key = (EnvironmentId, String, Uuid);

/// The same of a CRM elsewhere: the CRM, table and record as the CRM writes them.
pub(crate) type CrmKey = (Uuid, String, String);

/// A view of a CRM elsewhere: the CRM, the table, and the view as one word.
pub(crate) type CrmViewKey = (Uuid, String, String);

/// The parts of an address that leads to either: what is beside a record is one page, wherever the record is.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct At {
    environment: Option<EnvironmentId>,
    table: Option<String>,
    record: Option<Uuid>,
    crm_system: Option<Uuid>,
    crm_table: Option<String>,
    crm_record: Option<String>,
}

/// What the addresses of a record of a CRM elsewhere begin with.
pub(crate) fn crm_base(system: Uuid, table: &str, record: &str) -> String {
    format!("/links/crm/{system}/{table}/{record}")
}

/// The page of a view of a CRM elsewhere, and what the addresses beside it begin with.
pub(crate) fn crm_view_addresses(view: &Subject) -> (String, String) {
    let (table, key) = (view.table(), view.key());
    let personal = matches!(view, Subject::CrmView { personal: true, .. });
    let word = view_key(&crm::ViewRef::new(table, key, personal));
    let system = view.environment();
    let address = format!("/crm/records/{table}/views/{word}");
    (address, format!("/links/crm/{system}/{table}/views/{word}"))
}

/// What is worked on together.
pub(crate) struct Place {
    /// The environment of the hub's own and its table; none for a record of a CRM elsewhere.
    pub(crate) own: Option<(Session, Arc<Table>)>,
    pub(crate) subject: Subject,
    /// Its name.
    pub(crate) name: String,
    /// What kind of thing it is.
    pub(crate) kind: String,
    /// The page of the record, or the list in the view.
    pub(crate) address: String,
    /// What the addresses of these pages begin with.
    pub(crate) base: String,
}

/// One tab of a record's page: address, name, whether it is shown.
pub(crate) type Tab = (String, String, bool);

impl Place {
    /// The record of an address.
    pub(crate) async fn of(app: &App, visit: &Visit, at: At) -> Result<Self, Problem> {
        if let (Some(system), Some(table), Some(record)) =
            (at.crm_system, at.crm_table, at.crm_record)
        {
            return Self::of_crm(app, visit, (system, table, record)).await;
        }
        let (Some(environment), Some(table), Some(record)) = (at.environment, at.table, at.record)
        else {
            return Err(linking::Error::Unknown.into());
        };
        Self::of_record(app, visit, (environment, table, record)).await
    }

    /// A record; who may not read it is told that it is not there.
    pub(crate) async fn of_record(app: &App, visit: &Visit, key: Key) -> Result<Self, Problem> {
        let (environment, table, record) = key;
        let session = app.records.session_in(&visit.scope, environment).await?;
        let table = table_of(&session, &table)?;
        let name = name_of(&session, &table, record).await?;
        let name = if name.is_empty() { visit.frame.say("web-records.nameless") } else { name };
        let address = format!("/records/{environment}/{}/{record}", table.logical);
        let kind = or(table.labels.text(language(visit)), &table.logical);
        let subject = Subject::Record { environment, table: table.logical.clone(), record };
        let own = Some((session, table));
        Ok(Self { own, subject, name, kind, base: address.clone(), address })
    }

    /// A view of the table, or one that the reader keeps.
    pub(crate) async fn of_view(app: &App, visit: &Visit, key: Key) -> Result<Self, Problem> {
        let (environment, table, view) = key;
        let session = app.records.session_in(&visit.scope, environment).await?;
        let table = table_of(&session, &table)?;
        let language = language(visit);
        let found = {
            let mut own = session.model().views_of(&table.logical);
            let found = own.find(|one| one.kind == ViewKind::Public && one.id == view);
            found.map(|one| one.labels.text(language).to_owned())
        };
        let (name, personal) = match found {
            Some(name) => (name, false),
            None => (name_of(&session, &table_of(&session, "userquery")?, view).await?, true),
        };
        let list = format!("/records/{environment}/{}", table.logical);
        let kind = or(table.plural.text(language), &table.logical);
        let subject = Subject::View { environment, table: table.logical.clone(), view, personal };
        let (address, base) = (format!("{list}?view={view}"), format!("{list}/views/{view}"));
        let own = Some((session, table));
        Ok(Self { own, subject, name, kind, address, base })
    }

    /// A record of a CRM elsewhere, as the reader sees it there.
    pub(crate) async fn of_crm(app: &App, visit: &Visit, key: CrmKey) -> Result<Self, Problem> {
        let (system, table, record) = key;
        let asked = Subject::crm(system, &table, &record);
        let shown = app.linking.shown(&visit.scope, &asked).await?;
        let (table, key) = (shown.subject.table(), shown.subject.key());
        let address = format!("/crm/records/{table}/{key}");
        let base = crm_base(system, table, &key);
        let kind = format!("{} · {}", shown.table, shown.crm);
        Ok(Self { own: None, subject: shown.subject, name: shown.name, kind, address, base })
    }

    /// A view of a CRM elsewhere, as the reader has it there.
    pub(crate) async fn of_crm_view(
        app: &App,
        visit: &Visit,
        key: CrmViewKey,
    ) -> Result<Self, Problem> {
        let (system, table, view) = key;
        let asked = view_of(&table, &view);
        let asked = Subject::crm_view(system, &asked.table, (&asked.id.0, asked.personal));
        let shown = app.linking.shown(&visit.scope, &asked).await?;
        let (address, base) = crm_view_addresses(&shown.subject);
        let kind = format!("{} · {}", shown.table, shown.crm);
        Ok(Self { own: None, subject: shown.subject, name: shown.name, kind, address, base })
    }

    /// Whether it is a record.
    pub(crate) const fn is_record(&self) -> bool {
        !self.subject.is_view()
    }

    /// The icon that stands for it.
    pub(crate) fn icon(&self) -> &'static str {
        match &*self.subject.table().to_ascii_lowercase() {
            _ if !self.is_record() => "stack",
            "account" | "businessunit" => "building",
            "contact" | "lead" | "systemuser" | "user" => "person",
            "opportunity" => "star",
            "quote" | "salesorder" | "invoice" => "document",
            _ => "briefcase",
        }
    }

    /// Places a page in the frame; back leads to `back`.
    pub(crate) fn at(&self, frame: Frame, what: &str, back: String) -> Frame {
        let title = format!("{what} · {}", self.name);
        match &self.own {
            Some((session, table)) => {
                web_records::placed(session, frame, &table.logical, title).back_to(back)
            }
            None => frame.at(Section::Records, title).back_to(back),
        }
    }

    /// The tabs of the record's page with ours behind them; none for a view.
    pub(crate) fn tabs(&self, frame: &Frame, here: &str, ours: &[&str]) -> Vec<Tab> {
        if !self.is_record() {
            return Vec::new();
        }
        let owned = self.own.as_ref().is_some_and(|(_, it)| it.ownership == Ownership::User);
        let audited = self.own.as_ref().is_some_and(|(_, it)| it.audited);
        let theirs = [
            ("", "tab-summary", true),
            ("?tab=related", "related", true),
            ("?tab=history", "tab-history", audited),
            ("?tab=access", "tab-access", owned),
        ];
        let theirs = theirs.into_iter().filter(|(.., shown)| *shown);
        let theirs = theirs.map(|(rest, key, _)| {
            let name = frame.say(&format!("web-records.{key}"));
            (format!("{}{rest}", self.address), name, false)
        });
        let ours = ours.iter().map(|tab| {
            let name = frame.say(&format!("collaborate.tab-{tab}"));
            (format!("{}/{tab}", self.base), name, *tab == here)
        });
        theirs.chain(ours).collect()
    }
}

/// The code of the reader's language.
fn language(visit: &Visit) -> u16 {
    match visit.context.language() {
        Language::Fr => FRENCH,
        Language::En => ENGLISH,
    }
}

fn or(text: &str, else_: &str) -> String {
    if text.is_empty() { else_.to_owned() } else { text.to_owned() }
}

fn table_of(session: &Session, logical: &str) -> Result<Arc<Table>, Problem> {
    let found = session.model().table(logical).filter(|table| !table.intersect && !table.private);
    found.map(Arc::clone).ok_or_else(|| {
        records::Error::TableUnknown { table: logical.chars().take(100).collect() }.into()
    })
}

/// The name of a row that the reader may read.
async fn name_of(session: &Session, table: &Arc<Table>, id: Uuid) -> Result<String, Problem> {
    let missing =
        || records::Error::RowMissing { table: table.logical.clone(), key: id.to_string() };
    let name = table.primary_name.as_deref().unwrap_or(&table.primary_id);
    let query = Query::of(table).select([name]).map_err(records::Error::from)?;
    let found = session.read(&table.logical, &RowKey::Id(id), &query).await?.ok_or_else(missing)?;
    let row = found.rows.first().ok_or_else(missing)?;
    let mut all = found.plan.shown.properties.iter();
    let named = all.find(|it| it.column().is_some_and(|it| it.logical == name));
    Ok(match named.and_then(|it| it.value(row).ok()) {
        Some(Value::Text(text)) => text,
        _ => String::new(),
    })
}
