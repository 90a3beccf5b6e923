-- Operations that are watched. `sealed` holds what the next poll or the end of a subscription needs.
CREATE TABLE api_triggers (
    tenant_id     BLOB NOT NULL,
    id            BLOB NOT NULL,
    environment_id BLOB NOT NULL,
    connector_id  BLOB NOT NULL,
    connection_id BLOB,
    version       INTEGER NOT NULL,
    operation     TEXT NOT NULL,
    name          TEXT NOT NULL,
    kind          TEXT NOT NULL,
    inputs        TEXT NOT NULL,
    interval_seconds INTEGER NOT NULL,
    state         TEXT NOT NULL,
    reason        TEXT,
    sealed        BLOB,
    due_at        INTEGER,
    fired         INTEGER NOT NULL,
    fired_at      INTEGER,
    failures      INTEGER NOT NULL,
    created_by    BLOB,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX api_triggers_by_due ON api_triggers (tenant_id, due_at);
CREATE INDEX api_triggers_by_connector ON api_triggers (tenant_id, connector_id, id);
