-- Lower case for case-blind comparison, under the same name as on the other engine. By the rules of
-- Unicode, whatever the locale of the server.
CREATE FUNCTION fold(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN lower($1 COLLATE "und-x-icu") COLLATE "default";

-- The head of each stream: the position of its last event, drawn inside the transaction that appends.
CREATE TABLE event_streams (
    tenant_id UUID NOT NULL,
    topic     TEXT NOT NULL,
    stream_id UUID NOT NULL,
    position  BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, topic, stream_id)
);

-- What happened, in order within its stream.
CREATE TABLE events (
    tenant_id UUID NOT NULL,
    topic     TEXT NOT NULL,
    stream_id UUID NOT NULL,
    position  BIGINT NOT NULL,
    id        UUID NOT NULL,
    at        TIMESTAMPTZ NOT NULL,
    meta      JSONB NOT NULL,
    body      BYTEA,
    PRIMARY KEY (tenant_id, topic, stream_id, position)
);

-- How far each consumer has come on each stream.
CREATE TABLE event_cursors (
    tenant_id UUID NOT NULL,
    consumer  TEXT NOT NULL,
    topic     TEXT NOT NULL,
    stream_id UUID NOT NULL,
    position  BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, consumer, topic, stream_id)
);

-- Who changed what, in order within the tenant.
CREATE TABLE audit (
    tenant_id    UUID NOT NULL,
    position     BIGINT NOT NULL,
    at           TIMESTAMPTZ NOT NULL,
    actor_kind   TEXT NOT NULL,
    actor        TEXT NOT NULL,
    action       TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject      TEXT NOT NULL,
    before       JSONB,
    after        JSONB,
    request_id   UUID NOT NULL,
    origin       TEXT,
    PRIMARY KEY (tenant_id, position)
);

CREATE INDEX audit_by_subject ON audit (tenant_id, subject, position);
CREATE INDEX audit_by_action ON audit (tenant_id, action, position);
CREATE INDEX audit_by_actor ON audit (tenant_id, actor, position);
