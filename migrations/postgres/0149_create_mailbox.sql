-- Mails that sellers keep in the hub: whose each is, what lists show of it, the words it is found by, and which file
-- holds it. The key tells a mail from others of the same person, so that none is kept twice.
CREATE TABLE mailbox_mails (
    tenant_id      UUID NOT NULL,
    id             UUID NOT NULL,
    user_id        UUID NOT NULL,
    mail_key       TEXT NOT NULL,
    subject        TEXT NOT NULL,
    sender_name    TEXT NOT NULL,
    sender_address TEXT NOT NULL,
    recipients     TEXT NOT NULL,
    preview        TEXT NOT NULL,
    words          TEXT NOT NULL,
    size           BIGINT NOT NULL,
    attachments    BIGINT NOT NULL,
    sha256         BYTEA NOT NULL,
    sent_at        TIMESTAMPTZ NOT NULL,
    kept_at        TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX mailbox_mails_by_key ON mailbox_mails (tenant_id, user_id, mail_key);

CREATE INDEX mailbox_mails_by_time ON mailbox_mails (tenant_id, user_id, sent_at, id);

CREATE INDEX mailbox_mails_by_file ON mailbox_mails (tenant_id, sha256);

CREATE INDEX mailbox_mails_by_age ON mailbox_mails (tenant_id, kept_at);
