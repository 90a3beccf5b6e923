-- Every call of an operation, for a while.
CREATE TABLE api_calls (
    tenant_id     UUID NOT NULL,
    id            UUID NOT NULL,
    at            TIMESTAMPTZ NOT NULL,
    connector_id  UUID NOT NULL,
    environment_id UUID NOT NULL,
    version       BIGINT NOT NULL,
    operation     TEXT NOT NULL,
    connection_id UUID,
    via           TEXT NOT NULL,
    subject_id    UUID,
    actor_kind    TEXT NOT NULL,
    actor         TEXT NOT NULL,
    request_id    UUID NOT NULL,
    outcome       TEXT NOT NULL,
    status        BIGINT,
    duration_us   BIGINT NOT NULL,
    sent_bytes    BIGINT NOT NULL,
    received_bytes BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE INDEX api_calls_by_time ON api_calls (tenant_id, at);
CREATE INDEX api_calls_by_operation ON api_calls (tenant_id, connector_id, operation, at);
CREATE INDEX api_calls_by_subject ON api_calls (tenant_id, subject_id, at);
