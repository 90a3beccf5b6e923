-- The CRMs that sellers of a tenant may use; `sealed` holds the secret of the application that they sign in with.
CREATE TABLE crm_systems (
    tenant_id      UUID NOT NULL,
    id             UUID NOT NULL,
    name           TEXT NOT NULL,
    name_fold      TEXT NOT NULL,
    kind           TEXT NOT NULL,
    environment_id UUID,
    address        TEXT,
    authority      TEXT,
    directory      TEXT,
    application    TEXT,
    client_id      TEXT,
    sealed         BYTEA,
    enabled        BOOLEAN NOT NULL,
    changes        BIGINT NOT NULL,
    created_at     TIMESTAMPTZ NOT NULL,
    updated_at     TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX crm_systems_by_name ON crm_systems (tenant_id, name_fold);

-- What a person is connected to; `sealed` holds the tokens of their own sign-in, `claimed_at` says that they are
-- being refreshed. At most one of a person's is chosen.
CREATE TABLE crm_connections (
    tenant_id    UUID NOT NULL,
    id           UUID NOT NULL,
    user_id      UUID NOT NULL,
    system_id    UUID NOT NULL,
    chosen       BOOLEAN NOT NULL,
    state        TEXT NOT NULL,
    reason       TEXT,
    instance     TEXT,
    organisation TEXT,
    account      TEXT,
    account_name TEXT,
    sealed       BYTEA,
    claimed_at   TIMESTAMPTZ,
    changes      BIGINT NOT NULL,
    connected_at TIMESTAMPTZ,
    created_at   TIMESTAMPTZ NOT NULL,
    updated_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX crm_connections_by_user ON crm_connections (tenant_id, user_id, system_id);
CREATE INDEX crm_connections_by_system ON crm_connections (tenant_id, system_id, id);

-- Sign-ins under way; `state_hash` is the SHA-256 of what the browser brings back.
CREATE TABLE crm_attempts (
    tenant_id  UUID NOT NULL,
    id         UUID NOT NULL,
    system_id  UUID NOT NULL,
    user_id    UUID NOT NULL,
    state_hash BYTEA NOT NULL,
    sealed     BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX crm_attempts_by_state ON crm_attempts (tenant_id, state_hash);
CREATE INDEX crm_attempts_by_expiry ON crm_attempts (tenant_id, expires_at);

-- The environment that a first sign-in provisioned, and who has looked at its administrators since.
CREATE TABLE crm_reviews (
    tenant_id       UUID NOT NULL,
    environment_id  UUID NOT NULL,
    provisioned_for UUID,
    provisioned_at  TIMESTAMPTZ NOT NULL,
    acknowledged_by UUID,
    acknowledged_at TIMESTAMPTZ,
    administrators  JSONB NOT NULL,
    PRIMARY KEY (tenant_id, environment_id)
);
