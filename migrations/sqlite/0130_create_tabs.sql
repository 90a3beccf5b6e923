-- Tabs of channels: pages that stand beside the conversation. What a tab shows is named once in a channel.
CREATE TABLE tabs (
    tenant_id  BLOB NOT NULL,
    id         BLOB NOT NULL,
    channel_id BLOB NOT NULL,
    name       TEXT NOT NULL,
    entity     TEXT NOT NULL,
    content    TEXT NOT NULL,
    website    TEXT,
    place      INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by BLOB,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX tabs_by_entity ON tabs (tenant_id, channel_id, entity);
