-- Records of CRMs elsewhere: the key that the CRM gave them; subject_id is made of it, environment_id is the CRM.
ALTER TABLE links ADD COLUMN record_key TEXT;

-- CRMs elsewhere whose records may be linked to channels.
CREATE TABLE linking_crms (
    tenant_id  BLOB NOT NULL,
    system_id  BLOB NOT NULL,
    links      INTEGER NOT NULL,
    changed_by BLOB,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, system_id)
) STRICT, WITHOUT ROWID;
