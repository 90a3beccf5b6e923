-- What a removed webhook goes back to when its removal is taken back.
ALTER TABLE incoming_webhooks ADD COLUMN removed_from TEXT;
