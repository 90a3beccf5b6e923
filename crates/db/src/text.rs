//! Texts as they are compared.

/// A text in lower case and without accents, for comparison that is blind to both: `plain` of SQL, for the engine that
/// has it not itself. The letters of Latin that are made of a letter and a mark, and the marks alone.
pub fn plain(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.to_lowercase().chars().filter_map(bare).collect()
}

/// A letter without its mark; none for a mark alone.
const fn bare(letter: char) -> Option<char> {
    Some(match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => 'c',
        'ď' => 'd',
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => 'e',
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => 'g',
        'ĥ' => 'h',
        'ì' | 'í' | 'î' | 'ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' => 'i',
        'ĵ' => 'j',
        'ķ' => 'k',
        'ĺ' | 'ļ' | 'ľ' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ō' | 'ŏ' | 'ő' => 'o',
        'ŕ' | 'ŗ' | 'ř' => 'r',
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => 's',
        'ţ' | 'ť' | 'ț' => 't',
        'ù' | 'ú' | 'û' | 'ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => 'u',
        'ŵ' => 'w',
        'ý' | 'ÿ' | 'ŷ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        '\u{300}' | '\u{301}' | '\u{302}' | '\u{303}' | '\u{304}' | '\u{306}' | '\u{307}'
        | '\u{308}' | '\u{30a}' | '\u{30b}' | '\u{30c}' | '\u{323}' | '\u{326}' | '\u{327}'
        | '\u{328}' => return None,
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_case_do_not_count() {
        assert_eq!(plain("SOCIÉTÉ Générale"), "societe generale");
        assert_eq!(plain("Acme 7"), "acme 7");
        assert_eq!(plain("e\u{301}te\u{301}"), plain("été"));
        // what is no letter with a mark stays what it is
        assert_eq!(plain("Straße Øre Ω"), "straße øre ω");
    }
}
