-- The keys that the hub's own tokens are signed with, sealed, and what is published of them. A key signs
-- from starts_at until a newer one does, and is published until ends_at.
CREATE TABLE signing_keys (
    tenant_id  BLOB NOT NULL,
    id         BLOB NOT NULL,
    sealed     BLOB NOT NULL,
    modulus    TEXT NOT NULL,
    exponent   TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    starts_at  INTEGER NOT NULL,
    ends_at    INTEGER,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
