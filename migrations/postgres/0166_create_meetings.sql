-- Meetings of sellers: what a calendar says of them, when the app was added to them, and why nothing was fetched.
CREATE TABLE meetings (
    tenant_id    UUID NOT NULL,
    id           UUID NOT NULL,
    kept_by      UUID NOT NULL,
    origin       TEXT NOT NULL,
    uid          TEXT NOT NULL,
    subject      TEXT NOT NULL,
    starts_at    TIMESTAMPTZ NOT NULL,
    ends_at      TIMESTAMPTZ NOT NULL,
    organiser    TEXT NOT NULL,
    join_url     TEXT,
    is_recurring BOOLEAN NOT NULL,
    is_cancelled BOOLEAN NOT NULL,
    app_at       TIMESTAMPTZ,
    app_alone    BOOLEAN NOT NULL,
    remote_user  TEXT,
    absence      TEXT,
    looked_at    TIMESTAMPTZ,
    kept_at      TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE INDEX meetings_by_uid ON meetings (tenant_id, uid);

CREATE INDEX meetings_by_end ON meetings (tenant_id, ends_at);

-- Who is at a meeting. Whoever has an account of the tenant is named by it, once and for all: only they see the meeting.
CREATE TABLE meeting_people (
    tenant_id   UUID NOT NULL,
    meeting_id  UUID NOT NULL,
    address     TEXT NOT NULL,
    name        TEXT NOT NULL,
    user_id     UUID,
    part        TEXT NOT NULL,
    is_external BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, meeting_id, address)
);

CREATE INDEX meeting_people_by_user ON meeting_people (tenant_id, user_id, meeting_id);
