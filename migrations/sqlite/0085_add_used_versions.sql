-- The version of a connector that a thing of another room was made for; such a version is kept.
ALTER TABLE api_connector_uses ADD COLUMN version INTEGER;
