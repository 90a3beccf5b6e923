-- Which definitions changed with which version of an environment's model: what came, what changed, what went, and
-- where auditing ended. A version without its mark ('model') is one of which nothing is known.
CREATE TABLE record_definition_changes (
    tenant_id      BLOB NOT NULL,
    environment_id BLOB NOT NULL,
    version        INTEGER NOT NULL,
    kind           TEXT NOT NULL,
    id             BLOB NOT NULL,
    of_table       BLOB,
    what           TEXT NOT NULL,
    position       INTEGER NOT NULL,
    at             INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, environment_id, version, kind, id)
) STRICT, WITHOUT ROWID;
