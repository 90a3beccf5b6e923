-- Why a card's sender was asked: somebody pressed a button, wanted the card anew, or looked at it; and which version of
-- the card that was.
ALTER TABLE card_action_runs ADD COLUMN cause TEXT NOT NULL DEFAULT 'press';
ALTER TABLE card_action_runs ADD COLUMN seen_version INTEGER;

-- Cards as their senders made them for one reader: kept for a day, since they are asked for again.
CREATE TABLE card_views (
    tenant_id  BLOB NOT NULL,
    message_id BLOB NOT NULL,
    user_id    BLOB NOT NULL,
    run_id     BLOB NOT NULL,
    version    INTEGER NOT NULL,
    card       TEXT NOT NULL,
    made_at    INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, user_id, message_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX card_views_by_time ON card_views (tenant_id, made_at);
