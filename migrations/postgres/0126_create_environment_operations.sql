-- What was and is done to whole environments. `place` is how far a running one came; `lease_until` is held by the
-- node that works on it.
CREATE TABLE environment_operations (
    tenant_id      UUID NOT NULL,
    id             UUID NOT NULL,
    environment_id UUID NOT NULL,
    kind           TEXT NOT NULL,
    state          TEXT NOT NULL,
    source_id      UUID,
    detail         JSONB NOT NULL,
    place          JSONB NOT NULL,
    done           BIGINT NOT NULL,
    total          BIGINT NOT NULL,
    failures       BIGINT NOT NULL,
    code           TEXT,
    begun_by       UUID,
    begun_at       TIMESTAMPTZ NOT NULL,
    ended_at       TIMESTAMPTZ,
    lease_until    TIMESTAMPTZ,
    PRIMARY KEY (tenant_id, id)
);

CREATE INDEX environment_operations_by_environment ON environment_operations (tenant_id, environment_id, begun_at);
CREATE INDEX environment_operations_by_state ON environment_operations (tenant_id, state);

-- What environments hold, one row a day; the latest counts.
CREATE TABLE environment_capacity (
    tenant_id      UUID NOT NULL,
    environment_id UUID NOT NULL,
    day            BIGINT NOT NULL,
    database_bytes BIGINT NOT NULL,
    file_bytes     BIGINT NOT NULL,
    log_bytes      BIGINT NOT NULL,
    position       BIGINT NOT NULL,
    tables         JSONB NOT NULL,
    measured_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, environment_id, day)
);

-- Who may make environments.
CREATE TABLE environment_settings (
    tenant_id  UUID NOT NULL PRIMARY KEY,
    trials     TEXT NOT NULL,
    others     TEXT NOT NULL
);
