-- Which mails of a person belong to one conversation: by their own identifiers and those of the mails that they answer.
ALTER TABLE mailbox_mails ADD COLUMN thread_id UUID;

CREATE INDEX mailbox_mails_by_thread ON mailbox_mails (tenant_id, user_id, thread_id);

CREATE TABLE mailbox_thread_keys (
    tenant_id   UUID NOT NULL,
    user_id     UUID NOT NULL,
    message_key TEXT NOT NULL,
    thread_id   UUID NOT NULL,
    PRIMARY KEY (tenant_id, user_id, message_key)
);

CREATE INDEX mailbox_thread_keys_by_thread ON mailbox_thread_keys (tenant_id, thread_id);
