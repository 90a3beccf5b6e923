-- What happened to each link: who, when, what.
CREATE TABLE link_history (
    tenant_id BLOB NOT NULL,
    link_id   BLOB NOT NULL,
    position  INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    actor     TEXT NOT NULL,
    event     TEXT NOT NULL,
    detail    TEXT NOT NULL,
    PRIMARY KEY (tenant_id, link_id, position)
) STRICT, WITHOUT ROWID;
