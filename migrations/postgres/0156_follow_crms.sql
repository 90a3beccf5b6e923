-- How far the changes of a table of a CRM elsewhere were followed, with the sign-in of whom; without a place it is still
-- being read up to now, or the CRM tells nothing of the table.
CREATE TABLE linking_crm_feeds (
    tenant_id  UUID NOT NULL,
    system_id  UUID NOT NULL,
    table_name TEXT NOT NULL,
    user_id    UUID NOT NULL,
    place      TEXT,
    follows    BIGINT NOT NULL,
    due_at     TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, system_id, table_name, user_id)
);

CREATE INDEX linking_crm_feeds_due ON linking_crm_feeds (tenant_id, due_at);
