-- Records of CRMs elsewhere: the key that the CRM gave them; subject_id is made of it, environment_id is the CRM.
ALTER TABLE links ADD COLUMN record_key TEXT;

-- CRMs elsewhere whose records may be linked to channels.
CREATE TABLE linking_crms (
    tenant_id  UUID NOT NULL,
    system_id  UUID NOT NULL,
    links      BOOLEAN NOT NULL,
    changed_by UUID,
    changed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, system_id)
);
