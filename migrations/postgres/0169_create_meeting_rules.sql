-- What administrators of sales set for meetings of the tenant.
CREATE TABLE meeting_rules (
    tenant_id   UUID NOT NULL,
    competitors TEXT NOT NULL,
    products    TEXT NOT NULL,
    keywords    TEXT NOT NULL,
    fetches     BOOLEAN NOT NULL,
    keep_days   BIGINT NOT NULL,
    changes     BIGINT NOT NULL,
    updated_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id)
);
