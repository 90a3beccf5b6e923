//! Rows of examples.

use db::{Error, Result, Row, Tx, Value};
use kernel::{ApiConnectorId, ExampleId};
use serde_json::{Map, Value as Json};

use crate::examples::{Example, Expected, Last};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, connector_id, name, operation, inputs, connection_id, expected, ran_at, \
             ran_version, passed, status, differences, created_by, created_at \
             FROM api_connector_examples ",
            $rest
        )
    };
}

pub(crate) fn list(tx: &Tx<'_>, connector: ApiConnectorId) -> Result<Vec<Example>> {
    const SQL: &str =
        select!("WHERE tenant_id = $1 AND connector_id = $2 ORDER BY name_fold LIMIT 1000");
    tx.all(SQL, &[tx.tenant().into(), connector.into()])?.iter().map(read).collect()
}

pub(crate) fn lookup(
    tx: &Tx<'_>,
    (connector, id): (ApiConnectorId, ExampleId),
) -> Result<Option<Example>> {
    const SQL: &str = select!("WHERE tenant_id = $1 AND connector_id = $2 AND id = $3");
    let row = tx.first(SQL, &[tx.tenant().into(), connector.into(), id.into()])?;
    row.as_ref().map(read).transpose()
}

pub(crate) fn count(tx: &Tx<'_>, connector: ApiConnectorId) -> Result<i64> {
    const SQL: &str = "SELECT COUNT(*) FROM api_connector_examples \
                       WHERE tenant_id = $1 AND connector_id = $2";
    tx.first(SQL, &[tx.tenant().into(), connector.into()])?.map_or(Ok(0), |row| row.get(0))
}

pub(crate) fn insert(tx: &Tx<'_>, new: &Example) -> Result<u64> {
    const SQL: &str = "INSERT INTO api_connector_examples (tenant_id, id, connector_id, name, \
                       name_fold, operation, inputs, connection_id, expected, created_by, \
                       created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let expected = serde_json::to_value(&new.expected).unwrap_or_default();
    let params = [
        tx.tenant().into(),
        new.id.into(),
        new.connector.into(),
        (&new.name).into(),
        super::fold(&new.name).into(),
        (&new.operation).into(),
        Value::json(&Json::Object(new.inputs.clone())),
        new.connection.into(),
        Value::json(&expected),
        new.created_by.into(),
        new.created_at.into(),
    ];
    tx.execute(SQL, &params)
}

/// Writes how a run went.
pub(crate) fn note(
    tx: &Tx<'_>,
    (connector, id): (ApiConnectorId, ExampleId),
    last: &Last,
) -> Result<u64> {
    const SQL: &str = "UPDATE api_connector_examples SET ran_at = $4, ran_version = $5, \
                       passed = $6, status = $7, differences = $8 \
                       WHERE tenant_id = $1 AND connector_id = $2 AND id = $3";
    let differences = serde_json::to_value(&last.differences).unwrap_or_default();
    let params = [
        tx.tenant().into(),
        connector.into(),
        id.into(),
        last.at.into(),
        last.version.into(),
        last.passed.into(),
        last.status.into(),
        Value::json(&differences),
    ];
    tx.execute(SQL, &params)
}

pub(crate) fn delete(tx: &Tx<'_>, (connector, id): (ApiConnectorId, ExampleId)) -> Result<u64> {
    const SQL: &str = "DELETE FROM api_connector_examples \
                       WHERE tenant_id = $1 AND connector_id = $2 AND id = $3";
    tx.execute(SQL, &[tx.tenant().into(), connector.into(), id.into()])
}

fn read(row: &Row) -> Result<Example> {
    let inputs: Map<String, Json> = match row.get(4)? {
        Json::Object(map) => map,
        _ => return Err(Error::Inconsistent { column: 4, expected: "an object" }),
    };
    let wrong =
        |column, expected| move |_: serde_json::Error| Error::Inconsistent { column, expected };
    let expected: Expected =
        serde_json::from_value(row.get(6)?).map_err(wrong(6, "what is expected"))?;
    let last = match row.get(7)? {
        Some(at) => {
            let differences: Option<Json> = row.get(11)?;
            let differences = serde_json::from_value(differences.unwrap_or_default());
            Some(Last {
                at,
                version: row.get::<Option<i64>>(8)?.unwrap_or_default(),
                passed: row.get::<Option<bool>>(9)?.unwrap_or_default(),
                status: row.get(10)?,
                differences: differences.map_err(wrong(11, "differences"))?,
            })
        }
        None => None,
    };
    Ok(Example {
        id: row.id(0)?,
        connector: row.id(1)?,
        name: row.get(2)?,
        operation: row.get(3)?,
        inputs,
        connection: row.maybe_id(5)?,
        expected,
        last,
        created_by: row.maybe_id(12)?,
        created_at: row.get(13)?,
    })
}
