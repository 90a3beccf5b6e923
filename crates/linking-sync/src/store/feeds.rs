//! Statements on how far changes of CRMs elsewhere were followed.

use db::{Result, Row, Tx, Value};
use jiff::Timestamp;
use kernel::UserId;
use uuid::Uuid;

/// Feeds that one turn asks.
const TURN: u32 = 50;

/// What is known of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// What is there first is still being read through.
    Reading,
    /// It tells what happens.
    Live,
    /// The CRM tells nothing of the table.
    Untold,
}

impl State {
    const fn number(self) -> i64 {
        match self {
            Self::Reading => 0,
            Self::Live => 1,
            Self::Untold => 2,
        }
    }

    const fn of(number: i64) -> Self {
        match number {
            1 => Self::Live,
            2 => Self::Untold,
            _ => Self::Reading,
        }
    }
}

/// A table of a CRM elsewhere, followed with the sign-in of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Feed {
    pub(crate) system: Uuid,
    pub(crate) table: String,
    pub(crate) user: UserId,
    pub(crate) place: Option<String>,
    pub(crate) state: State,
}

impl Feed {
    fn key(&self, tx: &Tx<'_>) -> [Value<'_>; 4] {
        [tx.tenant().into(), self.system.into(), self.table.as_str().into(), self.user.into()]
    }
}

/// Follows a table from now on; what is known of it already stays.
pub(crate) fn join(
    tx: &Tx<'_>,
    (system, table, user): (Uuid, &str, UserId),
    now: Timestamp,
) -> Result<State> {
    const STATE: &str = "SELECT follows FROM linking_crm_feeds WHERE tenant_id = $1 \
                         AND system_id = $2 AND table_name = $3 AND user_id = $4";
    const JOIN: &str = "INSERT INTO linking_crm_feeds (tenant_id, system_id, table_name, user_id, \
                        follows, due_at) VALUES ($1, $2, $3, $4, 0, $5) ON CONFLICT DO NOTHING";
    let key = [tx.tenant().into(), system.into(), table.into(), user.into()];
    if let Some(row) = tx.first(STATE, &key)? {
        return Ok(State::of(row.get(0)?));
    }
    let [tenant, system, table, user] = key;
    tx.execute(JOIN, &[tenant, system, table, user, now.into()])?;
    Ok(State::Reading)
}

pub(crate) fn due(tx: &Tx<'_>, now: Timestamp) -> Result<Vec<Feed>> {
    let sql = format!(
        "SELECT system_id, table_name, user_id, place, follows FROM linking_crm_feeds \
         WHERE tenant_id = $1 AND due_at <= $2 ORDER BY due_at, system_id, table_name LIMIT {TURN}"
    );
    let one = |row: &Row| {
        Ok(Feed {
            system: row.get(0)?,
            table: row.get(1)?,
            user: row.id(2)?,
            place: row.get(3)?,
            state: State::of(row.get(4)?),
        })
    };
    tx.all(&sql, &[tx.tenant().into(), now.into()])?.iter().map(one).collect()
}

/// Moves a feed on from where it was; false when another node was faster.
pub(crate) fn advance(
    tx: &Tx<'_>,
    feed: &Feed,
    (place, state, due): (Option<&str>, State, Timestamp),
) -> Result<bool> {
    const SQL: &str = "UPDATE linking_crm_feeds SET place = $5, follows = $6, due_at = $7 \
                       WHERE tenant_id = $1 AND system_id = $2 AND table_name = $3 \
                       AND user_id = $4 AND COALESCE(place, '') = $8";
    let [tenant, system, table, user] = feed.key(tx);
    let from = feed.place.as_deref().unwrap_or_default();
    let params =
        [tenant, system, table, user, place.into(), state.number().into(), due.into(), from.into()];
    Ok(tx.execute(SQL, &params)? > 0)
}

/// Nothing is linked any more that it would tell of.
pub(crate) fn leave(tx: &Tx<'_>, feed: &Feed) -> Result<()> {
    const SQL: &str = "DELETE FROM linking_crm_feeds WHERE tenant_id = $1 AND system_id = $2 \
                       AND table_name = $3 AND user_id = $4";
    tx.execute(SQL, &feed.key(tx))?;
    Ok(())
}
