-- Somebody in a channel asks the owner of a record for access to it.
CREATE TABLE link_requests (
    tenant_id   UUID NOT NULL,
    id          UUID NOT NULL,
    link_id     UUID NOT NULL,
    user_id     UUID NOT NULL,
    message     TEXT NOT NULL,
    state       TEXT NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    answered_by UUID,
    answered_at TIMESTAMPTZ,
    PRIMARY KEY (tenant_id, id)
);

-- One question of one person at a time.
CREATE UNIQUE INDEX link_requests_once ON link_requests (tenant_id, link_id, user_id) WHERE state = 'asked';
