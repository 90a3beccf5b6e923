-- Published selections of operations. `operations` holds what was selected, with texts, overrides and, once
-- published, the schemas that tools are made of.
CREATE TABLE actions (
    tenant_id         UUID NOT NULL,
    id                UUID NOT NULL,
    environment_id    UUID NOT NULL,
    connector_id      UUID NOT NULL,
    connector_version BIGINT,
    name              TEXT NOT NULL,
    folded            TEXT NOT NULL,
    description       TEXT NOT NULL,
    instructions      TEXT NOT NULL,
    state             TEXT NOT NULL,
    audience          TEXT NOT NULL,
    licence_id        UUID,
    operations        TEXT NOT NULL,
    acknowledged_by   UUID,
    acknowledged_at   TIMESTAMPTZ,
    decision          TEXT NOT NULL,
    created_by        UUID,
    created_at        TIMESTAMPTZ NOT NULL,
    updated_at        TIMESTAMPTZ NOT NULL,
    published_at      TIMESTAMPTZ,
    PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX actions_by_name ON actions (tenant_id, environment_id, folded);
CREATE INDEX actions_by_connector ON actions (tenant_id, connector_id, id);

-- The names of tools; a name never goes to another operation, not even when its action is gone.
CREATE TABLE action_tools (
    tenant_id    UUID NOT NULL,
    name         TEXT NOT NULL,
    action_id    UUID NOT NULL,
    operation_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, name)
);

CREATE UNIQUE INDEX action_tools_by_operation ON action_tools (tenant_id, action_id, operation_id);

-- The wishes of people that an action be enabled for them.
CREATE TABLE action_requests (
    tenant_id  UUID NOT NULL,
    id         UUID NOT NULL,
    action_id  UUID NOT NULL,
    user_id    UUID NOT NULL,
    note       TEXT NOT NULL,
    state      TEXT NOT NULL,
    answer     TEXT NOT NULL,
    decided_by UUID,
    decided_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE INDEX action_requests_by_state ON action_requests (tenant_id, state, id);
CREATE UNIQUE INDEX action_requests_open ON action_requests (tenant_id, action_id, user_id) WHERE state = 'open';
