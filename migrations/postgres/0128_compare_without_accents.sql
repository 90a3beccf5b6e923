-- Lower case without accents, for comparison that is blind to both: what reads as e is e, so that a search for societe
-- finds Société, and é stands beside e. The letters of Latin that are made of a letter and a mark, and the marks alone.
CREATE FUNCTION plain(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN octet_length($1) = char_length($1) THEN lower($1 COLLATE "C") COLLATE "default"
        ELSE translate(
            lower($1 COLLATE "und-x-icu") COLLATE "default",
            U&'\00E0\00E1\00E2\00E3\00E4\00E5\0101\0103\0105\00E7\0107\0109\010B\010D\010F\00E8\00E9\00EA\00EB\0113\0115\0117\0119\011B\011D\011F\0121\0123\0125\00EC\00ED\00EE\00EF\0129\012B\012D\012F\0135\0137\013A\013C\013E\00F1\0144\0146\0148\00F2\00F3\00F4\00F5\00F6\014D\014F\0151\0155\0157\0159\015B\015D\015F\0161\0219\0163\0165\021B\00F9\00FA\00FB\00FC\0169\016B\016D\016F\0171\0173\0175\00FD\00FF\0177\017A\017C\017E\0300\0301\0302\0303\0304\0306\0307\0308\030A\030B\030C\0323\0326\0327\0328',
            'aaaaaaaaacccccdeeeeeeeeegggghiiiiiiiijklllnnnnoooooooorrrssssstttuuuuuuuuuuwyyyzzz'
        ) END;
