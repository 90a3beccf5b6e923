-- The sensitivity label of a team, in the words of whoever gave it.
ALTER TABLE teams ADD COLUMN label TEXT;
