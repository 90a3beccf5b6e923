-- What administrators of sales set: a document for each CRM and page; the nil identifier stands for the tenant.
CREATE TABLE sales_settings (
    tenant_id  BLOB NOT NULL,
    system_id  BLOB NOT NULL,
    name       TEXT NOT NULL,
    document   TEXT NOT NULL,
    changes    INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, system_id, name)
) STRICT, WITHOUT ROWID;
