-- Of a call that a data policy refused: which policy, and why.
ALTER TABLE api_calls ADD COLUMN policy_id UUID;
ALTER TABLE api_calls ADD COLUMN ground TEXT;

CREATE INDEX api_calls_by_policy ON api_calls (tenant_id, at) WHERE policy_id IS NOT NULL;
