-- The links of an environment in the order of their identifiers, and those of them that somebody has to look at.
CREATE INDEX links_in_environment ON links (tenant_id, environment_id, id);

CREATE INDEX links_troubled ON links (tenant_id, environment_id, id) WHERE problem IS NOT NULL;
