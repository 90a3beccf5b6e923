//! A copy, slice by slice: the head, tables with their rows, what is kept beside them, the end.

use std::sync::Arc;

use db::Tx;
use identity::environments::{self, Environment};
use jiff::Timestamp;
use kernel::Scope;
use record_tables::{
    copy::{self, SIDES},
    definitions,
    registry::{self, Registered, State},
};
use serde_json::{Value as Json, json};
use tables::Table;
use uuid::Uuid;

use super::hold_on;
use crate::{
    Environments, Error, Result,
    life::unknown,
    operation::{Extent, Operation, OperationState},
    store::{self, Held},
};

/// How far a copy came.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Place {
    extent: Extent,
    /// What might be done before: in the one that is copied, in the one that is written.
    was: (State, State),
    /// The number of the tables that are made; none before the first slice.
    number: Option<i64>,
    /// The table, or the side table behind the last of them.
    at: usize,
    /// The last key that was copied of it.
    after: Json,
}

impl Place {
    pub(crate) const fn begin(extent: Extent, was: (State, State)) -> Self {
        Self { extent, was, number: None, at: 0, after: Json::Null }
    }

    pub(crate) fn json(&self) -> Json {
        json!({
            "extent": self.extent.as_str(), "source_was": self.was.0.as_str(),
            "target_was": self.was.1.as_str(), "number": self.number, "at": self.at,
            "after": self.after,
        })
    }

    pub(crate) fn read(json: &Json) -> Self {
        let state = |name: &str| {
            let word = json.get(name).and_then(Json::as_str).unwrap_or_default();
            word.parse().unwrap_or(State::Ready)
        };
        let extent = json.get("extent").and_then(Json::as_str).unwrap_or_default();
        let at = json.get("at").and_then(Json::as_u64).unwrap_or_default();
        Self {
            extent: extent.parse().unwrap_or(Extent::Everything),
            was: (state("source_was"), state("target_was")),
            number: json.get("number").and_then(Json::as_i64),
            at: usize::try_from(at).unwrap_or_default(),
            after: json.get("after").cloned().unwrap_or_default(),
        }
    }

    /// The same further on: behind `after`, or at the next table.
    fn behind(&self, after: Option<Json>) -> Self {
        match after {
            Some(after) => Self { after, ..self.clone() },
            None => Self { at: self.at + 1, after: Json::Null, ..self.clone() },
        }
    }
}

/// What is copied, read once for many slices; it cannot change meanwhile.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    source: Registered,
    tables: Arc<[Arc<Table>]>,
}

impl Environments {
    pub(super) async fn copy_slice(
        &self,
        root: &Scope,
        held: &Held,
        prepared: &mut Option<Prepared>,
    ) -> Result<Option<Held>> {
        let place = Place::read(&held.place);
        let Some(from) = held.operation.source else { return Err(Error::NoOperation) };
        if prepared.is_none() {
            let read = move |tx: &Tx<'_>| {
                let source = registry::lookup(tx, from)?.ok_or_else(unknown)?;
                let model = definitions::model(tx, &source)?;
                Ok::<_, Error>(Prepared { tables: copy::tables(&model).into(), source })
            };
            *prepared = Some(self.db.read(root, read).await?);
        }
        let Some(prepared) = prepared.clone() else { return Err(Error::NoOperation) };
        let Some(number) = place.number else {
            return self.copy_head(root, held, &prepared, place).await;
        };
        let tables = prepared.tables.len();
        if place.at >= tables + SIDES.len() {
            return self.copy_end(root, held, place).await.map(|()| None);
        }
        let (held, now) = (held.clone(), self.clock.now());
        let numbers = (prepared.source.number, number);
        let slice = move |tx: &Tx<'_>| {
            let after = match prepared.tables.get(place.at) {
                Some(table) => table_slice(tx, numbers, table, &place)?,
                None => side_slice(tx, numbers, place.at - tables, &place)?,
            };
            let next = place.behind(after);
            let done = i64::try_from(next.at + 1).unwrap_or(i64::MAX);
            hold_on(tx, &held, (&next.json(), done, steps(tables)), now)
        };
        self.append(root, slice).await
    }

    /// The first slice: what was in the sandbox waits for being dropped, and it gets definitions and heads.
    async fn copy_head(
        &self,
        root: &Scope,
        held: &Held,
        prepared: &Prepared,
        place: Place,
    ) -> Result<Option<Held>> {
        let (from, to) = (prepared.source.environment, held.operation.environment);
        let (now, grave, held) = (self.clock.now(), self.ids.fresh(), held.clone());
        let total = steps(prepared.tables.len());
        let slice = move |tx: &Tx<'_>| {
            let source = registry::draw(tx, from, 0)?.ok_or_else(unknown)?;
            let before = registry::draw(tx, to, 0)?;
            registry::bury(tx, to, grave, now)?;
            let made = registry::begin_anew(tx, to, before.as_ref(), now)?;
            copy::begin(tx, &source, &made)?;
            let origin = environments::lookup(tx, from)?.ok_or_else(unknown)?;
            let target = environments::lookup(tx, to)?.ok_or_else(unknown)?;
            let target =
                Environment { crm_enabled: origin.crm_enabled, region: origin.region, ..target };
            environments::save(tx, &target)?;
            let next = Place { number: Some(made.number), ..place.clone() };
            hold_on(tx, &held, (&next.json(), 1, total), now)
        };
        self.append(root, slice).await
    }

    /// The last slice: the copy opens for those who look after it, and the other one for everybody.
    async fn copy_end(&self, root: &Scope, held: &Held, place: Place) -> Result<()> {
        let (now, held) = (self.clock.now(), held.clone());
        let stream = held.operation.environment.uuid();
        self.db
            .append(root, stream, move |tx| {
                let (operation, lease) = (&held.operation, held.lease_until);
                if !store::hold(tx, (operation.id, lease), None)? {
                    return Ok(());
                }
                let to = operation.environment;
                copy::end(tx, to, State::Administration, now)?;
                if let Some(target) = environments::lookup(tx, to)? {
                    environments::save(tx, &Environment { background_off: true, ..target })?;
                }
                reopen(tx, operation, &place, now)?;
                Ok::<_, Error>(store::end(
                    tx,
                    operation.id,
                    (OperationState::Succeeded, None),
                    now,
                )?)
            })
            .await
    }

    /// Runs a slice; nothing of it stays when the operation is somebody else's by now.
    async fn append(
        &self,
        root: &Scope,
        slice: impl Fn(&Tx<'_>) -> Result<Option<Held>> + Send + Sync + 'static,
    ) -> Result<Option<Held>> {
        let whole = move |tx: &Tx<'_>| slice(tx)?.ok_or(Error::NoOperation);
        match self.db.write(root, whole).await {
            Ok(held) => Ok(Some(held)),
            Err(Error::NoOperation) => Ok(None),
            Err(other) => Err(other),
        }
    }
}

/// The next rows of a table, which is made before the first of them; the last key, nothing when there are no more.
fn table_slice(
    tx: &Tx<'_>,
    numbers: (i64, i64),
    table: &Table,
    place: &Place,
) -> Result<Option<Json>> {
    if place.after.is_null() {
        copy::table(tx, numbers.1, table)?;
    }
    if place.extent == Extent::Schema && !copy::is_schema(table) {
        return Ok(None);
    }
    let after = place.after.as_str().and_then(|text| text.parse::<Uuid>().ok());
    Ok(copy::rows(tx, numbers, table, after)?.map(|key| json!(key)))
}

/// The next rows of a side table. What is kept about rows goes with the rows.
fn side_slice(tx: &Tx<'_>, numbers: (i64, i64), at: usize, place: &Place) -> Result<Option<Json>> {
    let Some(side) = SIDES.get(at) else { return Ok(None) };
    if place.extent == Extent::Schema {
        return Ok(None);
    }
    let after = (!place.after.is_null()).then_some(&place.after);
    Ok(copy::side(tx, numbers, side, after)?)
}

/// Undoes a copy that is given up.
pub(super) fn undo(
    tx: &Tx<'_>,
    (operation, place): (&Operation, &Place),
    grave: Uuid,
    now: Timestamp,
) -> Result<()> {
    let id = operation.environment;
    let state = if place.number.is_some() {
        let before = registry::draw(tx, id, 0)?;
        registry::bury(tx, id, grave, now)?;
        registry::begin_anew(tx, id, before.as_ref(), now)?;
        State::Ready
    } else {
        place.was.1
    };
    registry::set_state(tx, id, state, now)?;
    registry::model_moved(tx, id)?;
    registry::access_moved(tx, id)?;
    reopen(tx, operation, place, now)
}

/// The environment that was copied can be written in again.
fn reopen(tx: &Tx<'_>, operation: &Operation, place: &Place, now: Timestamp) -> Result<()> {
    let Some(from) = operation.source else { return Ok(()) };
    registry::set_state(tx, from, place.was.0, now)?;
    registry::model_moved(tx, from)?;
    Ok(())
}

/// Slices that are counted: the head, tables, side tables.
fn steps(tables: usize) -> i64 {
    i64::try_from(tables + SIDES.len() + 1).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_comes_back_as_it_went() {
        let was = (State::Administration, State::Ready);
        let begin = Place::begin(Extent::Schema, was);
        assert_eq!(Place::read(&begin.json()), begin);
        let further = Place { number: Some(7), at: 3, after: json!(["a", 1]), ..begin };
        assert_eq!(Place::read(&further.json()), further);
        assert_eq!(further.behind(None).at, 4);
        assert!(further.behind(None).after.is_null());
    }
}
