-- Places outside that a channel or one webhook forwards its cards to. `sealed` holds the address, the
-- secret and the headers; `shown` is what people see of them.
CREATE TABLE targets (
    tenant_id  UUID NOT NULL,
    id         UUID NOT NULL,
    channel_id UUID NOT NULL,
    webhook_id UUID,
    kind       TEXT NOT NULL,
    name       TEXT NOT NULL,
    owner_id   UUID,
    state      TEXT NOT NULL,
    sealed     BYTEA NOT NULL,
    shown      TEXT NOT NULL,
    per_minute BIGINT,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE INDEX targets_by_channel ON targets (tenant_id, channel_id, id);
CREATE INDEX targets_by_webhook ON targets (tenant_id, webhook_id, id);
CREATE INDEX targets_by_owner ON targets (tenant_id, owner_id, id);

-- How far each target has come and how it fares. The node that holds the lease is the only one that sends.
CREATE TABLE target_courses (
    tenant_id     UUID NOT NULL,
    target_id     UUID NOT NULL,
    position      BIGINT NOT NULL,
    attempts      BIGINT NOT NULL,
    failures      BIGINT NOT NULL,
    failing_since TIMESTAMPTZ,
    next_at       TIMESTAMPTZ,
    lease_node    UUID,
    lease_until   TIMESTAMPTZ,
    logged        BIGINT NOT NULL,
    delivered     BIGINT NOT NULL,
    dead          BIGINT NOT NULL,
    delivered_at  TIMESTAMPTZ,
    last_code     TEXT,
    alerted_at    TIMESTAMPTZ,
    PRIMARY KEY (tenant_id, target_id)
);

-- The log of attempts: a row for each failure, and one for each group of messages taken in a row.
CREATE TABLE target_attempts (
    tenant_id     UUID NOT NULL,
    target_id     UUID NOT NULL,
    number        BIGINT NOT NULL,
    at            TIMESTAMPTZ NOT NULL,
    outcome       TEXT NOT NULL,
    from_position BIGINT NOT NULL,
    to_position   BIGINT NOT NULL,
    messages      BIGINT NOT NULL,
    attempt       BIGINT NOT NULL,
    duration_us   BIGINT NOT NULL,
    status        BIGINT,
    code          TEXT,
    detail        TEXT,
    retry_at      TIMESTAMPTZ,
    request       TEXT NOT NULL,
    answer        TEXT NOT NULL,
    PRIMARY KEY (tenant_id, target_id, number)
);

CREATE INDEX target_attempts_by_time ON target_attempts (tenant_id, at);

-- Dead letters that somebody wants to be sent once more, oldest position first.
CREATE TABLE target_replays (
    tenant_id    UUID NOT NULL,
    target_id    UUID NOT NULL,
    position     BIGINT NOT NULL,
    requested_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, target_id, position)
);
