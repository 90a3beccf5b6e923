-- The bot through which Microsoft Teams asks a tenant's message extension, as somebody registered it there.
CREATE TABLE teams_bots (
    tenant_id      BLOB NOT NULL,
    application_id TEXT NOT NULL,
    directory_id   TEXT,
    issuer         TEXT NOT NULL,
    metadata_url   TEXT NOT NULL,
    changed_by     BLOB,
    changed_at     INTEGER NOT NULL,
    PRIMARY KEY (tenant_id)
) STRICT, WITHOUT ROWID;
