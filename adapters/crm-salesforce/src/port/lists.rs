//! List views (REST reference, "List Views", "List View Results"): what a view selects, sorts and shows is the
//! organisation's to say. The ids of a page come from its results, what is read of each record from the record, so that
//! values have the same form in views and elsewhere.

use std::collections::BTreeMap;

use crm::{Cursor, Error, Field, FieldKind, MAX_VIEWS, Result, Value, View, ViewPage, ViewRef};
use serde_json::Value as Json;

use super::{SellersOrganisation, described};
use crate::{ApiName, RecordId, Work, client::Call};

/// Records of a page, with one more that says whether there is another.
const PAGE: usize = 50;
/// The furthest place that results begin at (REST reference, `offset`: as that of queries).
const MAX_OFFSET: usize = 2_000;
/// Columns that are believed of a view (a list view shows 15).
const MAX_COLUMNS: usize = 50;

impl SellersOrganisation {
    pub(super) async fn lists(&self, table: &str) -> Result<Vec<View>> {
        let object = self.object(table).await?;
        let name = object.name.as_str();
        let path = ["sobjects", name, "listviews"];
        let query = [("limit", "200")];
        let call = Call { query: &query, ..Call::get(&path, Work::Person) };
        let body = match self.salesforce.send(&self.seller, call).await {
            Ok(body) => body,
            // an object that people do not list has none
            Err(failed) => match failed.into() {
                Error::NotFound => return Ok(Vec::new()),
                error => return Err(error),
            },
        };
        let all = body.get("listviews").and_then(Json::as_array);
        let all = all.ok_or(Error::Answer { reason: "the list views cannot be read" })?;
        Ok(all.iter().filter_map(|one| view(name, one)).take(MAX_VIEWS).collect())
    }

    pub(super) async fn list(&self, at: &ViewRef) -> Result<View> {
        let object = self.object(&at.table).await?;
        let id = own(at)?;
        let path = ["sobjects", object.name.as_str(), "listviews", id.as_str()];
        let body = self.salesforce.send(&self.seller, Call::get(&path, Work::Person)).await?;
        view(object.name.as_str(), &body).ok_or(Error::NotFound)
    }

    pub(super) async fn of_list(&self, at: &ViewRef, after: Option<&Cursor>) -> Result<ViewPage> {
        let object = self.object(&at.table).await?;
        let id = own(at)?;
        let from = match after {
            None => 0,
            Some(Cursor(text)) => {
                let place = text.parse().ok().filter(|from| (1..=MAX_OFFSET).contains(from));
                let foreign = || "no place between pages of this list".to_owned();
                place.ok_or_else(|| Error::Query { reason: foreign() })?
            }
        };
        let path = ["sobjects", object.name.as_str(), "listviews", id.as_str(), "results"];
        let (limit, offset) = ((PAGE + 1).to_string(), from.to_string());
        let query = [("limit", limit.as_str()), ("offset", offset.as_str())];
        let call = Call { query: &query, ..Call::get(&path, Work::Person) };
        let body = self.salesforce.send(&self.seller, call).await?;
        let list = |name: &str| {
            let found = body.get(name).and_then(Json::as_array);
            found.ok_or(Error::Answer { reason: "the results of a list cannot be read" })
        };
        let rows: Vec<Row<'_>> = list("records")?.iter().filter_map(Row::of).collect();
        let next = (rows.len() > PAGE && from + PAGE <= MAX_OFFSET)
            .then(|| Cursor((from + PAGE).to_string()));
        let rows = rows.get(..PAGE).unwrap_or(&rows);

        let shown = list("columns")?
            .iter()
            .filter(|one| one.get("hidden").and_then(Json::as_bool) != Some(true));
        let (mut columns, mut fields) = (Vec::new(), Vec::new());
        for column in shown.take(MAX_COLUMNS) {
            let text = |name: &str| column.get(name).and_then(Json::as_str).map(str::to_owned);
            let Some(path) = text("fieldNameOrPath") else { continue };
            match object.field(&path) {
                Some(field) => {
                    let own = described(field);
                    fields.push(own.name.clone());
                    columns.push(own);
                }
                None => columns.push(beside(path.clone(), text("label").unwrap_or(path))),
            }
        }
        if let Some(name) = object.fields.iter().find(|field| field.name_field)
            && !fields.iter().any(|known| known == name.name.as_str())
        {
            fields.push(name.name.to_string());
        }
        let ids: Vec<crm::RecordId> = rows.iter().map(|row| row.id.clone()).collect();
        let found = self.several(object.name.as_str(), &ids, &fields).await?;
        let others: Vec<&Field> =
            columns.iter().filter(|column| object.field(&column.name).is_none()).collect();
        let mut records = Vec::with_capacity(rows.len());
        // one that was deleted between the two calls is left out
        for (row, record) in rows.iter().zip(found) {
            let Some(mut record) = record else { continue };
            for column in &others {
                let text = row.texts.get(column.name.as_str()).copied().flatten();
                let value = text.map_or(Value::Null, Value::from);
                record.values.insert(column.name.clone(), value);
            }
            records.push(record);
        }
        Ok(ViewPage { columns, records, next })
    }
}

/// A row of the results: its id, and what it shows.
struct Row<'a> {
    id: crm::RecordId,
    texts: BTreeMap<&'a str, Option<&'a str>>,
}

impl<'a> Row<'a> {
    fn of(row: &'a Json) -> Option<Self> {
        let cells = row.get("columns").and_then(Json::as_array)?.iter();
        let cell = |cell: &'a Json| {
            let name = cell.get("fieldNameOrPath").and_then(Json::as_str)?;
            Some((name, cell.get("value").and_then(Json::as_str)))
        };
        let texts: BTreeMap<_, _> = cells.filter_map(cell).collect();
        let id = RecordId::parse(texts.get("Id").copied().flatten()?)?;
        Some(Self { id: crm::RecordId(id.to_string()), texts })
    }
}

/// A list view has an id as records have; what is none is the id of no view.
fn own(at: &ViewRef) -> Result<RecordId> {
    if at.personal {
        return Err(Error::NotFound);
    }
    RecordId::parse(&at.id.0).ok_or(Error::NotFound)
}

fn view(table: &str, one: &Json) -> Option<View> {
    let id = one.get("id").and_then(Json::as_str).and_then(RecordId::parse)?;
    let name = one.get("label").and_then(Json::as_str)?.to_owned();
    let table = ApiName::parse(table)?;
    Some(View { at: ViewRef::new(table.as_str(), id.as_str(), false), name })
}

/// A column of another record: what people read of it is all that is told.
fn beside(name: String, label: String) -> Field {
    let kind = FieldKind::Text(None);
    Field { name, label, kind, required: false, createable: false, updateable: false }
}
