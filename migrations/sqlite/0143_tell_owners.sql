-- Who is to learn of a question for access, once: an entry of their own, and a mail where mail is set up.
ALTER TABLE link_requests ADD COLUMN told_at INTEGER;

CREATE INDEX link_requests_untold ON link_requests (tenant_id, id) WHERE told_at IS NULL AND state = 'asked';

CREATE TABLE linking_asked (
    tenant_id  BLOB NOT NULL,
    user_id    BLOB NOT NULL,
    request_id BLOB NOT NULL,
    link_id    BLOB NOT NULL,
    asked_at   INTEGER NOT NULL,
    mail_id    BLOB NOT NULL,
    mailed_at  INTEGER,
    PRIMARY KEY (tenant_id, user_id, request_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX linking_asked_mail ON linking_asked (tenant_id, mail_id) WHERE mailed_at IS NULL;
