-- Records that a person used in Teams lately: where they are, nothing of what is in them.
CREATE TABLE teams_recent (
    tenant_id  UUID NOT NULL,
    user_id    UUID NOT NULL,
    system_id  UUID NOT NULL,
    table_name TEXT NOT NULL,
    record_id  TEXT NOT NULL,
    used_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, user_id, system_id, table_name, record_id)
);
