-- What administrators of sales set: a document for each CRM and page; the nil identifier stands for the tenant.
CREATE TABLE sales_settings (
    tenant_id  UUID NOT NULL,
    system_id  UUID NOT NULL,
    name       TEXT NOT NULL,
    document   JSONB NOT NULL,
    changes    BIGINT NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, system_id, name)
);
