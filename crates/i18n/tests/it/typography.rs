//! Rules of typesetting: no-break spaces, quotation marks, apostrophes.

const NO_BREAK: char = '\u{a0}';
const NARROW: char = '\u{202f}';

/// What breaks the rules of French in `text`.
///
/// Before `; : ! ? »` and after `«` stands a no-break space. A mark inside a word (`https://`,
/// `14:05`, `?x=1`) is none of the sentence's.
pub(crate) fn french(text: &str) -> impl Iterator<Item = &'static str> {
    let mut rules: Vec<&'static str> = every(text).collect();
    if text.contains('\'') {
        rules.push("a straight apostrophe");
    }
    let letters: Vec<char> = text.chars().collect();
    let mut quoted = false;
    for (index, mark) in letters.iter().copied().enumerate() {
        quoted = if mark == '«' { true } else { quoted && mark != '»' };
        let before = index.checked_sub(1).map(|before| letters[before]);
        let after = letters.get(index + 1).copied();
        let no_break = |c: Option<char>| matches!(c, Some(NO_BREAK | NARROW));
        let ends = after.is_none_or(|c| c.is_whitespace() || ")»".contains(c));
        match mark {
            // what is quoted may be a name of another world, such as a header field
            ':' if quoted => {}
            ';' | ':' | '!' | '?' if ends => {
                // marks in a row, such as ?!, take one space before the first
                let alone = before.is_none_or(|c| ";:!?(«".contains(c) || no_break(Some(c)));
                if !alone {
                    rules.push("no no-break space before a mark");
                }
            }
            '»' if !no_break(before) => rules.push("no no-break space before »"),
            '«' if !no_break(after) => rules.push("no no-break space after «"),
            '“' | '”' => rules.push("English quotation marks"),
            _ => {}
        }
    }
    rules.into_iter()
}

/// What breaks the rules of both languages in `text`.
pub(crate) fn every(text: &str) -> impl Iterator<Item = &'static str> {
    [
        (text.contains('"'), "straight quotation marks"),
        (text.contains("..."), "three dots for an ellipsis"),
        (text.contains("  "), "two spaces"),
    ]
    .into_iter()
    .filter_map(|(broken, rule)| broken.then_some(rule))
}

#[test]
fn the_rules_find_what_they_are_for() {
    for (text, sound) in [
        ("Voulez-vous continuer\u{202f}?", true),
        ("Voulez-vous continuer ?", false),
        ("Attention!", false),
        ("{}\u{a0}: {}", true),
        ("{}: {}", false),
        ("«\u{a0}oui\u{a0}»", true),
        ("« oui »", false),
        ("«\u{a0}Host: a\u{a0}» ou : b", false),
        ("«\u{a0}Host: a\u{a0}»", true),
        ("l'équipe", false),
        ("l’équipe", true),
        ("https://exemple.test:8080/?x=1 à 14:05", true),
        ("un “mot”", false),
        ("encore...", false),
    ] {
        assert_eq!(french(text).next().is_none(), sound, "{text}");
    }
}
