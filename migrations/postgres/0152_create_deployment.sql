-- What was handed in for the checks of the deployment guide: of each file only what checks ask for, and its SHA-256.
CREATE TABLE deployment_evidence (
    tenant_id UUID NOT NULL,
    id        UUID NOT NULL,
    kind      TEXT NOT NULL,
    name      TEXT NOT NULL,
    note      TEXT NOT NULL,
    content   JSONB NOT NULL,
    things    BIGINT NOT NULL,
    bytes     BIGINT NOT NULL,
    sha256    TEXT NOT NULL,
    added_by  UUID,
    added_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX deployment_evidence_by_kind ON deployment_evidence (tenant_id, kind, added_at);

-- What people said of checks that nobody can read.
CREATE TABLE deployment_statements (
    tenant_id UUID NOT NULL,
    check_id  TEXT NOT NULL,
    holds     BOOLEAN NOT NULL,
    note      TEXT NOT NULL,
    file_name TEXT,
    sha256    TEXT,
    said_by   UUID,
    said_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, check_id)
);

-- What came of each check when systems were last read, for each guide.
CREATE TABLE deployment_results (
    tenant_id UUID NOT NULL,
    guide     TEXT NOT NULL,
    check_id  TEXT NOT NULL,
    holds     BOOLEAN,
    why       TEXT,
    observed  JSONB NOT NULL,
    source    TEXT,
    read_at   TIMESTAMPTZ,
    judged_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, guide, check_id)
);

-- What a tenant says of its roll-out: how long evidence counts, the groups of sellers, where people ask each other.
CREATE TABLE deployment_settings (
    tenant_id     UUID NOT NULL,
    max_age_days  BIGINT NOT NULL,
    seller_groups JSONB NOT NULL,
    community_url TEXT NOT NULL,
    changed_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id)
);
