-- Messages that were deleted a moment ago: whoever deleted them can bring them back until their texts and cards are erased.
CREATE TABLE message_graves (
    tenant_id  UUID NOT NULL,
    message_id UUID NOT NULL,
    deleted_by UUID,
    deleted_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, message_id)
);

CREATE INDEX message_graves_by_age ON message_graves (tenant_id, deleted_at, message_id);
