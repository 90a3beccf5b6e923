-- What a card became after it was posted: the version of it that is shown (an event of the topic
-- `card.updated`, stream of the message), and what the last button said.
ALTER TABLE messages ADD COLUMN card_version INTEGER;
ALTER TABLE messages ADD COLUMN action_status TEXT;

-- Buttons of cards that somebody pressed: request and answer, secrets masked, both bounded.
CREATE TABLE card_action_runs (
    tenant_id   BLOB NOT NULL,
    id          BLOB NOT NULL,
    webhook_id  BLOB NOT NULL,
    channel_id  BLOB NOT NULL,
    message_id  BLOB NOT NULL,
    entry       INTEGER NOT NULL,
    user_id     BLOB NOT NULL,
    action      TEXT NOT NULL,
    kind        TEXT NOT NULL,
    title       TEXT NOT NULL,
    started_at  INTEGER NOT NULL,
    finished_at INTEGER,
    outcome     TEXT NOT NULL,
    code        TEXT,
    http_status INTEGER,
    said        TEXT,
    request     TEXT NOT NULL,
    answer      TEXT,
    version     INTEGER,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX card_action_runs_by_entry ON card_action_runs (tenant_id, webhook_id, entry, id);
CREATE INDEX card_action_runs_by_user ON card_action_runs (tenant_id, user_id, started_at);
CREATE INDEX card_action_runs_by_time ON card_action_runs (tenant_id, started_at);
