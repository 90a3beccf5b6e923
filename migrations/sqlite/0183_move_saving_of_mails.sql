-- Whether mails and their files are saved stands in the settings of each CRM alone: what was set for the whole tenant goes
-- there. What had no effect before is as it was obeyed: partners are shown where an action is enabled.
UPDATE sales_settings SET document = json_set(document,
    '$.partners', json('true'),
    '$.saving.mail_attachments', json(CASE WHEN EXISTS (SELECT 1 FROM mailbox_rules r
        WHERE r.tenant_id = sales_settings.tenant_id AND r.save_attachments = 0) THEN 'false' ELSE 'true' END))
WHERE name = 'settings';
UPDATE sales_settings SET document = json_set(document, '$.saving.mails', json('false'))
WHERE name = 'settings' AND EXISTS (SELECT 1 FROM mailbox_rules r
    WHERE r.tenant_id = sales_settings.tenant_id AND r.save_mails = 0);
INSERT INTO sales_settings (tenant_id, system_id, name, document, changes, updated_at)
SELECT r.tenant_id, s.id, 'settings',
    json_object('saving', json_object(
        'mails', json(CASE WHEN r.save_mails = 0 THEN 'false' ELSE 'true' END),
        'mail_attachments', json(CASE WHEN r.save_attachments = 0 THEN 'false' ELSE 'true' END))),
    1, r.updated_at
FROM mailbox_rules r JOIN crm_systems s ON s.tenant_id = r.tenant_id
WHERE (r.save_mails = 0 OR r.save_attachments = 0) AND NOT EXISTS (SELECT 1 FROM sales_settings k
    WHERE k.tenant_id = r.tenant_id AND k.system_id = s.id AND k.name = 'settings');
