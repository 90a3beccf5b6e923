-- Incoming webhooks. `version` changes with everything that decides whether a post is taken, so that the
-- transaction that takes one can tell whether it decided on old knowledge. A removed one stays as a row,
-- so that its address answers "gone" for ever.
CREATE TABLE incoming_webhooks (
    tenant_id       UUID NOT NULL,
    id              UUID NOT NULL,
    version         BIGINT NOT NULL,
    team_id         UUID NOT NULL,
    channel_id      UUID NOT NULL,
    name            TEXT NOT NULL,
    owner_id        UUID NOT NULL,
    second_owner_id UUID,
    state           TEXT NOT NULL,
    rate            JSONB NOT NULL,
    max_body_bytes  BIGINT,
    busy_status     BIGINT NOT NULL,
    icon_type       TEXT,
    icon            BYTEA,
    created_at      TIMESTAMPTZ NOT NULL,
    updated_at      TIMESTAMPTZ NOT NULL,
    expires_at      TIMESTAMPTZ,
    removed_at      TIMESTAMPTZ,
    PRIMARY KEY (tenant_id, id)
);

CREATE INDEX incoming_webhooks_by_channel ON incoming_webhooks (tenant_id, channel_id, id);
CREATE INDEX incoming_webhooks_by_owner ON incoming_webhooks (tenant_id, owner_id, id);
CREATE INDEX incoming_webhooks_by_second_owner ON incoming_webhooks (tenant_id, second_owner_id, id);

-- The addresses of a webhook, sealed; a rotation adds a generation and sets the end of the one before.
CREATE TABLE webhook_addresses (
    tenant_id            UUID NOT NULL,
    webhook_id           UUID NOT NULL,
    generation           BIGINT NOT NULL,
    connector_credential UUID NOT NULL,
    workflow_credential  UUID NOT NULL,
    sealed               BYTEA NOT NULL,
    created_at           TIMESTAMPTZ NOT NULL,
    retires_at           TIMESTAMPTZ,
    PRIMARY KEY (tenant_id, webhook_id, generation)
);

-- What came of the posts of a webhook, in all.
CREATE TABLE webhook_totals (
    tenant_id       UUID NOT NULL,
    webhook_id      UUID NOT NULL,
    accepted        BIGINT NOT NULL,
    refused         BIGINT NOT NULL,
    throttled       BIGINT NOT NULL,
    last_used_at    TIMESTAMPTZ,
    last_refused_at TIMESTAMPTZ,
    PRIMARY KEY (tenant_id, webhook_id)
);

-- The same by hour, counted from the epoch.
CREATE TABLE webhook_hours (
    tenant_id  UUID NOT NULL,
    webhook_id UUID NOT NULL,
    hour       BIGINT NOT NULL,
    accepted   BIGINT NOT NULL,
    refused    BIGINT NOT NULL,
    throttled  BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, webhook_id, hour)
);

-- Identifiers that senders gave to their posts, hashed, so that a repeated post is recognised.
CREATE TABLE webhook_repeats (
    tenant_id  UUID NOT NULL,
    webhook_id UUID NOT NULL,
    key        BYTEA NOT NULL,
    event_id   UUID NOT NULL,
    at         TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, webhook_id, key)
);

CREATE INDEX webhook_repeats_by_time ON webhook_repeats (tenant_id, at);

-- The administrator's switches: one row for the tenant (under its own identifier), one for each team.
CREATE TABLE connector_switches (
    tenant_id          UUID NOT NULL,
    subject_id         UUID NOT NULL,
    connectors         BOOLEAN NOT NULL,
    teams              BOOLEAN NOT NULL,
    actions            BOOLEAN NOT NULL,
    members_may_manage BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, subject_id)
);
