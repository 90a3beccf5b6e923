-- Who a person of a directory is here: said by the person, signed in on both sides.
CREATE TABLE teams_people (
    tenant_id    UUID NOT NULL,
    directory_id TEXT NOT NULL,
    object_id    TEXT NOT NULL,
    user_id      UUID NOT NULL,
    linked_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, directory_id, object_id)
);
CREATE INDEX teams_people_by_user ON teams_people (tenant_id, user_id);

-- What a person brings from a signed-in page to Teams, once and for ten minutes; only its hash is kept.
CREATE TABLE teams_codes (
    tenant_id  UUID NOT NULL,
    code_hash  BYTEA NOT NULL,
    user_id    UUID NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, code_hash)
);
