//! Statements on Teams of tenants, people there, subscriptions and labels.

use db::{Result, Row, Tx};
use jiff::Timestamp;
use kernel::UserId;
use uuid::Uuid;

use super::{Account, Label, Proof, Purpose, SignInState, Teams};

/// What a tenant says, with what is sealed beside it.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) teams: Teams,
    pub(crate) sealed: Vec<u8>,
}

pub(crate) fn teams(tx: &Tx<'_>) -> Result<Option<Kept>> {
    const SQL: &str = "SELECT id, directory, client_id, proof, graph, login, app, enabled, changes, \
                       created_at, updated_at, sealed FROM linking_teams WHERE tenant_id = $1";
    let Some(mut row) = tx.first(SQL, &[tx.tenant().into()])? else { return Ok(None) };
    let address = |text: &str| text.parse().ok();
    let teams = Teams {
        id: row.get(0)?,
        directory: row.get(1)?,
        client_id: row.get(2)?,
        proof: row.parsed(3, Proof::parse)?,
        graph: row.parsed(4, address)?,
        login: row.parsed(5, address)?,
        app: row.get(6)?,
        enabled: row.get(7)?,
        changes: row.get(8)?,
        created_at: row.get(9)?,
        updated_at: row.get(10)?,
    };
    Ok(Some(Kept { teams, sealed: row.take_bytes(11)?.unwrap_or_default() }))
}

pub(crate) fn put_teams(tx: &Tx<'_>, kept: &Kept) -> Result<u64> {
    const SQL: &str = "INSERT INTO linking_teams (tenant_id, id, directory, client_id, proof, graph, \
                       login, app, enabled, changes, created_at, updated_at, sealed) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
                       ON CONFLICT (tenant_id) DO UPDATE SET id = $2, directory = $3, \
                       client_id = $4, proof = $5, graph = $6, login = $7, app = $8, enabled = $9, \
                       changes = $10, updated_at = $12, sealed = $13";
    let own = &kept.teams;
    let params = [
        tx.tenant().into(),
        own.id.into(),
        own.directory.into(),
        own.client_id.into(),
        own.proof.as_str().into(),
        own.graph.as_str().into(),
        own.login.as_str().into(),
        own.app.into(),
        own.enabled.into(),
        own.changes.into(),
        own.created_at.into(),
        own.updated_at.into(),
        kept.sealed.clone().into(),
    ];
    tx.execute(SQL, &params)
}

pub(crate) fn delete_teams(tx: &Tx<'_>) -> Result<()> {
    forget_people(tx)?;
    tx.execute("DELETE FROM linking_teams_watches WHERE tenant_id = $1", &[tx.tenant().into()])?;
    tx.execute("DELETE FROM linking_teams WHERE tenant_id = $1", &[tx.tenant().into()]).map(drop)
}

/// Everybody's sign-in goes, and what is under way.
pub(crate) fn forget_people(tx: &Tx<'_>) -> Result<()> {
    let params = [tx.tenant().into()];
    tx.execute("DELETE FROM linking_teams_attempts WHERE tenant_id = $1", &params)?;
    tx.execute("DELETE FROM linking_teams_people WHERE tenant_id = $1", &params).map(drop)
}

/// Everything that is subscribed to is to be subscribed to anew.
pub(crate) fn forget_watches(tx: &Tx<'_>) -> Result<()> {
    let params = [tx.tenant().into()];
    tx.execute("DELETE FROM linking_teams_watches WHERE tenant_id = $1", &params).map(drop)
}

/// Somebody's sign-in with what is sealed beside it.
#[derive(Debug, Clone)]
pub(crate) struct Signed {
    pub(crate) account: Account,
    pub(crate) id: Uuid,
    pub(crate) user: UserId,
    pub(crate) sealed: Option<Vec<u8>>,
    pub(crate) claimed_at: Option<Timestamp>,
    pub(crate) changes: i64,
}

pub(crate) fn person(tx: &Tx<'_>, user: UserId) -> Result<Option<Signed>> {
    const SQL: &str = "SELECT id, account, account_name, state, signed_in_at, claimed_at, changes, \
                       sealed FROM linking_teams_people WHERE tenant_id = $1 AND user_id = $2";
    let Some(mut row) = tx.first(SQL, &[tx.tenant().into(), user.into()])? else {
        return Ok(None);
    };
    let account = Account {
        id: row.get(1)?,
        name: row.get(2)?,
        state: row.parsed(3, SignInState::parse)?,
        signed_in_at: row.get(4)?,
    };
    Ok(Some(Signed {
        account,
        id: row.get(0)?,
        user,
        claimed_at: row.get(5)?,
        changes: row.get(6)?,
        sealed: row.take_bytes(7)?,
    }))
}

pub(crate) fn put_person(tx: &Tx<'_>, signed: &Signed, now: Timestamp) -> Result<u64> {
    const SQL: &str = "INSERT INTO linking_teams_people (tenant_id, id, user_id, account, \
                       account_name, state, sealed, claimed_at, changes, signed_in_at, updated_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, 0, $8, $9) \
                       ON CONFLICT (tenant_id, user_id) DO UPDATE SET account = $4, \
                       account_name = $5, state = $6, sealed = $7, claimed_at = NULL, \
                       changes = linking_teams_people.changes + 1, signed_in_at = $8, \
                       updated_at = $9";
    let params = [
        tx.tenant().into(),
        signed.id.into(),
        signed.user.into(),
        signed.account.id.as_str().into(),
        signed.account.name.as_str().into(),
        signed.account.state.as_str().into(),
        signed.sealed.clone().into(),
        signed.account.signed_in_at.into(),
        now.into(),
    ];
    tx.execute(SQL, &params)
}

pub(crate) fn delete_person(tx: &Tx<'_>, user: UserId) -> Result<u64> {
    const SQL: &str = "DELETE FROM linking_teams_people WHERE tenant_id = $1 AND user_id = $2";
    tx.execute(SQL, &[tx.tenant().into(), user.into()])
}

/// Says that somebody's tokens are being renewed; nothing when somebody else was faster.
pub(crate) fn claim(
    tx: &Tx<'_>,
    (user, changes): (UserId, i64),
    (now, over): (Timestamp, Timestamp),
) -> Result<bool> {
    const SQL: &str = "UPDATE linking_teams_people SET claimed_at = $4, changes = changes + 1 \
                       WHERE tenant_id = $1 AND user_id = $2 AND changes = $3 \
                       AND (claimed_at IS NULL OR claimed_at < $5)";
    let params = [tx.tenant().into(), user.into(), changes.into(), now.into(), over.into()];
    Ok(tx.execute(SQL, &params)? > 0)
}

/// What a renewal came to, unless the row was changed meanwhile.
pub(crate) fn settle(
    tx: &Tx<'_>,
    (user, changes): (UserId, i64),
    (state, sealed): (SignInState, Option<&[u8]>),
    now: Timestamp,
) -> Result<bool> {
    const SQL: &str = "UPDATE linking_teams_people SET state = $4, sealed = $5, claimed_at = NULL, \
                       changes = changes + 1, updated_at = $6 \
                       WHERE tenant_id = $1 AND user_id = $2 AND changes = $3";
    let params = [
        tx.tenant().into(),
        user.into(),
        changes.into(),
        state.as_str().into(),
        sealed.map(<[u8]>::to_vec).into(),
        now.into(),
    ];
    Ok(tx.execute(SQL, &params)? > 0)
}

/// A sign-in or consent under way.
pub(crate) struct Attempt {
    pub(crate) id: Uuid,
    pub(crate) user: UserId,
    pub(crate) purpose: Purpose,
    pub(crate) state_hash: [u8; 32],
    pub(crate) sealed: Vec<u8>,
    pub(crate) expires_at: Timestamp,
}

pub(crate) fn insert_attempt(tx: &Tx<'_>, new: &Attempt, now: Timestamp) -> Result<u64> {
    const OLD: &str = "DELETE FROM linking_teams_attempts WHERE tenant_id = $1 AND expires_at < $2";
    const SQL: &str = "INSERT INTO linking_teams_attempts (tenant_id, id, user_id, kind, \
                       state_hash, sealed, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    tx.execute(OLD, &[tx.tenant().into(), now.into()])?;
    let params = [
        tx.tenant().into(),
        new.id.into(),
        new.user.into(),
        new.purpose.as_str().into(),
        new.state_hash.to_vec().into(),
        new.sealed.clone().into(),
        new.expires_at.into(),
    ];
    tx.execute(SQL, &params)
}

/// Takes an attempt away for who finishes it.
pub(crate) fn take_attempt(tx: &Tx<'_>, state_hash: &[u8; 32]) -> Result<Option<Attempt>> {
    const SQL: &str = "DELETE FROM linking_teams_attempts WHERE tenant_id = $1 AND state_hash = $2 \
                       RETURNING id, user_id, kind, expires_at, sealed";
    let row = tx.first(SQL, &[tx.tenant().into(), state_hash.to_vec().into()])?;
    let Some(mut row) = row else { return Ok(None) };
    Ok(Some(Attempt {
        id: row.get(0)?,
        user: row.id(1)?,
        purpose: row.parsed(2, Purpose::parse)?,
        state_hash: *state_hash,
        expires_at: row.get(3)?,
        sealed: row.take_bytes(4)?.unwrap_or_default(),
    }))
}

/// A team that is watched, for one kind of change.
#[derive(Debug, Clone)]
pub(crate) struct Watched {
    pub(crate) team: String,
    pub(crate) kind: String,
    pub(crate) subscription: Option<String>,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) next_at: Timestamp,
    pub(crate) woken_at: Option<Timestamp>,
    pub(crate) looked_at: Option<Timestamp>,
    pub(crate) tries: i64,
    pub(crate) problem: Option<String>,
}

impl Watched {
    /// Whether what changes is told now.
    pub(crate) fn hears(&self, now: Timestamp) -> bool {
        self.subscription.is_some()
            && self.problem.is_none()
            && self.expires_at.is_some_and(|ends| ends > now)
    }
}

fn watched(row: &Row) -> Result<Watched> {
    Ok(Watched {
        team: row.get(0)?,
        kind: row.get(1)?,
        subscription: row.get(2)?,
        expires_at: row.get(3)?,
        next_at: row.get(4)?,
        woken_at: row.get(5)?,
        looked_at: row.get(6)?,
        tries: row.get(7)?,
        problem: row.get(8)?,
    })
}

pub(crate) fn watches(tx: &Tx<'_>) -> Result<Vec<Watched>> {
    const SQL: &str = "SELECT team_id, kind, subscription, expires_at, next_at, woken_at, looked_at, \
                       tries, problem FROM linking_teams_watches WHERE tenant_id = $1 \
                       ORDER BY team_id, kind LIMIT 4000";
    tx.all(SQL, &[tx.tenant().into()])?.iter().map(watched).collect()
}

pub(crate) fn begin_watch(tx: &Tx<'_>, team: &str, kind: &str, now: Timestamp) -> Result<u64> {
    const SQL: &str = "INSERT INTO linking_teams_watches (tenant_id, team_id, kind, next_at, \
                       looked_at, tries) VALUES ($1, $2, $3, $4, $4, 0) \
                       ON CONFLICT (tenant_id, team_id, kind) DO NOTHING";
    tx.execute(SQL, &[tx.tenant().into(), team.into(), kind.into(), now.into()])
}

/// Takes a watch that is to be seen to, until an instant; false where somebody else has it.
pub(crate) fn take_watch(
    tx: &Tx<'_>,
    (team, kind): (&str, &str),
    (next_at, until): (Timestamp, Timestamp),
) -> Result<bool> {
    const SQL: &str = "UPDATE linking_teams_watches SET next_at = $5 WHERE tenant_id = $1 \
                       AND team_id = $2 AND kind = $3 AND next_at = $4";
    let params = [tx.tenant().into(), team.into(), kind.into(), next_at.into(), until.into()];
    Ok(tx.execute(SQL, &params)? > 0)
}

pub(crate) fn end_watch(tx: &Tx<'_>, team: &str) -> Result<u64> {
    const SQL: &str = "DELETE FROM linking_teams_watches WHERE tenant_id = $1 AND team_id = $2";
    tx.execute(SQL, &[tx.tenant().into(), team.into()])
}

/// What a subscription came to: its secret's hash stays where none is given.
pub(crate) fn subscribed(
    tx: &Tx<'_>,
    row: &Watched,
    secret_hash: Option<&[u8; 32]>,
) -> Result<u64> {
    const SQL: &str = "UPDATE linking_teams_watches SET subscription = $4, \
                       secret_hash = COALESCE($5, secret_hash), expires_at = $6, next_at = $7, \
                       tries = $8, problem = $9 \
                       WHERE tenant_id = $1 AND team_id = $2 AND kind = $3";
    let params = [
        tx.tenant().into(),
        row.team.as_str().into(),
        row.kind.as_str().into(),
        row.subscription.clone().into(),
        secret_hash.map(|hash| hash.to_vec()).into(),
        row.expires_at.into(),
        row.next_at.into(),
        row.tries.into(),
        row.problem.clone().into(),
    ];
    tx.execute(SQL, &params)
}

/// The watch of a subscription: team, kind, and the hash of what its notices must show.
type Subscribed = (String, String, Option<Vec<u8>>);

/// The watch that a subscription is for.
pub(crate) fn by_subscription(tx: &Tx<'_>, subscription: &str) -> Result<Option<Subscribed>> {
    const SQL: &str = "SELECT team_id, kind, secret_hash FROM linking_teams_watches \
                       WHERE tenant_id = $1 AND subscription = $2";
    let row = tx.first(SQL, &[tx.tenant().into(), subscription.into()])?;
    row.map(|mut row| Ok((row.get(0)?, row.get(1)?, row.take_bytes(2)?))).transpose()
}

/// Something is to be looked at; who is looking at it already will do so again.
pub(crate) fn wake(tx: &Tx<'_>, team: &str, kind: &str, now: Timestamp) -> Result<u64> {
    const SQL: &str = "UPDATE linking_teams_watches SET woken_at = $4 WHERE tenant_id = $1 \
                       AND team_id = $2 AND kind = $3";
    tx.execute(SQL, &[tx.tenant().into(), team.into(), kind.into(), now.into()])
}

/// A subscription is to be renewed now, or made anew where it is gone.
pub(crate) fn renew(
    tx: &Tx<'_>,
    (team, kind): (&str, &str),
    gone: bool,
    now: Timestamp,
) -> Result<u64> {
    const SQL: &str = "UPDATE linking_teams_watches SET next_at = $4, tries = 0, \
                       subscription = CASE WHEN $5 THEN NULL ELSE subscription END \
                       WHERE tenant_id = $1 AND team_id = $2 AND kind = $3";
    let params = [tx.tenant().into(), team.into(), kind.into(), now.into(), gone.into()];
    tx.execute(SQL, &params)
}

/// A team was looked at; what woke it after `until` still waits.
pub(crate) fn looked(
    tx: &Tx<'_>,
    team: &str,
    until: Option<Timestamp>,
    now: Timestamp,
) -> Result<u64> {
    const SQL: &str = "UPDATE linking_teams_watches SET looked_at = $3, \
                       woken_at = CASE WHEN woken_at > $4 THEN woken_at ELSE NULL END \
                       WHERE tenant_id = $1 AND team_id = $2";
    let until = until.unwrap_or(Timestamp::UNIX_EPOCH);
    tx.execute(SQL, &[tx.tenant().into(), team.into(), now.into(), until.into()])
}

pub(crate) fn labels(tx: &Tx<'_>) -> Result<Vec<Label>> {
    const SQL: &str = "SELECT label, name, is_default FROM linking_labels WHERE tenant_id = $1 \
                       ORDER BY position LIMIT 200";
    let read =
        |row: &Row| Ok(Label { id: row.get(0)?, name: row.get(1)?, is_default: row.get(2)? });
    tx.all(SQL, &[tx.tenant().into()])?.iter().map(read).collect()
}

pub(crate) fn put_labels(tx: &Tx<'_>, labels: &[Label]) -> Result<()> {
    const SQL: &str = "INSERT INTO linking_labels (tenant_id, position, label, name, is_default) \
                       VALUES ($1, $2, $3, $4, $5)";
    tx.execute("DELETE FROM linking_labels WHERE tenant_id = $1", &[tx.tenant().into()])?;
    for (position, label) in (0_i64..).zip(labels) {
        let params = [
            tx.tenant().into(),
            position.into(),
            label.id.as_str().into(),
            label.name.as_str().into(),
            label.is_default.into(),
        ];
        tx.execute(SQL, &params)?;
    }
    Ok(())
}
