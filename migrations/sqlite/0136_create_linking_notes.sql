-- What is posted to the channels of links when their records change, and what waits for it.
CREATE TABLE linking_note_rules (
    tenant_id      BLOB NOT NULL,
    link_id        BLOB NOT NULL,
    environment_id BLOB NOT NULL,
    table_name     TEXT NOT NULL,
    record_id      BLOB NOT NULL,
    rules          TEXT NOT NULL,
    poster         BLOB NOT NULL,
    problem        TEXT,
    more           INTEGER NOT NULL,
    due_at         INTEGER,
    tries          INTEGER NOT NULL,
    set_at         INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, link_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX linking_note_rules_by_record ON linking_note_rules (tenant_id, environment_id, record_id);

CREATE INDEX linking_note_rules_due ON linking_note_rules (tenant_id, due_at) WHERE due_at IS NOT NULL;

-- Changes in their order; those of a batch are on their way on one card.
CREATE TABLE linking_notes (
    tenant_id BLOB NOT NULL,
    link_id   BLOB NOT NULL,
    position  INTEGER NOT NULL,
    told      TEXT NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, link_id, position)
) STRICT, WITHOUT ROWID;

-- A card that is on its way: found again in the channel by its marker when nobody knows whether it arrived.
CREATE TABLE linking_note_cards (
    tenant_id BLOB NOT NULL,
    link_id   BLOB NOT NULL,
    batch     BLOB NOT NULL,
    last      INTEGER NOT NULL,
    more      INTEGER NOT NULL,
    card      TEXT NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, link_id)
) STRICT, WITHOUT ROWID;

-- What was posted, and what was given up and why.
CREATE TABLE linking_note_posts (
    tenant_id BLOB NOT NULL,
    id        BLOB NOT NULL,
    link_id   BLOB NOT NULL,
    changes   INTEGER NOT NULL,
    message   TEXT,
    problem   TEXT,
    at        INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX linking_note_posts_by_link ON linking_note_posts (tenant_id, link_id, id);
