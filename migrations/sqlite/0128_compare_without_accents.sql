-- `plain(text)`, lower case without accents, is a function of the connection on this engine; the other one gets it here.
SELECT 1;
