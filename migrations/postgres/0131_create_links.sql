-- Records and views that are tied to channels of a workspace: what the row of the environment has no place for, and
-- how far the making or the undoing of each has come.
CREATE TABLE links (
    tenant_id      UUID NOT NULL,
    id             UUID NOT NULL,
    environment_id UUID NOT NULL,
    subject_kind   TEXT NOT NULL,
    table_name     TEXT NOT NULL,
    subject_id     UUID NOT NULL,
    subject_name   TEXT NOT NULL,
    workspace      TEXT NOT NULL,
    place          TEXT NOT NULL,
    team_id        TEXT NOT NULL,
    team_name      TEXT NOT NULL,
    channel_id     TEXT NOT NULL,
    channel_name   TEXT NOT NULL,
    channel_kind   TEXT NOT NULL,
    state          TEXT NOT NULL,
    step           TEXT NOT NULL,
    problem        JSONB,
    tab_id         TEXT,
    library_id     TEXT,
    location_id    UUID,
    address        TEXT,
    work           JSONB NOT NULL,
    request_key    UUID,
    created_by     UUID NOT NULL,
    created_at     TIMESTAMPTZ NOT NULL,
    changed_at     TIMESTAMPTZ NOT NULL,
    due_at         TIMESTAMPTZ,
    tries          BIGINT NOT NULL,
    lease          UUID,
    lease_until    TIMESTAMPTZ,
    PRIMARY KEY (tenant_id, id)
);

-- The same thing is tied to the same place once.
CREATE UNIQUE INDEX links_once ON links (tenant_id, environment_id, subject_id, place) WHERE state <> 'unlinked';

CREATE UNIQUE INDEX links_by_request ON links (tenant_id, created_by, request_key) WHERE request_key IS NOT NULL;

CREATE INDEX links_by_place ON links (tenant_id, team_id, channel_id);

CREATE INDEX links_by_environment ON links (tenant_id, environment_id, state, id);

CREATE INDEX links_due ON links (tenant_id, due_at) WHERE due_at IS NOT NULL;
