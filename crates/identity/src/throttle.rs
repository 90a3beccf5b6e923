//! Failed sign-ins: a growing delay, then a lock. Names that nobody has are counted as those that somebody
//! has, so that neither the answer nor the delay tells which is which.

use db::{Result as StoreResult, Tx};
use jiff::{SignedDuration, Timestamp};
use kernel::UserId;
use uuid::Uuid;

use crate::{Error, Result, Settings, secret::SecretHash};

/// What failures are counted for: an account, or a name that nobody has.
pub(crate) fn target(user: Option<UserId>, name: &str) -> Uuid {
    user.map_or_else(|| of_name(name), UserId::uuid)
}

fn of_name(name: &str) -> Uuid {
    let SecretHash(hash) = SecretHash::of(name.as_bytes());
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(hash) {
        *to = from;
    }
    // Version 8: no account's identifier, which is of version 7, can be the same.
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// Counts a try as failed before it is judged, so that tries at the same moment do not slip through
/// together; `users::store::forget_failures` takes it back. The number of failures.
pub(crate) fn admit(tx: &Tx<'_>, target: Uuid, now: Timestamp, settings: &Settings) -> Result<i64> {
    let before = lookup(tx, target)?.filter(|f| now.duration_since(f.updated_at) < FORGOTTEN_AFTER);
    if let Some(f) = &before
        && now < f.next_at
    {
        let wait = f.next_at.duration_since(now);
        let retry_after = wait.try_into().unwrap_or_default();
        return Err(Error::Throttled { retry_after });
    }
    let failures = before.map_or(0, |f| f.failures) + 1;
    store(tx, target, failures, now + delay(failures, settings), now)?;
    Ok(failures)
}

/// Takes back the one try that [`admit`] counted and that was right, while those before it stay: a right
/// password must not give more tries of the second factor.
pub(crate) fn take_back(tx: &Tx<'_>, target: Uuid, now: Timestamp) -> StoreResult<u64> {
    const SQL: &str = "UPDATE sign_in_failures SET failures = failures - 1, next_at = $3 \
                       WHERE tenant_id = $1 AND target = $2 AND failures > 0";
    tx.execute(SQL, &[tx.tenant().into(), target.into(), now.into()])
}

/// How long the next try must wait: nothing twice, then 1, 2, 4 … 60 seconds, then the lock.
fn delay(failures: i64, settings: &Settings) -> SignedDuration {
    if failures >= i64::from(settings.lock_after_failures.max(1)) {
        return SignedDuration::try_from(settings.lock()).unwrap_or(LONGEST_DELAY);
    }
    match u32::try_from(failures - 3) {
        Ok(doublings) => SignedDuration::from_secs(1 << doublings.min(6)).min(LONGEST_DELAY),
        Err(_first_ones) => SignedDuration::ZERO,
    }
}

/// Until when an account refuses every try because of too many failures.
pub(crate) fn locked_until(
    tx: &Tx<'_>,
    user: UserId,
    now: Timestamp,
    settings: &Settings,
) -> StoreResult<Option<Timestamp>> {
    let locked = |f: &Failures| {
        f.failures >= i64::from(settings.lock_after_failures.max(1)) && now < f.next_at
    };
    Ok(lookup(tx, user.uuid())?.filter(locked).map(|f| f.next_at))
}

struct Failures {
    failures: i64,
    next_at: Timestamp,
    updated_at: Timestamp,
}

fn lookup(tx: &Tx<'_>, target: Uuid) -> StoreResult<Option<Failures>> {
    const SQL: &str = "SELECT failures, next_at, updated_at FROM sign_in_failures \
                       WHERE tenant_id = $1 AND target = $2";
    let read = |row: db::Row| {
        Ok(Failures { failures: row.get(0)?, next_at: row.get(1)?, updated_at: row.get(2)? })
    };
    tx.first(SQL, &[tx.tenant().into(), target.into()])?.map(read).transpose()
}

fn store(
    tx: &Tx<'_>,
    target: Uuid,
    failures: i64,
    next_at: Timestamp,
    now: Timestamp,
) -> StoreResult<u64> {
    const SQL: &str = "INSERT INTO sign_in_failures (tenant_id, target, failures, next_at, \
                       updated_at) VALUES ($1, $2, $3, $4, $5) \
                       ON CONFLICT (tenant_id, target) DO UPDATE SET \
                       failures = excluded.failures, next_at = excluded.next_at, \
                       updated_at = excluded.updated_at";
    let params = [tx.tenant().into(), target.into(), failures.into(), next_at.into(), now.into()];
    tx.execute(SQL, &params)
}

/// Deletes what is forgotten.
pub(crate) fn prune(tx: &Tx<'_>, now: Timestamp) -> StoreResult<u64> {
    const SQL: &str = "DELETE FROM sign_in_failures WHERE tenant_id = $1 AND updated_at < $2";
    tx.execute(SQL, &[tx.tenant().into(), (now - FORGOTTEN_AFTER).into()])
}

/// Failures older than this no longer count.
const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(24);
const LONGEST_DELAY: SignedDuration = SignedDuration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_grows_and_ends_in_the_lock() {
        let settings = Settings::default();
        let seconds: Vec<i64> = (1..=11).map(|n| delay(n, &settings).as_secs()).collect();
        assert_eq!(seconds, [0, 0, 1, 2, 4, 8, 16, 32, 60, 900, 900]);
    }

    #[test]
    fn a_name_that_nobody_has_cannot_be_an_account() {
        assert_eq!(of_name("zoe").get_version_num(), 8);
        assert_ne!(of_name("zoe"), of_name("zoé"));
    }
}
