-- Messages and replies, in the order of their channel. One dense stream of positions a channel counts
-- everything that happens to it: `position` is where a message came in, `changed` its latest change.
-- A webhook's message refers to the event that holds its body.
CREATE TABLE messages (
    tenant_id      BLOB NOT NULL,
    channel_id     BLOB NOT NULL,
    position       INTEGER NOT NULL,
    id             BLOB NOT NULL,
    created_at     INTEGER NOT NULL,
    author_id      BLOB,
    webhook_id     BLOB,
    event_stream   BLOB,
    event_position INTEGER,
    parent_id      BLOB,
    text           TEXT,
    changed        INTEGER,
    edited_at      INTEGER,
    deleted_at     INTEGER,
    replies        INTEGER NOT NULL,
    replied_at     INTEGER,
    PRIMARY KEY (tenant_id, channel_id, position)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX messages_by_id ON messages (tenant_id, id);
CREATE INDEX messages_by_change ON messages (tenant_id, channel_id, changed) WHERE changed IS NOT NULL;
CREATE INDEX messages_by_parent ON messages (tenant_id, parent_id, position) WHERE parent_id IS NOT NULL;

-- How far each person has read each channel.
CREATE TABLE read_markers (
    tenant_id  BLOB NOT NULL,
    user_id    BLOB NOT NULL,
    channel_id BLOB NOT NULL,
    position   INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, user_id, channel_id)
) STRICT, WITHOUT ROWID;

-- Who was mentioned where, in the order of each person's activity.
CREATE TABLE mentions (
    tenant_id  BLOB NOT NULL,
    user_id    BLOB NOT NULL,
    position   INTEGER NOT NULL,
    channel_id BLOB NOT NULL,
    message_id BLOB NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, user_id, position)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX mentions_by_message ON mentions (tenant_id, message_id, user_id);
