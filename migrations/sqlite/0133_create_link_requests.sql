-- Somebody in a channel asks the owner of a record for access to it.
CREATE TABLE link_requests (
    tenant_id   BLOB NOT NULL,
    id          BLOB NOT NULL,
    link_id     BLOB NOT NULL,
    user_id     BLOB NOT NULL,
    message     TEXT NOT NULL,
    state       TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    answered_by BLOB,
    answered_at INTEGER,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- One question of one person at a time.
CREATE UNIQUE INDEX link_requests_once ON link_requests (tenant_id, link_id, user_id) WHERE state = 'asked';
