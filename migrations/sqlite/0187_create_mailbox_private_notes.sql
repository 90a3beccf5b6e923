-- What a person writes down about a record of a CRM for nobody but themselves; no CRM gets it.
CREATE TABLE mailbox_private_notes (
    tenant_id    BLOB NOT NULL,
    user_id      BLOB NOT NULL,
    system_id    BLOB NOT NULL,
    record_table TEXT NOT NULL,
    record_id    TEXT NOT NULL,
    note         TEXT NOT NULL,
    written_at   INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, user_id, system_id, record_table, record_id)
) STRICT, WITHOUT ROWID;
