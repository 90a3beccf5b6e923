-- Files and folders of a channel. The root of a channel's library has the channel's own identifier.
CREATE TABLE files (
    tenant_id  BLOB NOT NULL,
    id         BLOB NOT NULL,
    channel_id BLOB NOT NULL,
    folder_id  BLOB NOT NULL,
    kind       TEXT NOT NULL,
    name       TEXT NOT NULL,
    name_key   TEXT NOT NULL,
    version    INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by BLOB,
    deleted_at INTEGER,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX files_by_name ON files (tenant_id, channel_id, folder_id, name_key)
    WHERE deleted_at IS NULL;
CREATE INDEX files_by_folder ON files (tenant_id, channel_id, folder_id, kind, name_key);
CREATE INDEX files_by_deletion ON files (tenant_id, deleted_at) WHERE deleted_at IS NOT NULL;

-- What a file held; the bytes are in the file store under their SHA-256.
CREATE TABLE file_versions (
    tenant_id    BLOB NOT NULL,
    file_id      BLOB NOT NULL,
    number       INTEGER NOT NULL,
    sha256       BLOB NOT NULL,
    size         INTEGER NOT NULL,
    content_type TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    created_by   BLOB,
    PRIMARY KEY (tenant_id, file_id, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX file_versions_by_hash ON file_versions (tenant_id, sha256);
CREATE INDEX file_versions_by_age ON file_versions (tenant_id, created_at);

-- Bytes that a tenant's versions add up to.
CREATE TABLE file_usage (
    tenant_id BLOB NOT NULL,
    bytes     INTEGER NOT NULL,
    PRIMARY KEY (tenant_id)
) STRICT, WITHOUT ROWID;
