-- Which kinds of mailboxes elsewhere administrators of sales let sellers connect.
CREATE TABLE mailbox_source_rules (
    tenant_id  BLOB NOT NULL,
    imap       INTEGER NOT NULL,
    graph      INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id)
) STRICT, WITHOUT ROWID;
