//! Writes: what a request asks the store to do, and what is answered when it is done.
//!
//! A request becomes one operation, so that the requests of a change set run as one transaction and `$1` is the place
//! of an operation.

use std::sync::Arc;

use http::{Method, StatusCode};
use records::{Change, Delete, Link, LinkTo, Operation, Outcome, Reference, RowKey, Update};
use tables::Table;

use crate::{
    call::Call, conditions::Condition, entry::Reader, fault::Fault, keys, prefer::Heeded, read,
    reply::Reply, rows,
};

/// An operation, and how its outcome is answered.
pub(crate) struct Prepared {
    pub(crate) operation: Operation,
    pub(crate) answer: Answer,
}

/// How an outcome is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// `204` and the address of the row, or the row.
    Row,
    /// `204`.
    Done,
}

/// `POST {set}`.
pub(crate) fn create(call: &Call<'_>, table: &Arc<Table>) -> Result<Prepared, Fault> {
    let entry = reader(call).entry(table, call.object()?)?;
    Ok(Prepared { operation: Operation::Create(entry), answer: Answer::Row })
}

/// `PATCH {set}({key})`: an update, or an upsert where no condition says that the row is there.
pub(crate) fn patch(
    call: &Call<'_>,
    (table, key): (&Arc<Table>, RowKey),
) -> Result<Prepared, Fault> {
    let mut entry = reader(call).entry(table, call.object()?)?;
    // the people of an activity are written with it; all other rows come along with new ones only
    let comes_along = |link: &Link| {
        matches!(link.to, LinkTo::New(_) | LinkTo::NewMany(_))
            && !link.navigation.ends_with("_activity_parties")
    };
    if entry.links.iter().any(comes_along) {
        return Err(Fault::unsupported("Deep update of navigation properties is not allowed."));
    }
    if let RowKey::Alternate(values) = &key {
        // what the address says is stored; the same in the body says nothing more
        entry.values.retain(|(name, value)| {
            !values.iter().any(|(other, known)| other == name && known == value)
        });
    }
    if let RowKey::Id(id) = key {
        entry
            .values
            .retain(|(name, value)| *name != table.primary_id || *value != tables::Value::Guid(id));
    }
    let (condition, upsert) = match call.condition {
        Condition::None | Condition::Other(_) => (records::Condition::None, true),
        Condition::Absent => (records::Condition::Absent, true),
        Condition::Present => (records::Condition::Present, false),
        Condition::Version(version) => (records::Condition::Version(version), false),
    };
    // what an earlier request of the change set made is there
    let upsert = upsert && !matches!(key, RowKey::Result(_));
    let update = Update { key, entry, condition };
    let operation = if upsert { Operation::Upsert(update) } else { Operation::Update(update) };
    Ok(Prepared { operation, answer: Answer::Row })
}

/// `DELETE {set}({key})`.
pub(crate) fn delete(
    call: &Call<'_>,
    (table, key): (&Arc<Table>, RowKey),
) -> Result<Prepared, Fault> {
    let condition = condition(call)?;
    let row = Reference { table: table.logical.clone(), key };
    Ok(Prepared { operation: Operation::Delete(Delete { row, condition }), answer: Answer::Done })
}

/// What must be so for the row to be changed.
pub(crate) fn condition(call: &Call<'_>) -> Result<records::Condition, Fault> {
    Ok(match call.condition {
        Condition::None | Condition::Other(_) => records::Condition::None,
        Condition::Present => records::Condition::Present,
        Condition::Version(version) => records::Condition::Version(version),
        Condition::Absent => {
            return Err(Fault::malformed("The header If-None-Match: * is for upserts only."));
        }
    })
}

/// Runs one operation and answers.
pub(crate) async fn answer(call: &Call<'_>, prepared: Prepared) -> Result<Reply, Fault> {
    let Prepared { operation, answer } = prepared;
    let outcomes =
        call.session.run(vec![operation]).await.map_err(|failure| Fault::from(failure.error))?;
    let outcome = outcomes
        .into_iter()
        .next()
        .ok_or_else(|| Fault::internal("an operation without an outcome"))?;
    respond(call, answer, &outcome).await
}

/// The answer to an outcome.
pub(crate) async fn respond(
    call: &Call<'_>,
    answer: Answer,
    outcome: &Outcome,
) -> Result<Reply, Fault> {
    if answer == Answer::Done || outcome.change == Change::Deleted {
        return Ok(Reply::done());
    }
    let table = call.model().table(&outcome.table).cloned();
    let table = table.ok_or_else(|| Fault::internal("a row of a table that is not there"))?;
    let address = rows::address(call.root, &table.set, outcome.id);
    if !call.preferences.representation {
        return Ok(Reply::done().at(&address));
    }
    let created = outcome.change == Change::Created;
    let status = if created { StatusCode::CREATED } else { StatusCode::OK };
    let mut reply = read::shown(call, (&table, RowKey::Id(outcome.id)), status).await?;
    if !created || call.method == Method::PATCH {
        reply.text("odata-entityid", &address);
    }
    let heeded = Heeded { representation: true, body: true, ..Heeded::default() };
    if let Some(applied) = call.preferences.applied(heeded) {
        reply.header("preference-applied", applied);
    }
    Ok(reply)
}

/// Reads rows of the body.
pub(crate) fn reader<'a>(call: &'a Call<'_>) -> Reader<'a> {
    Reader { model: call.model(), root: call.root, set: call.set }
}

/// A fault about the key of a row.
pub(crate) fn missing(table: &Table, key: &RowKey) -> Fault {
    Fault::missing(&table.logical, &keys::words(key))
}
