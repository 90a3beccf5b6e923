-- Files of rows that are imported: what becomes of them, their rows while they wait, what was made of them, and what
-- was wrong with them.
CREATE TABLE transfer_imports (
    tenant_id      BLOB NOT NULL,
    id             BLOB NOT NULL,
    environment_id BLOB NOT NULL,
    user_id        BLOB NOT NULL,
    table_name     TEXT NOT NULL,
    file_name      TEXT NOT NULL,
    kind           TEXT NOT NULL,
    state          TEXT NOT NULL,
    heading        TEXT NOT NULL,
    plan           TEXT NOT NULL,
    row_count      INTEGER NOT NULL,
    done           INTEGER NOT NULL,
    created        INTEGER NOT NULL,
    updated        INTEGER NOT NULL,
    skipped        INTEGER NOT NULL,
    failed         INTEGER NOT NULL,
    problem        TEXT,
    lease_node     BLOB,
    lease_until    INTEGER,
    created_at     INTEGER NOT NULL,
    started_at     INTEGER,
    finished_at    INTEGER,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX transfer_imports_by_environment ON transfer_imports (tenant_id, environment_id, created_at, id);

CREATE INDEX transfer_imports_by_state ON transfer_imports (tenant_id, state);

CREATE TABLE transfer_blocks (
    tenant_id BLOB NOT NULL,
    import_id BLOB NOT NULL,
    first_row INTEGER NOT NULL,
    row_count INTEGER NOT NULL,
    content   BLOB NOT NULL,
    PRIMARY KEY (tenant_id, import_id, first_row)
) STRICT, WITHOUT ROWID;

-- One row for each step that was taken: it is written with the rows of the step, so that none is taken twice.
CREATE TABLE transfer_slices (
    tenant_id BLOB NOT NULL,
    import_id BLOB NOT NULL,
    first_row INTEGER NOT NULL,
    made      BLOB NOT NULL,
    PRIMARY KEY (tenant_id, import_id, first_row)
) STRICT, WITHOUT ROWID;

CREATE TABLE transfer_findings (
    tenant_id   BLOB NOT NULL,
    import_id   BLOB NOT NULL,
    row_number  INTEGER NOT NULL,
    column_name TEXT NOT NULL,
    code        TEXT NOT NULL,
    detail      TEXT NOT NULL,
    PRIMARY KEY (tenant_id, import_id, row_number, column_name)
) STRICT, WITHOUT ROWID;
