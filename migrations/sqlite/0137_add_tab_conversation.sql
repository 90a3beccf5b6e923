-- The message that the conversation of a tab hangs from.
ALTER TABLE tabs ADD COLUMN conversation_id BLOB;
