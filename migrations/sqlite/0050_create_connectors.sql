-- Registered channel connectors. A removed one stays as a row, so that its identifier is never given again.
CREATE TABLE connectors (
    tenant_id         BLOB NOT NULL,
    id                BLOB NOT NULL,
    version           INTEGER NOT NULL,
    name              TEXT NOT NULL,
    details           TEXT NOT NULL,
    configuration_url TEXT,
    valid_domains     TEXT NOT NULL,
    way               TEXT NOT NULL,
    logo_type         TEXT,
    logo              BLOB,
    manifest          TEXT,
    owner_id          BLOB NOT NULL,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    removed_at        INTEGER,
    PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX connectors_by_owner ON connectors (tenant_id, owner_id, id);

-- What somebody set up with a connector in a channel, a group's mailbox or a person's inbox. `staged` is
-- what its page has set and not yet saved, by `staged_by`.
CREATE TABLE connector_configurations (
    tenant_id    BLOB NOT NULL,
    id           BLOB NOT NULL,
    connector_id BLOB NOT NULL,
    place_kind   TEXT NOT NULL,
    place_id     BLOB NOT NULL,
    webhook_id   BLOB,
    name         TEXT NOT NULL,
    settings     TEXT,
    staged       TEXT,
    staged_by    BLOB,
    state        TEXT NOT NULL,
    created_by   BLOB NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX connector_configurations_by_place ON connector_configurations (tenant_id, place_id, id);
CREATE INDEX connector_configurations_by_connector ON connector_configurations (tenant_id, connector_id, id);
CREATE INDEX connector_configurations_by_webhook ON connector_configurations (tenant_id, webhook_id);
CREATE INDEX connector_configurations_pending ON connector_configurations (tenant_id, updated_at)
    WHERE state = 'pending';

-- What a webhook belongs to. `place_kind` says what `channel_id` is the identifier of: a channel, a team
-- (its mailbox), or a person (the inbox).
ALTER TABLE incoming_webhooks ADD COLUMN place_kind TEXT NOT NULL DEFAULT 'channel';
ALTER TABLE incoming_webhooks ADD COLUMN connector_id BLOB;
ALTER TABLE incoming_webhooks ADD COLUMN configuration_id BLOB;

CREATE INDEX incoming_webhooks_by_connector ON incoming_webhooks (tenant_id, connector_id)
    WHERE connector_id IS NOT NULL;

-- Cards that become mails, until the mail is made; the identifier is the event's.
CREATE TABLE card_mails (
    tenant_id  BLOB NOT NULL,
    id         BLOB NOT NULL,
    webhook_id BLOB NOT NULL,
    position   INTEGER NOT NULL,
    attempts   INTEGER NOT NULL,
    due_at     INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX card_mails_by_due ON card_mails (tenant_id, due_at, webhook_id, position);

ALTER TABLE connector_switches ADD COLUMN outlook INTEGER NOT NULL DEFAULT 1;
ALTER TABLE connector_switches ADD COLUMN government INTEGER NOT NULL DEFAULT 0;
