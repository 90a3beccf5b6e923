-- What keeps the members of places in step with the access to records, and what of it was done and why.
-- A decision about an environment has the empty link.
CREATE TABLE linking_policies (
    tenant_id      BLOB NOT NULL,
    environment_id BLOB NOT NULL,
    link_id        BLOB NOT NULL,
    mode           TEXT NOT NULL,
    guests         INTEGER NOT NULL,
    others         INTEGER NOT NULL,
    set_by         BLOB,
    set_at         INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, environment_id, link_id)
) STRICT, WITHOUT ROWID;

-- Who may see the record of a link, and is therefore in its places.
CREATE TABLE linking_access (
    tenant_id BLOB NOT NULL,
    link_id   BLOB NOT NULL,
    place     TEXT NOT NULL,
    user_id   BLOB NOT NULL,
    why       TEXT NOT NULL,
    PRIMARY KEY (tenant_id, link_id, place, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX linking_access_by_place ON linking_access (tenant_id, place, user_id);

CREATE INDEX linking_access_by_user ON linking_access (tenant_id, user_id, link_id);

-- Teams of environments whose members may see the record of a link.
CREATE TABLE linking_sources (
    tenant_id BLOB NOT NULL,
    link_id   BLOB NOT NULL,
    team_id   BLOB NOT NULL,
    PRIMARY KEY (tenant_id, link_id, team_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX linking_sources_by_team ON linking_sources (tenant_id, team_id, link_id);

-- Who was added to a place here, and not by hand.
CREATE TABLE linking_members (
    tenant_id BLOB NOT NULL,
    place     TEXT NOT NULL,
    person    TEXT NOT NULL,
    user_id   BLOB NOT NULL,
    added_at  INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, place, person)
) STRICT, WITHOUT ROWID;

CREATE INDEX linking_members_by_user ON linking_members (tenant_id, user_id, place);

CREATE TABLE linking_member_changes (
    tenant_id BLOB NOT NULL,
    id        BLOB NOT NULL,
    link_id   BLOB NOT NULL,
    place     TEXT NOT NULL,
    user_id   BLOB,
    person    TEXT,
    name      TEXT NOT NULL,
    verb      TEXT NOT NULL,
    why       TEXT NOT NULL,
    problem   TEXT,
    at        INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX linking_member_changes_by_link ON linking_member_changes (tenant_id, link_id, id);

CREATE INDEX linking_member_changes_by_user ON linking_member_changes (tenant_id, user_id);

CREATE INDEX linking_member_changes_by_age ON linking_member_changes (tenant_id, at);

-- Links that are to be looked at, each once, however often it was marked.
CREATE TABLE linking_work (
    tenant_id BLOB NOT NULL,
    link_id   BLOB NOT NULL,
    mark      INTEGER NOT NULL,
    due_at    INTEGER NOT NULL,
    tries     INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, link_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX linking_work_due ON linking_work (tenant_id, due_at);

-- How far the changes of an environment were followed, of which tables, and how far the walk over its links is.
CREATE TABLE linking_follows (
    tenant_id      BLOB NOT NULL,
    environment_id BLOB NOT NULL,
    table_name     TEXT NOT NULL,
    PRIMARY KEY (tenant_id, environment_id, table_name)
) STRICT, WITHOUT ROWID;

CREATE TABLE linking_cursors (
    tenant_id      BLOB NOT NULL,
    environment_id BLOB NOT NULL,
    position       INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, environment_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE linking_walks (
    tenant_id  BLOB NOT NULL,
    holder     BLOB,
    until_at   INTEGER,
    walk_after BLOB,
    walking    INTEGER NOT NULL,
    began_at   INTEGER,
    ended_at   INTEGER,
    seen       INTEGER NOT NULL,
    PRIMARY KEY (tenant_id)
) STRICT, WITHOUT ROWID;

-- What somebody has to look at.
CREATE TABLE linking_findings (
    tenant_id      BLOB NOT NULL,
    id             BLOB NOT NULL,
    environment_id BLOB NOT NULL,
    link_id        BLOB,
    trouble        TEXT NOT NULL,
    subject        TEXT NOT NULL,
    detail         TEXT NOT NULL,
    found_at       INTEGER NOT NULL,
    mended_at      INTEGER,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX linking_findings_open ON linking_findings (tenant_id, trouble, subject) WHERE mended_at IS NULL;

CREATE INDEX linking_findings_by_environment ON linking_findings (tenant_id, environment_id, id);
