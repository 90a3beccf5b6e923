-- The CRMs that sellers of a tenant may use; `sealed` holds the secret of the application that they sign in with.
CREATE TABLE crm_systems (
    tenant_id      BLOB NOT NULL,
    id             BLOB NOT NULL,
    name           TEXT NOT NULL,
    name_fold      TEXT NOT NULL,
    kind           TEXT NOT NULL,
    environment_id BLOB,
    address        TEXT,
    authority      TEXT,
    directory      TEXT,
    application    TEXT,
    client_id      TEXT,
    sealed         BLOB,
    enabled        INTEGER NOT NULL,
    changes        INTEGER NOT NULL,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE UNIQUE INDEX crm_systems_by_name ON crm_systems (tenant_id, name_fold);

-- What a person is connected to; `sealed` holds the tokens of their own sign-in, `claimed_at` says that they are
-- being refreshed. At most one of a person's is chosen.
CREATE TABLE crm_connections (
    tenant_id    BLOB NOT NULL,
    id           BLOB NOT NULL,
    user_id      BLOB NOT NULL,
    system_id    BLOB NOT NULL,
    chosen       INTEGER NOT NULL,
    state        TEXT NOT NULL,
    reason       TEXT,
    instance     TEXT,
    organisation TEXT,
    account      TEXT,
    account_name TEXT,
    sealed       BLOB,
    claimed_at   INTEGER,
    changes      INTEGER NOT NULL,
    connected_at INTEGER,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE UNIQUE INDEX crm_connections_by_user ON crm_connections (tenant_id, user_id, system_id);
CREATE INDEX crm_connections_by_system ON crm_connections (tenant_id, system_id, id);

-- Sign-ins under way; `state_hash` is the SHA-256 of what the browser brings back.
CREATE TABLE crm_attempts (
    tenant_id  BLOB NOT NULL,
    id         BLOB NOT NULL,
    system_id  BLOB NOT NULL,
    user_id    BLOB NOT NULL,
    state_hash BLOB NOT NULL,
    sealed     BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE UNIQUE INDEX crm_attempts_by_state ON crm_attempts (tenant_id, state_hash);
CREATE INDEX crm_attempts_by_expiry ON crm_attempts (tenant_id, expires_at);

-- The environment that a first sign-in provisioned, and who has looked at its administrators since.
CREATE TABLE crm_reviews (
    tenant_id       BLOB NOT NULL,
    environment_id  BLOB NOT NULL,
    provisioned_for BLOB,
    provisioned_at  INTEGER NOT NULL,
    acknowledged_by BLOB,
    acknowledged_at INTEGER,
    administrators  TEXT NOT NULL,
    PRIMARY KEY (tenant_id, environment_id)
) STRICT;
