-- The mark that a saved mail got in the seller's own mailbox, and on how many mails there it was put.
ALTER TABLE mailbox_saves ADD COLUMN mark TEXT NOT NULL DEFAULT '';
ALTER TABLE mailbox_saves ADD COLUMN marked BIGINT NOT NULL DEFAULT 0;
