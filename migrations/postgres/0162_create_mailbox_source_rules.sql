-- Which kinds of mailboxes elsewhere administrators of sales let sellers connect.
CREATE TABLE mailbox_source_rules (
    tenant_id  UUID NOT NULL,
    imap       BOOLEAN NOT NULL,
    graph      BOOLEAN NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id)
);
