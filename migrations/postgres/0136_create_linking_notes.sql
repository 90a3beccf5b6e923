-- What is posted to the channels of links when their records change, and what waits for it.
CREATE TABLE linking_note_rules (
    tenant_id      UUID NOT NULL,
    link_id        UUID NOT NULL,
    environment_id UUID NOT NULL,
    table_name     TEXT NOT NULL,
    record_id      UUID NOT NULL,
    rules          TEXT NOT NULL,
    poster         UUID NOT NULL,
    problem        TEXT,
    more           BIGINT NOT NULL,
    due_at         TIMESTAMPTZ,
    tries          BIGINT NOT NULL,
    set_at         TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, link_id)
);

CREATE INDEX linking_note_rules_by_record ON linking_note_rules (tenant_id, environment_id, record_id);

CREATE INDEX linking_note_rules_due ON linking_note_rules (tenant_id, due_at) WHERE due_at IS NOT NULL;

-- Changes in their order; those of a batch are on their way on one card.
CREATE TABLE linking_notes (
    tenant_id UUID NOT NULL,
    link_id   UUID NOT NULL,
    position  BIGINT NOT NULL,
    told      TEXT NOT NULL,
    at        TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, link_id, position)
);

-- A card that is on its way: found again in the channel by its marker when nobody knows whether it arrived.
CREATE TABLE linking_note_cards (
    tenant_id UUID NOT NULL,
    link_id   UUID NOT NULL,
    batch     UUID NOT NULL,
    last      BIGINT NOT NULL,
    more      BIGINT NOT NULL,
    card      TEXT NOT NULL,
    at        TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, link_id)
);

-- What was posted, and what was given up and why.
CREATE TABLE linking_note_posts (
    tenant_id UUID NOT NULL,
    id        UUID NOT NULL,
    link_id   UUID NOT NULL,
    changes   BIGINT NOT NULL,
    message   TEXT,
    problem   TEXT,
    at        TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE INDEX linking_note_posts_by_link ON linking_note_posts (tenant_id, link_id, id);
