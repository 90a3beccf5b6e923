//! What all nodes together took of the limits of webhooks.

use db::{Result, Row, Tx};
use kernel::WebhookId;

use crate::limiter::Spent;

/// What was taken of each window of a webhook's limit.
pub(crate) fn taken(tx: &Tx<'_>, hook: WebhookId) -> Result<Vec<Spent>> {
    const SQL: &str = "SELECT seconds, number, posts FROM webhook_windows \
                       WHERE tenant_id = $1 AND webhook_id = $2";
    tx.all(SQL, &[tx.tenant().into(), hook.into()])?.iter().map(spent).collect()
}

/// Adds what one node took to what all took, and answers that.
pub(crate) fn take(tx: &Tx<'_>, hook: WebhookId, own: Spent) -> Result<Spent> {
    const SQL: &str = "INSERT INTO webhook_windows (tenant_id, webhook_id, seconds, number, posts) \
                       VALUES ($1, $2, $3, $4, $5) \
                       ON CONFLICT (tenant_id, webhook_id, seconds) DO UPDATE SET \
                         posts = CASE WHEN excluded.number > webhook_windows.number THEN excluded.posts \
                                      WHEN excluded.number = webhook_windows.number \
                                      THEN webhook_windows.posts + excluded.posts \
                                      ELSE webhook_windows.posts END, \
                         number = CASE WHEN excluded.number > webhook_windows.number \
                                       THEN excluded.number ELSE webhook_windows.number END \
                       RETURNING seconds, number, posts";
    let (seconds, posts) = (i64::from(own.seconds), i64::from(own.posts));
    let params = [tx.tenant().into(), hook.into(), seconds.into(), own.number.into(), posts.into()];
    let row = tx.first(SQL, &params)?;
    spent(&row.ok_or(db::Error::Inconsistent { column: 0, expected: "a window" })?)
}

fn spent(row: &Row) -> Result<Spent> {
    let small =
        |column| -> Result<u32> { Ok(u32::try_from(row.get::<i64>(column)?).unwrap_or(u32::MAX)) };
    Ok(Spent { seconds: small(0)?, number: row.get(1)?, posts: small(2)? })
}
