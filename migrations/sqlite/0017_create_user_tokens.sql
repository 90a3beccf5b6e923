-- What is kept of a person's sign-in at a provider, so that connectors can act for them; sealed. `changes` rises
-- with each token that replaces another.
CREATE TABLE user_tokens (
    tenant_id   BLOB NOT NULL,
    user_id     BLOB NOT NULL,
    provider_id BLOB NOT NULL,
    sealed      BLOB NOT NULL,
    changes     INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
) STRICT, WITHOUT ROWID;
