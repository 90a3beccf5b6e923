//! Rows of incoming webhooks.

pub(crate) mod mails;
pub(crate) mod rates;

use db::{Result, Row, Tx, Value};
use jiff::Timestamp;
use kernel::{ChannelId, ConnectorId, CredentialId, TeamId, UserId, WebhookId};

use crate::{
    Busy, Configured, Hour, Icon, IconKind, Place, Rate, State, Totals, Usage, Webhook,
    switches::{Switches, TeamSwitches, TenantSwitches},
};

/// A webhook as it is stored, with what only the room needs to know.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) webhook: Webhook,
    pub(crate) version: i64,
    pub(crate) removed: bool,
}

/// The addresses of one generation, sealed.
#[derive(Debug, Clone)]
pub(crate) struct AddressRow {
    pub(crate) generation: i64,
    pub(crate) connector: CredentialId,
    pub(crate) workflow: CredentialId,
    pub(crate) sealed: Vec<u8>,
    pub(crate) created_at: Timestamp,
    pub(crate) retires_at: Option<Timestamp>,
}

macro_rules! webhooks_where {
    ($rest:literal) => {
        concat!(
            "SELECT w.id, w.version, w.team_id, w.channel_id, w.name, w.owner_id, \
    w.second_owner_id, w.state, w.rate, w.max_body_bytes, w.busy_status, w.icon_type, \
    w.created_at, w.updated_at, w.expires_at, \
    (SELECT MAX(a.retires_at) FROM webhook_addresses a \
      WHERE a.tenant_id = w.tenant_id AND a.webhook_id = w.id), \
    COALESCE(t.accepted, 0), COALESCE(t.refused, 0), COALESCE(t.throttled, 0), t.last_used_at, \
    t.last_refused_at, w.place_kind, w.connector_id, w.configuration_id \
    FROM incoming_webhooks w LEFT JOIN webhook_totals t \
      ON t.tenant_id = w.tenant_id AND t.webhook_id = w.id ",
            $rest
        )
    };
}

fn stored(row: &Row, now: Timestamp) -> Result<Stored> {
    let kept = row.parsed(7, State::read)?;
    let expires_at: Option<Timestamp> = row.get(14)?;
    let expired = kept == State::Enabled && expires_at.is_some_and(|end| now >= end);
    let retires_at: Option<Timestamp> = row.get(15)?;
    let rate: serde_json::Value = row.get(8)?;
    let wrong = |_error| db::Error::Inconsistent { column: 8, expected: "a rate" };
    let (team, place) = (row.id(2)?, place(&row.get::<String>(21)?, row.get(3)?)?);
    Ok(Stored {
        version: row.get(1)?,
        removed: kept == State::Removed,
        webhook: Webhook {
            id: row.id(0)?,
            team,
            channel: if let Place::Channel(id) = place { id } else { uuid::Uuid::nil().into() },
            place,
            configured: row
                .maybe_id(22)?
                .zip(row.maybe_id(23)?)
                .map(|(connector, configuration)| Configured { connector, configuration }),
            name: row.get(4)?,
            owner: row.id(5)?,
            second_owner: row.maybe_id(6)?,
            state: if expired { State::Expired } else { kept },
            rate: serde_json::from_value(rate).map_err(wrong)?,
            max_body_bytes: row.get::<Option<i64>>(9)?.and_then(|n| u32::try_from(n).ok()),
            busy: Busy::from_status(row.get(10)?),
            icon: row.get::<Option<String>>(11)?.as_deref().and_then(IconKind::read),
            created_at: row.get(12)?,
            updated_at: row.get(13)?,
            expires_at,
            overlap_until: retires_at.filter(|end| now < *end),
            totals: Totals {
                accepted: row.get(16)?,
                refused: row.get(17)?,
                throttled: row.get(18)?,
                last_used_at: row.get(19)?,
                last_refused_at: row.get(20)?,
            },
        },
    })
}

fn place(kind: &str, id: uuid::Uuid) -> Result<Place> {
    Place::read(kind, id).ok_or(db::Error::Inconsistent { column: 21, expected: "a place" })
}

/// The webhook, also a removed one.
pub(crate) fn lookup(tx: &Tx<'_>, id: WebhookId, now: Timestamp) -> Result<Option<Stored>> {
    let sql = webhooks_where!("WHERE w.tenant_id = $1 AND w.id = $2");
    tx.first(sql, &[tx.tenant().into(), id.into()])?.map(|row| stored(&row, now)).transpose()
}

/// What a list is of.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Of {
    Channel(ChannelId),
    Owner(UserId),
    /// As [`Of::Owner`], and those of mailboxes and inboxes too.
    Held(UserId),
    Everyone,
}

/// Webhooks that were not removed, in the order of their identifiers.
pub(crate) fn list(
    tx: &Tx<'_>,
    of: Of,
    after: WebhookId,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<Webhook>> {
    let (sql, subject) = match of {
        Of::Channel(channel) => (
            webhooks_where!(
                "WHERE w.tenant_id = $1 AND w.state <> 'removed' AND w.id > $2 \
                   AND w.channel_id = $4 ORDER BY w.id LIMIT $3"
            ),
            Some(channel.uuid()),
        ),
        Of::Held(user) => (
            webhooks_where!(
                "WHERE w.tenant_id = $1 AND w.state <> 'removed' AND w.id > $2 \
                   AND (w.owner_id = $4 OR w.second_owner_id = $4) ORDER BY w.id LIMIT $3"
            ),
            Some(user.uuid()),
        ),
        Of::Owner(user) => (
            webhooks_where!(
                "WHERE w.tenant_id = $1 AND w.state <> 'removed' AND w.id > $2 \
                   AND w.place_kind = 'channel' \
                   AND (w.owner_id = $4 OR w.second_owner_id = $4) ORDER BY w.id LIMIT $3"
            ),
            Some(user.uuid()),
        ),
        Of::Everyone => (
            webhooks_where!(
                "WHERE w.tenant_id = $1 AND w.state <> 'removed' AND w.id > $2 \
                   ORDER BY w.id LIMIT $3"
            ),
            None,
        ),
    };
    let mut params: Vec<Value<'_>> = vec![tx.tenant().into(), after.into(), limit.into()];
    params.extend(subject.map(Value::from));
    tx.all(sql, &params)?.iter().map(|row| Ok(stored(row, now)?.webhook)).collect()
}

pub(crate) fn insert(tx: &Tx<'_>, webhook: &Webhook, icon: Option<&Icon>) -> Result<()> {
    const SQL: &str = "INSERT INTO incoming_webhooks (tenant_id, id, version, team_id, channel_id, \
                       name, owner_id, second_owner_id, state, rate, max_body_bytes, busy_status, \
                       icon_type, icon, created_at, updated_at, expires_at, place_kind, \
                       connector_id, configuration_id) \
                       VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, \
                       $15, $16, $17, $18)";
    let params = [
        tx.tenant().into(),
        webhook.id.into(),
        webhook.team.into(),
        webhook.place.uuid().into(),
        (&webhook.name).into(),
        webhook.owner.into(),
        webhook.second_owner.into(),
        State::Enabled.as_str().into(),
        rate(webhook.rate),
        webhook.max_body_bytes.into(),
        webhook.busy.status().into(),
        icon.map(|icon| icon.kind.media_type()).into(),
        icon.map(|icon| icon.bytes.as_slice()).into(),
        webhook.created_at.into(),
        webhook.expires_at.into(),
        webhook.place.kind().into(),
        webhook.configured.map(|of| of.connector).into(),
        webhook.configured.map(|of| of.configuration).into(),
    ];
    tx.execute(SQL, &params).map(drop)
}

/// Writes what may change; the icon has a statement of its own. The version moves on.
pub(crate) fn update(tx: &Tx<'_>, webhook: &Webhook, at: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE incoming_webhooks SET version = version + 1, name = $3, owner_id = $4, \
                       second_owner_id = $5, state = $6, rate = $7, max_body_bytes = $8, \
                       busy_status = $9, expires_at = $10, updated_at = $11, removed_at = $12 \
                       WHERE tenant_id = $1 AND id = $2";
    // An expired one is an enabled one whose time is over.
    let state = if webhook.state == State::Expired { State::Enabled } else { webhook.state };
    let params = [
        tx.tenant().into(),
        webhook.id.into(),
        (&webhook.name).into(),
        webhook.owner.into(),
        webhook.second_owner.into(),
        state.as_str().into(),
        rate(webhook.rate),
        webhook.max_body_bytes.into(),
        webhook.busy.status().into(),
        webhook.expires_at.into(),
        at.into(),
        (state == State::Removed).then_some(at).into(),
    ];
    tx.execute(SQL, &params)?;
    tx.notify(CHANGED, webhook.id.uuid(), 0);
    Ok(())
}

/// Remembers what a webhook that is removed or suspended was before.
pub(crate) fn set_was(tx: &Tx<'_>, hook: WebhookId, state: State) -> Result<()> {
    const SQL: &str = "UPDATE incoming_webhooks SET removed_from = $3 \
                       WHERE tenant_id = $1 AND id = $2";
    // an expired one is an enabled one whose time is over
    let state = if state == State::Expired { State::Enabled } else { state };
    tx.execute(SQL, &[tx.tenant().into(), hook.into(), state.as_str().into()]).map(drop)
}

/// What a webhook that is suspended was before.
pub(crate) fn was(tx: &Tx<'_>, hook: WebhookId) -> Result<Option<State>> {
    const SQL: &str = "SELECT removed_from FROM incoming_webhooks \
                       WHERE tenant_id = $1 AND id = $2 AND removed_from IS NOT NULL";
    let row = tx.first(SQL, &[tx.tenant().into(), hook.into()])?;
    row.map(|row| row.parsed(0, State::read)).transpose()
}

/// When a webhook was removed by a person, and what it was before.
pub(crate) fn removal(tx: &Tx<'_>, hook: WebhookId) -> Result<Option<(Timestamp, State)>> {
    const SQL: &str = "SELECT removed_at, removed_from FROM incoming_webhooks \
                       WHERE tenant_id = $1 AND id = $2 AND removed_at IS NOT NULL \
                       AND removed_from IS NOT NULL";
    let row = tx.first(SQL, &[tx.tenant().into(), hook.into()])?;
    row.map(|row| Ok((row.get(0)?, row.parsed(1, State::read)?))).transpose()
}

fn rate(rate: Rate) -> Value<'static> {
    // A rate has only numbers and words of ours: it always serialises.
    Value::json(&serde_json::to_value(rate).unwrap_or_default())
}

pub(crate) fn set_icon(tx: &Tx<'_>, id: WebhookId, icon: Option<&Icon>) -> Result<()> {
    const SQL: &str = "UPDATE incoming_webhooks SET icon_type = $3, icon = $4 \
                       WHERE tenant_id = $1 AND id = $2";
    let params = [
        tx.tenant().into(),
        id.into(),
        icon.map(|icon| icon.kind.media_type()).into(),
        icon.map(|icon| icon.bytes.as_slice()).into(),
    ];
    tx.execute(SQL, &params).map(drop)
}

pub(crate) fn icon(tx: &Tx<'_>, id: WebhookId) -> Result<Option<Icon>> {
    const SQL: &str = "SELECT icon_type, icon FROM incoming_webhooks \
                       WHERE tenant_id = $1 AND id = $2 AND icon IS NOT NULL";
    let Some(mut row) = tx.first(SQL, &[tx.tenant().into(), id.into()])? else { return Ok(None) };
    let kind = row.parsed(0, IconKind::read)?;
    Ok(row.take_bytes(1)?.map(|bytes| Icon { kind, bytes }))
}

/// The version of the row as it is now; `None` when it is not there.
pub(crate) fn version(tx: &Tx<'_>, id: WebhookId) -> Result<Option<i64>> {
    const SQL: &str = "SELECT version FROM incoming_webhooks WHERE tenant_id = $1 AND id = $2";
    tx.first(SQL, &[tx.tenant().into(), id.into()])?.map(|row| row.get(0)).transpose()
}

/// Where the cards of a webhook go.
pub(crate) fn home(tx: &Tx<'_>, id: WebhookId) -> Result<Option<Place>> {
    const SQL: &str =
        "SELECT place_kind, channel_id FROM incoming_webhooks WHERE tenant_id = $1 AND id = $2";
    let row = tx.first(SQL, &[tx.tenant().into(), id.into()])?;
    row.map(|row| place(&row.get::<String>(0)?, row.get(1)?)).transpose()
}

/// Gives every webhook of a connector its name and picture.
pub(crate) fn dress(
    tx: &Tx<'_>,
    connector: ConnectorId,
    (name, icon): (&str, Option<&Icon>),
) -> Result<()> {
    const SQL: &str = "UPDATE incoming_webhooks SET version = version + 1, name = $3, \
                       icon_type = $4, icon = $5 WHERE tenant_id = $1 AND connector_id = $2";
    let params = [
        tx.tenant().into(),
        connector.into(),
        name.into(),
        icon.map(|icon| icon.kind.media_type()).into(),
        icon.map(|icon| icon.bytes.as_slice()).into(),
    ];
    tx.execute(SQL, &params)?;
    tx.notify(CHANGED, tx.tenant().uuid(), 0);
    Ok(())
}

/// Ties a webhook to what it belongs to from now on; its address stays.
pub(crate) fn set_configured(tx: &Tx<'_>, id: WebhookId, of: Configured) -> Result<()> {
    const SQL: &str = "UPDATE incoming_webhooks SET version = version + 1, connector_id = $3, \
                       configuration_id = $4 WHERE tenant_id = $1 AND id = $2";
    let params = [tx.tenant().into(), id.into(), of.connector.into(), of.configuration.into()];
    tx.execute(SQL, &params)?;
    tx.notify(CHANGED, id.uuid(), 0);
    Ok(())
}

/// Moves the version of every webhook of the tenant, or of one team: what they are let do has changed.
pub(crate) fn touch(tx: &Tx<'_>, team: Option<TeamId>) -> Result<()> {
    const ALL: &str = "UPDATE incoming_webhooks SET version = version + 1 WHERE tenant_id = $1";
    const TEAM: &str = "UPDATE incoming_webhooks SET version = version + 1 \
                        WHERE tenant_id = $1 AND team_id = $2";
    match team {
        None => tx.execute(ALL, &[tx.tenant().into()])?,
        Some(team) => tx.execute(TEAM, &[tx.tenant().into(), team.into()])?,
    };
    tx.notify(CHANGED, tx.tenant().uuid(), 0);
    Ok(())
}

pub(crate) fn insert_address(tx: &Tx<'_>, id: WebhookId, row: &AddressRow) -> Result<()> {
    const SQL: &str = "INSERT INTO webhook_addresses (tenant_id, webhook_id, generation, \
                       connector_credential, workflow_credential, sealed, created_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let params = [
        tx.tenant().into(),
        id.into(),
        row.generation.into(),
        row.connector.into(),
        row.workflow.into(),
        row.sealed.as_slice().into(),
        row.created_at.into(),
    ];
    tx.execute(SQL, &params).map(drop)
}

/// Every generation of a webhook's addresses, newest first.
pub(crate) fn addresses(tx: &Tx<'_>, id: WebhookId) -> Result<Vec<AddressRow>> {
    const SQL: &str = "SELECT generation, connector_credential, workflow_credential, sealed, \
                       created_at, retires_at FROM webhook_addresses \
                       WHERE tenant_id = $1 AND webhook_id = $2 ORDER BY generation DESC LIMIT 100";
    let read = |mut row: Row| {
        Ok(AddressRow {
            generation: row.get(0)?,
            connector: row.id(1)?,
            workflow: row.id(2)?,
            sealed: row.take_bytes(3)?.unwrap_or_default(),
            created_at: row.get(4)?,
            retires_at: row.get(5)?,
        })
    };
    tx.all(SQL, &[tx.tenant().into(), id.into()])?.into_iter().map(read).collect()
}

/// Sets the end of every generation that has none or a later one.
pub(crate) fn retire(tx: &Tx<'_>, id: WebhookId, at: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE webhook_addresses SET retires_at = $3 WHERE tenant_id = $1 \
                       AND webhook_id = $2 AND (retires_at IS NULL OR retires_at > $3)";
    tx.execute(SQL, &[tx.tenant().into(), id.into(), at.into()]).map(drop)
}

/// Remembers a post by its sender's identifier; whether it is the first with it since `cutoff`.
pub(crate) fn is_first(
    tx: &Tx<'_>,
    id: WebhookId,
    key: &[u8; 32],
    event: kernel::EventId,
    (at, cutoff): (Timestamp, Timestamp),
) -> Result<bool> {
    const SQL: &str = "INSERT INTO webhook_repeats (tenant_id, webhook_id, key, event_id, at) \
                       VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant_id, webhook_id, key) \
                       DO UPDATE SET event_id = excluded.event_id, at = excluded.at \
                       WHERE webhook_repeats.at <= $6";
    let params =
        [tx.tenant().into(), id.into(), key.into(), event.into(), at.into(), cutoff.into()];
    Ok(tx.execute(SQL, &params)? > 0)
}

/// What came of posts, to be added to the counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tally {
    pub(crate) accepted: i64,
    pub(crate) refused: i64,
    pub(crate) throttled: i64,
}

/// Adds to the totals and to the hour of `at`, the latest of the posts.
pub(crate) fn count(tx: &Tx<'_>, id: WebhookId, tally: Tally, at: Timestamp) -> Result<()> {
    const TOTALS: &str = "INSERT INTO webhook_totals (tenant_id, webhook_id, accepted, refused, \
        throttled, last_used_at, last_refused_at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
        ON CONFLICT (tenant_id, webhook_id) DO UPDATE SET \
        accepted = webhook_totals.accepted + excluded.accepted, \
        refused = webhook_totals.refused + excluded.refused, \
        throttled = webhook_totals.throttled + excluded.throttled, \
        last_used_at = COALESCE(excluded.last_used_at, webhook_totals.last_used_at), \
        last_refused_at = COALESCE(excluded.last_refused_at, webhook_totals.last_refused_at)";
    const HOURS: &str = "INSERT INTO webhook_hours (tenant_id, webhook_id, hour, accepted, refused, \
        throttled) VALUES ($1, $2, $3, $4, $5, $6) \
        ON CONFLICT (tenant_id, webhook_id, hour) DO UPDATE SET \
        accepted = webhook_hours.accepted + excluded.accepted, \
        refused = webhook_hours.refused + excluded.refused, \
        throttled = webhook_hours.throttled + excluded.throttled";
    let Tally { accepted, refused, throttled } = tally;
    let totals = [
        tx.tenant().into(),
        id.into(),
        accepted.into(),
        refused.into(),
        throttled.into(),
        (accepted > 0).then_some(at).into(),
        (refused + throttled > 0).then_some(at).into(),
    ];
    tx.execute(TOTALS, &totals)?;
    let hours = [
        tx.tenant().into(),
        id.into(),
        hour(at).into(),
        accepted.into(),
        refused.into(),
        throttled.into(),
    ];
    tx.execute(HOURS, &hours).map(drop)
}

/// What came of the posts of a connector's webhooks since two hours, counted from the epoch.
pub(crate) fn usage(tx: &Tx<'_>, id: ConnectorId, day: i64, week: i64) -> Result<Usage> {
    const SQL: &str = "SELECT COUNT(DISTINCT w.configuration_id), \
        CAST(COALESCE(SUM(CASE WHEN h.hour >= $3 THEN h.accepted ELSE 0 END), 0) AS BIGINT), \
        CAST(COALESCE(SUM(h.accepted), 0) AS BIGINT), \
        CAST(COALESCE(SUM(h.refused + h.throttled), 0) AS BIGINT) \
        FROM incoming_webhooks w LEFT JOIN webhook_hours h ON h.tenant_id = w.tenant_id \
             AND h.webhook_id = w.id AND h.hour >= $4 \
        WHERE w.tenant_id = $1 AND w.connector_id = $2 AND w.state <> 'removed'";
    let row = tx.first(SQL, &[tx.tenant().into(), id.into(), day.into(), week.into()])?;
    let row = row.ok_or(db::Error::Inconsistent { column: 0, expected: "counts" })?;
    Ok(Usage {
        configurations: row.get(0)?,
        posts_24h: row.get(1)?,
        posts_7d: row.get(2)?,
        refused_7d: row.get(3)?,
    })
}

/// Hours since the epoch.
pub(crate) fn hour(at: Timestamp) -> i64 {
    at.as_second().div_euclid(3_600)
}

/// The hours from `from` on that have counts.
pub(crate) fn hours(tx: &Tx<'_>, id: WebhookId, from: i64) -> Result<Vec<Hour>> {
    const SQL: &str = "SELECT hour, accepted, refused, throttled FROM webhook_hours \
                       WHERE tenant_id = $1 AND webhook_id = $2 AND hour >= $3 \
                       ORDER BY hour LIMIT 24";
    let read = |row: &Row| {
        let wrong = |_error| db::Error::Inconsistent { column: 0, expected: "an hour" };
        let seconds = row.get::<i64>(0)?.saturating_mul(3_600);
        Ok(Hour {
            from: Timestamp::from_second(seconds).map_err(wrong)?,
            accepted: row.get(1)?,
            refused: row.get(2)?,
            throttled: row.get(3)?,
        })
    };
    tx.all(SQL, &[tx.tenant().into(), id.into(), from.into()])?.iter().map(read).collect()
}

pub(crate) fn switches(tx: &Tx<'_>, team: TeamId) -> Result<Switches> {
    const SQL: &str = "SELECT subject_id, connectors, teams, actions, members_may_manage, \
                       outlook, government FROM connector_switches WHERE tenant_id = $1 AND subject_id IN ($2, $3)";
    let mut switches = Switches::default();
    let tenant = tx.tenant().uuid();
    for row in tx.all(SQL, &[tx.tenant().into(), tenant.into(), team.into()])? {
        if row.get::<uuid::Uuid>(0)? == tenant {
            switches.tenant = TenantSwitches {
                connectors_enabled: row.get(1)?,
                connectors_enabled_for_teams: row.get(2)?,
                actionable_messages_enabled: row.get(3)?,
                members_may_manage: row.get(4)?,
                connectors_enabled_for_outlook: row.get(5)?,
                government: row.get(6)?,
            };
        } else {
            switches.team =
                TeamSwitches { connectors_enabled: row.get(1)?, members_may_manage: row.get(4)? };
        }
    }
    Ok(switches)
}

pub(crate) fn set_switches(
    tx: &Tx<'_>,
    subject: uuid::Uuid,
    switches: TenantSwitches,
) -> Result<()> {
    const SQL: &str = "INSERT INTO connector_switches (tenant_id, subject_id, connectors, teams, \
                       actions, members_may_manage, outlook, government) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
                       ON CONFLICT (tenant_id, subject_id) DO UPDATE SET \
                       connectors = excluded.connectors, teams = excluded.teams, \
                       actions = excluded.actions, \
                       members_may_manage = excluded.members_may_manage, \
                       outlook = excluded.outlook, government = excluded.government";
    let params = [
        tx.tenant().into(),
        subject.into(),
        switches.connectors_enabled.into(),
        switches.connectors_enabled_for_teams.into(),
        switches.actionable_messages_enabled.into(),
        switches.members_may_manage.into(),
        switches.connectors_enabled_for_outlook.into(),
        switches.government.into(),
    ];
    tx.execute(SQL, &params).map(drop)
}

/// Deletes identifiers of posts and hourly counts that are too old to matter.
pub(crate) fn prune(tx: &Tx<'_>, repeats_before: Timestamp, hours_before: i64) -> Result<u64> {
    const REPEATS: &str = "DELETE FROM webhook_repeats WHERE tenant_id = $1 AND at < $2 \
                           AND (webhook_id, key) IN (SELECT webhook_id, key FROM webhook_repeats \
                           WHERE tenant_id = $1 AND at < $2 ORDER BY at LIMIT 500)";
    const HOURS: &str = "DELETE FROM webhook_hours WHERE tenant_id = $1 AND hour < $2";
    let gone = tx.execute(REPEATS, &[tx.tenant().into(), repeats_before.into()])?;
    tx.execute(HOURS, &[tx.tenant().into(), hours_before.into()])?;
    Ok(gone)
}

/// The topic of notices that a webhook, or (under the tenant's identifier) all of them, changed.
pub(crate) const CHANGED: &str = "webhook.changed";
