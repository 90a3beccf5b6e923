-- How long kinds of data stay, where an administrator said so.
CREATE TABLE privacy_periods (
    tenant_id  BLOB NOT NULL,
    name       TEXT NOT NULL,
    days       INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, name)
) STRICT, WITHOUT ROWID;

-- Exports and removals of people's data; the file is the digest of an archive.
CREATE TABLE privacy_jobs (
    tenant_id  BLOB NOT NULL,
    id         BLOB NOT NULL,
    kind       TEXT NOT NULL,
    person_id  BLOB NOT NULL,
    asked_by   BLOB NOT NULL,
    state      TEXT NOT NULL,
    counts     TEXT NOT NULL,
    file       BLOB,
    size       INTEGER NOT NULL,
    tries      INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    ended_at   INTEGER,
    ends_at    INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX privacy_jobs_by_person ON privacy_jobs (tenant_id, person_id, created_at);
