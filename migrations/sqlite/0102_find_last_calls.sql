-- The last call of a connector, whatever the operation.
CREATE INDEX api_calls_by_connector ON api_calls (tenant_id, connector_id, at);
