-- Meetings of sellers: what a calendar says of them, when the app was added to them, and why nothing was fetched.
CREATE TABLE meetings (
    tenant_id    BLOB NOT NULL,
    id           BLOB NOT NULL,
    kept_by      BLOB NOT NULL,
    origin       TEXT NOT NULL,
    uid          TEXT NOT NULL,
    subject      TEXT NOT NULL,
    starts_at    INTEGER NOT NULL,
    ends_at      INTEGER NOT NULL,
    organiser    TEXT NOT NULL,
    join_url     TEXT,
    is_recurring INTEGER NOT NULL,
    is_cancelled INTEGER NOT NULL,
    app_at       INTEGER,
    app_alone    INTEGER NOT NULL,
    remote_user  TEXT,
    absence      TEXT,
    looked_at    INTEGER,
    kept_at      INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX meetings_by_uid ON meetings (tenant_id, uid);

CREATE INDEX meetings_by_end ON meetings (tenant_id, ends_at);

-- Who is at a meeting. Whoever has an account of the tenant is named by it, once and for all: only they see the meeting.
CREATE TABLE meeting_people (
    tenant_id   BLOB NOT NULL,
    meeting_id  BLOB NOT NULL,
    address     TEXT NOT NULL,
    name        TEXT NOT NULL,
    user_id     BLOB,
    part        TEXT NOT NULL,
    is_external INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, meeting_id, address)
) STRICT, WITHOUT ROWID;

CREATE INDEX meeting_people_by_user ON meeting_people (tenant_id, user_id, meeting_id);
