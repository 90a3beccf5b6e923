-- Actions of this tenant that the operator of the hub offers to every other one.
CREATE TABLE action_offerings (
    tenant_id BLOB NOT NULL,
    action_id BLOB NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, action_id)
) STRICT, WITHOUT ROWID;

-- What is offered to this tenant by others, and what its administrators took of it. `about` is what they see
-- before they decide.
CREATE TABLE action_offers (
    tenant_id     BLOB NOT NULL,
    source_action BLOB NOT NULL,
    source_tenant BLOB NOT NULL,
    version       INTEGER NOT NULL,
    about         TEXT NOT NULL,
    offered_at    INTEGER NOT NULL,
    withdrawn     INTEGER NOT NULL,
    action_id     BLOB,
    connector_id  BLOB,
    taken_version INTEGER,
    taken_by      BLOB,
    taken_at      INTEGER,
    PRIMARY KEY (tenant_id, source_action)
) STRICT, WITHOUT ROWID;
