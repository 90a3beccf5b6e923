-- The welcome message to sellers, as somebody wrote it; every change is another version.
CREATE TABLE deployment_welcomes (
    tenant_id  UUID NOT NULL,
    language   TEXT NOT NULL,
    version    BIGINT NOT NULL,
    subject    TEXT NOT NULL,
    body       TEXT NOT NULL,
    changed_by UUID,
    changed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, language)
);

-- To whom the welcome message went: once for each version, unless somebody asks for it again.
CREATE TABLE deployment_welcomed (
    tenant_id UUID NOT NULL,
    user_id   UUID NOT NULL,
    letter_id UUID NOT NULL,
    language  TEXT NOT NULL,
    version   BIGINT NOT NULL,
    sent_by   UUID,
    sent_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, user_id, language, version)
);
