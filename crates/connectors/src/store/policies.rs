//! Rows of data policies.

use db::{Error, Result, Row, Tx};
use kernel::{DataPolicyId, EnvironmentId};
use serde_json::Value as Json;

use super::fold;
use crate::policy::{DataPolicy, Reach};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, reach, environments, rules, created_by, created_at, updated_at \
             FROM data_policies ",
            $rest
        )
    };
}

pub(crate) fn lookup(tx: &Tx<'_>, id: DataPolicyId) -> Result<Option<DataPolicy>> {
    const SQL: &str = select!("WHERE tenant_id = $1 AND id = $2");
    tx.first(SQL, &[tx.tenant().into(), id.into()])?.as_ref().map(read).transpose()
}

pub(crate) fn all(tx: &Tx<'_>) -> Result<Vec<DataPolicy>> {
    const SQL: &str = select!("WHERE tenant_id = $1 ORDER BY name_fold LIMIT 1000");
    tx.all(SQL, &[tx.tenant().into()])?.iter().map(read).collect()
}

pub(crate) fn insert(tx: &Tx<'_>, new: &DataPolicy) -> Result<u64> {
    const SQL: &str = "INSERT INTO data_policies (tenant_id, id, name, name_fold, reach, \
                       environments, rules, created_by, created_at, updated_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)";
    let params = [
        tx.tenant().into(),
        new.id.into(),
        (&new.name).into(),
        fold(&new.name).into(),
        new.reach.as_str().into(),
        environments(new),
        rules(new),
        new.created_by.into(),
        new.created_at.into(),
    ];
    tx.execute(SQL, &params)
}

pub(crate) fn update(tx: &Tx<'_>, changed: &DataPolicy) -> Result<u64> {
    const SQL: &str = "UPDATE data_policies SET name = $3, name_fold = $4, reach = $5, \
                       environments = $6, rules = $7, updated_at = $8 \
                       WHERE tenant_id = $1 AND id = $2";
    let params = [
        tx.tenant().into(),
        changed.id.into(),
        (&changed.name).into(),
        fold(&changed.name).into(),
        changed.reach.as_str().into(),
        environments(changed),
        rules(changed),
        changed.updated_at.into(),
    ];
    tx.execute(SQL, &params)
}

pub(crate) fn delete(tx: &Tx<'_>, id: DataPolicyId) -> Result<u64> {
    const SQL: &str = "DELETE FROM data_policies WHERE tenant_id = $1 AND id = $2";
    tx.execute(SQL, &[tx.tenant().into(), id.into()])
}

fn environments(policy: &DataPolicy) -> db::Value<'static> {
    db::Value::json(&serde_json::json!(policy.reach.environments()))
}

fn rules(policy: &DataPolicy) -> db::Value<'static> {
    db::Value::json(&serde_json::to_value(&policy.rules).unwrap_or_default())
}

fn read(row: &Row) -> Result<DataPolicy> {
    let json = |column| -> Result<Json> { row.get(column) };
    let wrong = |column| move |_source| Error::Inconsistent { column, expected: "rules" };
    let named: Vec<EnvironmentId> = serde_json::from_value(json(3)?).map_err(wrong(3))?;
    Ok(DataPolicy {
        id: row.id(0)?,
        name: row.get(1)?,
        reach: row.parsed(2, |name| Reach::of(name, named.clone()))?,
        rules: serde_json::from_value(json(4)?).map_err(wrong(4))?,
        created_by: row.maybe_id(5)?,
        created_at: row.get(6)?,
        updated_at: row.get(7)?,
    })
}
