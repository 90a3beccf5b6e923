//! Statements on barred kinds.

use db::{Result, Tx};
use jiff::Timestamp;

use crate::{Forwarding, Kind};

/// Which kinds are barred.
pub(crate) fn read(tx: &Tx<'_>) -> Result<Forwarding> {
    const SQL: &str = "SELECT kind FROM barred_kinds WHERE tenant_id = $1 ORDER BY kind";
    let rows = tx.all(SQL, &[tx.tenant().into()])?;
    let kinds = rows.iter().map(|row| row.parsed(0, |text| text.parse().ok()));
    Ok(Forwarding::barring(kinds.collect::<Result<Vec<Kind>>>()?))
}

/// Whether one kind is barred.
pub(crate) fn bars(tx: &Tx<'_>, kind: Kind) -> Result<bool> {
    const SQL: &str = "SELECT 1 FROM barred_kinds WHERE tenant_id = $1 AND kind = $2";
    Ok(tx.first(SQL, &[tx.tenant().into(), kind.as_str().into()])?.is_some())
}

/// Replaces what is barred; a kind that was barred before keeps its instant.
pub(crate) fn write(tx: &Tx<'_>, new: &Forwarding, at: Timestamp) -> Result<()> {
    const DELETE: &str = "DELETE FROM barred_kinds WHERE tenant_id = $1 AND kind = $2";
    const INSERT: &str = "INSERT INTO barred_kinds (tenant_id, kind, barred_at) VALUES ($1, $2, $3) \
                          ON CONFLICT (tenant_id, kind) DO NOTHING";
    for kind in Kind::ALL {
        let (tenant, word) = (tx.tenant().into(), kind.as_str().into());
        if new.allows(kind) {
            tx.execute(DELETE, &[tenant, word])?;
        } else {
            tx.execute(INSERT, &[tenant, word, at.into()])?;
        }
    }
    // workers look at all of it again
    tx.notify(super::CHANGED, tx.tenant().uuid(), 0);
    Ok(())
}
