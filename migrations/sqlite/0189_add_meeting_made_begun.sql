-- When somebody began for the first time to make a task or notes in the CRM. Whoever finds a row that was left behind
-- looks there for what was made since then, before making another.
ALTER TABLE meeting_made ADD COLUMN begun_at INTEGER NOT NULL DEFAULT 0;
UPDATE meeting_made SET begun_at = made_at;
