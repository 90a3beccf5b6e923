-- Files of rows that are imported: what becomes of them, their rows while they wait, what was made of them, and what
-- was wrong with them.
CREATE TABLE transfer_imports (
    tenant_id      UUID NOT NULL,
    id             UUID NOT NULL,
    environment_id UUID NOT NULL,
    user_id        UUID NOT NULL,
    table_name     TEXT NOT NULL,
    file_name      TEXT NOT NULL,
    kind           TEXT NOT NULL,
    state          TEXT NOT NULL,
    heading        JSONB NOT NULL,
    plan           JSONB NOT NULL,
    row_count      BIGINT NOT NULL,
    done           BIGINT NOT NULL,
    created        BIGINT NOT NULL,
    updated        BIGINT NOT NULL,
    skipped        BIGINT NOT NULL,
    failed         BIGINT NOT NULL,
    problem        TEXT,
    lease_node     UUID,
    lease_until    TIMESTAMPTZ,
    created_at     TIMESTAMPTZ NOT NULL,
    started_at     TIMESTAMPTZ,
    finished_at    TIMESTAMPTZ,
    PRIMARY KEY (tenant_id, id)
);

CREATE INDEX transfer_imports_by_environment ON transfer_imports (tenant_id, environment_id, created_at, id);

CREATE INDEX transfer_imports_by_state ON transfer_imports (tenant_id, state);

CREATE TABLE transfer_blocks (
    tenant_id UUID NOT NULL,
    import_id UUID NOT NULL,
    first_row BIGINT NOT NULL,
    row_count BIGINT NOT NULL,
    content   BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, import_id, first_row)
);

-- One row for each step that was taken: it is written with the rows of the step, so that none is taken twice.
CREATE TABLE transfer_slices (
    tenant_id UUID NOT NULL,
    import_id UUID NOT NULL,
    first_row BIGINT NOT NULL,
    made      BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, import_id, first_row)
);

CREATE TABLE transfer_findings (
    tenant_id   UUID NOT NULL,
    import_id   UUID NOT NULL,
    row_number  BIGINT NOT NULL,
    column_name TEXT NOT NULL,
    code        TEXT NOT NULL,
    detail      TEXT NOT NULL,
    PRIMARY KEY (tenant_id, import_id, row_number, column_name)
);
