-- One organisation. The row proves with seal_check that the sealing key belongs to the data.
CREATE TABLE tenants (
    tenant_id  UUID NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    host       TEXT,
    language   TEXT NOT NULL,
    policy     JSONB NOT NULL,
    seal_check BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE UNIQUE INDEX tenants_by_host ON tenants (host);

-- Whatever somebody presents to be let in. Only the SHA-256 of the secret is here.
CREATE TABLE credentials (
    tenant_id    UUID NOT NULL,
    id           UUID NOT NULL,
    kind         TEXT NOT NULL,
    secret_hash  BYTEA NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id   UUID NOT NULL,
    permissions  TEXT NOT NULL,
    label        TEXT NOT NULL,
    factor       TEXT NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    created_by   UUID,
    expires_at   TIMESTAMPTZ,
    last_used_at TIMESTAMPTZ,
    origin       TEXT,
    revoked_at   TIMESTAMPTZ,
    PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX credentials_by_secret ON credentials (secret_hash);
CREATE INDEX credentials_by_subject ON credentials (tenant_id, subject_kind, subject_id, kind);
CREATE INDEX credentials_by_expiry ON credentials (tenant_id, expires_at);

CREATE TABLE users (
    tenant_id       UUID NOT NULL,
    id              UUID NOT NULL,
    user_name       TEXT NOT NULL,
    user_name_fold  TEXT NOT NULL,
    display_name    TEXT NOT NULL,
    language        TEXT,
    time_zone       TEXT NOT NULL,
    theme           TEXT NOT NULL,
    state           TEXT NOT NULL,
    password_hash   TEXT,
    password_at     TIMESTAMPTZ,
    last_sign_in_at TIMESTAMPTZ,
    created_at      TIMESTAMPTZ NOT NULL,
    updated_at      TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX users_by_name ON users (tenant_id, user_name_fold);

CREATE TABLE user_addresses (
    tenant_id    UUID NOT NULL,
    address_fold TEXT NOT NULL,
    user_id      UUID NOT NULL,
    address      TEXT NOT NULL,
    position     BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, address_fold)
);

CREATE INDEX user_addresses_by_user ON user_addresses (tenant_id, user_id, position);

-- Failed sign-ins by what was tried: an account's identifier, or a hash of a name that nobody has.
CREATE TABLE sign_in_failures (
    tenant_id  UUID NOT NULL,
    target     UUID NOT NULL,
    failures   BIGINT NOT NULL,
    next_at    TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, target)
);

CREATE TABLE role_assignments (
    tenant_id   UUID NOT NULL,
    user_id     UUID NOT NULL,
    role        TEXT NOT NULL,
    assigned_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, user_id, role)
);

CREATE INDEX role_assignments_by_role ON role_assignments (tenant_id, role, user_id);

CREATE TABLE groups (
    tenant_id   UUID NOT NULL,
    id          UUID NOT NULL,
    name        TEXT NOT NULL,
    name_fold   TEXT NOT NULL,
    description TEXT NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX groups_by_name ON groups (tenant_id, name_fold);

CREATE TABLE group_members (
    tenant_id UUID NOT NULL,
    group_id  UUID NOT NULL,
    user_id   UUID NOT NULL,
    added_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, group_id, user_id)
);

CREATE INDEX group_members_by_user ON group_members (tenant_id, user_id, group_id);

CREATE TABLE licences (
    tenant_id  UUID NOT NULL,
    id         UUID NOT NULL,
    name       TEXT NOT NULL,
    name_fold  TEXT NOT NULL,
    seats      BIGINT,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX licences_by_name ON licences (tenant_id, name_fold);

CREATE TABLE licence_assignments (
    tenant_id    UUID NOT NULL,
    licence_id   UUID NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id   UUID NOT NULL,
    assigned_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, licence_id, subject_kind, subject_id)
);

CREATE INDEX licence_assignments_by_subject ON licence_assignments (tenant_id, subject_id);
