//! Names of days, months, units and small numbers, as folded words.

pub(super) fn small(number: i16) -> Option<i8> {
    i8::try_from(number).ok()
}

pub(super) fn half(word: &str) -> Option<bool> {
    match word {
        "am" => Some(false),
        "pm" => Some(true),
        _ => None,
    }
}

pub(super) fn noon(hour: i8, pm: bool) -> Option<i8> {
    match (hour, pm) {
        (12, true) => Some(12),
        (12, false) => Some(0),
        (1..=11, true) => Some(hour + 12),
        (0..=11, false) => Some(hour),
        _ => None,
    }
}

pub(super) fn french_unit(word: &str) -> Option<&'static str> {
    match word {
        "semaine" => Some("week"),
        "mois" => Some("month"),
        "trimestre" => Some("quarter"),
        "annee" | "an" => Some("year"),
        _ => None,
    }
}

/// From Monday, which is zero.
pub(super) fn weekday(word: &str) -> Option<i8> {
    let word = word.strip_suffix("'s").unwrap_or(word);
    let place = WEEKDAYS.iter().position(|names| names.contains(&word))?;
    i8::try_from(place).ok()
}

pub(super) fn month(word: &str) -> Option<i8> {
    let place = MONTHS.iter().position(|names| names.contains(&word))?;
    i8::try_from(place + 1).ok()
}

/// Whether a folded word is the name of a day or a month.
pub(crate) fn is_calendar(word: &str) -> bool {
    weekday(word).is_some() || month(word).is_some()
}

const WEEKDAYS: [[&str; 2]; 7] = [
    ["monday", "lundi"],
    ["tuesday", "mardi"],
    ["wednesday", "mercredi"],
    ["thursday", "jeudi"],
    ["friday", "vendredi"],
    ["saturday", "samedi"],
    ["sunday", "dimanche"],
];
const MONTHS: [[&str; 3]; 12] = [
    ["january", "jan", "janvier"],
    ["february", "feb", "fevrier"],
    ["march", "mar", "mars"],
    ["april", "apr", "avril"],
    ["may", "may", "mai"],
    ["june", "jun", "juin"],
    ["july", "jul", "juillet"],
    ["august", "aug", "aout"],
    ["september", "sept", "septembre"],
    ["october", "oct", "octobre"],
    ["november", "nov", "novembre"],
    ["december", "dec", "decembre"],
];
pub(super) const ENGLISH_NUMBERS: [&str; 13] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve",
];
pub(super) const FRENCH_NUMBERS: [&str; 16] = [
    "zero", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze",
    "douze", "treize", "quatorze", "quinze",
];
