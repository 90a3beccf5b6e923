-- Apps: lines of a tenant's catalogue (its own, or offered by the operator of the hub), and uploads to one
-- team (then `team_id`). `current` is the version that is installed; `name_key` and `capabilities` are
-- that version's, for lists, or the newest one's while there is none.
CREATE TABLE apps (
    tenant_id     UUID NOT NULL,
    id            UUID NOT NULL,
    manifest_id   TEXT NOT NULL,
    origin        TEXT NOT NULL,
    team_id       UUID,
    name_key      TEXT NOT NULL,
    capabilities  TEXT NOT NULL,
    current       BIGINT,
    blocked       BOOLEAN NOT NULL,
    offered       BOOLEAN NOT NULL,
    withdrawn     BOOLEAN NOT NULL,
    source_tenant UUID,
    source_app    UUID,
    created_by    UUID,
    created_at    TIMESTAMPTZ NOT NULL,
    updated_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX apps_by_manifest ON apps (tenant_id, manifest_id) WHERE team_id IS NULL;
CREATE UNIQUE INDEX apps_by_team ON apps (tenant_id, team_id, manifest_id) WHERE team_id IS NOT NULL;
CREATE INDEX apps_by_name ON apps (tenant_id, name_key, id);

-- Versions of an app, numbered from 1 in the order in which they came. `about` is what its manifest says.
CREATE TABLE app_versions (
    tenant_id    UUID NOT NULL,
    app_id       UUID NOT NULL,
    number       BIGINT NOT NULL,
    version      TEXT NOT NULL,
    state        TEXT NOT NULL,
    about        JSONB NOT NULL,
    package_hash TEXT NOT NULL,
    color_hash   TEXT NOT NULL,
    outline_hash TEXT NOT NULL,
    submitted_by UUID,
    submitted_at TIMESTAMPTZ NOT NULL,
    decided_by   UUID,
    decided_at   TIMESTAMPTZ,
    reason       TEXT,
    PRIMARY KEY (tenant_id, app_id, number)
);

-- Packages and icons, each once, by their SHA-256.
CREATE TABLE app_files (
    tenant_id  UUID NOT NULL,
    hash       TEXT NOT NULL,
    size       BIGINT NOT NULL,
    bytes      BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, hash)
);

-- Which version of which app is in which team, and what its owner consented to.
CREATE TABLE app_installations (
    tenant_id    UUID NOT NULL,
    team_id      UUID NOT NULL,
    app_id       UUID NOT NULL,
    number       BIGINT NOT NULL,
    asks         JSONB NOT NULL,
    installed_by UUID,
    installed_at TIMESTAMPTZ NOT NULL,
    consented_by UUID,
    consented_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, team_id, app_id)
);

CREATE INDEX app_installations_by_app ON app_installations (tenant_id, app_id, team_id);

-- Setup policies: which apps people have without asking, and which of them are pinned in which order.
CREATE TABLE setup_policies (
    tenant_id   UUID NOT NULL,
    id          UUID NOT NULL,
    name        TEXT NOT NULL,
    name_key    TEXT NOT NULL,
    description TEXT NOT NULL,
    everyone    BOOLEAN NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    updated_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX setup_policies_by_name ON setup_policies (tenant_id, name_key);

CREATE TABLE setup_policy_apps (
    tenant_id UUID NOT NULL,
    policy_id UUID NOT NULL,
    position  BIGINT NOT NULL,
    app_id    UUID NOT NULL,
    pinned    BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, policy_id, position)
);

CREATE INDEX setup_policy_apps_by_app ON setup_policy_apps (tenant_id, app_id);

-- A lower rank wins for who is in several groups.
CREATE TABLE setup_policy_groups (
    tenant_id UUID NOT NULL,
    group_id  UUID NOT NULL,
    policy_id UUID NOT NULL,
    rank      BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, group_id)
);

CREATE INDEX setup_policy_groups_by_policy ON setup_policy_groups (tenant_id, policy_id, rank);
