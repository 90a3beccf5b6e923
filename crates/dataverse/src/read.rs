//! Reads: one row, pages of rows, counts.

use std::sync::Arc;

use http::{HeaderValue, StatusCode};
use odata::tree::options::QueryOptions;
use queries::{Caller, Moment, Paging, Query};
use records::{RowKey, Rows};
use tables::{Navigation, Table, json};
use uuid::Uuid;

use crate::{
    call::Call,
    conditions::Condition,
    context, deltas,
    fault::Fault,
    fetch,
    paging::{self, Place},
    prefer::{Heeded, PAGE},
    reply::{JSON, Reply},
    rows::{self, Writer},
    write,
};

/// Rows behind a collection of one row: the table of that row, the navigation property, the row.
pub(crate) type Behind<'a> = (&'a Arc<Table>, &'a str, Uuid);

/// `GET {set}({key})`.
pub(crate) async fn one(call: &Call<'_>, row: (&Arc<Table>, RowKey)) -> Result<Reply, Fault> {
    shown(call, row, StatusCode::OK).await
}

/// A row as the request selects it.
pub(crate) async fn shown(
    call: &Call<'_>,
    (table, key): (&Arc<Table>, RowKey),
    status: StatusCode,
) -> Result<Reply, Fault> {
    refuse_on_one(&call.options)?;
    let query = query(call, table)?;
    let found = call.session.read(&table.logical, &key, &query).await?;
    let found = found.ok_or_else(|| write::missing(table, &key))?;
    let version = version(&found);
    let plain = call.options.expand.is_none() && !call.preferences.annotations.any_value();
    if let Condition::Other(known) = call.condition
        && plain
        && version == Some(known)
    {
        return Ok(Reply::empty(StatusCode::NOT_MODIFIED));
    }
    let mut body = Vec::with_capacity(1024);
    body.extend_from_slice(b"{\"@odata.context\":");
    json::write_text(&context::of_rows(call.root, &table.set, &call.options, true), &mut body);
    body.push(b',');
    let currencies = call.currencies().await?;
    writer(call, &currencies, false).row(&found, &mut body)?;
    if body.last() == Some(&b',') {
        body.pop();
    }
    body.push(b'}');
    let mut reply = Reply::typed(status, JSON, body);
    if let Some(version) = version
        && let Ok(tag) = HeaderValue::from_str(&format!("W/\"{version}\""))
    {
        reply.header("etag", tag);
    }
    if let Some(applied) = call.preferences.applied(Heeded { body: true, ..Heeded::default() }) {
        reply.header("preference-applied", applied);
    }
    Ok(reply)
}

/// `GET {set}`, or of what stands behind a collection.
pub(crate) async fn page(
    call: &Call<'_>,
    table: &Arc<Table>,
    behind: Option<Behind<'_>>,
) -> Result<Reply, Fault> {
    if behind.is_none() && deltas::is_asked(call) {
        return deltas::page(call, table).await;
    }
    if let Some(xml) = call.options.fetch_xml() {
        return fetch::fetch_xml(call, table, xml, behind).await;
    }
    if let Some(sql) = call.options.sql() {
        return fetch::sql(call, table, sql).await;
    }
    if let Some(view) = call.options.saved_query().or_else(|| call.options.user_query()) {
        return fetch::view(call, table, view, behind).await;
    }
    let mut query = query(call, table)?;
    if let Some((of, navigation, id)) = behind {
        query = query.behind(call.model(), of, (navigation, id))?;
    }
    let grouped = call.options.apply.is_some();
    let place = match &call.options.skiptoken {
        Some(token) => Place::of_token(token)?,
        None => Place::first(),
    };
    if query.top.is_some_and(|top| top == 0 || top > u64::from(PAGE)) {
        return Err(Fault::argument(format!("The value of $top must be between 1 and {PAGE}.")));
    }
    answer(call, table, Asked { query, place, skip: 0, sparse: grouped }).await
}

/// A query with where its page begins.
pub(crate) struct Asked {
    pub(crate) query: Query,
    pub(crate) place: Place,
    /// Rows that the query itself leaves out at its beginning (`OFFSET`).
    pub(crate) skip: u64,
    /// Whether empty cells are left out, and outputs have names of their own.
    pub(crate) sparse: bool,
}

/// Runs a query that follows pages by `@odata.nextLink`, and writes its page.
pub(crate) async fn answer(
    call: &Call<'_>,
    table: &Arc<Table>,
    asked: Asked,
) -> Result<Reply, Fault> {
    let Asked { query, place, skip: left_out, sparse } = asked;
    let size = call.preferences.page_size.unwrap_or(PAGE).min(PAGE);
    // beside $top a page size is ignored
    let size = query.top.map_or(size, |top| u32::try_from(top).unwrap_or(PAGE).min(PAGE));
    let skip = if place.after.is_some() {
        0
    } else {
        left_out.saturating_add((place.page - 1).saturating_mul(u64::from(size)))
    };
    let counted = query.count;
    let ends = query.top.is_some();
    let found =
        call.session.query(&query, &Paging { size, after: place.after.clone(), skip }).await?;
    let mut body = Vec::with_capacity(128 + found.rows.len() * 256);
    body.extend_from_slice(b"{\"@odata.context\":");
    let context = if sparse {
        context::of_names(
            call.root,
            &table.set,
            found.plan.shown.properties.iter().map(queries::Property::name),
        )
    } else {
        context::of_rows(call.root, &table.set, &call.options, false)
    };
    json::write_text(&context, &mut body);
    totals(call, &found, counted, &mut body);
    body.extend_from_slice(b",\"value\":[");
    let currencies = call.currencies().await?;
    writer(call, &currencies, sparse).rows(&found, &mut body)?;
    body.push(b']');
    if found.more && !ends {
        let cookie = place.next(found.next.as_ref());
        body.extend_from_slice(b",\"@odata.nextLink\":");
        json::write_text(&paging::next_link(&call.root.url, call.address, &cookie), &mut body);
    }
    body.push(b'}');
    let mut reply = Reply::typed(StatusCode::OK, JSON, body);
    let heeded = Heeded { body: true, page: !ends, ..Heeded::default() };
    if let Some(applied) = call.preferences.applied(heeded) {
        reply.header("preference-applied", applied);
    }
    Ok(reply)
}

/// `@odata.count`, and the annotations that say the same.
pub(crate) fn totals(call: &Call<'_>, found: &Rows, counted: bool, body: &mut Vec<u8>) {
    let count = found.count.filter(|_| counted);
    let exceeded = count.is_some_and(|count| count > i64::from(PAGE));
    let count = count.map(|count| count.min(i64::from(PAGE)));
    let mut member = |name: &str, value: String| {
        body.push(b',');
        json::write_text(name, body);
        body.push(b':');
        body.extend_from_slice(value.as_bytes());
    };
    if let Some(count) = count {
        member("@odata.count", count.to_string());
    }
    if call.preferences.annotations.totals() {
        member("@Microsoft.Dynamics.CRM.totalrecordcount", count.unwrap_or(-1).to_string());
        member("@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded", exceeded.to_string());
        member(
            "@Microsoft.Dynamics.CRM.globalmetadataversion",
            format!("\"{}\"", call.model().version()),
        );
    }
}

/// `GET …/$count`: at most 5000.
pub(crate) async fn count(
    call: &Call<'_>,
    table: &Arc<Table>,
    behind: Option<Behind<'_>>,
) -> Result<Reply, Fault> {
    if behind.is_none() && call.options.deltatoken.is_some() {
        return deltas::count(call, table).await;
    }
    let options = QueryOptions {
        filter: call.options.filter.clone(),
        aliases: call.options.aliases.clone(),
        ..QueryOptions::default()
    };
    let mut query = translated(call, table, &options)?;
    if let Some((of, navigation, id)) = behind {
        query = query.behind(call.model(), of, (navigation, id))?;
    }
    query.count = true;
    query.shape.outputs.clear();
    let found = call.session.query(&query, &Paging { size: 1, after: None, skip: 0 }).await?;
    let count = found.count.unwrap_or_default().min(i64::from(PAGE));
    Ok(Reply::typed(StatusCode::OK, "text/plain;charset=utf-8", count.to_string()))
}

/// `GET {set}({key})/$ref`.
pub(crate) async fn reference(
    call: &Call<'_>,
    (table, key): (&Arc<Table>, RowKey),
) -> Result<Reply, Fault> {
    let id = id(call, (table, key)).await?;
    let body = serde_json::json!({
        "@odata.context": format!("{}$metadata#$ref", call.root.url),
        "@odata.id": rows::address(call.root, &table.set, id),
    });
    Ok(Reply::json(StatusCode::OK, body.to_string()))
}

/// The query of the request on a table.
pub(crate) fn query(call: &Call<'_>, table: &Arc<Table>) -> Result<Query, Fault> {
    translated(call, table, &call.options)
}

fn translated(call: &Call<'_>, table: &Arc<Table>, options: &QueryOptions) -> Result<Query, Fault> {
    let moment = moment(call);
    let caller = Caller {
        access: call.session.access(),
        moment: &moment,
        names: call.preferences.annotations.formatted(),
    };
    let query = queries::from_odata(call.model(), table, options, &caller)?;
    Ok(query)
}

/// What time functions need to know.
pub(crate) fn moment(call: &Call<'_>) -> Moment {
    call.session.moment()
}

/// What rows are written with.
pub(crate) fn writer<'a>(
    call: &'a Call<'_>,
    currencies: &'a records::Currencies,
    sparse: bool,
) -> Writer<'a> {
    Writer {
        model: call.model(),
        root: call.root,
        annotations: &call.preferences.annotations,
        language: language(call),
        zone: call.session.zone(),
        options: Some(&call.options),
        currencies,
        sparse,
    }
}

/// The language code of texts.
pub(crate) fn language(call: &Call<'_>) -> u16 {
    match call.language {
        kernel::Language::En => tables::ENGLISH,
        kernel::Language::Fr => tables::FRENCH,
    }
}

/// Some columns of one row.
pub(crate) async fn columns(
    call: &Call<'_>,
    (table, key): (&Arc<Table>, &RowKey),
    columns: &[&str],
) -> Result<Rows, Fault> {
    let query = Query::of(table).select(columns.iter().copied())?;
    let found = call.session.read(&table.logical, key, &query).await?;
    found.ok_or_else(|| write::missing(table, key))
}

/// The id of a row that the caller may read.
pub(crate) async fn id(
    call: &Call<'_>,
    (table, key): (&Arc<Table>, RowKey),
) -> Result<Uuid, Fault> {
    let found = columns(call, (table, &key), &[]).await?;
    self::key(&found).ok_or_else(|| write::missing(table, &key))
}

/// The row behind a single navigation property.
pub(crate) async fn target(
    call: &Call<'_>,
    (table, key): (&Arc<Table>, RowKey),
    navigation: &Navigation,
) -> Result<Option<(Arc<Table>, Uuid)>, Fault> {
    let tables::Relationship::OneToMany(one) = &*navigation.relationship else { return Ok(None) };
    let found = columns(call, (table, &key), &[&one.referencing_column]).await?;
    let Some(row) = found.rows.first() else { return Ok(None) };
    let property = found
        .plan
        .shown
        .properties
        .iter()
        .find(|p| p.column().is_some_and(|c| c.logical == one.referencing_column));
    let Some(property) = property else { return Ok(None) };
    let value = property.value(row).map_err(|error| Fault::internal(error.to_string()))?;
    let tables::Value::Row(to) = value else { return Ok(None) };
    let target = call.model().table_by_code(to.code).cloned();
    let belongs = |target: &Arc<Table>| {
        target.logical == navigation.target
            || call
                .model()
                .table(&navigation.target)
                .is_some_and(|union| union.union_of.contains(&target.logical))
    };
    Ok(target.filter(belongs).map(|target| (target, to.id)))
}

/// A row that must stand behind a collection of another one.
pub(crate) async fn related(
    call: &Call<'_>,
    (table, key): (&Arc<Table>, RowKey),
    (navigation, target, other): (&Navigation, &Arc<Table>, RowKey),
) -> Result<Uuid, Fault> {
    let parent = id(call, (table, key)).await?;
    let query = Query::of(target).behind(call.model(), table, (&navigation.name, parent))?;
    let found = call.session.read(&target.logical, &other, &query).await?;
    found.as_ref().and_then(self::key).ok_or_else(|| write::missing(target, &other))
}

/// The ids of a page of rows behind a collection.
pub(crate) async fn ids(
    call: &Call<'_>,
    target: &Arc<Table>,
    behind: Behind<'_>,
) -> Result<Vec<Uuid>, Fault> {
    let (of, navigation, parent) = behind;
    let query = Query::of(target).behind(call.model(), of, (navigation, parent))?;
    let found = call.session.query(&query, &Paging { size: PAGE, after: None, skip: 0 }).await?;
    let Some(place) = found.plan.shown.key else { return Ok(Vec::new()) };
    Ok(found.rows.iter().filter_map(|row| row.get::<Uuid>(place).ok()).collect())
}

/// The version of the first row.
pub(crate) fn version(found: &Rows) -> Option<i64> {
    found.rows.first()?.get::<Option<i64>>(found.plan.shown.version?).ok().flatten()
}

/// The key of the first row.
pub(crate) fn key(found: &Rows) -> Option<Uuid> {
    found.rows.first()?.get::<Option<Uuid>>(found.plan.shown.key?).ok().flatten()
}

fn refuse_on_one(options: &QueryOptions) -> Result<(), Fault> {
    let wrong = [
        (options.filter.is_some(), "$filter"),
        (options.orderby.is_some(), "$orderby"),
        (options.top.is_some(), "$top"),
        (options.apply.is_some(), "$apply"),
    ];
    match wrong.iter().find(|(there, _)| *there) {
        Some((_, name)) => Err(Fault::malformed(format!(
            "Query options $select, $expand can be applied only to an entity; '{name}' needs a collection."
        ))),
        None => Ok(()),
    }
}
