-- Mail of each team's group mailbox, in and out; the raw message is in the file store.
CREATE TABLE mails (
    tenant_id     BLOB NOT NULL,
    team_id       BLOB NOT NULL,
    position      INTEGER NOT NULL,
    id            BLOB NOT NULL,
    direction     TEXT NOT NULL,
    sender        TEXT NOT NULL,
    recipients    TEXT NOT NULL,
    subject       TEXT NOT NULL,
    preview       TEXT NOT NULL,
    attachments   INTEGER NOT NULL,
    message_id    TEXT NOT NULL,
    sha256        BLOB NOT NULL,
    size          INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    created_by    BLOB,
    state         TEXT NOT NULL,
    attempts      INTEGER NOT NULL,
    due_at        INTEGER,
    failure       TEXT,
    deleted_at    INTEGER,
    PRIMARY KEY (tenant_id, team_id, position)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX mails_by_id ON mails (tenant_id, id);
CREATE INDEX mails_by_due ON mails (tenant_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX mails_by_hash ON mails (tenant_id, sha256);
CREATE INDEX mails_by_deletion ON mails (tenant_id, deleted_at) WHERE deleted_at IS NOT NULL;
