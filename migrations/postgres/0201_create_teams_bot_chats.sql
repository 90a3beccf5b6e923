-- What the bot of a tenant proves itself with when it speaks by itself; a secret of the registration, or a key.
CREATE TABLE teams_bot_secrets (
    tenant_id UUID NOT NULL,
    id        UUID NOT NULL,
    login_url TEXT NOT NULL,
    sealed    BYTEA NOT NULL,
    set_by    UUID,
    set_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id)
);

-- Where the bot speaks with a person: as a proven activity of theirs said, who they are there, and nothing of what was said.
CREATE TABLE teams_bot_chats (
    tenant_id       UUID NOT NULL,
    user_id         UUID NOT NULL,
    application_id  TEXT NOT NULL,
    directory_id    TEXT NOT NULL,
    object_id       TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    service_url     TEXT NOT NULL,
    began_at        TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
);

-- Activities that were taken, so that each is answered once; a hash of where each came from and what it was called.
CREATE TABLE teams_bot_activities (
    tenant_id    UUID NOT NULL,
    activity_key TEXT NOT NULL,
    came_at      TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, activity_key)
);
CREATE INDEX teams_bot_activities_by_time ON teams_bot_activities (tenant_id, came_at);
