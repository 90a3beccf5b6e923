-- What endpoints were asked on each day, for the budget and for who looks.
CREATE TABLE language_usage (
    tenant_id UUID NOT NULL,
    day       TEXT NOT NULL,
    feature   TEXT NOT NULL,
    calls     BIGINT NOT NULL,
    tokens    BIGINT NOT NULL,
    dropped   BIGINT NOT NULL,
    failures  BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, day, feature)
);
