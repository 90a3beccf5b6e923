-- Teams. `name_key` is the name as compared: case-blind and composed.
CREATE TABLE teams (
    tenant_id   BLOB NOT NULL,
    id          BLOB NOT NULL,
    name        TEXT NOT NULL,
    name_key    TEXT NOT NULL,
    description TEXT NOT NULL,
    visibility  TEXT NOT NULL,
    mail_name   TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    archived_at INTEGER,
    deleted_at  INTEGER,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX teams_by_name ON teams (tenant_id, name_key) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX teams_by_mail_name ON teams (tenant_id, mail_name);
CREATE INDEX teams_by_deletion ON teams (tenant_id, deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE team_members (
    tenant_id BLOB NOT NULL,
    team_id   BLOB NOT NULL,
    user_id   BLOB NOT NULL,
    role      TEXT NOT NULL,
    joined_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, team_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX team_members_by_user ON team_members (tenant_id, user_id, team_id);

CREATE TABLE channels (
    tenant_id   BLOB NOT NULL,
    id          BLOB NOT NULL,
    team_id     BLOB NOT NULL,
    name        TEXT NOT NULL,
    name_key    TEXT NOT NULL,
    description TEXT NOT NULL,
    kind        TEXT NOT NULL,
    general     INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    archived_at INTEGER,
    deleted_at  INTEGER,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX channels_by_name ON channels (tenant_id, team_id, name_key) WHERE deleted_at IS NULL;
CREATE INDEX channels_by_deletion ON channels (tenant_id, deleted_at) WHERE deleted_at IS NOT NULL;

-- Members of private channels; standard ones have their team's.
CREATE TABLE channel_members (
    tenant_id  BLOB NOT NULL,
    channel_id BLOB NOT NULL,
    user_id    BLOB NOT NULL,
    role       TEXT NOT NULL,
    joined_at  INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, channel_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX channel_members_by_user ON channel_members (tenant_id, user_id, channel_id);
