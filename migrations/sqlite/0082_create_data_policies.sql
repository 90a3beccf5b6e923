-- Which connectors may be used together, and which operations and addresses may be called.
CREATE TABLE data_policies (
    tenant_id    BLOB NOT NULL,
    id           BLOB NOT NULL,
    name         TEXT NOT NULL,
    name_fold    TEXT NOT NULL,
    reach        TEXT NOT NULL,
    environments TEXT NOT NULL,
    rules        TEXT NOT NULL,
    created_by   BLOB,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE UNIQUE INDEX data_policies_by_name ON data_policies (tenant_id, name_fold);
