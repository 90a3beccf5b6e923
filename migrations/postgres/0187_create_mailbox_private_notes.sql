-- What a person writes down about a record of a CRM for nobody but themselves; no CRM gets it.
CREATE TABLE mailbox_private_notes (
    tenant_id    UUID NOT NULL,
    user_id      UUID NOT NULL,
    system_id    UUID NOT NULL,
    record_table TEXT NOT NULL,
    record_id    TEXT NOT NULL,
    note         TEXT NOT NULL,
    written_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, user_id, system_id, record_table, record_id)
);
