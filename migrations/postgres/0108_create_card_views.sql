-- Why a card's sender was asked: somebody pressed a button, wanted the card anew, or looked at it; and which version of
-- the card that was.
ALTER TABLE card_action_runs ADD COLUMN cause TEXT NOT NULL DEFAULT 'press';
ALTER TABLE card_action_runs ADD COLUMN seen_version BIGINT;

-- Cards as their senders made them for one reader: kept for a day, since they are asked for again.
CREATE TABLE card_views (
    tenant_id  UUID NOT NULL,
    message_id UUID NOT NULL,
    user_id    UUID NOT NULL,
    run_id     UUID NOT NULL,
    version    BIGINT NOT NULL,
    card       TEXT NOT NULL,
    made_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, user_id, message_id)
);

CREATE INDEX card_views_by_time ON card_views (tenant_id, made_at);
