-- What happened to each link: who, when, what.
CREATE TABLE link_history (
    tenant_id UUID NOT NULL,
    link_id   UUID NOT NULL,
    position  BIGINT NOT NULL,
    at        TIMESTAMPTZ NOT NULL,
    actor     TEXT NOT NULL,
    event     TEXT NOT NULL,
    detail    JSONB NOT NULL,
    PRIMARY KEY (tenant_id, link_id, position)
);
