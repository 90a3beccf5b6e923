//! `WinOpportunity`, `CloseIncident` and the like, and `QualifyLead`.

use http::StatusCode;
use records::{Close, Qualify, Reference, RowKey};
use serde_json::{Map, Value, json};
use tables::Table;

use crate::{call::Call, fault::Fault, keys, read, reply::Reply, write};

/// An action that ends a row: what it is called, which activity it brings, and the state it leads to.
struct Ending {
    name: &'static str,
    parameter: &'static str,
    activity: &'static str,
    lookup: &'static str,
    table: &'static str,
    state: i64,
}

/// All of them, by their names in the Web API reference.
static ENDINGS: [Ending; 7] = [
    ending("WinOpportunity", OPPORTUNITY, 1),
    ending("LoseOpportunity", OPPORTUNITY, 2),
    ending("CloseIncident", INCIDENT, 1),
    ending("WinQuote", QUOTE, 2),
    ending("CloseQuote", QUOTE, 3),
    ending("FulfillSalesOrder", ORDER, 3),
    ending("CancelSalesOrder", ORDER, 2),
];

/// The parameter, the table of the activity, its lookup, and the table that it leads to.
type Kind = [&'static str; 4];

const OPPORTUNITY: Kind = ["OpportunityClose", "opportunityclose", "opportunityid", "opportunity"];
const INCIDENT: Kind = ["IncidentResolution", "incidentresolution", "incidentid", "incident"];
const QUOTE: Kind = ["QuoteClose", "quoteclose", "quoteid", "quote"];
const ORDER: Kind = ["OrderClose", "orderclose", "salesorderid", "salesorder"];

const fn ending(name: &'static str, kind: Kind, state: i64) -> Ending {
    let [parameter, activity, lookup, table] = kind;
    Ending { name, parameter, activity, lookup, table, state }
}

/// Answers an action that ends a row; none when there is none of this name.
pub(crate) async fn answer(call: &Call<'_>, name: &str) -> Option<Result<Reply, Fault>> {
    let ending = ENDINGS.iter().find(|one| one.name == name)?;
    Some(end(call, ending).await)
}

async fn end(call: &Call<'_>, ending: &Ending) -> Result<Reply, Fault> {
    let mut body = call.object()?;
    let table = call.model().table(ending.activity).cloned();
    let table = table.ok_or_else(|| Fault::segment(ending.name))?;
    let Some(Value::Object(mut activity)) = body.remove(ending.parameter) else {
        let message = format!("The parameter '{}' is missing, or no row.", ending.parameter);
        return Err(Fault::argument(message));
    };
    bind(call, ending, &mut activity)?;
    let close = Close {
        table: ending.table,
        state: ending.state,
        status: status(&body)?,
        activity: write::reader(call).entry(&table, activity)?,
    };
    call.session.close(close).await?;
    Ok(Reply::done())
}

/// A row that stands in the lookup is the row that is meant, and none to be made.
fn bind(call: &Call<'_>, ending: &Ending, activity: &mut Map<String, Value>) -> Result<(), Fault> {
    let Some(Value::Object(row)) = activity.get(ending.lookup) else { return Ok(()) };
    let table = call.model().table(ending.table);
    let table = table.ok_or_else(|| Fault::segment(ending.name))?;
    let address = address(table, row).ok_or_else(|| {
        Fault::argument(format!("'{}' names no row of '{}'.", ending.lookup, table.set))
    })?;
    activity.remove(ending.lookup);
    activity.insert(format!("{}@odata.bind", ending.lookup), address.into());
    Ok(())
}

/// The address of a row that is given by its key or its `@odata.id`.
fn address(table: &Table, row: &Map<String, Value>) -> Option<String> {
    if let Some(address) = row.get("@odata.id").and_then(Value::as_str) {
        return Some(address.to_owned());
    }
    let key = row.get(&table.primary_id).and_then(Value::as_str)?;
    Some(format!("{}({key})", table.set))
}

/// The reason; none where it is not given.
fn status(body: &Map<String, Value>) -> Result<Option<i64>, Fault> {
    match body.get("Status") {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value.as_i64().map(Some).ok_or_else(|| {
            Fault::argument("The parameter 'Status' is no whole number.".to_owned())
        }),
    }
}

/// `POST leads({id})/Microsoft.Dynamics.CRM.QualifyLead`.
pub(crate) async fn qualify(
    call: &Call<'_>,
    lead: (&std::sync::Arc<Table>, RowKey),
) -> Result<Reply, Fault> {
    let body = call.object()?;
    let flag = |name: &str| body.get(name).and_then(Value::as_bool).unwrap_or_default();
    let row = |name: &str, tables: &[&str]| -> Result<Option<Reference>, Fault> {
        let Some(Value::Object(row)) = body.get(name) else { return Ok(None) };
        let kind = row.get("@odata.type").and_then(Value::as_str).map(crate::entry::type_name);
        let fits = |table: &&&str| kind.is_none_or(|kind| kind == **table);
        let found =
            tables.iter().filter(fits).find_map(|table| address(call.model().table(table)?, row));
        let address = found.ok_or_else(|| {
            Fault::argument(format!("The parameter '{name}' names no row of a table it may be of."))
        })?;
        keys::reference(call.model(), call.root, &[], &address).map(Some)
    };
    let wanted = Qualify {
        account: flag("CreateAccount"),
        contact: flag("CreateContact"),
        opportunity: flag("CreateOpportunity"),
        status: status(&body)?,
        currency: row("OpportunityCurrencyId", &["transactioncurrency"])?,
        customer: row("OpportunityCustomerId", &["account", "contact"])?,
        campaign: row("SourceCampaignId", &["campaign"])?,
    };
    let id = read::id(call, lead).await?;
    let made = call.session.qualify(id, &wanted).await?;
    let value: Vec<Value> = made
        .iter()
        .filter_map(|one| {
            let table = call.model().table(&one.table)?;
            let mut row = Map::new();
            let kind = format!("#Microsoft.Dynamics.CRM.{}", table.logical);
            row.insert("@odata.type".into(), kind.into());
            row.insert(table.primary_id.clone(), one.id.to_string().into());
            Some(Value::Object(row))
        })
        .collect();
    let context = format!("{}$metadata#Collection(mscrm.crmbaseentity)", call.root.url);
    let body = json!({ "@odata.context": context, "value": value });
    Ok(Reply::json(StatusCode::OK, body.to_string()))
}
