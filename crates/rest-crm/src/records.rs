//! Records of the CRM that is used for the caller, with the caller's own rights there.

use axum::extract::State;
use crm::{Cursor, RecordRef, Value, Values, Version};
use crm_connections::records::{
    Asked, Condition, SellersRecords, Sort, from_json, name_of, to_json,
};
use edge::{Authed, Json, Path, Problem, Query};
use http::StatusCode;
use kernel::{FieldError, Kind};
use rest::{Failures, Items, routes};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as AnyJson};
use utoipa::{IntoParams, ToSchema};

use crate::{
    App, Routes,
    described::{TableDetail, TableItem},
};

pub(crate) fn routes() -> Routes {
    routes!(tables, table, list, create, read, update, delete)
}

/// A table of the CRM.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct TablePath {
    /// As the CRM calls it: `account`, `Opportunity`.
    pub(crate) crm_table: String,
}

/// A record of the CRM.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct RecordPath {
    /// As the CRM calls it: `account`, `Opportunity`.
    pub(crate) crm_table: String,
    /// As the CRM writes it.
    pub(crate) crm_record: String,
}

/// What is asked of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Words, as the CRM's own search finds them: at most twenty records then.
    search: String,
    /// Fields, with commas between; those that people look at first without.
    columns: String,
    /// Conditions that all hold: `field:operator:value`, such as `Amount:ge:1000`. Operators: contains, starts, eq, ne,
    /// gt, ge, lt, le, empty, filled.
    filter: Vec<String>,
    /// A field, `-` before it for the other way round; by name without.
    sort: String,
    /// How many records: 1 to 200, 50 unless given.
    limit: Option<u32>,
    /// Start after this place: `next` of the page before.
    after: Option<String>,
}

/// What is deleted, if it is still so.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct Seen {
    /// Only while the record is at this version.
    version: Option<String>,
}

/// A record of the CRM.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CrmRecord)]
pub(crate) struct RecordItem {
    /// As the CRM writes it.
    #[schema(example = "0065g00000abcdeAAA")]
    id: String,
    #[schema(example = "Opportunity")]
    table: String,
    /// What people call it.
    #[schema(example = "60 licences")]
    name: String,
    /// What it is at, where the table has versions.
    version: Option<String>,
    /// Values by field: a text, a number, a list of entries, or `{"table": …, "id": …}`.
    #[schema(value_type = Object, example = json!({ "Name": "60 licences", "Amount": 12000.0 }))]
    values: Map<String, AnyJson>,
    /// What people read of values that do not say it: names of other records, labels, amounts.
    #[schema(value_type = Object, example = json!({ "AccountId": "Contoso" }))]
    texts: Map<String, AnyJson>,
    /// Where the CRM itself shows it.
    #[schema(
        example = "https://contoso.my.salesforce.com/lightning/r/Opportunity/0065g00000abcdeAAA/view"
    )]
    address: Option<String>,
}

impl RecordItem {
    pub(crate) fn of(crm: &SellersRecords, table: &crm::Table, record: crm::Record) -> Self {
        let name = name_of(table, &record).to_owned();
        let texts = record.texts.into_iter().map(|(name, text)| (name, AnyJson::from(text)));
        Self {
            address: crm.address(&record.at),
            id: record.at.id.0,
            table: record.at.table,
            name,
            version: record.version.map(|version| version.0),
            values: record.values.iter().map(|(name, it)| (name.clone(), to_json(it))).collect(),
            texts: texts.collect(),
        }
    }
}

/// A record with what the caller may do with it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CrmRecordDetail)]
struct RecordDetail {
    #[serde(flatten)]
    record: RecordItem,
    /// Whether the caller may change it.
    may_write: bool,
    /// Whether the caller may delete it.
    may_delete: bool,
}

/// Values of a new record.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CrmRecordToMake)]
struct ToMake {
    /// Values by field.
    #[schema(value_type = Object, example = json!({ "Name": "60 licences", "StageName": "Prospecting", "CloseDate": "2026-03-31" }))]
    values: Map<String, AnyJson>,
}

/// What changes of a record.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CrmRecordChange)]
struct ToChange {
    /// Values by field; null empties one.
    #[schema(value_type = Object, example = json!({ "StageName": "Closed Won" }))]
    values: Map<String, AnyJson>,
    /// Only while the record is at this version.
    version: Option<String>,
}

/// A record that was made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CrmRecordMade)]
struct Made {
    #[schema(example = "Opportunity")]
    table: String,
    #[schema(example = "0065g00000abcdeAAA")]
    id: String,
    /// Where the CRM itself shows it.
    address: Option<String>,
}

/// List the tables of the CRM
///
/// Those that the caller may read in the CRM that is used for them, those of daily work first.
#[utoipa::path(get, path = "/api/v1/crm/tables", operation_id = "crm_tables.list", tag = "crm",
    responses((status = 200, body = Vec<TableItem>), Failures))]
async fn tables(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<Vec<TableItem>>, Problem> {
    let all = app.crm.records(&scope).await?.tables().await?;
    Ok(Json(all.into_iter().map(TableItem::from).collect()))
}

/// Describe a table of the CRM
///
/// Its fields as the caller may see and set them.
#[utoipa::path(get, path = "/api/v1/crm/tables/{crm_table}", operation_id = "crm_tables.read",
    tag = "crm", params(TablePath), responses((status = 200, body = TableDetail), Failures))]
async fn table(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TablePath>,
) -> Result<Json<TableDetail>, Problem> {
    let crm = app.crm.records(&scope).await?;
    let (table, may) = crm.table(&path.crm_table).await?;
    Ok(Json(TableDetail::of(&table, may)))
}

/// List records of the CRM
#[utoipa::path(get, path = "/api/v1/crm/records/{crm_table}", operation_id = "crm_records.list",
    tag = "crm", params(TablePath, ListQuery),
    responses((status = 200, body = Items<RecordItem>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TablePath>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Items<RecordItem>>, Problem> {
    let crm = app.crm.records(&scope).await?;
    let mut conditions = Vec::new();
    for text in query.filter.iter().filter(|text| !text.is_empty()) {
        let odd = || invalid("/filter", format!("{text} is not field:operator:value"));
        conditions.push(Condition::read(text).ok_or_else(odd)?);
    }
    let columns = query.columns.split(',').map(str::trim).filter(|name| !name.is_empty());
    let asked = Asked {
        search: query.search,
        columns: columns.map(str::to_owned).collect(),
        conditions,
        sort: Sort::read(&query.sort),
        size: query.limit.unwrap_or(50).clamp(1, crm::MAX_PAGE),
        after: query.after.filter(|after| !after.is_empty()).map(Cursor),
    };
    let (table, _) = crm.table(&path.crm_table).await?;
    let listed = crm.list(&table, &asked).await?;
    let items = listed.records.into_iter().map(|one| RecordItem::of(&crm, &table, one)).collect();
    Ok(Json(Items { items, next: listed.next.map(|next| next.0) }))
}

/// Make a record in the CRM
#[utoipa::path(post, path = "/api/v1/crm/records/{crm_table}", operation_id = "crm_records.create",
    tag = "crm", params(TablePath), request_body = ToMake,
    responses((status = 201, body = Made), Failures))]
async fn create(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TablePath>,
    Json(new): Json<ToMake>,
) -> Result<(StatusCode, Json<Made>), Problem> {
    let crm = app.crm.records(&scope).await?;
    let (table, _) = crm.table(&path.crm_table).await?;
    let values = values(&table, new.values)?;
    let at = crm.create(&table.name, &values).await?;
    let address = crm.address(&at);
    Ok((StatusCode::CREATED, Json(Made { table: at.table, id: at.id.0, address })))
}

/// Read a record of the CRM
///
/// With every field that the caller may see.
#[utoipa::path(get, path = "/api/v1/crm/records/{crm_table}/{crm_record}",
    operation_id = "crm_records.read", tag = "crm", params(RecordPath),
    responses((status = 200, body = RecordDetail), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<RecordPath>,
) -> Result<Json<RecordDetail>, Problem> {
    let crm = app.crm.records(&scope).await?;
    let opened = crm.open(&path.crm_table, &path.crm_record).await?;
    let (may_write, may_delete) = (opened.rights.write, opened.rights.delete);
    let record = RecordItem::of(&crm, &opened.table, opened.record);
    Ok(Json(RecordDetail { record, may_write, may_delete }))
}

/// Change a record of the CRM
#[utoipa::path(patch, path = "/api/v1/crm/records/{crm_table}/{crm_record}",
    operation_id = "crm_records.update", tag = "crm", params(RecordPath), request_body = ToChange,
    responses((status = 204), Failures))]
async fn update(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<RecordPath>,
    Json(change): Json<ToChange>,
) -> Result<StatusCode, Problem> {
    let crm = app.crm.records(&scope).await?;
    let (table, _) = crm.table(&path.crm_table).await?;
    let values = values(&table, change.values)?;
    let at = RecordRef::new(&table.name, path.crm_record);
    crm.change(&at, &values, change.version.map(Version).as_ref()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Delete a record of the CRM
#[utoipa::path(delete, path = "/api/v1/crm/records/{crm_table}/{crm_record}",
    operation_id = "crm_records.delete", tag = "crm", params(RecordPath, Seen),
    responses((status = 204), Failures))]
async fn delete(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<RecordPath>,
    Query(seen): Query<Seen>,
) -> Result<StatusCode, Problem> {
    let crm = app.crm.records(&scope).await?;
    let (table, _) = crm.table(&path.crm_table).await?;
    let at = RecordRef::new(&table.name, path.crm_record);
    crm.delete(&at, seen.version.map(Version).as_ref()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Values of the body, by the description of their table.
pub(crate) fn values(table: &crm::Table, body: Map<String, AnyJson>) -> Result<Values, Problem> {
    let (mut values, mut findings) = (Values::new(), Vec::new());
    for (name, json) in body {
        let Some(field) = table.field(&name) else {
            let (object, fields) = (table.name.clone(), vec![name]);
            let hidden = crm::Error::FieldHidden { object, fields };
            return Err(crm_connections::Error::from(hidden).into());
        };
        match from_json(field, &json) {
            // an empty text is nothing, as in a form
            Some(Value::Text(text)) if text.is_empty() => {
                values.insert(field.name.clone(), Value::Null);
            }
            Some(value) => {
                values.insert(field.name.clone(), value);
            }
            None => {
                let detail = "not a value of the field's kind";
                findings.push(FieldError::new(format!("/values/{name}"), "field.invalid", detail));
            }
        }
    }
    if findings.is_empty() {
        return Ok(values);
    }
    let said = "some values are not of their field's kind";
    Err(Problem::new("request.invalid", Kind::Invalid, said).with_fields(findings))
}

fn invalid(pointer: &'static str, detail: String) -> Problem {
    Problem::new("request.invalid", Kind::Invalid, "the list cannot be asked so")
        .with_fields(vec![FieldError::new(pointer, "field.invalid", detail)])
}
