-- What a record of a CRM elsewhere held when its links were last looked at: the columns that change notes tell, and
-- nothing else.
CREATE TABLE linking_looks (
    tenant_id BLOB NOT NULL,
    link_id   BLOB NOT NULL,
    held      TEXT NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, link_id)
) STRICT, WITHOUT ROWID;
