-- What an API is reached with. `parameters` holds what may be seen, `sealed` secrets and tokens.
CREATE TABLE api_connections (
    tenant_id     BLOB NOT NULL,
    id            BLOB NOT NULL,
    environment_id BLOB NOT NULL,
    connector_id  BLOB NOT NULL,
    name          TEXT NOT NULL,
    owner_id      BLOB,
    shared        INTEGER NOT NULL,
    parameter_set TEXT,
    parameters    TEXT NOT NULL,
    secret_names  TEXT NOT NULL,
    sealed        BLOB,
    silent        INTEGER NOT NULL,
    state         TEXT NOT NULL,
    reason        TEXT,
    expires_at    INTEGER,
    tested_at     INTEGER,
    changes       INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX api_connections_by_connector ON api_connections (tenant_id, connector_id, owner_id, id);
CREATE INDEX api_connections_by_owner ON api_connections (tenant_id, owner_id, id);
CREATE INDEX api_connections_by_expiry ON api_connections (tenant_id, expires_at);

-- Sign-ins at providers that are under way; `state_hash` is the SHA-256 of what the browser brings back.
CREATE TABLE api_connection_attempts (
    tenant_id     BLOB NOT NULL,
    id            BLOB NOT NULL,
    connection_id BLOB NOT NULL,
    user_id       BLOB NOT NULL,
    state_hash    BLOB NOT NULL,
    sealed        BLOB NOT NULL,
    created_at    INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE UNIQUE INDEX api_connection_attempts_by_state ON api_connection_attempts (tenant_id, state_hash);
CREATE INDEX api_connection_attempts_by_expiry ON api_connection_attempts (tenant_id, expires_at);
