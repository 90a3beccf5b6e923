-- Connectors to APIs. `current` is the number of the version in use; `sealed` holds the client secrets of its
-- sign-in applications.
CREATE TABLE api_connectors (
    tenant_id      BLOB NOT NULL,
    id             BLOB NOT NULL,
    environment_id BLOB NOT NULL,
    name           TEXT NOT NULL,
    name_fold      TEXT NOT NULL,
    description    TEXT NOT NULL,
    preview        INTEGER NOT NULL,
    current        INTEGER NOT NULL,
    last           INTEGER NOT NULL,
    certified      INTEGER,
    offered        INTEGER NOT NULL,
    sealed         BLOB,
    created_by     BLOB,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE UNIQUE INDEX api_connectors_by_name ON api_connectors (tenant_id, environment_id, name_fold);

-- What was uploaded, file by file; a version never changes.
CREATE TABLE api_connector_versions (
    tenant_id    BLOB NOT NULL,
    connector_id BLOB NOT NULL,
    number       INTEGER NOT NULL,
    digest       BLOB NOT NULL,
    definition   BLOB NOT NULL,
    properties   BLOB NOT NULL,
    script       BLOB,
    icon         BLOB,
    readme       BLOB,
    title        TEXT NOT NULL,
    host         TEXT NOT NULL,
    brand_color  TEXT,
    operations   INTEGER NOT NULL,
    errors       INTEGER NOT NULL,
    warnings     INTEGER NOT NULL,
    note         TEXT NOT NULL,
    created_by   BLOB,
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, connector_id, number)
) STRICT;

-- What other rooms have built upon a connector, so that its removal can name it.
CREATE TABLE api_connector_uses (
    tenant_id    BLOB NOT NULL,
    connector_id BLOB NOT NULL,
    kind         TEXT NOT NULL,
    subject_id   BLOB NOT NULL,
    name         TEXT NOT NULL,
    PRIMARY KEY (tenant_id, connector_id, kind, subject_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX api_connector_uses_by_subject ON api_connector_uses (tenant_id, kind, subject_id);
