-- Events that a consumer gave up on. Each waits here until somebody replays it or the retention takes it.
CREATE TABLE dead_letters (
    tenant_id   BLOB NOT NULL,
    consumer    TEXT NOT NULL,
    topic       TEXT NOT NULL,
    stream_id   BLOB NOT NULL,
    position    INTEGER NOT NULL,
    event_id    BLOB NOT NULL,
    code        TEXT NOT NULL,
    detail      TEXT NOT NULL,
    attempts    INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    replayed_at INTEGER,
    PRIMARY KEY (tenant_id, consumer, topic, stream_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX dead_letters_by_time ON dead_letters (tenant_id, at);
