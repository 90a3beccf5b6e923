-- What administrators of sales set for meetings of the tenant.
CREATE TABLE meeting_rules (
    tenant_id   BLOB NOT NULL,
    competitors TEXT NOT NULL,
    products    TEXT NOT NULL,
    keywords    TEXT NOT NULL,
    fetches     INTEGER NOT NULL,
    keep_days   INTEGER NOT NULL,
    changes     INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    PRIMARY KEY (tenant_id)
) STRICT, WITHOUT ROWID;
