-- Every call of an operation, for a while.
CREATE TABLE api_calls (
    tenant_id     BLOB NOT NULL,
    id            BLOB NOT NULL,
    at            INTEGER NOT NULL,
    connector_id  BLOB NOT NULL,
    environment_id BLOB NOT NULL,
    version       INTEGER NOT NULL,
    operation     TEXT NOT NULL,
    connection_id BLOB,
    via           TEXT NOT NULL,
    subject_id    BLOB,
    actor_kind    TEXT NOT NULL,
    actor         TEXT NOT NULL,
    request_id    BLOB NOT NULL,
    outcome       TEXT NOT NULL,
    status        INTEGER,
    duration_us   INTEGER NOT NULL,
    sent_bytes    INTEGER NOT NULL,
    received_bytes INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX api_calls_by_time ON api_calls (tenant_id, at);
CREATE INDEX api_calls_by_operation ON api_calls (tenant_id, connector_id, operation, at);
CREATE INDEX api_calls_by_subject ON api_calls (tenant_id, subject_id, at);
