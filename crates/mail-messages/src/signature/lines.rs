//! What a line of a signature is, by its shape.

use super::words::{PLACES, TITLES};
use crate::{address::is_courtesy, normalised};

/// Two to four words that begin with capitals, without digits; or one in capitals and small letters.
pub(super) fn is_name(text: &str) -> bool {
    let text = text.split(['(', ',', '|']).next().unwrap_or_default().trim();
    let words = text.split(' ').filter(|word| !word.is_empty());
    let words: Vec<&str> = words.skip_while(|word| is_courtesy(word)).collect();
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
        && (words.iter().any(|word| PLACES.contains(&word.as_str()))
            || words.iter().any(|word| word.ends_with("straße") || word.ends_with("strasse"))
            || words.iter().any(is_code))
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
        let edges = [' ', '-', '.', '/', '\u{a0}', '\u{202f}'];
        let number = raw.trim_matches(edges).trim_end_matches('(').trim_end_matches(edges);
        // a bracket around all of it, or one that is not closed
        let number = match number.strip_prefix('(') {
            Some(inside) if !inside.contains(')') => inside,
            Some(inside) if inside.ends_with(')') => inside.trim_end_matches(')'),
            _ => number,
        };
        let digits = number.chars().filter(char::is_ascii_digit).count();
        let is_dialled = number.starts_with('+')
            || number.starts_with('0')
            || number.starts_with('(')
            || digits >= 9;
        // E.164: at most 15 digits
        if !goes_on && (8..=15).contains(&digits) && is_dialled {
            let label: String = characters.get(..at).unwrap_or_default().iter().collect();
            let number = number.replace(['\u{a0}', '\u{202f}'], " ");
            found.extend(kind(&label, &number).map(|kind| (kind, number)));
        }
        at += end.max(1);
    }
    found
}

/// What a number is, by the last word before it; nothing where that says it is none of a telephone.
fn kind(label: &str, number: &str) -> Option<char> {
    let lower = label.to_lowercase();
    let label = lower.trim_end();
    let last = label.rsplit(|c: char| !c.is_alphabetic()).find(|word| !word.is_empty());
    let last = last.unwrap_or_default();
    // "No. 01234567", "SIRET 40303265045", "TVA FR 40…"
    let counted = [
        "no",
        "nr",
        "n",
        "siret",
        "siren",
        "rcs",
        "tva",
        "vat",
        "hrb",
        "reg",
        "registration",
        "ref",
        "réf",
        "iban",
        "order",
        "commande",
        "facture",
        "invoice",
        "client",
        "customer",
        "id",
        "pin",
        "fr",
        "bp",
        "cs",
    ];
    if label.ends_with(['°', 'º', '#']) || counted.contains(&last) {
        return None;
    }
    Some(match last {
        "m" | "mob" | "mobile" | "mobil" | "cell" | "cel" | "cellulaire" | "cellular" | "c"
        | "portable" | "port" | "gsm" | "p" | "handy" | "natel" | "kom" | "móvil" | "whatsapp" => {
            'm'
        }
        "f" | "fax" | "télécopie" => 'f',
        "t" | "tel" | "tél" | "téléphone" | "phone" | "ph" | "fixe" | "std" | "standard"
        | "office" | "o" | "direct" | "bureau" | "ligne" | "w" => 'p',
        _ if is_of_a_mobile(number) => 'm',
        _ => 'p',
    })
}

/// Numbers that the plans of France (06 and 07, written in pairs) and the United Kingdom (+44 7) keep for mobiles.
fn is_of_a_mobile(number: &str) -> bool {
    let pairs: Vec<&str> = number.split([' ', '.', '-']).collect();
    let is_french = pairs.len() == 5
        && pairs.iter().all(|pair| pair.len() == 2)
        && matches!(pairs.first(), Some(&("06" | "07")));
    let digits: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let digits = digits.replacen("+330", "+33", 1).replacen("+440", "+44", 1);
    is_french || ["+336", "+337", "+447"].iter().any(|begin| digits.starts_with(begin))
}

/// An address of mail in a line.
pub(super) fn address_in(text: &str) -> Option<String> {
    let words = text.split([' ', '<', '>', '|', ',', ';', '(', ')', '[', ']']);
    words.filter(|word| word.contains('@')).find_map(|word| {
        let word = word.rsplit(':').next().unwrap_or(word);
        normalised(word.trim_matches(['.', ':'])).filter(|address| address.contains('.'))
    })
}

/// An address of the web in a line: not the page of a network, and without `www` only that of the sender's own domain.
pub(super) fn site_in(text: &str, own: &str) -> Option<String> {
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
        let is_own = !own.is_empty() && host == own;
        let is_network = NETWORKS.iter().any(|network| host.ends_with(network));
        let is_site = rest.is_some() || host.starts_with("www.") || is_own;
        if is_host && word.len() <= 200 && is_site && !is_network {
            return Some(if rest.is_some() { word.to_owned() } else { format!("https://{word}") });
        }
    }
    None
}

/// Hosts of networks and calendars, where a person has a page and no company its site.
const NETWORKS: &[&str] = &[
    "linkedin.com",
    "lnkd.in",
    "facebook.com",
    "twitter.com",
    "instagram.com",
    "youtube.com",
    "tiktok.com",
    "xing.com",
    "calendly.com",
    "teams.microsoft.com",
    "zoom.us",
    "meet.google.com",
    "wa.me",
    "aka.ms",
    "bit.ly",
];
