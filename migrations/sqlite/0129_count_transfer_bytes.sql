-- What the rows of an import take while they wait: a person has only so much of it.
ALTER TABLE transfer_imports ADD COLUMN held_bytes INTEGER NOT NULL DEFAULT 0;

CREATE INDEX transfer_imports_by_user ON transfer_imports (tenant_id, user_id, state);
