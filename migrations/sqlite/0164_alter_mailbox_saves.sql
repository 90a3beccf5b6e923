-- Whether the activity was in the CRM before, so that it is not the hub's to take back; and whether its text was cut.
ALTER TABLE mailbox_saves ADD COLUMN found INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mailbox_saves ADD COLUMN shortened INTEGER NOT NULL DEFAULT 0;
