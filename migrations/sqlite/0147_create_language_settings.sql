-- What a tenant decided of its language features, and the key of its endpoint.
CREATE TABLE language_settings (
    tenant_id    BLOB NOT NULL,
    id           BLOB NOT NULL,
    features     TEXT NOT NULL,
    endpoint     TEXT,
    model        TEXT NOT NULL,
    location     TEXT NOT NULL,
    redact       TEXT NOT NULL,
    daily_tokens INTEGER NOT NULL,
    timeout_ms   INTEGER NOT NULL,
    sealed       BLOB,
    consented_at INTEGER,
    consented_by BLOB,
    changes      INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    PRIMARY KEY (tenant_id)
) STRICT, WITHOUT ROWID;
