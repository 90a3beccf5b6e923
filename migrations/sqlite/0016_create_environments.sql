-- Containers of tables, connectors and policies. Every tenant has a default one, which carries its identifier.
CREATE TABLE environments (
    tenant_id   BLOB NOT NULL,
    id          BLOB NOT NULL,
    name        TEXT NOT NULL,
    name_fold   TEXT NOT NULL,
    kind        TEXT NOT NULL,
    crm_enabled INTEGER NOT NULL,
    created_by  BLOB,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX environments_by_name ON environments (tenant_id, name_fold);

INSERT INTO environments (tenant_id, id, name, name_fold, kind, crm_enabled, created_by, created_at)
SELECT tenant_id, tenant_id, 'Default', 'default', 'default', FALSE, NULL, created_at FROM tenants;
