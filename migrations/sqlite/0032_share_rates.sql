-- What all nodes together took of each window of a webhook's limit: the latest window of that length,
-- numbered from the epoch, and its posts.
CREATE TABLE webhook_windows (
    tenant_id  BLOB NOT NULL,
    webhook_id BLOB NOT NULL,
    seconds    INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    posts      INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, webhook_id, seconds)
) STRICT, WITHOUT ROWID;
