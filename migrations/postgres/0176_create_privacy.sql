-- How long kinds of data stay, where an administrator said so.
CREATE TABLE privacy_periods (
    tenant_id  UUID NOT NULL,
    name       TEXT NOT NULL,
    days       BIGINT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, name)
);

-- Exports and removals of people's data; the file is the digest of an archive.
CREATE TABLE privacy_jobs (
    tenant_id  UUID NOT NULL,
    id         UUID NOT NULL,
    kind       TEXT NOT NULL,
    person_id  UUID NOT NULL,
    asked_by   UUID NOT NULL,
    state      TEXT NOT NULL,
    counts     JSONB NOT NULL,
    file       BYTEA,
    size       BIGINT NOT NULL,
    tries      BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    ended_at   TIMESTAMPTZ,
    ends_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE INDEX privacy_jobs_by_person ON privacy_jobs (tenant_id, person_id, created_at);
