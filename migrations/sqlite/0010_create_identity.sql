-- One organisation. The row proves with seal_check that the sealing key belongs to the data.
CREATE TABLE tenants (
    tenant_id  BLOB NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    host       TEXT,
    language   TEXT NOT NULL,
    policy     TEXT NOT NULL,
    seal_check BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX tenants_by_host ON tenants (host);

-- Whatever somebody presents to be let in. Only the SHA-256 of the secret is here.
CREATE TABLE credentials (
    tenant_id    BLOB NOT NULL,
    id           BLOB NOT NULL,
    kind         TEXT NOT NULL,
    secret_hash  BLOB NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id   BLOB NOT NULL,
    permissions  TEXT NOT NULL,
    label        TEXT NOT NULL,
    factor       TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    created_by   BLOB,
    expires_at   INTEGER,
    last_used_at INTEGER,
    origin       TEXT,
    revoked_at   INTEGER,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX credentials_by_secret ON credentials (secret_hash);
CREATE INDEX credentials_by_subject ON credentials (tenant_id, subject_kind, subject_id, kind);
CREATE INDEX credentials_by_expiry ON credentials (tenant_id, expires_at);

CREATE TABLE users (
    tenant_id       BLOB NOT NULL,
    id              BLOB NOT NULL,
    user_name       TEXT NOT NULL,
    user_name_fold  TEXT NOT NULL,
    display_name    TEXT NOT NULL,
    language        TEXT,
    time_zone       TEXT NOT NULL,
    theme           TEXT NOT NULL,
    state           TEXT NOT NULL,
    password_hash   TEXT,
    password_at     INTEGER,
    last_sign_in_at INTEGER,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX users_by_name ON users (tenant_id, user_name_fold);

CREATE TABLE user_addresses (
    tenant_id    BLOB NOT NULL,
    address_fold TEXT NOT NULL,
    user_id      BLOB NOT NULL,
    address      TEXT NOT NULL,
    position     INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, address_fold)
) STRICT, WITHOUT ROWID;

CREATE INDEX user_addresses_by_user ON user_addresses (tenant_id, user_id, position);

-- Failed sign-ins by what was tried: an account's identifier, or a hash of a name that nobody has.
CREATE TABLE sign_in_failures (
    tenant_id  BLOB NOT NULL,
    target     BLOB NOT NULL,
    failures   INTEGER NOT NULL,
    next_at    INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, target)
) STRICT, WITHOUT ROWID;

CREATE TABLE role_assignments (
    tenant_id   BLOB NOT NULL,
    user_id     BLOB NOT NULL,
    role        TEXT NOT NULL,
    assigned_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, user_id, role)
) STRICT, WITHOUT ROWID;

CREATE INDEX role_assignments_by_role ON role_assignments (tenant_id, role, user_id);

CREATE TABLE groups (
    tenant_id   BLOB NOT NULL,
    id          BLOB NOT NULL,
    name        TEXT NOT NULL,
    name_fold   TEXT NOT NULL,
    description TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX groups_by_name ON groups (tenant_id, name_fold);

CREATE TABLE group_members (
    tenant_id BLOB NOT NULL,
    group_id  BLOB NOT NULL,
    user_id   BLOB NOT NULL,
    added_at  INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, group_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX group_members_by_user ON group_members (tenant_id, user_id, group_id);

CREATE TABLE licences (
    tenant_id  BLOB NOT NULL,
    id         BLOB NOT NULL,
    name       TEXT NOT NULL,
    name_fold  TEXT NOT NULL,
    seats      INTEGER,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX licences_by_name ON licences (tenant_id, name_fold);

CREATE TABLE licence_assignments (
    tenant_id    BLOB NOT NULL,
    licence_id   BLOB NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id   BLOB NOT NULL,
    assigned_at  INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, licence_id, subject_kind, subject_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX licence_assignments_by_subject ON licence_assignments (tenant_id, subject_id);
