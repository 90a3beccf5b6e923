-- Calls that are kept to be made again: what an operation was called with and what is expected of the answer.
CREATE TABLE api_connector_examples (
    tenant_id     BLOB NOT NULL,
    id            BLOB NOT NULL,
    connector_id  BLOB NOT NULL,
    name          TEXT NOT NULL,
    name_fold     TEXT NOT NULL,
    operation     TEXT NOT NULL,
    inputs        TEXT NOT NULL,
    connection_id BLOB,
    expected      TEXT NOT NULL,
    ran_at        INTEGER,
    ran_version   INTEGER,
    passed        INTEGER,
    status        INTEGER,
    differences   TEXT,
    created_by    BLOB,
    created_at    INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE UNIQUE INDEX api_connector_examples_by_name ON api_connector_examples (tenant_id, connector_id, name_fold);
