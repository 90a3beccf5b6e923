-- Places outside that a channel or one webhook forwards its cards to. `sealed` holds the address, the
-- secret and the headers; `shown` is what people see of them.
CREATE TABLE targets (
    tenant_id  BLOB NOT NULL,
    id         BLOB NOT NULL,
    channel_id BLOB NOT NULL,
    webhook_id BLOB,
    kind       TEXT NOT NULL,
    name       TEXT NOT NULL,
    owner_id   BLOB,
    state      TEXT NOT NULL,
    sealed     BLOB NOT NULL,
    shown      TEXT NOT NULL,
    per_minute INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX targets_by_channel ON targets (tenant_id, channel_id, id);
CREATE INDEX targets_by_webhook ON targets (tenant_id, webhook_id, id);
CREATE INDEX targets_by_owner ON targets (tenant_id, owner_id, id);

-- How far each target has come and how it fares. The node that holds the lease is the only one that sends.
CREATE TABLE target_courses (
    tenant_id     BLOB NOT NULL,
    target_id     BLOB NOT NULL,
    position      INTEGER NOT NULL,
    attempts      INTEGER NOT NULL,
    failures      INTEGER NOT NULL,
    failing_since INTEGER,
    next_at       INTEGER,
    lease_node    BLOB,
    lease_until   INTEGER,
    logged        INTEGER NOT NULL,
    delivered     INTEGER NOT NULL,
    dead          INTEGER NOT NULL,
    delivered_at  INTEGER,
    last_code     TEXT,
    alerted_at    INTEGER,
    PRIMARY KEY (tenant_id, target_id)
) STRICT, WITHOUT ROWID;

-- The log of attempts: a row for each failure, and one for each group of messages taken in a row.
CREATE TABLE target_attempts (
    tenant_id     BLOB NOT NULL,
    target_id     BLOB NOT NULL,
    number        INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    outcome       TEXT NOT NULL,
    from_position INTEGER NOT NULL,
    to_position   INTEGER NOT NULL,
    messages      INTEGER NOT NULL,
    attempt       INTEGER NOT NULL,
    duration_us   INTEGER NOT NULL,
    status        INTEGER,
    code          TEXT,
    detail        TEXT,
    retry_at      INTEGER,
    request       TEXT NOT NULL,
    answer        TEXT NOT NULL,
    PRIMARY KEY (tenant_id, target_id, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX target_attempts_by_time ON target_attempts (tenant_id, at);

-- Dead letters that somebody wants to be sent once more, oldest position first.
CREATE TABLE target_replays (
    tenant_id    BLOB NOT NULL,
    target_id    BLOB NOT NULL,
    position     INTEGER NOT NULL,
    requested_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, target_id, position)
) STRICT, WITHOUT ROWID;
