//! Which beginnings of a line are a speaker's name.

use crate::MAX_NAME_BYTES;

/// A name and what follows its colon, when the line begins with one.
pub(crate) fn prefixed(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.split_once(':')?;
    // `10:30`, `https://…` and `C:\…` are no names.
    if rest.starts_with(['/', '\\'])
        || (!rest.is_empty() && !rest.starts_with([' ', '\t', '\u{a0}']))
    {
        return None;
    }
    let name = name.trim();
    plausible(name).then_some((name, rest.trim()))
}

/// Whether something may be a person's name in a transcript.
///
/// Names begin with a capital, a digit or a bracket (`Ada Byron`, `Jean-Luc de La Tour (Contoso)`, `Speaker 1`,
/// `Conf Room 12`); small words between are those that stand in names. Scripts without capitals pass.
pub(crate) fn plausible(name: &str) -> bool {
    if name.is_empty() || name.len() > MAX_NAME_BYTES {
        return false;
    }
    let words: Vec<&str> = name.split_whitespace().collect();
    // who signed in with an address is called so
    if let [only] = words.as_slice()
        && only.split_once('@').is_some_and(|(local, host)| !local.is_empty() && host.contains('.'))
    {
        return true;
    }
    // `November 23, 2026` is a day
    let is_day = |word: &&str| {
        let bare = word.trim_matches([',', '.']).to_lowercase();
        DAYS.contains(&bare.as_str())
            || bare.len() == 4
                && (bare.starts_with("19") || bare.starts_with("20"))
                && bare.bytes().all(|b| b.is_ascii_digit())
    };
    if words.iter().any(is_day) && name.contains(|c: char| c.is_ascii_digit()) {
        return false;
    }
    if words.len() > MAX_WORDS
        || name.contains(['.', '?', '!', ';', '"', '«', '<', '>', '=', '{', '}', '/'])
            && !dotted(name)
    {
        return false;
    }
    if let [only] = words.as_slice()
        && LABELS.iter().any(|label| label.eq_ignore_ascii_case(only))
    {
        return false;
    }
    let mut capitals = 0;
    for word in &words {
        let Some(first) = word.chars().next() else { return false };
        if PARTICLES.contains(word) {
            continue;
        }
        if !first.is_lowercase() {
            capitals += 1;
        } else if !word.contains(['@', '\'', '’']) {
            return false;
        }
    }
    capitals > 0
}

/// Whether the dots of a name are those of initials and titles (`J. R. Tolkien`, `Dr. Who`), nothing else being odd.
fn dotted(name: &str) -> bool {
    !name.contains(['?', '!', ';', '"', '«', '<', '>', '=', '{', '}', '/'])
        && name.split_whitespace().all(|word| !word.contains('.') || word.chars().count() <= 4)
}

/// A name as it is kept: no line ends, not too long.
pub(crate) fn kept(name: &str) -> Option<String> {
    // marks of direction and of Markdown are none of the name
    let steers = |c: char| matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let name: String = name.chars().filter(|c| !steers(*c)).collect();
    let name = name.trim().trim_matches('*').split_whitespace().collect::<Vec<_>>().join(" ");
    let mut end = name.len().min(MAX_NAME_BYTES);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    let name = name.get(..end).unwrap_or_default().trim_end();
    (!name.is_empty()).then(|| name.to_owned())
}

/// More words are a sentence.
const MAX_WORDS: usize = 6;

/// Small words inside names.
const PARTICLES: [&str; 18] = [
    "de", "du", "des", "la", "le", "les", "von", "van", "der", "den", "da", "di", "del", "dos",
    "bin", "al", "of", "and",
];

/// Words before a colon that are headings, not people.
const LABELS: [&str; 44] = [
    "action",
    "actions",
    "agenda",
    "attendees",
    "attention",
    "but",
    "cc",
    "conclusion",
    "context",
    "contexte",
    "date",
    "decision",
    "décision",
    "duration",
    "durée",
    "example",
    "exemple",
    "fwd",
    "http",
    "https",
    "important",
    "lieu",
    "meeting",
    "next",
    "note",
    "notes",
    "objet",
    "participants",
    "ps",
    "question",
    "questions",
    "re",
    "rappel",
    "recording",
    "remarque",
    "remember",
    "réunion",
    "subject",
    "summary",
    "time",
    "todo",
    "topic",
    "transcript",
    "warning",
];

/// Words of days, which with a number are no name.
const DAYS: [&str; 38] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "lundi",
    "mardi",
    "mercredi",
    "jeudi",
    "vendredi",
    "samedi",
    "dimanche",
];
