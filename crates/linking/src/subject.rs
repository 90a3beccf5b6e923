//! What somebody may do with the record or view of a link.

use std::sync::Arc;

use queries::{Paging, Query, Reach, Verb};
use records::{Principal, Reference, RowKey, Session};
use tables::{Table, Value};
use uuid::Uuid;

use crate::{Error, Result, Subject};

/// The table of links in an environment.
pub(crate) const LINKS: &str = "msdyn_teamscollaboration";
/// The table of sites.
pub(crate) const SITES: &str = "sharepointsite";
/// The table of document locations.
pub(crate) const LOCATIONS: &str = "sharepointdocumentlocation";

/// A record or view that the caller may read.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    /// The table of the row itself.
    pub(crate) table: Arc<Table>,
    /// Its name.
    pub(crate) name: String,
    /// The table that a view lists.
    pub(crate) lists: Option<String>,
    /// The owner, where rows of the table have one.
    pub(crate) owner: Option<Uuid>,
}

/// Looks a record or view up under the caller's rights.
pub(crate) async fn known(session: &Session, subject: &Subject) -> Result<Known> {
    let table = session.model().table(subject.own_table()).ok_or(Error::Unknown)?;
    let table = Arc::clone(table);
    if table.intersect || session.access().reach(&table, Verb::Read) == &Reach::Nothing {
        return Err(Error::Unknown);
    }
    let name = table.primary_name.as_deref();
    let lists = subject.is_view().then_some("returnedtypecode");
    let has_owner = table.column("ownerid").is_some();
    let columns = [name, lists, has_owner.then_some("ownerid")];
    let shape = Query::of(&table).select(columns.into_iter().flatten())?;
    let found = session.read(&table.logical, &RowKey::Id(subject.id()), &shape).await?;
    let rows = found.ok_or(Error::Unknown)?;
    let row = rows.rows.first().ok_or(Error::Unknown)?;
    let mut known =
        Known { name: String::new(), lists: None, owner: None, table: Arc::clone(&table) };
    let mut cells = rows.plan.shown.properties.iter();
    for column in columns.into_iter().flatten() {
        let Some(property) = cells.next() else { break };
        match property.value(row)? {
            Value::Text(text) if Some(column) == name => known.name = text,
            Value::Text(text) => known.lists = Some(text),
            Value::Row(owner) => known.owner = Some(owner.id),
            _ => {}
        }
    }
    if known.name.trim().is_empty() {
        known.name = known.table.labels.text(language(session)).to_owned();
    }
    Ok(known)
}

pub(crate) fn language(session: &Session) -> u16 {
    match session.scope().language() {
        kernel::Language::En => tables::ENGLISH,
        kernel::Language::Fr => tables::FRENCH,
    }
}

/// Whether the caller may change the record; a view needs no more than reading.
pub(crate) async fn may_write(session: &Session, subject: &Subject) -> Result<bool> {
    let Subject::Record { table, record, .. } = subject else { return Ok(true) };
    let target = Reference { table: table.clone(), key: RowKey::Id(*record) };
    let mask = session.principal_access(Principal::User(session.user()), &target).await?;
    Ok(mask & Verb::Write.mask() != 0)
}

/// Whether the caller may do something with rows of a table at all.
pub(crate) fn may(session: &Session, table: &str, verb: Verb) -> bool {
    let reach = session.model().table(table).map(|table| session.access().reach(table, verb));
    reach.is_some_and(|reach| reach != &Reach::Nothing)
}

/// The names of those of these rows that the caller may read.
pub(crate) async fn names(
    session: &Session,
    table: &str,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, String)>> {
    let Some(table) = session.model().table(table) else { return Ok(Vec::new()) };
    if table.intersect || session.access().reach(table, Verb::Read) == &Reach::Nothing {
        return Ok(Vec::new());
    }
    let mut all = Vec::new();
    for ids in ids.chunks(500) {
        let query = Query::of(table).select(table.primary_name.as_deref())?;
        let values = ids.iter().map(|id| db::Value::Uuid(*id)).collect();
        let condition = queries::Condition::In(query.field(&table.primary_id)?, values);
        let rows = session.query(&query.and(condition), &Paging::first(500)).await?;
        for row in &rows.rows {
            let Some(key) = rows.plan.shown.key else { continue };
            let name = match rows.plan.shown.properties.first() {
                Some(property) => match property.value(row)? {
                    Value::Text(name) => name,
                    _ => String::new(),
                },
                None => String::new(),
            };
            all.push((row.get(key)?, name));
        }
    }
    Ok(all)
}
