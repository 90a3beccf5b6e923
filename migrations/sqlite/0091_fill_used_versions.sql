-- Actions that were published before their versions were kept.
UPDATE api_connector_uses SET version = (
    SELECT connector_version FROM actions
    WHERE actions.tenant_id = api_connector_uses.tenant_id AND actions.id = api_connector_uses.subject_id
) WHERE kind = 'action';
