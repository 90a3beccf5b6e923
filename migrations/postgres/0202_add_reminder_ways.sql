-- Where reminders come: in the chat with the bot where there is one, by mail, or both; and whether the bot has said one.
ALTER TABLE meeting_reminders ADD COLUMN way TEXT NOT NULL DEFAULT 'teams';
ALTER TABLE meeting_reminded ADD COLUMN told BOOLEAN NOT NULL DEFAULT FALSE;
