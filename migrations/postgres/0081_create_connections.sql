-- What an API is reached with. `parameters` holds what may be seen, `sealed` secrets and tokens.
CREATE TABLE api_connections (
    tenant_id     UUID NOT NULL,
    id            UUID NOT NULL,
    environment_id UUID NOT NULL,
    connector_id  UUID NOT NULL,
    name          TEXT NOT NULL,
    owner_id      UUID,
    shared        BOOLEAN NOT NULL,
    parameter_set TEXT,
    parameters    JSONB NOT NULL,
    secret_names  JSONB NOT NULL,
    sealed        BYTEA,
    silent        BOOLEAN NOT NULL,
    state         TEXT NOT NULL,
    reason        TEXT,
    expires_at    TIMESTAMPTZ,
    tested_at     TIMESTAMPTZ,
    changes       BIGINT NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL,
    updated_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE INDEX api_connections_by_connector ON api_connections (tenant_id, connector_id, owner_id, id);
CREATE INDEX api_connections_by_owner ON api_connections (tenant_id, owner_id, id);
CREATE INDEX api_connections_by_expiry ON api_connections (tenant_id, expires_at);

-- Sign-ins at providers that are under way; `state_hash` is the SHA-256 of what the browser brings back.
CREATE TABLE api_connection_attempts (
    tenant_id     UUID NOT NULL,
    id            UUID NOT NULL,
    connection_id UUID NOT NULL,
    user_id       UUID NOT NULL,
    state_hash    BYTEA NOT NULL,
    sealed        BYTEA NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL,
    expires_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX api_connection_attempts_by_state ON api_connection_attempts (tenant_id, state_hash);
CREATE INDEX api_connection_attempts_by_expiry ON api_connection_attempts (tenant_id, expires_at);
