//! Light stemmers: what is left when the endings of number, gender and tense go.
//!
//! Their purpose is that `prices` meets `price`, not that roots are right; a full stemmer brings the tables of eighteen
//! languages into the program.

use crate::Lang;

/// The stem of a folded word.
pub(crate) fn stem(lang: Lang, word: &str) -> String {
    match lang {
        Lang::English => english(word),
        Lang::French => french(word),
    }
}

fn english(word: &str) -> String {
    let word = word.strip_suffix("'s").unwrap_or(word);
    let mut out = word.to_owned();
    if out.len() < 4 || out.bytes().any(|byte| byte.is_ascii_digit()) {
        return out;
    }
    if out.ends_with("ies") && out.len() > 4 {
        cut(&mut out, 3, "y");
    } else if ["sses", "ches", "shes", "xes", "zes"].iter().any(|end| out.ends_with(end)) {
        cut(&mut out, 2, "");
    } else if out.ends_with('s') && !["ss", "us", "is"].iter().any(|end| out.ends_with(end)) {
        cut(&mut out, 1, "");
    }
    for end in ["ing", "edly", "ed"] {
        if out.ends_with(end) && out.get(..out.len() - end.len()).is_some_and(has_vowel) {
            cut(&mut out, end.len(), "");
            double(&mut out);
            break;
        }
    }
    for (end, with) in [
        ("ization", "ize"),
        ("isation", "ize"),
        ("ations", "ate"),
        ("ation", "ate"),
        ("fulness", "ful"),
        ("ousness", "ous"),
        ("iveness", "ive"),
        ("ments", ""),
        ("ment", ""),
        ("ness", ""),
        ("ably", "able"),
        ("ally", "al"),
        ("ly", ""),
    ] {
        if out.len() > end.len() + 3 && out.ends_with(end) {
            cut(&mut out, end.len(), with);
            break;
        }
    }
    if out.len() > 4 && out.ends_with('e') {
        cut(&mut out, 1, "");
    }
    if out.len() > 3 && out.ends_with('y') {
        cut(&mut out, 1, "i");
    }
    out
}

fn french(word: &str) -> String {
    let mut out = word.to_owned();
    if out.len() < 5 || out.bytes().any(|byte| byte.is_ascii_digit()) {
        return out;
    }
    if out.ends_with("aux") {
        cut(&mut out, 2, "l");
    } else if out.ends_with(['s', 'x']) && !out.ends_with("ss") {
        cut(&mut out, 1, "");
    }
    for (end, with) in [
        ("issement", ""),
        ("atrice", "at"),
        ("ateur", "at"),
        ("ation", "at"),
        ("ition", "it"),
        ("euse", "eu"),
        ("ement", ""),
        ("amment", "ant"),
        ("emment", "ent"),
        ("ment", ""),
        ("ance", "ant"),
        ("ence", "ent"),
        ("ites", "it"),
        ("ite", "it"),
        ("issons", ""),
        ("issez", ""),
        ("issent", ""),
        ("erons", ""),
        ("eront", ""),
        ("erait", ""),
        ("erais", ""),
        ("eraient", ""),
        ("erez", ""),
        ("erai", ""),
        ("era", ""),
        ("aient", ""),
        ("ions", ""),
        ("ons", ""),
        ("ees", ""),
        ("ee", ""),
        ("ait", ""),
        ("ais", ""),
        ("ent", ""),
        ("ez", ""),
        ("er", ""),
        ("ir", ""),
        ("e", ""),
    ] {
        if out.len() > end.len() + 3 && out.ends_with(end) {
            cut(&mut out, end.len(), with);
            break;
        }
    }
    double(&mut out);
    out
}

fn cut(word: &mut String, count: usize, with: &str) {
    word.truncate(word.len().saturating_sub(count));
    word.push_str(with);
}

/// `planned` without its ending is `plann`: one of two equal consonants goes.
fn double(word: &mut String) {
    let bytes = word.as_bytes();
    if let [.., a, b] = bytes
        && a == b
        && !matches!(b, b'l' | b's' | b'z' | b'e' | b'o')
        && b.is_ascii_lowercase()
    {
        word.pop();
    }
}

fn has_vowel(word: &str) -> bool {
    word.len() > 1 && word.contains(['a', 'e', 'i', 'o', 'u', 'y'])
}
