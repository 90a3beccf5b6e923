-- What keeps the members of places in step with the access to records, and what of it was done and why.
-- A decision about an environment has the empty link.
CREATE TABLE linking_policies (
    tenant_id      UUID NOT NULL,
    environment_id UUID NOT NULL,
    link_id        UUID NOT NULL,
    mode           TEXT NOT NULL,
    guests         BIGINT NOT NULL,
    others         BIGINT NOT NULL,
    set_by         UUID,
    set_at         TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, environment_id, link_id)
);

-- Who may see the record of a link, and is therefore in its places.
CREATE TABLE linking_access (
    tenant_id UUID NOT NULL,
    link_id   UUID NOT NULL,
    place     TEXT NOT NULL,
    user_id   UUID NOT NULL,
    why       TEXT NOT NULL,
    PRIMARY KEY (tenant_id, link_id, place, user_id)
);

CREATE INDEX linking_access_by_place ON linking_access (tenant_id, place, user_id);

CREATE INDEX linking_access_by_user ON linking_access (tenant_id, user_id, link_id);

-- Teams of environments whose members may see the record of a link.
CREATE TABLE linking_sources (
    tenant_id UUID NOT NULL,
    link_id   UUID NOT NULL,
    team_id   UUID NOT NULL,
    PRIMARY KEY (tenant_id, link_id, team_id)
);

CREATE INDEX linking_sources_by_team ON linking_sources (tenant_id, team_id, link_id);

-- Who was added to a place here, and not by hand.
CREATE TABLE linking_members (
    tenant_id UUID NOT NULL,
    place     TEXT NOT NULL,
    person    TEXT NOT NULL,
    user_id   UUID NOT NULL,
    added_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, place, person)
);

CREATE INDEX linking_members_by_user ON linking_members (tenant_id, user_id, place);

CREATE TABLE linking_member_changes (
    tenant_id UUID NOT NULL,
    id        UUID NOT NULL,
    link_id   UUID NOT NULL,
    place     TEXT NOT NULL,
    user_id   UUID,
    person    TEXT,
    name      TEXT NOT NULL,
    verb      TEXT NOT NULL,
    why       TEXT NOT NULL,
    problem   TEXT,
    at        TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE INDEX linking_member_changes_by_link ON linking_member_changes (tenant_id, link_id, id);

CREATE INDEX linking_member_changes_by_user ON linking_member_changes (tenant_id, user_id);

CREATE INDEX linking_member_changes_by_age ON linking_member_changes (tenant_id, at);

-- Links that are to be looked at, each once, however often it was marked.
CREATE TABLE linking_work (
    tenant_id UUID NOT NULL,
    link_id   UUID NOT NULL,
    mark      BIGINT NOT NULL,
    due_at    TIMESTAMPTZ NOT NULL,
    tries     BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, link_id)
);

CREATE INDEX linking_work_due ON linking_work (tenant_id, due_at);

-- How far the changes of an environment were followed, of which tables, and how far the walk over its links is.
CREATE TABLE linking_follows (
    tenant_id      UUID NOT NULL,
    environment_id UUID NOT NULL,
    table_name     TEXT NOT NULL,
    PRIMARY KEY (tenant_id, environment_id, table_name)
);

CREATE TABLE linking_cursors (
    tenant_id      UUID NOT NULL,
    environment_id UUID NOT NULL,
    position       BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, environment_id)
);

CREATE TABLE linking_walks (
    tenant_id  UUID NOT NULL,
    holder     UUID,
    until_at   TIMESTAMPTZ,
    walk_after UUID,
    walking    BIGINT NOT NULL,
    began_at   TIMESTAMPTZ,
    ended_at   TIMESTAMPTZ,
    seen       BIGINT NOT NULL,
    PRIMARY KEY (tenant_id)
);

-- What somebody has to look at.
CREATE TABLE linking_findings (
    tenant_id      UUID NOT NULL,
    id             UUID NOT NULL,
    environment_id UUID NOT NULL,
    link_id        UUID,
    trouble        TEXT NOT NULL,
    subject        TEXT NOT NULL,
    detail         TEXT NOT NULL,
    found_at       TIMESTAMPTZ NOT NULL,
    mended_at      TIMESTAMPTZ,
    PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX linking_findings_open ON linking_findings (tenant_id, trouble, subject) WHERE mended_at IS NULL;

CREATE INDEX linking_findings_by_environment ON linking_findings (tenant_id, environment_id, id);
