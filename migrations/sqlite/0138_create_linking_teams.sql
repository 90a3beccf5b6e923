-- The Microsoft Teams that a tenant's records are linked to; `sealed` holds the secret of the application there, or its
-- private key with the certificate.
CREATE TABLE linking_teams (
    tenant_id  BLOB NOT NULL,
    id         BLOB NOT NULL,
    directory  BLOB NOT NULL,
    client_id  BLOB NOT NULL,
    proof      TEXT NOT NULL,
    sealed     BLOB NOT NULL,
    graph      TEXT NOT NULL,
    login      TEXT NOT NULL,
    app        BLOB,
    enabled    INTEGER NOT NULL,
    changes    INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id)
) STRICT, WITHOUT ROWID;

-- Who signed in there; `sealed` holds the tokens of their own sign-in, `claimed_at` says that they are being renewed.
CREATE TABLE linking_teams_people (
    tenant_id    BLOB NOT NULL,
    id           BLOB NOT NULL,
    user_id      BLOB NOT NULL,
    account      TEXT NOT NULL,
    account_name TEXT NOT NULL,
    state        TEXT NOT NULL,
    sealed       BLOB,
    claimed_at   INTEGER,
    changes      INTEGER NOT NULL,
    signed_in_at INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE UNIQUE INDEX linking_teams_people_by_user ON linking_teams_people (tenant_id, user_id);

-- Sign-ins and consents under way; `state_hash` is the SHA-256 of what the browser brings back.
CREATE TABLE linking_teams_attempts (
    tenant_id  BLOB NOT NULL,
    id         BLOB NOT NULL,
    user_id    BLOB NOT NULL,
    kind       TEXT NOT NULL,
    state_hash BLOB NOT NULL,
    sealed     BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE UNIQUE INDEX linking_teams_attempts_by_state ON linking_teams_attempts (tenant_id, state_hash);

-- Teams whose changes are told to the hub: the subscription there, the SHA-256 of what its notices must show, since when
-- something waits to be looked at, and when the subscription is to be made or renewed.
CREATE TABLE linking_teams_watches (
    tenant_id    BLOB NOT NULL,
    team_id      TEXT NOT NULL,
    kind         TEXT NOT NULL,
    subscription TEXT,
    secret_hash  BLOB,
    expires_at   INTEGER,
    next_at      INTEGER NOT NULL,
    woken_at     INTEGER,
    looked_at    INTEGER,
    tries        INTEGER NOT NULL,
    problem      TEXT,
    PRIMARY KEY (tenant_id, team_id, kind)
) STRICT, WITHOUT ROWID;

CREATE INDEX linking_teams_watches_by_subscription
    ON linking_teams_watches (tenant_id, subscription);

-- Sensitivity labels that new teams may get, in their order.
CREATE TABLE linking_labels (
    tenant_id  BLOB NOT NULL,
    position   INTEGER NOT NULL,
    label      TEXT NOT NULL,
    name       TEXT NOT NULL,
    is_default INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, position)
) STRICT, WITHOUT ROWID;
