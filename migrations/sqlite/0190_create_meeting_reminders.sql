-- What administrators of sales set of messages before meetings: minutes before (none for 0), and the hour of the day's
-- list.
ALTER TABLE meeting_rules ADD COLUMN prepare_minutes INTEGER NOT NULL DEFAULT 60;
ALTER TABLE meeting_rules ADD COLUMN digests INTEGER NOT NULL DEFAULT 1;
ALTER TABLE meeting_rules ADD COLUMN digest_hour INTEGER NOT NULL DEFAULT 7;

-- What a person decided of them: whether they come, and between which minutes of the day nothing does.
CREATE TABLE meeting_reminders (
    tenant_id  BLOB NOT NULL,
    user_id    BLOB NOT NULL,
    cards      INTEGER NOT NULL,
    digest     INTEGER NOT NULL,
    quiet_from INTEGER NOT NULL,
    quiet_to   INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
) STRICT, WITHOUT ROWID;

-- What is sent to whom, so that it is sent once: the letter keeps its name until it is on its way.
CREATE TABLE meeting_reminded (
    tenant_id  BLOB NOT NULL,
    user_id    BLOB NOT NULL,
    what       TEXT NOT NULL,
    meeting_id BLOB,
    letter_id  BLOB NOT NULL,
    done       INTEGER NOT NULL,
    sent_at    INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, user_id, what)
) STRICT, WITHOUT ROWID;

CREATE INDEX meeting_reminded_by_time ON meeting_reminded (tenant_id, sent_at);
