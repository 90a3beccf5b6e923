-- Calls that are kept to be made again: what an operation was called with and what is expected of the answer.
CREATE TABLE api_connector_examples (
    tenant_id     UUID NOT NULL,
    id            UUID NOT NULL,
    connector_id  UUID NOT NULL,
    name          TEXT NOT NULL,
    name_fold     TEXT NOT NULL,
    operation     TEXT NOT NULL,
    inputs        JSONB NOT NULL,
    connection_id UUID,
    expected      JSONB NOT NULL,
    ran_at        TIMESTAMPTZ,
    ran_version   BIGINT,
    passed        BOOLEAN,
    status        BIGINT,
    differences   JSONB,
    created_by    UUID,
    created_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX api_connector_examples_by_name ON api_connector_examples (tenant_id, connector_id, name_fold);
