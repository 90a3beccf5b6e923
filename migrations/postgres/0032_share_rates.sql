-- What all nodes together took of each window of a webhook's limit: the latest window of that length,
-- numbered from the epoch, and its posts.
CREATE TABLE webhook_windows (
    tenant_id  UUID NOT NULL,
    webhook_id UUID NOT NULL,
    seconds    BIGINT NOT NULL,
    number     BIGINT NOT NULL,
    posts      BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, webhook_id, seconds)
);
