-- What a record of a CRM elsewhere held when its links were last looked at: the columns that change notes tell, and
-- nothing else.
CREATE TABLE linking_looks (
    tenant_id UUID NOT NULL,
    link_id   UUID NOT NULL,
    held      JSONB NOT NULL,
    at        TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, link_id)
);
