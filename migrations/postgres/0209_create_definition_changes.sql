-- Which definitions changed with which version of an environment's model: what came, what changed, what went, and
-- where auditing ended. A version without its mark ('model') is one of which nothing is known.
CREATE TABLE record_definition_changes (
    tenant_id      UUID NOT NULL,
    environment_id UUID NOT NULL,
    version        BIGINT NOT NULL,
    kind           TEXT NOT NULL,
    id             UUID NOT NULL,
    of_table       UUID,
    what           TEXT NOT NULL,
    position       BIGINT NOT NULL,
    at             TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, environment_id, version, kind, id)
);
