//! Statements on who is to learn of questions for access.

use db::{Result, Row, Tx};
use jiff::Timestamp;
use kernel::UserId;
use linking::{AccessRequest, LinkId};
use uuid::Uuid;

/// Entries of one person that are shown.
const SHOWN: u32 = 50;

/// A mail that is to be written.
#[derive(Debug, Clone)]
pub(crate) struct Due {
    pub(crate) user: UserId,
    pub(crate) request: Uuid,
    pub(crate) link: LinkId,
    pub(crate) mail: Uuid,
}

/// Has somebody learn of a question, once.
pub(crate) fn tell(
    tx: &Tx<'_>,
    request: &AccessRequest,
    (user, mail): (UserId, Uuid),
) -> Result<()> {
    const SQL: &str = "INSERT INTO linking_asked (tenant_id, user_id, request_id, link_id, \
                       asked_at, mail_id) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    let params = [
        tx.tenant().into(),
        user.into(),
        request.id.into(),
        request.link.uuid().into(),
        request.created_at.into(),
        mail.into(),
    ];
    tx.execute(SQL, &params)?;
    Ok(())
}

/// The questions that somebody is to know of, newest first.
pub(crate) fn of_person(tx: &Tx<'_>, user: UserId) -> Result<Vec<Uuid>> {
    let sql = format!(
        "SELECT request_id FROM linking_asked WHERE tenant_id = $1 AND user_id = $2 \
         ORDER BY request_id DESC LIMIT {SHOWN}"
    );
    let rows = tx.all(&sql, &[tx.tenant().into(), user.into()])?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// Mails that are still to be written.
pub(crate) fn due(tx: &Tx<'_>) -> Result<Vec<Due>> {
    const SQL: &str = "SELECT user_id, request_id, link_id, mail_id FROM linking_asked \
                       WHERE tenant_id = $1 AND mailed_at IS NULL ORDER BY mail_id LIMIT 50";
    let one = |row: &Row| {
        Ok(Due {
            user: row.id(0)?,
            request: row.get(1)?,
            link: LinkId(row.get(2)?),
            mail: row.get(3)?,
        })
    };
    tx.all(SQL, &[tx.tenant().into()])?.iter().map(one).collect()
}

/// A mail was handed on, or is not to be written.
pub(crate) fn mailed(tx: &Tx<'_>, due: &Due, now: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE linking_asked SET mailed_at = $4 \
                       WHERE tenant_id = $1 AND user_id = $2 AND request_id = $3";
    let params = [tx.tenant().into(), due.user.into(), due.request.into(), now.into()];
    tx.execute(SQL, &params)?;
    Ok(())
}
