//! Queries in FetchXML and SQL, and saved ones.

use std::sync::Arc;

use http::StatusCode;
use queries::{Caller, Paging, Query};
use records::RowKey;
use tables::{Table, Value, json};
use uuid::Uuid;

use crate::{
    call::Call,
    context,
    fault::Fault,
    keys,
    paging::Place,
    prefer::{Heeded, PAGE},
    read::{self, Asked, Behind},
    reply::{JSON, Reply},
};

/// `GET {set}?fetchXml=…`.
pub(crate) async fn fetch_xml(
    call: &Call<'_>,
    table: &Arc<Table>,
    xml: &str,
    behind: Option<Behind<'_>>,
) -> Result<Reply, Fault> {
    let fetch = fetchxml::fetch::parse(xml)
        .map_err(|error| Fault::malformed(format!("Invalid XML: {error}")))?;
    run(call, table, &fetch, behind).await
}

async fn run(
    call: &Call<'_>,
    table: &Arc<Table>,
    fetch: &fetchxml::Fetch,
    behind: Option<Behind<'_>>,
) -> Result<Reply, Fault> {
    if fetch.entity.name != table.logical {
        return Err(Fault::malformed(format!(
            "The entity '{}' of the FetchXML is not that of the set '{}'.",
            fetch.entity.name, table.set
        )));
    }
    bounded(fetch)?;
    let moment = read::moment(call);
    let caller = Caller {
        access: call.session.access(),
        moment: &moment,
        names: call.preferences.annotations.formatted(),
    };
    let fetched = queries::from_fetch(call.model(), fetch, &caller)?;
    let mut query = fetched.query;
    if let Some((of, navigation, id)) = behind {
        query = query.behind(call.model(), of, (navigation, id))?;
    }
    let page = u64::from(fetched.page.max(1));
    let place = match &fetch.paging_cookie {
        Some(cookie) => Place::of_fetch(cookie, page)?,
        None => Place { page, after: None },
    };
    let size = fetched.paging.size.clamp(1, PAGE);
    let skip = if place.after.is_some() { 0 } else { (page - 1).saturating_mul(u64::from(size)) };
    let counted = query.count;
    let found =
        call.session.query(&query, &Paging { size, after: place.after.clone(), skip }).await?;
    let mut body = Vec::with_capacity(256 + found.rows.len() * 256);
    body.extend_from_slice(b"{\"@odata.context\":");
    let names = found.plan.shown.properties.iter().map(queries::Property::name);
    json::write_text(&context::of_names(call.root, &table.set, names), &mut body);
    read::totals(call, &found, counted, &mut body);
    let annotations = &call.preferences.annotations;
    if found.more && annotations.more() {
        body.extend_from_slice(b",\"@Microsoft.Dynamics.CRM.morerecords\":true");
    }
    // left out of the last page: clients go on as long as it is there
    if found.more && annotations.cookie() && (found.next.is_some() || query.group.is_none()) {
        body.extend_from_slice(b",\"@Microsoft.Dynamics.CRM.fetchxmlpagingcookie\":");
        json::write_text(&place.next(found.next.as_ref()), &mut body);
    }
    body.extend_from_slice(b",\"value\":[");
    let currencies = call.currencies().await?;
    read::writer(call, &currencies, true).rows(&found, &mut body)?;
    body.extend_from_slice(b"]}");
    let mut reply = Reply::typed(StatusCode::OK, JSON, body);
    if let Some(applied) = call.preferences.applied(Heeded { body: true, ..Heeded::default() }) {
        reply.header("preference-applied", applied);
    }
    Ok(reply)
}

/// `top` and `count` are at most 5,000, as `$top` and a page are (Dataverse, "Page results using FetchXML").
fn bounded(fetch: &fetchxml::Fetch) -> Result<(), Fault> {
    let refused = |name: &str| {
        Fault::argument(format!("The value of '{name}' of the fetch must be between 1 and {PAGE}."))
    };
    if fetch.top.is_some_and(|top| top == 0 || top > PAGE) {
        return Err(refused("top"));
    }
    // a count of 0 is none
    if fetch.count.is_some_and(|count| count > PAGE) { Err(refused("count")) } else { Ok(()) }
}

/// `GET {set}?sql=…`.
pub(crate) async fn sql(call: &Call<'_>, table: &Arc<Table>, sql: &str) -> Result<Reply, Fault> {
    let select = fetchxml::sql::parse(sql)
        .map_err(|error| Fault::malformed(format!("Invalid SQL: {error}")))?;
    if select.from.table.to_lowercase() != table.logical {
        return Err(Fault::malformed(format!(
            "The first table '{}' of the statement is not that of the set '{}'.",
            select.from.table, table.set
        )));
    }
    let moment = read::moment(call);
    let caller = Caller {
        access: call.session.access(),
        moment: &moment,
        names: call.preferences.annotations.formatted(),
    };
    let fetched = queries::from_sql(call.model(), &select, &caller)?;
    let query = fetched.query;
    let place = match &call.options.skiptoken {
        Some(token) => Place::of_token(token)?,
        None => Place::first(),
    };
    read::answer(call, table, Asked { query, place, skip: fetched.paging.skip, sparse: true }).await
}

/// `GET {set}?savedQuery=…` and `?userQuery=…`.
pub(crate) async fn view(
    call: &Call<'_>,
    table: &Arc<Table>,
    id: &str,
    behind: Option<Behind<'_>>,
) -> Result<Reply, Fault> {
    let id = keys::guid(id)
        .ok_or_else(|| Fault::malformed("The id of a saved query must be a GUID."))?;
    let view = call.model().view(id).filter(|view| view.table == table.logical).cloned();
    let kept = match view {
        Some(view) => Some(view.fetch.clone()),
        None if call.options.user_query().is_some() => personal(call, table, id).await?,
        None => None,
    };
    let of = if call.options.user_query().is_some() { USER_QUERY } else { "savedquery" };
    let kept = kept.ok_or_else(|| Fault::missing(of, &format!("Id = {id}")))?;
    let fetch = fetchxml::fetch::parse(&kept)
        .map_err(|error| Fault::malformed(format!("The view {id} cannot be run: {error}")))?;
    run(call, table, &fetch, behind).await
}

const USER_QUERY: &str = "userquery";

/// What a view asks that a person keeps, if the caller may see it and it lists this table.
async fn personal(call: &Call<'_>, table: &Table, id: Uuid) -> Result<Option<String>, Fault> {
    let Some(of) = call.model().table(USER_QUERY) else { return Ok(None) };
    let shape = Query::of(of).select(["fetchxml", "returnedtypecode"])?;
    let found = call.session.read(USER_QUERY, &RowKey::Id(id), &shape).await?;
    let Some(found) = found else { return Ok(None) };
    let (mut fetch, mut lists) = (None, None);
    for property in &found.plan.shown.properties {
        let name = property.column().map(|column| column.logical.as_str());
        let Some(row) = found.rows.first() else { continue };
        match (name, property.value(row).map_err(records::Error::from)?) {
            (Some("fetchxml"), Value::Text(text)) => fetch = Some(text),
            (Some("returnedtypecode"), Value::Text(text)) => lists = Some(text),
            _ => {}
        }
    }
    Ok(fetch.filter(|_| lists.as_deref() == Some(&*table.logical)))
}
