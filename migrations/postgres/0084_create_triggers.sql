-- Operations that are watched. `sealed` holds what the next poll or the end of a subscription needs.
CREATE TABLE api_triggers (
    tenant_id     UUID NOT NULL,
    id            UUID NOT NULL,
    environment_id UUID NOT NULL,
    connector_id  UUID NOT NULL,
    connection_id UUID,
    version       BIGINT NOT NULL,
    operation     TEXT NOT NULL,
    name          TEXT NOT NULL,
    kind          TEXT NOT NULL,
    inputs        JSONB NOT NULL,
    interval_seconds BIGINT NOT NULL,
    state         TEXT NOT NULL,
    reason        TEXT,
    sealed        BYTEA,
    due_at        TIMESTAMPTZ,
    fired         BIGINT NOT NULL,
    fired_at      TIMESTAMPTZ,
    failures      BIGINT NOT NULL,
    created_by    UUID,
    created_at    TIMESTAMPTZ NOT NULL,
    updated_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE INDEX api_triggers_by_due ON api_triggers (tenant_id, due_at);
CREATE INDEX api_triggers_by_connector ON api_triggers (tenant_id, connector_id, id);
