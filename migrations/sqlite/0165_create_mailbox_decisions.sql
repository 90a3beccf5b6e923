-- What a seller decided about what a thread of mails suggested for a field of a record: accepted, and then what was
-- written, or rejected, and then it is suggested no more in this thread.
CREATE TABLE mailbox_decisions (
    tenant_id  BLOB NOT NULL,
    user_id    BLOB NOT NULL,
    thread     TEXT NOT NULL,
    record_id  TEXT NOT NULL,
    field      TEXT NOT NULL,
    suggested  TEXT NOT NULL,
    written    TEXT NOT NULL,
    accepted   INTEGER NOT NULL,
    decided_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, user_id, thread, record_id, field, suggested)
) STRICT, WITHOUT ROWID;

CREATE INDEX mailbox_decisions_by_age ON mailbox_decisions (tenant_id, decided_at);

-- The note in the CRM that holds the summary of a mail.
CREATE TABLE mailbox_notes (
    tenant_id BLOB NOT NULL,
    user_id   BLOB NOT NULL,
    mail_id   BLOB NOT NULL,
    record_id TEXT NOT NULL,
    made_at   INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, user_id, mail_id)
) STRICT, WITHOUT ROWID;

-- What a person keeps to ask for in drafts.
CREATE TABLE mailbox_prompts (
    tenant_id BLOB NOT NULL,
    user_id   BLOB NOT NULL,
    id        BLOB NOT NULL,
    wish      TEXT NOT NULL,
    made_at   INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, user_id, id)
) STRICT, WITHOUT ROWID;
