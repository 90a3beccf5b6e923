-- The Microsoft Teams that a tenant's records are linked to; `sealed` holds the secret of the application there, or its
-- private key with the certificate.
CREATE TABLE linking_teams (
    tenant_id  UUID NOT NULL,
    id         UUID NOT NULL,
    directory  UUID NOT NULL,
    client_id  UUID NOT NULL,
    proof      TEXT NOT NULL,
    sealed     BYTEA NOT NULL,
    graph      TEXT NOT NULL,
    login      TEXT NOT NULL,
    app        UUID,
    enabled    BOOLEAN NOT NULL,
    changes    BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id)
);

-- Who signed in there; `sealed` holds the tokens of their own sign-in, `claimed_at` says that they are being renewed.
CREATE TABLE linking_teams_people (
    tenant_id    UUID NOT NULL,
    id           UUID NOT NULL,
    user_id      UUID NOT NULL,
    account      TEXT NOT NULL,
    account_name TEXT NOT NULL,
    state        TEXT NOT NULL,
    sealed       BYTEA,
    claimed_at   TIMESTAMPTZ,
    changes      BIGINT NOT NULL,
    signed_in_at TIMESTAMPTZ NOT NULL,
    updated_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX linking_teams_people_by_user ON linking_teams_people (tenant_id, user_id);

-- Sign-ins and consents under way; `state_hash` is the SHA-256 of what the browser brings back.
CREATE TABLE linking_teams_attempts (
    tenant_id  UUID NOT NULL,
    id         UUID NOT NULL,
    user_id    UUID NOT NULL,
    kind       TEXT NOT NULL,
    state_hash BYTEA NOT NULL,
    sealed     BYTEA NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX linking_teams_attempts_by_state ON linking_teams_attempts (tenant_id, state_hash);

-- Teams whose changes are told to the hub: the subscription there, the SHA-256 of what its notices must show, since when
-- something waits to be looked at, and when the subscription is to be made or renewed.
CREATE TABLE linking_teams_watches (
    tenant_id    UUID NOT NULL,
    team_id      TEXT NOT NULL,
    kind         TEXT NOT NULL,
    subscription TEXT,
    secret_hash  BYTEA,
    expires_at   TIMESTAMPTZ,
    next_at      TIMESTAMPTZ NOT NULL,
    woken_at     TIMESTAMPTZ,
    looked_at    TIMESTAMPTZ,
    tries        BIGINT NOT NULL,
    problem      TEXT,
    PRIMARY KEY (tenant_id, team_id, kind)
);

CREATE INDEX linking_teams_watches_by_subscription
    ON linking_teams_watches (tenant_id, subscription);

-- Sensitivity labels that new teams may get, in their order.
CREATE TABLE linking_labels (
    tenant_id  UUID NOT NULL,
    position   BIGINT NOT NULL,
    label      TEXT NOT NULL,
    name       TEXT NOT NULL,
    is_default BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, position)
);
