-- Connectors to APIs. `current` is the number of the version in use; `sealed` holds the client secrets of its
-- sign-in applications.
CREATE TABLE api_connectors (
    tenant_id      UUID NOT NULL,
    id             UUID NOT NULL,
    environment_id UUID NOT NULL,
    name           TEXT NOT NULL,
    name_fold      TEXT NOT NULL,
    description    TEXT NOT NULL,
    preview        BOOLEAN NOT NULL,
    current        BIGINT NOT NULL,
    last           BIGINT NOT NULL,
    certified      BIGINT,
    offered        BOOLEAN NOT NULL,
    sealed         BYTEA,
    created_by     UUID,
    created_at     TIMESTAMPTZ NOT NULL,
    updated_at     TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX api_connectors_by_name ON api_connectors (tenant_id, environment_id, name_fold);

-- What was uploaded, file by file; a version never changes.
CREATE TABLE api_connector_versions (
    tenant_id    UUID NOT NULL,
    connector_id UUID NOT NULL,
    number       BIGINT NOT NULL,
    digest       BYTEA NOT NULL,
    definition   BYTEA NOT NULL,
    properties   BYTEA NOT NULL,
    script       BYTEA,
    icon         BYTEA,
    readme       BYTEA,
    title        TEXT NOT NULL,
    host         TEXT NOT NULL,
    brand_color  TEXT,
    operations   BIGINT NOT NULL,
    errors       BIGINT NOT NULL,
    warnings     BIGINT NOT NULL,
    note         TEXT NOT NULL,
    created_by   UUID,
    created_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, connector_id, number)
);

-- What other rooms have built upon a connector, so that its removal can name it.
CREATE TABLE api_connector_uses (
    tenant_id    UUID NOT NULL,
    connector_id UUID NOT NULL,
    kind         TEXT NOT NULL,
    subject_id   UUID NOT NULL,
    name         TEXT NOT NULL,
    PRIMARY KEY (tenant_id, connector_id, kind, subject_id)
);

CREATE INDEX api_connector_uses_by_subject ON api_connector_uses (tenant_id, kind, subject_id);
