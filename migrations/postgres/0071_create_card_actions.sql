-- What a card became after it was posted: the version of it that is shown (an event of the topic
-- `card.updated`, stream of the message), and what the last button said.
ALTER TABLE messages ADD COLUMN card_version BIGINT;
ALTER TABLE messages ADD COLUMN action_status JSONB;

-- Buttons of cards that somebody pressed: request and answer, secrets masked, both bounded.
CREATE TABLE card_action_runs (
    tenant_id   UUID NOT NULL,
    id          UUID NOT NULL,
    webhook_id  UUID NOT NULL,
    channel_id  UUID NOT NULL,
    message_id  UUID NOT NULL,
    entry       BIGINT NOT NULL,
    user_id     UUID NOT NULL,
    action      TEXT NOT NULL,
    kind        TEXT NOT NULL,
    title       TEXT NOT NULL,
    started_at  TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    outcome     TEXT NOT NULL,
    code        TEXT,
    http_status BIGINT,
    said        TEXT,
    request     JSONB NOT NULL,
    answer      JSONB,
    version     BIGINT,
    PRIMARY KEY (tenant_id, id)
);

CREATE INDEX card_action_runs_by_entry ON card_action_runs (tenant_id, webhook_id, entry, id);
CREATE INDEX card_action_runs_by_user ON card_action_runs (tenant_id, user_id, started_at);
CREATE INDEX card_action_runs_by_time ON card_action_runs (tenant_id, started_at);
