-- The welcome message to sellers, as somebody wrote it; every change is another version.
CREATE TABLE deployment_welcomes (
    tenant_id  BLOB NOT NULL,
    language   TEXT NOT NULL,
    version    INTEGER NOT NULL,
    subject    TEXT NOT NULL,
    body       TEXT NOT NULL,
    changed_by BLOB,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, language)
) STRICT, WITHOUT ROWID;

-- To whom the welcome message went: once for each version, unless somebody asks for it again.
CREATE TABLE deployment_welcomed (
    tenant_id BLOB NOT NULL,
    user_id   BLOB NOT NULL,
    letter_id BLOB NOT NULL,
    language  TEXT NOT NULL,
    version   INTEGER NOT NULL,
    sent_by   BLOB,
    sent_at   INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, user_id, language, version)
) STRICT, WITHOUT ROWID;
