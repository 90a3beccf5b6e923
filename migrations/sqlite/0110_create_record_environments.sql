-- The inside of environments: which numbers their tables carry, how far they are made, and the head of their writes.
CREATE TABLE record_numbers (
    one    INTEGER NOT NULL PRIMARY KEY,
    number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO record_numbers (one, number) VALUES (1, 0);

CREATE TABLE record_environments (
    tenant_id      BLOB NOT NULL,
    environment_id BLOB NOT NULL,
    number         INTEGER NOT NULL,
    state          TEXT NOT NULL,
    position       INTEGER NOT NULL,
    model_version  INTEGER NOT NULL,
    access_version INTEGER NOT NULL,
    sets           TEXT NOT NULL,
    root_unit      BLOB NOT NULL,
    organization   BLOB NOT NULL,
    changed_at     INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, environment_id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX record_environments_by_number ON record_environments (number);

-- Tables, relationships, choices and views that differ from what every environment begins with; none of them
-- where one was taken away.
CREATE TABLE record_definitions (
    tenant_id      BLOB NOT NULL,
    environment_id BLOB NOT NULL,
    kind           TEXT NOT NULL,
    id             BLOB NOT NULL,
    definition     TEXT,
    PRIMARY KEY (tenant_id, environment_id, kind, id)
) STRICT, WITHOUT ROWID;
