-- Which app brought the connector of a configuration, and why it ended, if it did.
ALTER TABLE connector_configurations ADD COLUMN app_id UUID;
ALTER TABLE connector_configurations ADD COLUMN ended TEXT;
