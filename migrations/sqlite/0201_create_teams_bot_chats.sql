-- What the bot of a tenant proves itself with when it speaks by itself; a secret of the registration, or a key.
CREATE TABLE teams_bot_secrets (
    tenant_id BLOB NOT NULL,
    id        BLOB NOT NULL,
    login_url TEXT NOT NULL,
    sealed    BLOB NOT NULL,
    set_by    BLOB,
    set_at    INTEGER NOT NULL,
    PRIMARY KEY (tenant_id)
) STRICT, WITHOUT ROWID;

-- Where the bot speaks with a person: as a proven activity of theirs said, who they are there, and nothing of what was said.
CREATE TABLE teams_bot_chats (
    tenant_id       BLOB NOT NULL,
    user_id         BLOB NOT NULL,
    application_id  TEXT NOT NULL,
    directory_id    TEXT NOT NULL,
    object_id       TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    service_url     TEXT NOT NULL,
    began_at        INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
) STRICT, WITHOUT ROWID;

-- Activities that were taken, so that each is answered once; a hash of where each came from and what it was called.
CREATE TABLE teams_bot_activities (
    tenant_id    BLOB NOT NULL,
    activity_key TEXT NOT NULL,
    came_at      INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, activity_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX teams_bot_activities_by_time ON teams_bot_activities (tenant_id, came_at);
