-- What a meeting became in a CRM: the record it is connected to, tasks, notes. A row that is not done yet says that
-- somebody is at it, so that nothing is made twice. Names of records are not kept: the CRM shows them to whom it will.
CREATE TABLE meeting_records (
    tenant_id    UUID NOT NULL,
    meeting_id   UUID NOT NULL,
    system_id    UUID NOT NULL,
    record_table TEXT NOT NULL,
    record_id    TEXT NOT NULL,
    connected_by UUID,
    connected_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, meeting_id)
);

CREATE INDEX meeting_records_by_record ON meeting_records (tenant_id, record_table, record_id);

CREATE TABLE meeting_made (
    tenant_id    UUID NOT NULL,
    meeting_id   UUID NOT NULL,
    what         TEXT NOT NULL,
    done         BOOLEAN NOT NULL,
    system_id    UUID NOT NULL,
    record_table TEXT NOT NULL,
    record_id    TEXT NOT NULL,
    made_by      UUID,
    made_at      TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, meeting_id, what)
);

-- Where a recap was posted.
CREATE TABLE meeting_posts (
    tenant_id  UUID NOT NULL,
    meeting_id UUID NOT NULL,
    link_id    UUID NOT NULL,
    message    TEXT NOT NULL,
    posted_by  UUID,
    posted_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, meeting_id, link_id)
);
