-- A time-based one-time password of a user; counts once confirmed_at is set.
CREATE TABLE totp_secrets (
    tenant_id    BLOB NOT NULL,
    user_id      BLOB NOT NULL,
    secret       BLOB NOT NULL,
    last_step    INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    confirmed_at INTEGER,
    PRIMARY KEY (tenant_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE recovery_codes (
    tenant_id BLOB NOT NULL,
    user_id   BLOB NOT NULL,
    code_hash BLOB NOT NULL,
    used_at   INTEGER,
    PRIMARY KEY (tenant_id, user_id, code_hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE passkeys (
    tenant_id     BLOB NOT NULL,
    id            BLOB NOT NULL,
    user_id       BLOB NOT NULL,
    credential_id BLOB NOT NULL,
    public_key    BLOB NOT NULL,
    sign_count    INTEGER NOT NULL,
    name          TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    last_used_at  INTEGER,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX passkeys_by_credential ON passkeys (tenant_id, credential_id);
CREATE INDEX passkeys_by_user ON passkeys (tenant_id, user_id);

CREATE TABLE sign_in_providers (
    tenant_id     BLOB NOT NULL,
    id            BLOB NOT NULL,
    name          TEXT NOT NULL,
    name_fold     TEXT NOT NULL,
    issuer        TEXT NOT NULL,
    client_id     TEXT NOT NULL,
    client_secret BLOB,
    rules         TEXT NOT NULL,
    enabled       INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX sign_in_providers_by_name ON sign_in_providers (tenant_id, name_fold);

-- Who a provider's subject is here.
CREATE TABLE external_identities (
    tenant_id   BLOB NOT NULL,
    issuer      TEXT NOT NULL,
    subject     TEXT NOT NULL,
    user_id     BLOB NOT NULL,
    provider_id BLOB NOT NULL,
    linked_at   INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, issuer, subject)
) STRICT, WITHOUT ROWID;

CREATE INDEX external_identities_by_user ON external_identities (tenant_id, user_id);

-- Sign-ins and enrolments under way: a second factor, a provider, a passkey's challenge.
CREATE TABLE sign_in_attempts (
    tenant_id   BLOB NOT NULL,
    secret_hash BLOB NOT NULL,
    id          BLOB NOT NULL,
    kind        TEXT NOT NULL,
    user_id     BLOB,
    payload     BLOB NOT NULL,
    expires_at  INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, secret_hash)
) STRICT, WITHOUT ROWID;

CREATE INDEX sign_in_attempts_by_expiry ON sign_in_attempts (tenant_id, expires_at);
