-- What a tenant decided of its language features, and the key of its endpoint.
CREATE TABLE language_settings (
    tenant_id    UUID NOT NULL,
    id           UUID NOT NULL,
    features     JSONB NOT NULL,
    endpoint     TEXT,
    model        TEXT NOT NULL,
    location     TEXT NOT NULL,
    redact       JSONB NOT NULL,
    daily_tokens BIGINT NOT NULL,
    timeout_ms   BIGINT NOT NULL,
    sealed       BYTEA,
    consented_at TIMESTAMPTZ,
    consented_by UUID,
    changes      BIGINT NOT NULL,
    updated_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id)
);
