-- What became of a mail in the CRM of whoever keeps it. A row that is not done yet says that somebody is at it.
CREATE TABLE mailbox_saves (
    tenant_id    BLOB NOT NULL,
    mail_id      BLOB NOT NULL,
    user_id      BLOB NOT NULL,
    done         INTEGER NOT NULL,
    record_table TEXT NOT NULL,
    record_id    TEXT NOT NULL,
    about_table  TEXT NOT NULL,
    about_id     TEXT NOT NULL,
    about_name   TEXT NOT NULL,
    attachments  INTEGER NOT NULL,
    left_out     INTEGER NOT NULL,
    saved_at     INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, mail_id)
) STRICT, WITHOUT ROWID;

-- Which of several contacts with one address a person means.
CREATE TABLE mailbox_choices (
    tenant_id    BLOB NOT NULL,
    user_id      BLOB NOT NULL,
    address      TEXT NOT NULL,
    record_table TEXT NOT NULL,
    record_id    TEXT NOT NULL,
    chosen_at    INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, user_id, address)
) STRICT, WITHOUT ROWID;
