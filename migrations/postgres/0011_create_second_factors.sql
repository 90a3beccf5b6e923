-- A time-based one-time password of a user; counts once confirmed_at is set.
CREATE TABLE totp_secrets (
    tenant_id    UUID NOT NULL,
    user_id      UUID NOT NULL,
    secret       BYTEA NOT NULL,
    last_step    BIGINT NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    confirmed_at TIMESTAMPTZ,
    PRIMARY KEY (tenant_id, user_id)
);

CREATE TABLE recovery_codes (
    tenant_id UUID NOT NULL,
    user_id   UUID NOT NULL,
    code_hash BYTEA NOT NULL,
    used_at   TIMESTAMPTZ,
    PRIMARY KEY (tenant_id, user_id, code_hash)
);

CREATE TABLE passkeys (
    tenant_id     UUID NOT NULL,
    id            UUID NOT NULL,
    user_id       UUID NOT NULL,
    credential_id BYTEA NOT NULL,
    public_key    BYTEA NOT NULL,
    sign_count    BIGINT NOT NULL,
    name          TEXT NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL,
    last_used_at  TIMESTAMPTZ,
    PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX passkeys_by_credential ON passkeys (tenant_id, credential_id);
CREATE INDEX passkeys_by_user ON passkeys (tenant_id, user_id);

CREATE TABLE sign_in_providers (
    tenant_id     UUID NOT NULL,
    id            UUID NOT NULL,
    name          TEXT NOT NULL,
    name_fold     TEXT NOT NULL,
    issuer        TEXT NOT NULL,
    client_id     TEXT NOT NULL,
    client_secret BYTEA,
    rules         JSONB NOT NULL,
    enabled       BOOLEAN NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX sign_in_providers_by_name ON sign_in_providers (tenant_id, name_fold);

-- Who a provider's subject is here.
CREATE TABLE external_identities (
    tenant_id   UUID NOT NULL,
    issuer      TEXT NOT NULL,
    subject     TEXT NOT NULL,
    user_id     UUID NOT NULL,
    provider_id UUID NOT NULL,
    linked_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, issuer, subject)
);

CREATE INDEX external_identities_by_user ON external_identities (tenant_id, user_id);

-- Sign-ins and enrolments under way: a second factor, a provider, a passkey's challenge.
CREATE TABLE sign_in_attempts (
    tenant_id   UUID NOT NULL,
    secret_hash BYTEA NOT NULL,
    id          UUID NOT NULL,
    kind        TEXT NOT NULL,
    user_id     UUID,
    payload     BYTEA NOT NULL,
    expires_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, secret_hash)
);

CREATE INDEX sign_in_attempts_by_expiry ON sign_in_attempts (tenant_id, expires_at);
