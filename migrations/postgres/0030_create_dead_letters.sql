-- Events that a consumer gave up on. Each waits here until somebody replays it or the retention takes it.
CREATE TABLE dead_letters (
    tenant_id   UUID NOT NULL,
    consumer    TEXT NOT NULL,
    topic       TEXT NOT NULL,
    stream_id   UUID NOT NULL,
    position    BIGINT NOT NULL,
    event_id    UUID NOT NULL,
    code        TEXT NOT NULL,
    detail      TEXT NOT NULL,
    attempts    BIGINT NOT NULL,
    at          TIMESTAMPTZ NOT NULL,
    replayed_at TIMESTAMPTZ,
    PRIMARY KEY (tenant_id, consumer, topic, stream_id, position)
);

CREATE INDEX dead_letters_by_time ON dead_letters (tenant_id, at);
