-- What administrators of sales set for mails of the tenant.
CREATE TABLE mailbox_rules (
    tenant_id        UUID NOT NULL,
    internal_domains TEXT NOT NULL,
    contact_fields   TEXT NOT NULL,
    save_mails       BOOLEAN NOT NULL,
    save_attachments BOOLEAN NOT NULL,
    changes          BIGINT NOT NULL,
    updated_at       TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id)
);
