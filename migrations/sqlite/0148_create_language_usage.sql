-- What endpoints were asked on each day, for the budget and for who looks.
CREATE TABLE language_usage (
    tenant_id BLOB NOT NULL,
    day       TEXT NOT NULL,
    feature   TEXT NOT NULL,
    calls     INTEGER NOT NULL,
    tokens    INTEGER NOT NULL,
    dropped   INTEGER NOT NULL,
    failures  INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, day, feature)
) STRICT, WITHOUT ROWID;
