-- Registered channel connectors. A removed one stays as a row, so that its identifier is never given again.
CREATE TABLE connectors (
    tenant_id         UUID NOT NULL,
    id                UUID NOT NULL,
    version           BIGINT NOT NULL,
    name              TEXT NOT NULL,
    details           JSONB NOT NULL,
    configuration_url TEXT,
    valid_domains     JSONB NOT NULL,
    way               TEXT NOT NULL,
    logo_type         TEXT,
    logo              BYTEA,
    manifest          JSONB,
    owner_id          UUID NOT NULL,
    created_at        TIMESTAMPTZ NOT NULL,
    updated_at        TIMESTAMPTZ NOT NULL,
    removed_at        TIMESTAMPTZ,
    PRIMARY KEY (tenant_id, id)
);

CREATE INDEX connectors_by_owner ON connectors (tenant_id, owner_id, id);

-- What somebody set up with a connector in a channel, a group's mailbox or a person's inbox. `staged` is
-- what its page has set and not yet saved, by `staged_by`.
CREATE TABLE connector_configurations (
    tenant_id    UUID NOT NULL,
    id           UUID NOT NULL,
    connector_id UUID NOT NULL,
    place_kind   TEXT NOT NULL,
    place_id     UUID NOT NULL,
    webhook_id   UUID,
    name         TEXT NOT NULL,
    settings     JSONB,
    staged       JSONB,
    staged_by    UUID,
    state        TEXT NOT NULL,
    created_by   UUID NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    updated_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE INDEX connector_configurations_by_place ON connector_configurations (tenant_id, place_id, id);
CREATE INDEX connector_configurations_by_connector ON connector_configurations (tenant_id, connector_id, id);
CREATE INDEX connector_configurations_by_webhook ON connector_configurations (tenant_id, webhook_id);
CREATE INDEX connector_configurations_pending ON connector_configurations (tenant_id, updated_at)
    WHERE state = 'pending';

-- What a webhook belongs to. `place_kind` says what `channel_id` is the identifier of: a channel, a team
-- (its mailbox), or a person (the inbox).
ALTER TABLE incoming_webhooks ADD COLUMN place_kind TEXT NOT NULL DEFAULT 'channel';
ALTER TABLE incoming_webhooks ADD COLUMN connector_id UUID;
ALTER TABLE incoming_webhooks ADD COLUMN configuration_id UUID;

CREATE INDEX incoming_webhooks_by_connector ON incoming_webhooks (tenant_id, connector_id)
    WHERE connector_id IS NOT NULL;

-- Cards that become mails, until the mail is made; the identifier is the event's.
CREATE TABLE card_mails (
    tenant_id  UUID NOT NULL,
    id         UUID NOT NULL,
    webhook_id UUID NOT NULL,
    position   BIGINT NOT NULL,
    attempts   BIGINT NOT NULL,
    due_at     TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE INDEX card_mails_by_due ON card_mails (tenant_id, due_at, webhook_id, position);

ALTER TABLE connector_switches ADD COLUMN outlook BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE connector_switches ADD COLUMN government BOOLEAN NOT NULL DEFAULT FALSE;
