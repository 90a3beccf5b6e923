-- What was said in a meeting, and what was made of it. Both go when their time is over, or with the meeting.
CREATE TABLE meeting_transcripts (
    tenant_id  BLOB NOT NULL,
    meeting_id BLOB NOT NULL,
    source     TEXT NOT NULL,
    format     TEXT NOT NULL,
    times      TEXT NOT NULL,
    language   TEXT,
    words      INTEGER NOT NULL,
    cues       TEXT NOT NULL,
    kept_by    BLOB,
    kept_at    INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, meeting_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE meeting_recaps (
    tenant_id  BLOB NOT NULL,
    meeting_id BLOB NOT NULL,
    recap      TEXT NOT NULL,
    made_by    BLOB,
    made_at    INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, meeting_id)
) STRICT, WITHOUT ROWID;
