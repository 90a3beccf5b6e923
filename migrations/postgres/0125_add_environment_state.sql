-- When an environment ends by itself, whether it waits for its end, what goes on in it by itself, and what its
-- organisation began with.
ALTER TABLE environments ADD COLUMN deleted_at TIMESTAMPTZ;
ALTER TABLE environments ADD COLUMN ends_at TIMESTAMPTZ;
ALTER TABLE environments ADD COLUMN background_off BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE environments ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
ALTER TABLE environments ADD COLUMN currency TEXT NOT NULL DEFAULT 'EUR';
