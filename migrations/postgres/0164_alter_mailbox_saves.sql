-- Whether the activity was in the CRM before, so that it is not the hub's to take back; and whether its text was cut.
ALTER TABLE mailbox_saves ADD COLUMN found BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE mailbox_saves ADD COLUMN shortened BOOLEAN NOT NULL DEFAULT FALSE;
