-- What a meeting became in a CRM: the record it is connected to, tasks, notes. A row that is not done yet says that
-- somebody is at it, so that nothing is made twice. Names of records are not kept: the CRM shows them to whom it will.
CREATE TABLE meeting_records (
    tenant_id    BLOB NOT NULL,
    meeting_id   BLOB NOT NULL,
    system_id    BLOB NOT NULL,
    record_table TEXT NOT NULL,
    record_id    TEXT NOT NULL,
    connected_by BLOB,
    connected_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, meeting_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX meeting_records_by_record ON meeting_records (tenant_id, record_table, record_id);

CREATE TABLE meeting_made (
    tenant_id    BLOB NOT NULL,
    meeting_id   BLOB NOT NULL,
    what         TEXT NOT NULL,
    done         INTEGER NOT NULL,
    system_id    BLOB NOT NULL,
    record_table TEXT NOT NULL,
    record_id    TEXT NOT NULL,
    made_by      BLOB,
    made_at      INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, meeting_id, what)
) STRICT, WITHOUT ROWID;

-- Where a recap was posted.
CREATE TABLE meeting_posts (
    tenant_id  BLOB NOT NULL,
    meeting_id BLOB NOT NULL,
    link_id    BLOB NOT NULL,
    message    TEXT NOT NULL,
    posted_by  BLOB,
    posted_at  INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, meeting_id, link_id)
) STRICT, WITHOUT ROWID;
