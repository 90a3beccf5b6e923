//! What was changed and deleted between two instants.

use doubles_soql::instant;
use jiff::{Timestamp, ToSpan as _};
use serde_json::json;

use crate::{
    fault::{Fault, Result},
    org::{Org, is_deleted, text},
    rest::{Call, Reply},
    rights::Caller,
    write::object,
};

/// How far back the service remembers.
const MAX_DAYS: i64 = 30;

fn wrong(said: &str) -> Fault {
    Fault::new("INVALID_REPLICATION_DATE", said)
}

fn span(org: &Org, call: &Call) -> Result<(Timestamp, Timestamp)> {
    let read = |name: &str| {
        let missing = || Fault::new("MISSING_ARGUMENT", format!("{name} must be specified"));
        let given = call.parameter(name).ok_or_else(missing)?;
        // A plus that was not escaped has become a blank.
        let read = instant::read(&given.replace(' ', "+"));
        read.ok_or_else(|| wrong("unable to parse the date"))
    };
    let (start, end) = (read("start")?, read("end")?);
    let oldest = org.now().checked_sub((MAX_DAYS * 24).hours()).unwrap_or(start);
    if start >= end {
        return Err(wrong("endDate must be at least one minute greater than startDate"));
    }
    if start < oldest {
        return Err(wrong("startDate cannot be more than 30 days ago"));
    }
    Ok((start, end))
}

/// A row that changed: its id, when, and whether it is gone.
type Change = (String, String, bool);

fn changed(org: &Org, caller: &Caller, call: &Call, name: &str) -> Result<(Vec<Change>, String)> {
    let object = object(org, caller, name)?;
    let (start, end) = span(org, call)?;
    let (from, to) = (instant::write(start), instant::write(end));
    let rows = org.rows(object.name).filter(|(_, row)| caller.sees_row(org, &object, row));
    let rows = rows.filter_map(|(id, row)| {
        let at = text(row, "SystemModstamp")?.to_owned();
        (at >= from && at <= to).then(|| (id.clone(), at, is_deleted(row)))
    });
    Ok((rows.collect(), instant::write(end.min(org.now()))))
}

pub(super) fn updated(org: &Org, caller: &Caller, call: &Call, name: &str) -> Result<Reply> {
    let (rows, covered) = changed(org, caller, call, name)?;
    let ids: Vec<String> =
        rows.into_iter().filter(|(_, _, deleted)| !deleted).map(|(id, _, _)| id).collect();
    Ok(Reply::json(200, json!({ "ids": ids, "latestDateCovered": covered })))
}

pub(super) fn deleted(org: &Org, caller: &Caller, call: &Call, name: &str) -> Result<Reply> {
    let (rows, covered) = changed(org, caller, call, name)?;
    let gone = rows.iter().filter(|(_, _, deleted)| *deleted);
    let gone: Vec<_> = gone.map(|(id, at, _)| json!({ "id": id, "deletedDate": at })).collect();
    let earliest = org.now().checked_sub((MAX_DAYS * 24).hours()).unwrap_or_default();
    Ok(Reply::json(
        200,
        json!({
            "deletedRecords": gone,
            "earliestDateAvailable": instant::write(earliest),
            "latestDateCovered": covered,
        }),
    ))
}
