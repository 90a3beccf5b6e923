-- What is kept of a person's sign-in at a provider, so that connectors can act for them; sealed. `changes` rises
-- with each token that replaces another.
CREATE TABLE user_tokens (
    tenant_id   UUID NOT NULL,
    user_id     UUID NOT NULL,
    provider_id UUID NOT NULL,
    sealed      BYTEA NOT NULL,
    changes     BIGINT NOT NULL,
    updated_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
);
