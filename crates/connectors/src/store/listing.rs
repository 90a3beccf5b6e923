//! Rows of the list of connectors.

use db::{Result, Tx};
use kernel::{ApiConnectorId, EnvironmentId};

use crate::{
    listing::{ConnectorFilter, ConnectorKind, LastCall},
    model::Connector,
};

/// Connectors of an environment whose folded name follows `after`.
pub(crate) fn find(
    tx: &Tx<'_>,
    (environment, filter): (EnvironmentId, &ConnectorFilter),
    after: &str,
    limit: i64,
) -> Result<Vec<Connector>> {
    const SQL: &str = "SELECT c.id, c.environment_id, c.name, c.description, c.preview, \
         c.certified, c.offered, c.created_by, c.created_at, c.updated_at, v.number, v.title, \
         v.host, v.brand_color, v.operations, v.errors, v.warnings, \
         CAST(CASE WHEN v.script IS NULL THEN 0 ELSE 1 END AS BIGINT), \
         CAST(CASE WHEN v.icon IS NULL THEN 0 ELSE 1 END AS BIGINT), v.digest, v.note, \
         v.created_by, v.created_at FROM api_connectors c JOIN api_connector_versions v \
         ON v.tenant_id = c.tenant_id AND v.connector_id = c.id AND v.number = c.current \
         WHERE c.tenant_id = $1 AND c.environment_id = $2 AND c.name_fold > $3 \
         AND ($4 = '' OR c.name_fold LIKE $4 ESCAPE '!' OR fold(v.title) LIKE $4 ESCAPE '!' \
              OR fold(v.host) LIKE $4 ESCAPE '!') \
         AND ($5 = '' OR ($5 = 'certified' AND c.certified IS NOT NULL) \
              OR ($5 = 'custom' AND c.certified IS NULL) \
              OR ($5 = 'preview' AND c.preview = $6)) \
         ORDER BY c.name_fold LIMIT $7";
    let params = [
        tx.tenant().into(),
        environment.into(),
        after.into(),
        pattern(&filter.text).into(),
        filter.kind.map_or("", ConnectorKind::as_str).into(),
        true.into(),
        limit.into(),
    ];
    tx.all(SQL, &params)?.iter().map(super::read).collect()
}

/// The last call of a connector.
pub(crate) fn last(tx: &Tx<'_>, connector: ApiConnectorId) -> Result<Option<LastCall>> {
    const SQL: &str = "SELECT at, outcome, status FROM api_calls \
                       WHERE tenant_id = $1 AND connector_id = $2 AND via <> 'connection' \
                       AND via <> 'publication' ORDER BY at DESC LIMIT 1";
    let row = tx.first(SQL, &[tx.tenant().into(), connector.into()])?;
    let read =
        |row: db::Row| Ok(LastCall { at: row.get(0)?, outcome: row.get(1)?, status: row.get(2)? });
    row.map(read).transpose()
}

/// A pattern of LIKE that finds `text` anywhere; nothing for an empty text.
fn pattern(text: &str) -> String {
    let text = super::fold(text);
    if text.is_empty() {
        return text;
    }
    let plain = text.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{plain}%")
}
