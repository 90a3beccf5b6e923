-- Mailboxes elsewhere that sellers read through the hub: where each is, who signs in, and which folders are shown. What
-- is signed in with is sealed; a mailbox of the directory has nothing here, its sign-in is the person's own.
CREATE TABLE mailbox_sources (
    tenant_id  UUID NOT NULL,
    id         UUID NOT NULL,
    user_id    UUID NOT NULL,
    kind       TEXT NOT NULL,
    name       TEXT NOT NULL,
    host       TEXT NOT NULL,
    port       BIGINT NOT NULL,
    security   TEXT NOT NULL,
    account    TEXT NOT NULL,
    sign_in    TEXT NOT NULL,
    sealed     BYTEA,
    folders    JSONB NOT NULL,
    problem    TEXT NOT NULL,
    changes    BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX mailbox_sources_by_person ON mailbox_sources (tenant_id, user_id, kind, host, account);
