-- Incoming webhooks. `version` changes with everything that decides whether a post is taken, so that the
-- transaction that takes one can tell whether it decided on old knowledge. A removed one stays as a row,
-- so that its address answers "gone" for ever.
CREATE TABLE incoming_webhooks (
    tenant_id       BLOB NOT NULL,
    id              BLOB NOT NULL,
    version         INTEGER NOT NULL,
    team_id         BLOB NOT NULL,
    channel_id      BLOB NOT NULL,
    name            TEXT NOT NULL,
    owner_id        BLOB NOT NULL,
    second_owner_id BLOB,
    state           TEXT NOT NULL,
    rate            TEXT NOT NULL,
    max_body_bytes  INTEGER,
    busy_status     INTEGER NOT NULL,
    icon_type       TEXT,
    icon            BLOB,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    expires_at      INTEGER,
    removed_at      INTEGER,
    PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX incoming_webhooks_by_channel ON incoming_webhooks (tenant_id, channel_id, id);
CREATE INDEX incoming_webhooks_by_owner ON incoming_webhooks (tenant_id, owner_id, id);
CREATE INDEX incoming_webhooks_by_second_owner ON incoming_webhooks (tenant_id, second_owner_id, id);

-- The addresses of a webhook, sealed; a rotation adds a generation and sets the end of the one before.
CREATE TABLE webhook_addresses (
    tenant_id            BLOB NOT NULL,
    webhook_id           BLOB NOT NULL,
    generation           INTEGER NOT NULL,
    connector_credential BLOB NOT NULL,
    workflow_credential  BLOB NOT NULL,
    sealed               BLOB NOT NULL,
    created_at           INTEGER NOT NULL,
    retires_at           INTEGER,
    PRIMARY KEY (tenant_id, webhook_id, generation)
) STRICT;

-- What came of the posts of a webhook, in all.
CREATE TABLE webhook_totals (
    tenant_id       BLOB NOT NULL,
    webhook_id      BLOB NOT NULL,
    accepted        INTEGER NOT NULL,
    refused         INTEGER NOT NULL,
    throttled       INTEGER NOT NULL,
    last_used_at    INTEGER,
    last_refused_at INTEGER,
    PRIMARY KEY (tenant_id, webhook_id)
) STRICT, WITHOUT ROWID;

-- The same by hour, counted from the epoch.
CREATE TABLE webhook_hours (
    tenant_id  BLOB NOT NULL,
    webhook_id BLOB NOT NULL,
    hour       INTEGER NOT NULL,
    accepted   INTEGER NOT NULL,
    refused    INTEGER NOT NULL,
    throttled  INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, webhook_id, hour)
) STRICT, WITHOUT ROWID;

-- Identifiers that senders gave to their posts, hashed, so that a repeated post is recognised.
CREATE TABLE webhook_repeats (
    tenant_id  BLOB NOT NULL,
    webhook_id BLOB NOT NULL,
    key        BLOB NOT NULL,
    event_id   BLOB NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, webhook_id, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX webhook_repeats_by_time ON webhook_repeats (tenant_id, at);

-- The administrator's switches: one row for the tenant (under its own identifier), one for each team.
CREATE TABLE connector_switches (
    tenant_id          BLOB NOT NULL,
    subject_id         BLOB NOT NULL,
    connectors         INTEGER NOT NULL,
    teams              INTEGER NOT NULL,
    actions            INTEGER NOT NULL,
    members_may_manage INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, subject_id)
) STRICT, WITHOUT ROWID;
