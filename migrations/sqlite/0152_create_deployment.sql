-- What was handed in for the checks of the deployment guide: of each file only what checks ask for, and its SHA-256.
CREATE TABLE deployment_evidence (
    tenant_id BLOB NOT NULL,
    id        BLOB NOT NULL,
    kind      TEXT NOT NULL,
    name      TEXT NOT NULL,
    note      TEXT NOT NULL,
    content   TEXT NOT NULL,
    things    INTEGER NOT NULL,
    bytes     INTEGER NOT NULL,
    sha256    TEXT NOT NULL,
    added_by  BLOB,
    added_at  INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX deployment_evidence_by_kind ON deployment_evidence (tenant_id, kind, added_at);

-- What people said of checks that nobody can read.
CREATE TABLE deployment_statements (
    tenant_id BLOB NOT NULL,
    check_id  TEXT NOT NULL,
    holds     INTEGER NOT NULL,
    note      TEXT NOT NULL,
    file_name TEXT,
    sha256    TEXT,
    said_by   BLOB,
    said_at   INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, check_id)
) STRICT, WITHOUT ROWID;

-- What came of each check when systems were last read, for each guide.
CREATE TABLE deployment_results (
    tenant_id BLOB NOT NULL,
    guide     TEXT NOT NULL,
    check_id  TEXT NOT NULL,
    holds     INTEGER,
    why       TEXT,
    observed  TEXT NOT NULL,
    source    TEXT,
    read_at   INTEGER,
    judged_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, guide, check_id)
) STRICT, WITHOUT ROWID;

-- What a tenant says of its roll-out: how long evidence counts, the groups of sellers, where people ask each other.
CREATE TABLE deployment_settings (
    tenant_id     BLOB NOT NULL,
    max_age_days  INTEGER NOT NULL,
    seller_groups TEXT NOT NULL,
    community_url TEXT NOT NULL,
    changed_at    INTEGER NOT NULL,
    PRIMARY KEY (tenant_id)
) STRICT, WITHOUT ROWID;
