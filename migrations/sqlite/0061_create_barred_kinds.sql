-- Kinds of places outside that an administrator keeps the organisation's cards from. No row: allowed.
CREATE TABLE barred_kinds (
    tenant_id BLOB NOT NULL,
    kind      TEXT NOT NULL,
    barred_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, kind)
) STRICT, WITHOUT ROWID;
