-- The head of each stream: the position of its last event, drawn inside the transaction that appends.
CREATE TABLE event_streams (
    tenant_id BLOB NOT NULL,
    topic     TEXT NOT NULL,
    stream_id BLOB NOT NULL,
    position  INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, topic, stream_id)
) STRICT, WITHOUT ROWID;

-- What happened, in order within its stream. A rowid table: bodies are long, and appends go to its end.
CREATE TABLE events (
    tenant_id BLOB NOT NULL,
    topic     TEXT NOT NULL,
    stream_id BLOB NOT NULL,
    position  INTEGER NOT NULL,
    id        BLOB NOT NULL,
    at        INTEGER NOT NULL,
    meta      TEXT NOT NULL,
    body      BLOB,
    PRIMARY KEY (tenant_id, topic, stream_id, position)
) STRICT;

-- How far each consumer has come on each stream.
CREATE TABLE event_cursors (
    tenant_id BLOB NOT NULL,
    consumer  TEXT NOT NULL,
    topic     TEXT NOT NULL,
    stream_id BLOB NOT NULL,
    position  INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, consumer, topic, stream_id)
) STRICT, WITHOUT ROWID;

-- Who changed what, in order within the tenant.
CREATE TABLE audit (
    tenant_id    BLOB NOT NULL,
    position     INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    actor_kind   TEXT NOT NULL,
    actor        TEXT NOT NULL,
    action       TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject      TEXT NOT NULL,
    before       TEXT,
    after        TEXT,
    request_id   BLOB NOT NULL,
    origin       TEXT,
    PRIMARY KEY (tenant_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX audit_by_subject ON audit (tenant_id, subject, position);
CREATE INDEX audit_by_action ON audit (tenant_id, action, position);
CREATE INDEX audit_by_actor ON audit (tenant_id, actor, position);
