//! Views: those of everybody, which the environment's model has, and those that the person keeps, which are rows of
//! `userquery`.

use std::sync::Arc;

use crm::{
    Comparison, Cursor, Direction, Error, Field, FieldKind, Filter, MAX_VIEWS, Query, Record,
    RecordRef, Result, Value, View, ViewPage, ViewRef,
};
use fetchxml::{Fetch, fetch, fetch::Attribute, fetch::Link, layout};
use queries::{Caller, Paging};
use records::Session;
use tables::{Table, ViewKind};
use uuid::Uuid;

use crate::{describe, port::Embedded, refusal};

/// Records of a page.
const PAGE: u32 = 50;
/// Columns that are believed of a view.
const MAX_COLUMNS: usize = 50;
/// The furthest page that is asked for by its number: where equal rows are shown once, nothing else tells pages apart
/// (Dataverse: 50,000 rows without a cookie).
const MAX_PAGES: u64 = 1_000;
/// What stands before the number of a page.
const NUMBERED: &str = "page ";
/// The table of the views that people keep, and the kind of row that is a view (`querytype`).
const PERSONAL: (&str, i64) = ("userquery", 0);

/// A view with what it asks and what it shows.
pub(crate) struct Kept {
    pub(crate) view: View,
    fetch: String,
    columns: Vec<String>,
}

impl Embedded {
    pub(crate) async fn lists(&self, table: &str) -> Result<Vec<View>> {
        let (session, table) = self.at(table).await?;
        let system = session.model().views_of(&table.logical);
        let system = system.filter(|view| view.kind == ViewKind::Public);
        let mut all: Vec<View> = system
            .map(|view| View {
                name: view.labels.text(session.language()).to_owned(),
                at: ViewRef::new(&table.logical, view.id.to_string(), false),
            })
            .collect();
        let same = |name: &str, value| Filter::compare(name, Comparison::Equal, value);
        let owner = RecordRef::new("systemuser", session.user().to_string());
        let own = Query::of(PERSONAL.0, &["name"])
            .filter(Filter::All(vec![
                same("returnedtypecode", Value::Text(table.logical.clone())),
                same("querytype", Value::Whole(PERSONAL.1)),
                same("ownerid", Value::Row(owner)),
            ]))
            .order_by("name", Direction::Ascending)
            .size(crm::MAX_PAGE);
        match self.page(&own).await {
            Ok(page) => all.extend(page.records.into_iter().map(|record| View {
                name: text(&record, "name"),
                at: ViewRef::new(&table.logical, record.at.id.0, true),
            })),
            // who may keep no views has none
            Err(Error::ObjectHidden { .. } | Error::NotAllowed) => {}
            Err(error) => return Err(error),
        }
        all.truncate(MAX_VIEWS);
        Ok(all)
    }

    /// A view of everybody, or one that somebody keeps and the person may see.
    pub(crate) async fn kept(&self, at: &ViewRef) -> Result<Kept> {
        let (session, table) = self.at(&at.table).await?;
        let id = Uuid::try_parse(&at.id.0).map_err(|_odd| Error::NotFound)?;
        let own = ViewRef::new(&table.logical, id.to_string(), at.personal);
        if !at.personal {
            let found = session.model().view(id).filter(|view| view.table == table.logical);
            let found = found.ok_or(Error::NotFound)?;
            return Ok(Kept {
                view: View { at: own, name: found.labels.text(session.language()).to_owned() },
                fetch: found.fetch.clone(),
                columns: found.columns.iter().map(|column| column.name.clone()).collect(),
            });
        }
        let wanted = ["name", "returnedtypecode", "querytype", "fetchxml", "layoutxml"];
        let row = RecordRef::new(PERSONAL.0, id.to_string());
        let found = match self.one(&row, &wanted.map(str::to_owned)).await {
            // what the person may not see is not there
            Err(Error::NotAllowed | Error::ObjectHidden { .. }) => return Err(Error::NotFound),
            other => other?,
        };
        let is_view = found.values.get("querytype") == Some(&Value::Whole(PERSONAL.1));
        if !is_view || text(&found, "returnedtypecode") != table.logical {
            return Err(Error::NotFound);
        }
        Ok(Kept {
            view: View { at: own, name: text(&found, "name") },
            fetch: text(&found, "fetchxml"),
            columns: layout::cells(&text(&found, "layoutxml")),
        })
    }

    pub(crate) async fn of_list(&self, at: &ViewRef, after: Option<&Cursor>) -> Result<ViewPage> {
        let Kept { view, fetch, columns } = self.kept(at).await?;
        let (session, table) = self.at(&view.at.table).await?;
        let mut read = fetch::parse(&fetch).map_err(refusal::query)?;
        if columns.is_empty() {
            read.entity.all_attributes = false;
        }
        let names = if columns.is_empty() { asked_for(&read) } else { columns };
        let columns = shown(&session, &table, (&read, names));
        let paging = paging(after)?;
        shape(&mut read, &session, (&table, &columns));
        let moment = session.moment();
        let caller = Caller { access: session.access(), moment: &moment, names: true };
        let query = queries::from_fetch(session.model(), &read, &caller);
        let query = query.map_err(refusal::query)?.query;
        let rows = session.query(&query, &paging).await.map_err(refusal::error)?;
        let next = match &rows.next {
            Some(next) => Some(Cursor(next.encode())),
            None if rows.more => {
                let page = paging.skip / u64::from(PAGE) + 2;
                (page <= MAX_PAGES).then(|| Cursor(format!("{NUMBERED}{page}")))
            }
            None => None,
        };
        let records = self.found((&session, &table), &rows)?;
        Ok(ViewPage { columns, records, next })
    }
}

/// Which page is wanted.
fn paging(after: Option<&Cursor>) -> Result<Paging> {
    let Some(Cursor(after)) = after else { return Ok(Paging::first(PAGE)) };
    if let Some(page) = after.strip_prefix(NUMBERED) {
        let page: Option<u64> = page.parse().ok().filter(|page| (2..=MAX_PAGES).contains(page));
        let page = page.ok_or_else(|| refusal::query("no place between pages of this view"))?;
        return Ok(Paging { skip: (page - 1) * u64::from(PAGE), ..Paging::first(PAGE) });
    }
    let after = queries::Cursor::decode(after).map_err(refusal::query)?;
    Ok(Paging { after: Some(after), ..Paging::first(PAGE) })
}

/// The columns that a view asks for, where nothing says which of them it shows.
fn asked_for(read: &Fetch) -> Vec<String> {
    read.entity.attributes.iter().map(|attribute| attribute.name.clone()).collect()
}

/// The columns that the person sees.
fn shown(
    session: &Session,
    table: &Arc<Table>,
    (read, names): (&Fetch, Vec<String>),
) -> Vec<Field> {
    let (model, access, language) = (session.model(), session.access(), session.language());
    let mut all = Vec::new();
    for name in names.into_iter().take(MAX_COLUMNS) {
        let column = table.column(&name);
        if let Some(column) = column.filter(|it| describe::visible(access, table, it)) {
            let field = describe::field(model, access, (table, column), language);
            if !matches!(field.kind, FieldKind::Other(_)) {
                all.push(field);
            }
            continue;
        }
        let Some((alias, column)) = name.split_once('.') else { continue };
        let Some(link) = linked(&read.entity.links, alias) else { continue };
        let Some(other) = model.table(&link.entity.name) else { continue };
        let column = other.column(column).filter(|it| describe::visible(access, other, it));
        let Some(column) = column else { continue };
        let label = column.labels.text(language);
        let label = if label.is_empty() { &column.logical } else { label };
        all.push(Field {
            label: label.to_owned(),
            name,
            kind: FieldKind::Text(None),
            required: false,
            createable: false,
            updateable: false,
        });
    }
    all
}

/// What is asked for: the view, with the columns that are shown and the name, without pages of its own.
fn shape(read: &mut Fetch, session: &Session, (table, columns): (&Table, &[Field])) {
    (read.top, read.count, read.page, read.paging_cookie) = (None, None, None, None);
    (read.aggregate, read.total_record_count) = (false, false);
    let entity = &mut read.entity;
    entity.all_attributes = false;
    // by what else the view is sorted it asks for as well
    let mut wanted: Vec<String> = entity.attributes.drain(..).map(|one| one.name).collect();
    wanted.push(table.primary_id.clone());
    wanted.extend(table.primary_name.clone());
    wanted.extend(columns.iter().map(|field| field.name.clone()));
    let access = session.access();
    wanted.retain(|name| {
        table.column(name).is_some_and(|column| describe::visible(access, table, column))
    });
    kernel::sort(&mut wanted);
    wanted.dedup();
    let attribute = |name: String| Attribute { name, ..Attribute::default() };
    entity.attributes = wanted.into_iter().map(attribute).collect();
    for field in columns {
        let Some((alias, column)) = field.name.split_once('.') else { continue };
        if let Some(link) = linked_mut(&mut entity.links, alias)
            && !link.entity.attributes.iter().any(|one| one.name == column)
        {
            link.entity.attributes.push(attribute(column.to_owned()));
        }
    }
}

fn linked<'a>(links: &'a [Link], alias: &str) -> Option<&'a Link> {
    links.iter().find_map(|link| {
        let own = link.alias.as_deref() == Some(alias);
        if own { Some(link) } else { linked(&link.entity.links, alias) }
    })
}

fn linked_mut<'a>(links: &'a mut [Link], alias: &str) -> Option<&'a mut Link> {
    for link in links {
        if link.alias.as_deref() == Some(alias) {
            return Some(link);
        }
        if let Some(found) = linked_mut(&mut link.entity.links, alias) {
            return Some(found);
        }
    }
    None
}

fn text(record: &Record, name: &str) -> String {
    match record.values.get(name) {
        Some(Value::Text(text) | Value::Choice(text)) => text.clone(),
        _ => String::new(),
    }
}
