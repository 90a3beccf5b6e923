-- Tabs of channels: pages that stand beside the conversation. What a tab shows is named once in a channel.
CREATE TABLE tabs (
    tenant_id  UUID NOT NULL,
    id         UUID NOT NULL,
    channel_id UUID NOT NULL,
    name       TEXT NOT NULL,
    entity     TEXT NOT NULL,
    content    TEXT NOT NULL,
    website    TEXT,
    place      BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    created_by UUID,
    PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX tabs_by_entity ON tabs (tenant_id, channel_id, entity);
