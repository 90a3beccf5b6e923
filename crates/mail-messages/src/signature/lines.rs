//! What a line of a signature is, by its shape.

use super::words::{PLACES, TITLES};
use crate::normalised;

/// Two to four words that begin with capitals, without digits; or one in capitals and small letters.
pub(super) fn is_name(text: &str) -> bool {
    let text = text.split(['(', ',', '|']).next().unwrap_or_default().trim();
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    let small = [
        "de", "du", "des", "la", "le", "van", "von", "der", "den", "di", "da", "el", "al", "y",
        "d'",
    ];
    let is_word = |word: &&str| {
        let first = word.chars().next().is_some_and(char::is_uppercase);
        let rest =
            word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '\u{2019}' | '.'));
        rest && (first || small.contains(word))
    };
    (1..=5).contains(&words.len())
        && text.chars().count() <= 60
        && words.iter().all(is_word)
        && words.iter().any(|word| word.chars().count() > 1)
}

/// A short line with a word of what people do.
pub(super) fn is_title(text: &str) -> bool {
    let words = text.split([' ', ',', '/', '&', '.', '(', ')']).filter(|word| !word.is_empty());
    let words: Vec<String> = words.map(str::to_lowercase).collect();
    words.len() <= 10
        && !text.contains(['@', '?', '!'])
        && text.chars().next().is_some_and(|c| c.is_uppercase() || c.is_numeric())
        && words.iter().any(|word| TITLES.contains(&word.as_str()))
}

/// A line of an address: a street word with a number, or a postal code with a word.
pub(super) fn place(text: &str) -> bool {
    let words = text.split([' ', ',', '.']).filter(|word| !word.is_empty());
    let words: Vec<String> = words.map(str::to_lowercase).collect();
    let has_digit = text.chars().any(|c| c.is_ascii_digit());
    let is_code =
        |word: &String| (4..=6).contains(&word.len()) && word.chars().all(|c| c.is_ascii_digit());
    has_digit
        && (2..=14).contains(&words.len())
        && (words.iter().any(|word| PLACES.contains(&word.as_str())) || words.iter().any(is_code))
}

/// Numbers of telephones with what they are: `p`, `m` or `f`.
pub(super) fn phones(text: &str) -> Vec<(char, String)> {
    let mut found = Vec::new();
    let characters: Vec<char> = text.chars().collect();
    let mut at = 0;
    while let Some(&c) = characters.get(at) {
        let before = at.checked_sub(1).and_then(|at| characters.get(at)).copied();
        let begins = (c == '+' || c == '(' || c.is_ascii_digit())
            && !before.is_some_and(char::is_alphanumeric);
        if !begins {
            at += 1;
            continue;
        }
        let rest = characters.get(at..).unwrap_or_default();
        let end =
            rest.iter().position(|c| !(c.is_ascii_digit() || " +().-/\u{a0}\u{202f}".contains(*c)));
        let end = end.unwrap_or(rest.len());
        let raw: String = rest.get(..end).unwrap_or_default().iter().collect();
        // what goes on in letters is no number
        let goes_on = rest.get(end).is_some_and(|c| c.is_alphabetic())
            && raw.ends_with(|c: char| c.is_ascii_digit());
        let number = raw.trim_matches([' ', '-', '.', '/', '(', '\u{a0}', '\u{202f}']).trim();
        let digits = number.chars().filter(char::is_ascii_digit).count();
        let is_dialled = number.starts_with('+')
            || number.starts_with('0')
            || number.starts_with('(')
            || digits >= 9;
        // E.164: at most 15 digits
        if !goes_on && (8..=15).contains(&digits) && is_dialled {
            let label: String = characters.get(..at).unwrap_or_default().iter().collect();
            found.push((kind(&label), number.replace(['\u{a0}', '\u{202f}'], " ")));
        }
        at += end.max(1);
    }
    found
}

/// What a number is, by the last word before it.
fn kind(label: &str) -> char {
    let lower = label.to_lowercase();
    let last = lower.rsplit(|c: char| !c.is_alphabetic()).find(|word| !word.is_empty());
    match last.unwrap_or_default() {
        "m" | "mob" | "mobile" | "cell" | "cellular" | "portable" | "port" | "gsm" | "p" => 'm',
        "f" | "fax" | "télécopie" => 'f',
        _ => 'p',
    }
}

/// An address of mail in a line.
pub(super) fn address_in(text: &str) -> Option<String> {
    let words = text.split([' ', '<', '>', '|', ',', ';', '(', ')', '[', ']']);
    words.filter(|word| word.contains('@')).find_map(|word| {
        let word = word.rsplit(':').next().unwrap_or(word);
        normalised(word.trim_matches(['.', ':'])).filter(|address| address.contains('.'))
    })
}

/// An address of the web in a line.
pub(super) fn site_in(text: &str) -> Option<String> {
    let words = text.split([' ', '<', '>', '|', ',', ';', '(', ')', '[', ']', '\t']);
    for word in words {
        let word = word.trim_matches(['.', ':', '/']);
        let lower = word.to_lowercase();
        let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
        let host = rest.unwrap_or(&lower).split(['/', '?']).next().unwrap_or_default();
        let is_host = host.contains('.')
            && !host.contains('@')
            && host.split('.').all(|label| {
                !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            })
            && host
                .rsplit('.')
                .next()
                .is_some_and(|top| top.len() > 1 && top.chars().all(char::is_alphabetic));
        if is_host && word.len() <= 200 && (rest.is_some() || host.starts_with("www.")) {
            return Some(if rest.is_some() { word.to_owned() } else { format!("https://{word}") });
        }
    }
    None
}
