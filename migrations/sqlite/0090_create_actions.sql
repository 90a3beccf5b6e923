-- Published selections of operations. `operations` holds what was selected, with texts, overrides and, once
-- published, the schemas that tools are made of.
CREATE TABLE actions (
    tenant_id         BLOB NOT NULL,
    id                BLOB NOT NULL,
    environment_id    BLOB NOT NULL,
    connector_id      BLOB NOT NULL,
    connector_version INTEGER,
    name              TEXT NOT NULL,
    folded            TEXT NOT NULL,
    description       TEXT NOT NULL,
    instructions      TEXT NOT NULL,
    state             TEXT NOT NULL,
    audience          TEXT NOT NULL,
    licence_id        BLOB,
    operations        TEXT NOT NULL,
    acknowledged_by   BLOB,
    acknowledged_at   INTEGER,
    decision          TEXT NOT NULL,
    created_by        BLOB,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    published_at      INTEGER,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX actions_by_name ON actions (tenant_id, environment_id, folded);
CREATE INDEX actions_by_connector ON actions (tenant_id, connector_id, id);

-- The names of tools; a name never goes to another operation, not even when its action is gone.
CREATE TABLE action_tools (
    tenant_id    BLOB NOT NULL,
    name         TEXT NOT NULL,
    action_id    BLOB NOT NULL,
    operation_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, name)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX action_tools_by_operation ON action_tools (tenant_id, action_id, operation_id);

-- The wishes of people that an action be enabled for them.
CREATE TABLE action_requests (
    tenant_id  BLOB NOT NULL,
    id         BLOB NOT NULL,
    action_id  BLOB NOT NULL,
    user_id    BLOB NOT NULL,
    note       TEXT NOT NULL,
    state      TEXT NOT NULL,
    answer     TEXT NOT NULL,
    decided_by BLOB,
    decided_at INTEGER,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX action_requests_by_state ON action_requests (tenant_id, state, id);
CREATE UNIQUE INDEX action_requests_open ON action_requests (tenant_id, action_id, user_id) WHERE state = 'open';
