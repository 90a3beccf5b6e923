-- Which welcome of the app a person has read, by the version of the app.
CREATE TABLE teams_welcomes (
    tenant_id BLOB NOT NULL,
    user_id   BLOB NOT NULL,
    version   TEXT NOT NULL,
    read_at   INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, user_id, version)
) STRICT, WITHOUT ROWID;

-- The record that a person connected with a meeting, for the panel beside it.
CREATE TABLE teams_meetings (
    tenant_id  BLOB NOT NULL,
    user_id    BLOB NOT NULL,
    meeting_id TEXT NOT NULL,
    system_id  BLOB NOT NULL,
    table_name TEXT NOT NULL,
    record_id  TEXT NOT NULL,
    chosen_at  INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, user_id, meeting_id)
) STRICT, WITHOUT ROWID;
