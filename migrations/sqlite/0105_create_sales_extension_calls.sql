-- What calls of sales surfaces came to, for a while.
CREATE TABLE sales_extension_calls (
    tenant_id      BLOB NOT NULL,
    id             BLOB NOT NULL,
    at             INTEGER NOT NULL,
    point          TEXT NOT NULL,
    environment_id BLOB NOT NULL,
    action_id      BLOB NOT NULL,
    connector_id   BLOB NOT NULL,
    connector_name TEXT NOT NULL,
    operation      TEXT NOT NULL,
    actor          TEXT NOT NULL,
    request_id     BLOB NOT NULL,
    outcome        TEXT NOT NULL,
    code           TEXT,
    message        TEXT,
    activity       TEXT,
    status         INTEGER,
    duration_us    INTEGER NOT NULL,
    received       INTEGER NOT NULL,
    shown          INTEGER NOT NULL,
    sent           TEXT NOT NULL,
    remarks        TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX sales_extension_calls_by_time ON sales_extension_calls (tenant_id, at);
