-- Mail of each team's group mailbox, in and out; the raw message is in the file store.
CREATE TABLE mails (
    tenant_id     UUID NOT NULL,
    team_id       UUID NOT NULL,
    position      BIGINT NOT NULL,
    id            UUID NOT NULL,
    direction     TEXT NOT NULL,
    sender        TEXT NOT NULL,
    recipients    JSONB NOT NULL,
    subject       TEXT NOT NULL,
    preview       TEXT NOT NULL,
    attachments   BIGINT NOT NULL,
    message_id    TEXT NOT NULL,
    sha256        BYTEA NOT NULL,
    size          BIGINT NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL,
    created_by    UUID,
    state         TEXT NOT NULL,
    attempts      BIGINT NOT NULL,
    due_at        TIMESTAMPTZ,
    failure       TEXT,
    deleted_at    TIMESTAMPTZ,
    PRIMARY KEY (tenant_id, team_id, position)
);

CREATE UNIQUE INDEX mails_by_id ON mails (tenant_id, id);
CREATE INDEX mails_by_due ON mails (tenant_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX mails_by_hash ON mails (tenant_id, sha256);
CREATE INDEX mails_by_deletion ON mails (tenant_id, deleted_at) WHERE deleted_at IS NOT NULL;
