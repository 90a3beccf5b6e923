-- What calls of sales surfaces came to, for a while.
CREATE TABLE sales_extension_calls (
    tenant_id      UUID NOT NULL,
    id             UUID NOT NULL,
    at             TIMESTAMPTZ NOT NULL,
    point          TEXT NOT NULL,
    environment_id UUID NOT NULL,
    action_id      UUID NOT NULL,
    connector_id   UUID NOT NULL,
    connector_name TEXT NOT NULL,
    operation      TEXT NOT NULL,
    actor          TEXT NOT NULL,
    request_id     UUID NOT NULL,
    outcome        TEXT NOT NULL,
    code           TEXT,
    message        TEXT,
    activity       TEXT,
    status         BIGINT,
    duration_us    BIGINT NOT NULL,
    received       BIGINT NOT NULL,
    shown          BIGINT NOT NULL,
    sent           TEXT NOT NULL,
    remarks        TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE INDEX sales_extension_calls_by_time ON sales_extension_calls (tenant_id, at);
