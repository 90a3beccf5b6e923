-- Consents of a tenant to what linking records to channels does: the first to linking itself, the second to what goes on
-- afterwards. Scopes are written as a token carries them, with spaces between.
CREATE TABLE linking_consents (
    tenant_id  UUID NOT NULL,
    stage      TEXT NOT NULL,
    state      TEXT NOT NULL,
    scopes     TEXT NOT NULL,
    decided_by UUID,
    decided_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, stage)
);

-- What an environment says of linking beside the columns of its organisation. Networks have spaces between.
CREATE TABLE linking_environments (
    tenant_id      UUID NOT NULL,
    environment_id UUID NOT NULL,
    labels         BOOLEAN NOT NULL,
    devices        TEXT NOT NULL,
    networks       TEXT NOT NULL,
    changed_at     TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, environment_id)
);

-- Tables whose settings are not those that they begin with.
CREATE TABLE linking_tables (
    tenant_id      UUID NOT NULL,
    environment_id UUID NOT NULL,
    table_name     TEXT NOT NULL,
    links          BOOLEAN NOT NULL,
    documents      BOOLEAN NOT NULL,
    changed_at     TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, environment_id, table_name)
);

-- What licences count as, where their names do not say it.
CREATE TABLE linking_licences (
    tenant_id  UUID NOT NULL,
    licence_id UUID NOT NULL,
    counts_as  TEXT NOT NULL,
    PRIMARY KEY (tenant_id, licence_id)
);
