-- Which connectors may be used together, and which operations and addresses may be called.
CREATE TABLE data_policies (
    tenant_id    UUID NOT NULL,
    id           UUID NOT NULL,
    name         TEXT NOT NULL,
    name_fold    TEXT NOT NULL,
    reach        TEXT NOT NULL,
    environments JSONB NOT NULL,
    rules        JSONB NOT NULL,
    created_by   UUID,
    created_at   TIMESTAMPTZ NOT NULL,
    updated_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX data_policies_by_name ON data_policies (tenant_id, name_fold);
