//! Statements on installations.

use db::{Error, Result, Row, Tx, Value};
use kernel::{AppId, SetupPolicyId, TeamId};

use crate::{Asks, Dependents, Installation};

const COLUMNS: &str =
    "team_id, app_id, number, asks, installed_by, installed_at, consented_by, consented_at";

fn installation(row: &Row) -> Result<Installation> {
    let asks: serde_json::Value = row.get(3)?;
    let asks: Asks = serde_json::from_value(asks)
        .map_err(|_source| Error::Inconsistent { column: 3, expected: "what an app asks for" })?;
    Ok(Installation {
        team: row.id(0)?,
        app: row.id(1)?,
        number: row.get(2)?,
        asks,
        installed_by: row.maybe_id(4)?,
        installed_at: row.get(5)?,
        consented_by: row.maybe_id(6)?,
        consented_at: row.get(7)?,
    })
}

/// Writes an installation, over the one that is there.
pub(crate) fn put(tx: &Tx<'_>, to: &Installation) -> Result<()> {
    const SQL: &str = "INSERT INTO app_installations (tenant_id, team_id, app_id, number, asks, \
                       installed_by, installed_at, consented_by, consented_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
                       ON CONFLICT (tenant_id, team_id, app_id) DO UPDATE SET \
                       number = excluded.number, asks = excluded.asks, \
                       consented_by = excluded.consented_by, consented_at = excluded.consented_at";
    let asks = serde_json::to_value(&to.asks).unwrap_or_default();
    let params = [
        tx.tenant().into(),
        to.team.into(),
        to.app.into(),
        to.number.into(),
        Value::json(&asks),
        to.installed_by.into(),
        to.installed_at.into(),
        to.consented_by.into(),
        to.consented_at.into(),
    ];
    tx.execute(SQL, &params).map(drop)
}

pub(crate) fn lookup(tx: &Tx<'_>, team: TeamId, app: AppId) -> Result<Option<Installation>> {
    let sql = [
        "SELECT ",
        COLUMNS,
        " FROM app_installations WHERE tenant_id = $1 AND team_id = $2 AND app_id = $3",
    ]
    .concat();
    let params = [tx.tenant().into(), team.into(), app.into()];
    tx.first(&sql, &params)?.as_ref().map(installation).transpose()
}

/// Every app of a team, in the order of their identifiers.
pub(crate) fn of_team(tx: &Tx<'_>, team: TeamId) -> Result<Vec<Installation>> {
    let sql = [
        "SELECT ",
        COLUMNS,
        " FROM app_installations WHERE tenant_id = $1 AND team_id = $2 ORDER BY app_id LIMIT 1000",
    ]
    .concat();
    tx.all(&sql, &[tx.tenant().into(), team.into()])?.iter().map(installation).collect()
}

/// Teams that have an app, a slice at a time.
pub(crate) fn of_app(
    tx: &Tx<'_>,
    app: AppId,
    after: TeamId,
    limit: u32,
) -> Result<Vec<Installation>> {
    let sql = [
        "SELECT ",
        COLUMNS,
        " FROM app_installations WHERE tenant_id = $1 AND app_id = $2 AND team_id > $3 \
          ORDER BY team_id LIMIT $4",
    ]
    .concat();
    let params = [tx.tenant().into(), app.into(), after.into(), limit.into()];
    tx.all(&sql, &params)?.iter().map(installation).collect()
}

pub(crate) fn delete(tx: &Tx<'_>, team: TeamId, app: AppId) -> Result<bool> {
    const SQL: &str =
        "DELETE FROM app_installations WHERE tenant_id = $1 AND team_id = $2 AND app_id = $3";
    Ok(tx.execute(SQL, &[tx.tenant().into(), team.into(), app.into()])? > 0)
}

pub(crate) fn count_of_team(tx: &Tx<'_>, team: TeamId) -> Result<i64> {
    const SQL: &str =
        "SELECT COUNT(*) FROM app_installations WHERE tenant_id = $1 AND team_id = $2";
    tx.first(SQL, &[tx.tenant().into(), team.into()])?.map_or(Ok(0), |row| row.get(0))
}

/// What depends on an app, teams without their names.
pub(crate) fn dependents(tx: &Tx<'_>, app: AppId) -> Result<Dependents> {
    const COUNT: &str =
        "SELECT COUNT(*) FROM app_installations WHERE tenant_id = $1 AND app_id = $2";
    const POLICIES: &str = "SELECT DISTINCT p.id, p.name FROM setup_policy_apps a \
                            JOIN setup_policies p ON p.tenant_id = a.tenant_id AND p.id = a.policy_id \
                            WHERE a.tenant_id = $1 AND a.app_id = $2 ORDER BY p.name";
    let params = [tx.tenant().into(), app.into()];
    let team_count = tx.first(COUNT, &params)?.map_or(Ok(0), |row| row.get(0))?;
    let policy = |row: &Row| Ok::<(SetupPolicyId, String), Error>((row.id(0)?, row.get(1)?));
    let policies = tx.all(POLICIES, &params)?.iter().map(policy).collect::<Result<_>>()?;
    let nobody = TeamId::from(uuid::Uuid::nil());
    let teams = of_app(tx, app, nobody, Dependents::MOST)?;
    let teams = teams.into_iter().map(|it| (it.team, String::new())).collect();
    Ok(Dependents { teams, team_count, policies, is_offered: false })
}
