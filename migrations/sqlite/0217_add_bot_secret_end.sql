-- When the secret of a bot ends, as whoever typed it said: no interface tells it.
ALTER TABLE teams_bot_secrets ADD COLUMN expires_at INTEGER;
