-- What administrators of sales set for mails of the tenant.
CREATE TABLE mailbox_rules (
    tenant_id        BLOB NOT NULL,
    internal_domains TEXT NOT NULL,
    contact_fields   TEXT NOT NULL,
    save_mails       INTEGER NOT NULL,
    save_attachments INTEGER NOT NULL,
    changes          INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    PRIMARY KEY (tenant_id)
) STRICT, WITHOUT ROWID;
