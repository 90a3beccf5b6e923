-- Whether mails and their files are saved stands in the settings of each CRM alone: what was set for the whole tenant goes
-- there. What had no effect before is as it was obeyed: partners are shown where an action is enabled.
UPDATE sales_settings SET document = jsonb_set(
    jsonb_set(document, '{partners}', 'true'),
    '{saving}', COALESCE(document->'saving', '{}') || jsonb_build_object('mail_attachments',
        NOT EXISTS (SELECT 1 FROM mailbox_rules r
            WHERE r.tenant_id = sales_settings.tenant_id AND NOT r.save_attachments)))
WHERE name = 'settings';
UPDATE sales_settings SET document = jsonb_set(document, '{saving,mails}', 'false')
WHERE name = 'settings' AND EXISTS (SELECT 1 FROM mailbox_rules r
    WHERE r.tenant_id = sales_settings.tenant_id AND NOT r.save_mails);
INSERT INTO sales_settings (tenant_id, system_id, name, document, changes, updated_at)
SELECT r.tenant_id, s.id, 'settings',
    jsonb_build_object('saving', jsonb_build_object(
        'mails', r.save_mails, 'mail_attachments', r.save_attachments)),
    1, r.updated_at
FROM mailbox_rules r JOIN crm_systems s ON s.tenant_id = r.tenant_id
WHERE (NOT r.save_mails OR NOT r.save_attachments) AND NOT EXISTS (SELECT 1 FROM sales_settings k
    WHERE k.tenant_id = r.tenant_id AND k.system_id = s.id AND k.name = 'settings');
