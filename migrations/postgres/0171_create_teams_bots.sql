-- The bot through which Microsoft Teams asks a tenant's message extension, as somebody registered it there.
CREATE TABLE teams_bots (
    tenant_id      UUID NOT NULL,
    application_id TEXT NOT NULL,
    directory_id   TEXT,
    issuer         TEXT NOT NULL,
    metadata_url   TEXT NOT NULL,
    changed_by     UUID,
    changed_at     TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id)
);
