-- What was and is done to whole environments. `place` is how far a running one came; `lease_until` is held by the
-- node that works on it.
CREATE TABLE environment_operations (
    tenant_id      BLOB NOT NULL,
    id             BLOB NOT NULL,
    environment_id BLOB NOT NULL,
    kind           TEXT NOT NULL,
    state          TEXT NOT NULL,
    source_id      BLOB,
    detail         TEXT NOT NULL,
    place          TEXT NOT NULL,
    done           INTEGER NOT NULL,
    total          INTEGER NOT NULL,
    failures       INTEGER NOT NULL,
    code           TEXT,
    begun_by       BLOB,
    begun_at       INTEGER NOT NULL,
    ended_at       INTEGER,
    lease_until    INTEGER,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX environment_operations_by_environment ON environment_operations (tenant_id, environment_id, begun_at);
CREATE INDEX environment_operations_by_state ON environment_operations (tenant_id, state);

-- What environments hold, one row a day; the latest counts.
CREATE TABLE environment_capacity (
    tenant_id      BLOB NOT NULL,
    environment_id BLOB NOT NULL,
    day            INTEGER NOT NULL,
    database_bytes INTEGER NOT NULL,
    file_bytes     INTEGER NOT NULL,
    log_bytes      INTEGER NOT NULL,
    position       INTEGER NOT NULL,
    tables         TEXT NOT NULL,
    measured_at    INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, environment_id, day)
) STRICT, WITHOUT ROWID;

-- Who may make environments.
CREATE TABLE environment_settings (
    tenant_id  BLOB NOT NULL PRIMARY KEY,
    trials     TEXT NOT NULL,
    others     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
