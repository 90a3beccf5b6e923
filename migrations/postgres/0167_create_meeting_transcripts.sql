-- What was said in a meeting, and what was made of it. Both go when their time is over, or with the meeting.
CREATE TABLE meeting_transcripts (
    tenant_id  UUID NOT NULL,
    meeting_id UUID NOT NULL,
    source     TEXT NOT NULL,
    format     TEXT NOT NULL,
    times      TEXT NOT NULL,
    language   TEXT,
    words      BIGINT NOT NULL,
    cues       JSONB NOT NULL,
    kept_by    UUID,
    kept_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, meeting_id)
);

CREATE TABLE meeting_recaps (
    tenant_id  UUID NOT NULL,
    meeting_id UUID NOT NULL,
    recap      JSONB NOT NULL,
    made_by    UUID,
    made_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, meeting_id)
);
