-- What administrators of sales set of messages before meetings: minutes before (none for 0), and the hour of the day's
-- list.
ALTER TABLE meeting_rules ADD COLUMN prepare_minutes BIGINT NOT NULL DEFAULT 60;
ALTER TABLE meeting_rules ADD COLUMN digests BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE meeting_rules ADD COLUMN digest_hour BIGINT NOT NULL DEFAULT 7;

-- What a person decided of them: whether they come, and between which minutes of the day nothing does.
CREATE TABLE meeting_reminders (
    tenant_id  UUID NOT NULL,
    user_id    UUID NOT NULL,
    cards      BOOLEAN NOT NULL,
    digest     BOOLEAN NOT NULL,
    quiet_from BIGINT NOT NULL,
    quiet_to   BIGINT NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
);

-- What is sent to whom, so that it is sent once: the letter keeps its name until it is on its way.
CREATE TABLE meeting_reminded (
    tenant_id  UUID NOT NULL,
    user_id    UUID NOT NULL,
    what       TEXT NOT NULL,
    meeting_id UUID,
    letter_id  UUID NOT NULL,
    done       BOOLEAN NOT NULL,
    sent_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, user_id, what)
);

CREATE INDEX meeting_reminded_by_time ON meeting_reminded (tenant_id, sent_at);
