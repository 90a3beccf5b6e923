-- Tenant-wide roles that everybody in a group has.
CREATE TABLE group_roles (
    tenant_id   BLOB NOT NULL,
    group_id    BLOB NOT NULL,
    role        TEXT NOT NULL,
    assigned_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, group_id, role)
) STRICT, WITHOUT ROWID;

CREATE INDEX group_roles_by_role ON group_roles (tenant_id, role, group_id);
