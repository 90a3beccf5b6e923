-- What became of a mail in the CRM of whoever keeps it. A row that is not done yet says that somebody is at it.
CREATE TABLE mailbox_saves (
    tenant_id    UUID NOT NULL,
    mail_id      UUID NOT NULL,
    user_id      UUID NOT NULL,
    done         BOOLEAN NOT NULL,
    record_table TEXT NOT NULL,
    record_id    TEXT NOT NULL,
    about_table  TEXT NOT NULL,
    about_id     TEXT NOT NULL,
    about_name   TEXT NOT NULL,
    attachments  BIGINT NOT NULL,
    left_out     BIGINT NOT NULL,
    saved_at     TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, mail_id)
);

-- Which of several contacts with one address a person means.
CREATE TABLE mailbox_choices (
    tenant_id    UUID NOT NULL,
    user_id      UUID NOT NULL,
    address      TEXT NOT NULL,
    record_table TEXT NOT NULL,
    record_id    TEXT NOT NULL,
    chosen_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, user_id, address)
);
