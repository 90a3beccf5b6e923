-- When each surface last loaded an action in a form that could be used.
CREATE TABLE action_loads (
    tenant_id UUID NOT NULL,
    action_id UUID NOT NULL,
    surface   TEXT NOT NULL,
    at        TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, action_id, surface)
);
