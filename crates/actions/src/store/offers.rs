//! Statements on what is offered to other tenants, and to this one.

use db::{Result, Row, Tx};
use jiff::Timestamp;
use kernel::ActionId;

use super::{document, text};
use crate::service::{Offer, Taken};

/// Offers an action from now on, or no longer; whether that is a change.
pub(crate) fn set(tx: &Tx<'_>, id: ActionId, at: Option<Timestamp>) -> Result<bool> {
    const PUT: &str = "INSERT INTO action_offerings (tenant_id, action_id, at) \
                       VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    const DROP: &str = "DELETE FROM action_offerings WHERE tenant_id = $1 AND action_id = $2";
    let changed = match at {
        Some(at) => tx.execute(PUT, &[tx.tenant().into(), id.into(), at.into()])?,
        None => tx.execute(DROP, &[tx.tenant().into(), id.into()])?,
    };
    Ok(changed > 0)
}

/// The actions of this tenant that are offered.
pub(crate) fn offerings(tx: &Tx<'_>) -> Result<Vec<(ActionId, Timestamp)>> {
    const SQL: &str = "SELECT action_id, at FROM action_offerings \
                       WHERE tenant_id = $1 ORDER BY action_id LIMIT 1000";
    let rows = tx.all(SQL, &[tx.tenant().into()])?;
    rows.iter().map(|row| Ok((row.id(0)?, row.get(1)?))).collect()
}

/// The columns that [`read`] reads, before the rest of a statement.
macro_rules! offers {
    ($($rest:literal)*) => {
        concat!(
            "SELECT source_action, source_tenant, version, about, offered_at, withdrawn, \
             action_id, connector_id, taken_version, taken_by, taken_at FROM action_offers ",
            $($rest),*
        )
    };
}

fn read(row: &Row) -> Result<Offer> {
    let (action, connector) = (row.maybe_id(6)?, row.maybe_id(7)?);
    let (version, at): (Option<i64>, Option<Timestamp>) = (row.get(8)?, row.get(10)?);
    let by = row.maybe_id(9)?;
    let taken = action.zip(connector).zip(version.zip(at));
    Ok(Offer {
        id: row.id(0)?,
        source: row.id(1)?,
        version: row.get(2)?,
        about: document(row, 3)?,
        offered_at: row.get(4)?,
        is_withdrawn: row.get(5)?,
        taken: taken.map(|((action, connector), (version, at))| Taken {
            action,
            connector,
            version,
            by,
            at,
        }),
    })
}

/// What is offered to this tenant, newest first.
pub(crate) fn all(tx: &Tx<'_>) -> Result<Vec<Offer>> {
    let sql =
        offers!("WHERE tenant_id = $1 ORDER BY offered_at DESC, source_action DESC LIMIT 500");
    tx.all(sql, &[tx.tenant().into()])?.iter().map(read).collect()
}

pub(crate) fn lookup(tx: &Tx<'_>, id: ActionId) -> Result<Option<Offer>> {
    let sql = offers!("WHERE tenant_id = $1 AND source_action = $2");
    tx.first(sql, &[tx.tenant().into(), id.into()])?.map(|row| read(&row)).transpose()
}

/// Tells of an offer, or of what has changed about it.
pub(crate) fn put(tx: &Tx<'_>, offer: &Offer) -> Result<()> {
    const SQL: &str = "INSERT INTO action_offers (tenant_id, source_action, source_tenant, \
                       version, about, offered_at, withdrawn) \
                       VALUES ($1, $2, $3, $4, $5, $6, FALSE) \
                       ON CONFLICT (tenant_id, source_action) DO UPDATE SET \
                       version = excluded.version, about = excluded.about, \
                       offered_at = excluded.offered_at, withdrawn = FALSE";
    let params = [
        tx.tenant().into(),
        offer.id.into(),
        offer.source.into(),
        offer.version.into(),
        text(&offer.about).into(),
        offer.offered_at.into(),
    ];
    tx.execute(SQL, &params).map(drop)
}

/// An offer that nobody took is gone; one that somebody took says that it is withdrawn.
pub(crate) fn withdraw(tx: &Tx<'_>, offer: &Offer) -> Result<()> {
    const MARK: &str = "UPDATE action_offers SET withdrawn = TRUE \
                        WHERE tenant_id = $1 AND source_action = $2";
    const DROP: &str = "DELETE FROM action_offers WHERE tenant_id = $1 AND source_action = $2";
    let sql = if offer.taken.is_some() { MARK } else { DROP };
    tx.execute(sql, &[tx.tenant().into(), offer.id.into()]).map(drop)
}

/// Says what this tenant took.
pub(crate) fn set_taken(tx: &Tx<'_>, id: ActionId, taken: &Taken) -> Result<()> {
    const SQL: &str = "UPDATE action_offers SET action_id = $3, connector_id = $4, \
                       taken_version = $5, taken_by = $6, taken_at = $7 \
                       WHERE tenant_id = $1 AND source_action = $2";
    let params = [
        tx.tenant().into(),
        id.into(),
        taken.action.into(),
        taken.connector.into(),
        taken.version.into(),
        taken.by.into(),
        taken.at.into(),
    ];
    tx.execute(SQL, &params).map(drop)
}
