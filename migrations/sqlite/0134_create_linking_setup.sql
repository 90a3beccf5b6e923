-- Consents of a tenant to what linking records to channels does: the first to linking itself, the second to what goes on
-- afterwards. Scopes are written as a token carries them, with spaces between.
CREATE TABLE linking_consents (
    tenant_id  BLOB NOT NULL,
    stage      TEXT NOT NULL,
    state      TEXT NOT NULL,
    scopes     TEXT NOT NULL,
    decided_by BLOB,
    decided_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, stage)
) STRICT, WITHOUT ROWID;

-- What an environment says of linking beside the columns of its organisation. Networks have spaces between.
CREATE TABLE linking_environments (
    tenant_id      BLOB NOT NULL,
    environment_id BLOB NOT NULL,
    labels         INTEGER NOT NULL,
    devices        TEXT NOT NULL,
    networks       TEXT NOT NULL,
    changed_at     INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, environment_id)
) STRICT, WITHOUT ROWID;

-- Tables whose settings are not those that they begin with.
CREATE TABLE linking_tables (
    tenant_id      BLOB NOT NULL,
    environment_id BLOB NOT NULL,
    table_name     TEXT NOT NULL,
    links          INTEGER NOT NULL,
    documents      INTEGER NOT NULL,
    changed_at     INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, environment_id, table_name)
) STRICT, WITHOUT ROWID;

-- What licences count as, where their names do not say it.
CREATE TABLE linking_licences (
    tenant_id  BLOB NOT NULL,
    licence_id BLOB NOT NULL,
    counts_as  TEXT NOT NULL,
    PRIMARY KEY (tenant_id, licence_id)
) STRICT, WITHOUT ROWID;
