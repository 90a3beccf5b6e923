-- Messages and replies, in the order of their channel. One dense stream of positions a channel counts
-- everything that happens to it: `position` is where a message came in, `changed` its latest change.
-- A webhook's message refers to the event that holds its body.
CREATE TABLE messages (
    tenant_id      UUID NOT NULL,
    channel_id     UUID NOT NULL,
    position       BIGINT NOT NULL,
    id             UUID NOT NULL,
    created_at     TIMESTAMPTZ NOT NULL,
    author_id      UUID,
    webhook_id     UUID,
    event_stream   UUID,
    event_position BIGINT,
    parent_id      UUID,
    text           TEXT,
    changed        BIGINT,
    edited_at      TIMESTAMPTZ,
    deleted_at     TIMESTAMPTZ,
    replies        BIGINT NOT NULL,
    replied_at     TIMESTAMPTZ,
    PRIMARY KEY (tenant_id, channel_id, position)
);

CREATE UNIQUE INDEX messages_by_id ON messages (tenant_id, id);
CREATE INDEX messages_by_change ON messages (tenant_id, channel_id, changed) WHERE changed IS NOT NULL;
CREATE INDEX messages_by_parent ON messages (tenant_id, parent_id, position) WHERE parent_id IS NOT NULL;

-- How far each person has read each channel.
CREATE TABLE read_markers (
    tenant_id  UUID NOT NULL,
    user_id    UUID NOT NULL,
    channel_id UUID NOT NULL,
    position   BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, channel_id)
);

-- Who was mentioned where, in the order of each person's activity.
CREATE TABLE mentions (
    tenant_id  UUID NOT NULL,
    user_id    UUID NOT NULL,
    position   BIGINT NOT NULL,
    channel_id UUID NOT NULL,
    message_id UUID NOT NULL,
    at         TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, user_id, position)
);

CREATE UNIQUE INDEX mentions_by_message ON mentions (tenant_id, message_id, user_id);
