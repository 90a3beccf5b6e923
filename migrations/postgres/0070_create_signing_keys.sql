-- The keys that the hub's own tokens are signed with, sealed, and what is published of them. A key signs
-- from starts_at until a newer one does, and is published until ends_at.
CREATE TABLE signing_keys (
    tenant_id  UUID NOT NULL,
    id         UUID NOT NULL,
    sealed     BYTEA NOT NULL,
    modulus    TEXT NOT NULL,
    exponent   TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    starts_at  TIMESTAMPTZ NOT NULL,
    ends_at    TIMESTAMPTZ,
    PRIMARY KEY (tenant_id, id)
);
