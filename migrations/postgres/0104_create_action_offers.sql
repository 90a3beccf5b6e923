-- Actions of this tenant that the operator of the hub offers to every other one.
CREATE TABLE action_offerings (
    tenant_id UUID NOT NULL,
    action_id UUID NOT NULL,
    at        TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, action_id)
);

-- What is offered to this tenant by others, and what its administrators took of it. `about` is what they see
-- before they decide.
CREATE TABLE action_offers (
    tenant_id     UUID NOT NULL,
    source_action UUID NOT NULL,
    source_tenant UUID NOT NULL,
    version       BIGINT NOT NULL,
    about         TEXT NOT NULL,
    offered_at    TIMESTAMPTZ NOT NULL,
    withdrawn     BOOLEAN NOT NULL,
    action_id     UUID,
    connector_id  UUID,
    taken_version BIGINT,
    taken_by      UUID,
    taken_at      TIMESTAMPTZ,
    PRIMARY KEY (tenant_id, source_action)
);
