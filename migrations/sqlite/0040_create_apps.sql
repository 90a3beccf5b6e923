-- Apps: lines of a tenant's catalogue (its own, or offered by the operator of the hub), and uploads to one
-- team (then `team_id`). `current` is the version that is installed; `name_key` and `capabilities` are
-- that version's, for lists, or the newest one's while there is none.
CREATE TABLE apps (
    tenant_id     BLOB NOT NULL,
    id            BLOB NOT NULL,
    manifest_id   TEXT NOT NULL,
    origin        TEXT NOT NULL,
    team_id       BLOB,
    name_key      TEXT NOT NULL,
    capabilities  TEXT NOT NULL,
    current       INTEGER,
    blocked       INTEGER NOT NULL,
    offered       INTEGER NOT NULL,
    withdrawn     INTEGER NOT NULL,
    source_tenant BLOB,
    source_app    BLOB,
    created_by    BLOB,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX apps_by_manifest ON apps (tenant_id, manifest_id) WHERE team_id IS NULL;
CREATE UNIQUE INDEX apps_by_team ON apps (tenant_id, team_id, manifest_id) WHERE team_id IS NOT NULL;
CREATE INDEX apps_by_name ON apps (tenant_id, name_key, id);

-- Versions of an app, numbered from 1 in the order in which they came. `about` is what its manifest says.
CREATE TABLE app_versions (
    tenant_id    BLOB NOT NULL,
    app_id       BLOB NOT NULL,
    number       INTEGER NOT NULL,
    version      TEXT NOT NULL,
    state        TEXT NOT NULL,
    about        TEXT NOT NULL,
    package_hash TEXT NOT NULL,
    color_hash   TEXT NOT NULL,
    outline_hash TEXT NOT NULL,
    submitted_by BLOB,
    submitted_at INTEGER NOT NULL,
    decided_by   BLOB,
    decided_at   INTEGER,
    reason       TEXT,
    PRIMARY KEY (tenant_id, app_id, number)
) STRICT, WITHOUT ROWID;

-- Packages and icons, each once, by their SHA-256.
CREATE TABLE app_files (
    tenant_id  BLOB NOT NULL,
    hash       TEXT NOT NULL,
    size       INTEGER NOT NULL,
    bytes      BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, hash)
) STRICT;

-- Which version of which app is in which team, and what its owner consented to.
CREATE TABLE app_installations (
    tenant_id    BLOB NOT NULL,
    team_id      BLOB NOT NULL,
    app_id       BLOB NOT NULL,
    number       INTEGER NOT NULL,
    asks         TEXT NOT NULL,
    installed_by BLOB,
    installed_at INTEGER NOT NULL,
    consented_by BLOB,
    consented_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, team_id, app_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX app_installations_by_app ON app_installations (tenant_id, app_id, team_id);

-- Setup policies: which apps people have without asking, and which of them are pinned in which order.
CREATE TABLE setup_policies (
    tenant_id   BLOB NOT NULL,
    id          BLOB NOT NULL,
    name        TEXT NOT NULL,
    name_key    TEXT NOT NULL,
    description TEXT NOT NULL,
    everyone    INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX setup_policies_by_name ON setup_policies (tenant_id, name_key);

CREATE TABLE setup_policy_apps (
    tenant_id BLOB NOT NULL,
    policy_id BLOB NOT NULL,
    position  INTEGER NOT NULL,
    app_id    BLOB NOT NULL,
    pinned    INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, policy_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX setup_policy_apps_by_app ON setup_policy_apps (tenant_id, app_id);

-- A lower rank wins for who is in several groups.
CREATE TABLE setup_policy_groups (
    tenant_id BLOB NOT NULL,
    group_id  BLOB NOT NULL,
    policy_id BLOB NOT NULL,
    rank      INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, group_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX setup_policy_groups_by_policy ON setup_policy_groups (tenant_id, policy_id, rank);
