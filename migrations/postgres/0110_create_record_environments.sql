-- The inside of environments: which numbers their tables carry, how far they are made, and the head of their writes.
CREATE TABLE record_numbers (
    one    BIGINT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL
);

INSERT INTO record_numbers (one, number) VALUES (1, 0);

CREATE TABLE record_environments (
    tenant_id      UUID NOT NULL,
    environment_id UUID NOT NULL,
    number         BIGINT NOT NULL,
    state          TEXT NOT NULL,
    position       BIGINT NOT NULL,
    model_version  BIGINT NOT NULL,
    access_version BIGINT NOT NULL,
    sets           TEXT NOT NULL,
    root_unit      UUID NOT NULL,
    organization   UUID NOT NULL,
    changed_at     TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, environment_id)
);

CREATE UNIQUE INDEX record_environments_by_number ON record_environments (number);

-- Tables, relationships, choices and views that differ from what every environment begins with; none of them
-- where one was taken away.
CREATE TABLE record_definitions (
    tenant_id      UUID NOT NULL,
    environment_id UUID NOT NULL,
    kind           TEXT NOT NULL,
    id             UUID NOT NULL,
    definition     JSONB,
    PRIMARY KEY (tenant_id, environment_id, kind, id)
);
