-- When each surface last loaded an action in a form that could be used.
CREATE TABLE action_loads (
    tenant_id BLOB NOT NULL,
    action_id BLOB NOT NULL,
    surface   TEXT NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, action_id, surface)
) STRICT, WITHOUT ROWID;
