//! Views: `savedquery` of everybody, `userquery` of a person and of those it is shared with (Dataverse Web API, "Retrieve
//! and execute predefined queries").
//!
//! A view's FetchXML is asked page by page; its `layoutxml` says which columns people see. One that cannot be read here
//! is run by its key, and gives its first page alone.

use std::collections::BTreeSet;

use crm::{
    Comparison, Cursor, Direction, Error, Field, FieldKind, Filter, MAX_VIEWS, Query, Record,
    RecordRef, Result, Value, View, ViewPage, ViewRef,
};
use fetchxml::{Fetch, fetch, fetch::Link};
use odata::tree::options::QueryOptions;
use serde_json::{Map, Value as Json};

use crate::{
    address,
    ask::Asked,
    cells,
    client::{Call, Failed},
    port::SellersEnvironment,
    refusal::Doing,
};

/// Records of a page.
const PAGE: u32 = 50;
/// The furthest page: environments give 50,000 rows without a cookie (Dataverse, "Page results using FetchXML").
const MAX_PAGES: u32 = 1_000;
/// Columns that are believed of a view.
const MAX_COLUMNS: usize = 50;
/// The longest query that is put into an address (Dataverse: 32 KB), before it is escaped.
const MAX_FETCH: usize = 10 * 1024;
/// `querytype` of the views that people choose from.
const MAIN: i64 = 0;
const BOTH: [bool; 2] = [false, true];

/// A column of a view.
enum Column {
    /// Of the table itself.
    Own(Field),
    /// Of another one: what rows call it.
    Beside(Field),
}

impl Column {
    fn into_field(self) -> Field {
        match self {
            Self::Own(field) | Self::Beside(field) => field,
        }
    }
}

const fn table_of(personal: bool) -> &'static str {
    if personal { "userquery" } else { "savedquery" }
}

impl SellersEnvironment {
    pub(crate) async fn lists(&self, table: &str) -> Result<Vec<View>> {
        let about = self.asked(table, &[]).await?.about;
        let same = |name: &str, value| Filter::compare(name, Comparison::Equal, value);
        let mut all = Vec::new();
        for personal in BOTH {
            let of = table_of(personal);
            // who may not see such views has none
            let Ok(asked) = self.asked(of, &["name".to_owned()]).await else { continue };
            let known = |name: &str| asked.about.field(name);
            let listed = match known("returnedtypecode").map(|field| &field.kind) {
                Some(FieldKind::Text(_)) => Value::Text(about.table.name.clone()),
                _ => Value::Choice(about.table.name.clone()),
            };
            let mut filter = vec![same("returnedtypecode", listed)];
            if known("querytype").is_some() {
                filter.push(same("querytype", Value::Whole(MAIN)));
            }
            if known("statecode").is_some() {
                filter.push(same("statecode", Value::Choice("0".to_owned())));
            }
            let query = Query::of(of, &["name"])
                .filter(Filter::All(filter))
                .order_by("name", Direction::Ascending)
                .size(crm::MAX_PAGE);
            let page = match self.page_of(&asked, &query).await {
                Ok(page) => page,
                Err(Error::NotAllowed | Error::ObjectHidden { .. }) => continue,
                Err(error) => return Err(error),
            };
            all.extend(page.records.into_iter().map(|record| View {
                name: text(&record, "name"),
                at: ViewRef::new(&about.table.name, record.at.id.0, personal),
            }));
        }
        all.truncate(MAX_VIEWS);
        Ok(all)
    }

    pub(crate) async fn list(&self, at: &ViewRef) -> Result<View> {
        self.kept(at).await.map(|(view, ..)| view)
    }

    /// A view with what it asks and how it looks.
    async fn kept(&self, at: &ViewRef) -> Result<(View, String, String)> {
        let about = self.asked(&at.table, &[]).await?.about;
        let wanted = ["name", "returnedtypecode", "fetchxml", "layoutxml"].map(str::to_owned);
        let row = RecordRef::new(table_of(at.personal), at.id.0.clone());
        let found = match self.one(&row, &wanted).await {
            // what the seller may not see is not there
            Err(Error::NotAllowed | Error::ObjectHidden { .. }) => return Err(Error::NotFound),
            other => other?,
        };
        if text(&found, "returnedtypecode") != about.table.name {
            return Err(Error::NotFound);
        }
        let view = View {
            name: text(&found, "name"),
            at: ViewRef::new(&about.table.name, found.at.id.0.clone(), at.personal),
        };
        Ok((view, text(&found, "fetchxml"), text(&found, "layoutxml")))
    }

    pub(crate) async fn of_list(&self, at: &ViewRef, after: Option<&Cursor>) -> Result<ViewPage> {
        let (view, xml, layout) = self.kept(at).await?;
        let place = match after {
            None => 1,
            Some(Cursor(text)) => {
                let place = text.parse().ok().filter(|page| (2..=MAX_PAGES).contains(page));
                let reason = "no place between pages of this view".to_owned();
                place.ok_or(Error::Query { reason })?
            }
        };
        let read = fetch::parse(&xml).ok().filter(|read| !read.aggregate);
        let mut asked = self.asked(&view.at.table, &[]).await?;
        let columns = self.columns(&asked, &layout, read.as_ref()).await?;
        let own = columns.iter().filter_map(|column| match column {
            Column::Own(field) => Some(field.name.clone()),
            Column::Beside(_) => None,
        });
        let title = asked.about.table.name_field.clone();
        let names: BTreeSet<String> = own.chain(title.clone()).collect();
        asked.fields = names.into_iter().collect();

        let mut options = QueryOptions::default();
        let paged =
            read.map(|read| page_of(read, place, title)).filter(|xml| xml.len() <= MAX_FETCH);
        let is_paged = paged.is_some();
        options.custom.push(if let Some(xml) = paged {
            ("fetchXml".to_owned(), Some(xml))
        } else {
            let by = if at.personal { "userQuery" } else { "savedQuery" };
            (by.to_owned(), Some(address::guid(&view.at.id)?.to_string()))
        });
        let url = address::to(&self.seller, address::set(&asked.about.set), options)?;
        let call = Call::get(url).prefer(ANNOTATED.to_owned());
        let body = match self.dataverse.send(&self.seller, call).await {
            Ok(got) => got.body,
            Err(Failed::Refused(refused)) => {
                return Err(self.explain(&asked, &refused, &Doing::Querying(&at.table)).await);
            }
            Err(Failed::Other(error)) => return Err(error),
        };
        let rows = body.get("value").and_then(Json::as_array);
        let rows = rows.ok_or(Error::Answer { reason: "a page without records" })?;
        let most = usize::try_from(PAGE).unwrap_or(usize::MAX);
        let mut records = Vec::with_capacity(rows.len().min(most));
        for row in rows.iter().take(most) {
            let mut record = asked.record(row)?;
            for column in &columns {
                let (Column::Beside(field), Some(row)) = (column, row.as_object()) else {
                    continue;
                };
                record.values.insert(field.name.clone(), beside(field, row));
            }
            records.push(record);
        }
        let more = body.get("@Microsoft.Dynamics.CRM.morerecords").and_then(Json::as_bool);
        let more = is_paged && more == Some(true) && place < MAX_PAGES;
        let next = more.then(|| Cursor((place + 1).to_string()));
        let columns = columns.into_iter().map(Column::into_field).collect();
        Ok(ViewPage { columns, records, next })
    }

    /// The columns that people see, as the layout has them; those that are asked for where it has none.
    async fn columns(
        &self,
        asked: &Asked,
        layout: &str,
        read: Option<&Fetch>,
    ) -> Result<Vec<Column>> {
        let mut names: Vec<String> = fetchxml::layout::cells(layout);
        if names.is_empty() {
            let own = read.into_iter().flat_map(|read| &read.entity.attributes);
            names = own.map(|attribute| attribute.name.clone()).collect();
            names.extend(asked.about.table.name_field.clone().filter(|_| read.is_none()));
        }
        let mut all: Vec<Column> = Vec::new();
        for name in names.into_iter().take(MAX_COLUMNS) {
            if let Some(field) = asked.about.field(&name) {
                if !matches!(field.kind, FieldKind::Other(_)) {
                    all.push(Column::Own(field.clone()));
                }
                continue;
            }
            let Some((alias, column)) = name.split_once('.') else { continue };
            let link = read.and_then(|read| linked(&read.entity.links, alias));
            let label = match link {
                Some(link) => match self.asked(&link.entity.name, &[]).await {
                    Ok(other) => other.about.field(column).map(|field| field.label.clone()),
                    // whose kind is hidden gives no value either
                    Err(Error::ObjectHidden { .. }) => continue,
                    Err(error) => return Err(error),
                },
                None => None,
            };
            let label = label.unwrap_or_else(|| column.to_owned());
            let kind = FieldKind::Text(None);
            let (required, createable, updateable) = (false, false, false);
            all.push(Column::Beside(Field { name, label, kind, required, createable, updateable }));
        }
        Ok(all)
    }
}

/// What is preferred of a view's rows: what people read, and whether there are more.
const ANNOTATED: &str = "odata.include-annotations=\"*\"";

/// The query of one page. The name comes along: rows are opened by it.
fn page_of(mut read: Fetch, page: u32, named: Option<String>) -> String {
    (read.top, read.paging_cookie, read.total_record_count) = (None, None, false);
    (read.page, read.count) = (Some(page), Some(PAGE));
    if let Some(named) = named
        && !read.entity.all_attributes
        && !read.entity.attributes.iter().any(|one| one.name == named)
    {
        let attribute = fetch::Attribute { name: named, ..fetch::Attribute::default() };
        read.entity.attributes.push(attribute);
    }
    read.to_string()
}

fn linked<'a>(links: &'a [Link], alias: &str) -> Option<&'a Link> {
    links.iter().find_map(|link| {
        let own = link.alias.as_deref() == Some(alias);
        if own { Some(link) } else { linked(&link.entity.links, alias) }
    })
}

/// What people read of a column of another table; environments write the dot between alias and name in two ways.
fn beside(field: &Field, row: &Map<String, Json>) -> Value {
    let names = [field.name.clone(), field.name.replace('.', "_x002e_")];
    let found = names.iter().find_map(|name| {
        let formatted = row.get(&format!("{name}@{}", cells::FORMATTED)).and_then(Json::as_str);
        formatted.map(str::to_owned).or_else(|| match row.get(name)? {
            Json::String(text) => Some(text.clone()),
            Json::Number(number) => Some(number.to_string()),
            Json::Bool(is) => Some(is.to_string()),
            _ => None,
        })
    });
    found.map_or(Value::Null, Value::Text)
}

fn text(record: &Record, name: &str) -> String {
    match record.values.get(name) {
        Some(Value::Text(text) | Value::Choice(text)) => text.clone(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_keeps_what_a_view_asks_and_brings_the_name_along() {
        let own = "<fetch top='5' distinct='true'><entity name='account'><attribute name='revenue'/>\
                   <filter><condition attribute='statecode' operator='eq' value='0'/></filter>\
                   </entity></fetch>";
        let text = page_of(fetch::parse(own).unwrap(), 3, Some("name".to_owned()));
        let again = fetch::parse(&text).unwrap();
        assert_eq!((again.page, again.count, again.top), (Some(3), Some(PAGE), None));
        assert!(again.distinct && again.entity.filters.len() == 1, "{text}");
        let names: Vec<&str> = again.entity.attributes.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["revenue", "name"]);
    }
}
