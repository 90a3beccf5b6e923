-- Messages that were deleted a moment ago: whoever deleted them can bring them back until their texts and cards are erased.
CREATE TABLE message_graves (
    tenant_id  BLOB NOT NULL,
    message_id BLOB NOT NULL,
    deleted_by BLOB,
    deleted_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, message_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX message_graves_by_age ON message_graves (tenant_id, deleted_at, message_id);
