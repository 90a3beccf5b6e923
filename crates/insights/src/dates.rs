//! Dates and times in text: `Friday`, `in two weeks`, `le 15 mars`, `d’ici la fin du mois`, resolved against a day.
//!
//! A weekday is the next of its name, never the day itself; `next Friday` is that of the week after this one; a week, a
//! month or a quarter means its last working day or day, because what is due in it is due by then (our own choices).

mod names;

use jiff::{ToSpan as _, civil::Date};
use serde::Serialize;

use crate::{Lang, words, words::Word};
pub(crate) use names::is_calendar;
use names::{ENGLISH_NUMBERS, FRENCH_NUMBERS, french_unit, half, month, noon, small, weekday};

/// A date or a time in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The byte at which it begins.
    pub start: usize,
    /// The byte behind it.
    pub end: usize,
    /// What it means.
    pub means: Means,
}

/// What a date or a time means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Means {
    /// A day.
    Day(Date),
    /// The end of a week, a month, a quarter or a year.
    Until(Date),
    /// A time of day: hour and minute.
    Time(i8, i8),
}

impl Means {
    /// The day, when it is one.
    pub const fn day(self) -> Option<Date> {
        match self {
            Self::Day(date) | Self::Until(date) => Some(date),
            Self::Time(..) => None,
        }
    }
}

/// The dates and times of a text, in order; relative ones count from `base`.
pub fn find(text: &str, lang: Lang, base: Date) -> Vec<Found> {
    let words = words::words(text);
    let folded: Vec<String> = words.iter().map(|word| words::fold(word.text)).collect();
    let reader = Reader { text, words: &words, folded: &folded, lang, base };
    let mut out = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match reader.at(at) {
            Some((count, means)) => {
                if let (Some(first), Some(last)) = (words.get(at), words.get(at + count - 1)) {
                    out.push(Found { start: first.start, end: last.end(), means });
                }
                at += count;
            }
            None => at += 1,
        }
    }
    out
}

/// A text while it is read.
struct Reader<'a> {
    text: &'a str,
    words: &'a [Word<'a>],
    folded: &'a [String],
    lang: Lang,
    base: Date,
}

type Hit = Option<(usize, Means)>;

impl Reader<'_> {
    fn word(&self, at: usize) -> &str {
        self.folded.get(at).map_or("", String::as_str)
    }

    /// What stands between two words.
    fn between(&self, at: usize) -> &str {
        match (self.words.get(at), self.words.get(at + 1)) {
            (Some(a), Some(b)) => self.text.get(a.end()..b.start).unwrap_or_default(),
            _ => "",
        }
    }

    fn phrase(&self, at: usize, phrase: &[&str]) -> bool {
        phrase.iter().enumerate().all(|(index, word)| self.word(at + index) == *word)
    }

    fn plus(&self, days: i64) -> Option<Date> {
        self.base.checked_add(days.days()).ok()
    }

    fn at(&self, at: usize) -> Hit {
        self.numeric(at).or_else(|| self.clock(at)).or_else(|| match self.lang {
            Lang::English => self.english(at),
            Lang::French => self.french(at),
        })
    }

    /// `2027-03-15`, `15/03/2027`, `3/15`; which number is the month depends on the language.
    fn numeric(&self, at: usize) -> Hit {
        let number = |index: usize| -> Option<i16> {
            let word = self.word(index);
            (word.len() <= 4 && !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit()))
                .then(|| word.parse().ok())?
        };
        let (first, second) = (number(at)?, number(at + 1)?);
        let mark = self.between(at);
        if mark == "-" && self.word(at).len() == 4 && self.between(at + 1) == "-" {
            let date = Date::new(first, small(second)?, small(number(at + 2)?)?).ok()?;
            return Some((3, Means::Day(date)));
        }
        if !matches!(mark, "/" | ".") {
            return None;
        }
        let year = (self.between(at + 1) == mark).then(|| number(at + 2)).flatten();
        if mark == "." && year.is_none() {
            return None;
        }
        let american = self.lang == Lang::English && first <= 12;
        let (month, day) = if american { (first, second) } else { (second, first) };
        let date = match year {
            Some(year) => {
                Date::new(if year < 100 { year + 2000 } else { year }, small(month)?, small(day)?)
                    .ok()?
            }
            None => self.coming(small(month)?, small(day)?)?,
        };
        Some((if year.is_some() { 3 } else { 2 }, Means::Day(date)))
    }

    /// `3 pm`, `3:30pm`, `15h30`, `14 h`, `15:30`, `noon`, `midi`.
    fn clock(&self, at: usize) -> Hit {
        let word = self.word(at);
        match (self.lang, word) {
            (Lang::English, "noon") | (Lang::French, "midi") => {
                return Some((1, Means::Time(12, 0)));
            }
            (Lang::English, "midnight") | (Lang::French, "minuit") => {
                return Some((1, Means::Time(0, 0)));
            }
            _ => {}
        }
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let hour: i8 =
            word.get(..digits).filter(|text| (1..=2).contains(&text.len()))?.parse().ok()?;
        let rest = word.get(digits..).unwrap_or_default();
        if hour > 23 {
            return None;
        }
        if rest.is_empty() && self.between(at) == ":" {
            let next = self.word(at + 1);
            let minute: i8 = next.get(..2)?.parse().ok().filter(|minute| *minute < 60)?;
            let half = match next.get(2..) {
                Some("") => half(self.word(at + 2)).map(|pm| (1, pm)),
                Some(tail) => Some((0, half(tail)?)),
                None => None,
            };
            return match half {
                Some((more, pm)) => Some((2 + more, Means::Time(noon(hour, pm)?, minute))),
                None => Some((2, Means::Time(hour, minute))),
            };
        }
        if self.lang == Lang::French {
            let after = self.word(at + 1);
            if let Some(minutes) = rest.strip_prefix('h') {
                let minute = if minutes.is_empty() {
                    0
                } else {
                    minutes.parse().ok().filter(|m| *m < 60)?
                };
                return Some((1, Means::Time(hour, minute)));
            }
            // `14 heures` after `à`; `2 heures` alone is a duration.
            let hours = rest.is_empty() && matches!(after, "h" | "heures" | "heure");
            let before = at.checked_sub(1).map_or("", |before| self.word(before));
            if hours && (after == "h" || matches!(before, "a" | "vers" | "des" | "avant" | "apres"))
            {
                let minute =
                    self.word(at + 2).parse::<i8>().ok().filter(|minute| (1..60).contains(minute));
                return Some((
                    if minute.is_some() { 3 } else { 2 },
                    Means::Time(hour, minute.unwrap_or(0)),
                ));
            }
            return None;
        }
        if let Some(pm) = half(rest) {
            return Some((1, Means::Time(noon(hour, pm)?, 0)));
        }
        if rest.is_empty() && self.between(at) == " " {
            let (count, pm) = match self.word(at + 1) {
                "o'clock" => return Some((2, Means::Time(hour, 0))),
                // `p.m.` is two words
                letter @ ("a" | "p") if self.word(at + 2) == "m" => (3, letter == "p"),
                word => (2, half(word)?),
            };
            return Some((count, Means::Time(noon(hour, pm)?, 0)));
        }
        None
    }

    fn english(&self, at: usize) -> Hit {
        let word = self.word(at);
        let day = |count: usize, days: i64| Some((count, Means::Day(self.plus(days)?)));
        match word {
            "today" | "tonight" | "eod" | "cob" => return day(1, 0),
            "tomorrow" => return day(1, 1),
            "end"
                if self.phrase(at, &["end", "of", "day"])
                    || self.phrase(at, &["end", "of", "business"]) =>
            {
                return day(3, 0);
            }
            "close" if self.phrase(at, &["close", "of", "business"]) => return day(3, 0),
            "day" if self.phrase(at, &["day", "after", "tomorrow"]) => return day(3, 2),
            "in" | "within" => {
                let skip = usize::from(matches!(self.word(at + 1), "the" | "about"));
                if let Some((count, number)) = self.count(at + 1 + skip)
                    && let Some(date) = self.later(number, self.word(at + 1 + skip + count))
                {
                    return Some((2 + skip + count, Means::Day(date)));
                }
            }
            "end" | "eow" | "eom" | "eoq" | "eoy" => {
                let skip = if word == "end" && self.word(at + 1) == "of" { 2 } else { 1 };
                let skip =
                    skip + usize::from(skip == 2 && matches!(self.word(at + 2), "the" | "this"));
                let (next, skip) = match self.word(at + skip) {
                    "next" => (1, skip + 1),
                    _ => (0, skip),
                };
                let (unit, count) = match word {
                    "eow" => ("week", 1),
                    "eom" => ("month", 1),
                    "eoq" => ("quarter", 1),
                    "eoy" => ("year", 1),
                    _ => (self.word(at + skip), skip + 1),
                };
                if count > 2 || word != "end" {
                    let month = month(unit).and_then(|month| self.month_end(month));
                    let date = month.or_else(|| self.period(unit, next));
                    return date.map(|date| (count, Means::Until(date)));
                }
            }
            "next" | "this" | "coming" => {
                let next = i64::from(word == "next");
                let following = self.word(at + 1);
                if let Some(weekday) = weekday(following) {
                    return Some((2, Means::Day(self.weekday(weekday, next)?)));
                }
                if matches!(following, "week" | "month" | "quarter" | "year")
                    && (next == 1 || following != "year")
                {
                    return self.period(following, next).map(|date| (2, Means::Until(date)));
                }
            }
            "q1" | "q2" | "q3" | "q4" => return self.quarter(at),
            "by" | "on" | "before" | "the" if word == "the" && self.ordinal(at + 1).is_some() => {
                // `the 15th of March`, `the 15th`
                let day = self.ordinal(at + 1)?;
                let of = usize::from(self.word(at + 2) == "of");
                if let Some(month) = month(self.word(at + 2 + of)) {
                    let (years, date) = self.with_year(at + 3 + of, month, day)?;
                    return Some((3 + of + years, Means::Day(date)));
                }
                return Some((2, Means::Day(self.day_of_month(day)?)));
            }
            _ => {}
        }
        if weekday(word).is_some() && self.words.get(at).is_some_and(Word::is_capital) {
            // `Tuesday, December 8`, `Tuesday the 8th of December`: the day is the one that is numbered
            let skip = 1 + usize::from(matches!(self.word(at + 1), "the"));
            let numbered = self.day_and_month(at + skip).or_else(|| {
                (skip == 1)
                    .then(|| self.numeric(at + 1))
                    .flatten()
                    .and_then(|(count, means)| means.day().map(|day| (count, day)))
            });
            if let Some((count, day)) = numbered {
                return Some((skip + count, Means::Day(day)));
            }
        }
        if let Some(weekday) = weekday(word)
            && self.words.get(at).is_some_and(Word::is_capital)
        {
            // `Friday next week`, `Friday the 5th`
            let next = i64::from(self.phrase(at + 1, &["next", "week"]));
            return Some((if next == 1 { 3 } else { 1 }, Means::Day(self.weekday(weekday, next)?)));
        }
        // `March 15`, `March 15th, 2027`, `15 March`
        if let Some(month) =
            month(word).filter(|_| self.words.get(at).is_some_and(Word::is_capital))
        {
            if let Some(day) = self.ordinal(at + 1).or_else(|| self.day_number(at + 1)) {
                let (years, date) = self.with_year(at + 2, month, day)?;
                return Some((2 + years, Means::Day(date)));
            }
            if let Some(year) = self.year(at + 1) {
                return Some((2, Means::Until(Date::new(year, month, 1).ok()?.last_of_month())));
            }
            let before = at.checked_sub(1).map_or("", |before| self.word(before));
            if matches!(
                before,
                "in" | "by" | "until" | "before" | "of" | "for" | "early" | "late" | "mid"
            ) && word != "may"
            {
                if before == "mid" {
                    return Some((1, Means::Day(self.coming(month, 15)?)));
                }
                return Some((1, Means::Until(self.month_end(month)?)));
            }
        }
        if let Some(month) = month(self.word(at + 1))
            && let Some(day) = self.ordinal(at).or_else(|| self.day_number(at))
        {
            let (years, date) = self.with_year(at + 2, month, day)?;
            return Some((2 + years, Means::Day(date)));
        }
        None
    }

    /// `December 8`, `8 December`, `8th of December 2027`: how many words, and the day.
    fn day_and_month(&self, at: usize) -> Option<(usize, Date)> {
        let number = |at: usize| self.ordinal(at).or_else(|| self.day_number(at));
        if let (Some(month), Some(day)) = (month(self.word(at)), number(at + 1)) {
            let (years, date) = self.with_year(at + 2, month, day)?;
            return Some((2 + years, date));
        }
        let day = number(at)?;
        let of = usize::from(self.word(at + 1) == "of");
        let month = month(self.word(at + 1 + of))?;
        let (years, date) = self.with_year(at + 2 + of, month, day)?;
        Some((2 + of + years, date))
    }

    fn french(&self, at: usize) -> Hit {
        let word = self.word(at);
        let day = |count: usize, days: i64| Some((count, Means::Day(self.plus(days)?)));
        match word {
            "aujourd'hui" => return day(1, 0),
            "aujourd" if self.word(at + 1) == "hui" => return day(2, 0),
            "ce" if matches!(self.word(at + 1), "soir" | "matin") => return day(2, 0),
            "cet" if self.phrase(at + 1, &["apres", "midi"]) => return day(3, 0),
            "demain" => return day(1, 1),
            "apres" if self.word(at + 1) == "demain" => return day(2, 2),
            "dans" | "sous" => {
                match self.word(at + 1) {
                    "huitaine" => return day(2, 7),
                    "quinzaine" => return day(2, 14),
                    _ => {}
                }
                let skip = usize::from(matches!(self.word(at + 1), "les" | "environ"));
                let (count, number) = self.count(at + 1 + skip)?;
                let unit = self.word(at + 1 + skip + count);
                // « quinze jours » are two weeks, « huit jours » one
                let date = match (number, unit) {
                    (15, "jours" | "jour") => self.plus(14)?,
                    (8, "jours" | "jour") => self.plus(7)?,
                    _ => self.later(number, unit)?,
                };
                return Some((2 + skip + count, Means::Day(date)));
            }
            "fin" => {
                let skip = 1 + usize::from(matches!(self.word(at + 1), "de" | "du" | "d"));
                let skip =
                    skip + usize::from(matches!(self.word(at + skip), "la" | "l" | "cette" | "ce"));
                let unit = self.word(at + skip);
                let next = i64::from(matches!(self.word(at + skip + 1), "prochain" | "prochaine"));
                let count = skip + 1 + usize::from(next == 1);
                if unit == "journee" {
                    return day(count, 0);
                }
                if unit.starts_with('t') && unit.len() == 2 {
                    return self.quarter(at + skip).map(|(more, means)| (skip + more, means));
                }
                let date = month(unit)
                    .and_then(|month| self.month_end(month))
                    .or_else(|| self.period(french_unit(unit)?, next));
                return date.map(|date| (count, Means::Until(date)));
            }
            "la" | "le" | "au" | "l" if french_unit(self.word(at + 1)).is_some() => {
                let unit = french_unit(self.word(at + 1))?;
                if matches!(self.word(at + 2), "prochain" | "prochaine" | "suivante" | "suivant") {
                    return self.period(unit, 1).map(|date| (3, Means::Until(date)));
                }
                return None;
            }
            "cette" if self.word(at + 1) == "semaine" => {
                return self.period("week", 0).map(|date| (2, Means::Until(date)));
            }
            "semaine" | "mois" | "trimestre"
                if matches!(self.word(at + 1), "prochain" | "prochaine") =>
            {
                return self.period(french_unit(word)?, 1).map(|date| (2, Means::Until(date)));
            }
            "t1" | "t2" | "t3" | "t4" | "q1" | "q2" | "q3" | "q4" => return self.quarter(at),
            _ => {}
        }
        if let Some(weekday) = weekday(word) {
            let number = self.ordinal(at + 1).or_else(|| self.day_number(at + 1));
            if let (Some(day), Some(month)) = (number, month(self.word(at + 2))) {
                let (years, date) = self.with_year(at + 3, month, day)?;
                return Some((3 + years, Means::Day(date)));
            }
            // « vendredi prochain » is, unlike `next Friday`, the next one to come.
            let named = usize::from(matches!(self.word(at + 1), "prochain" | "qui"));
            let week = self.phrase(at + 1, &["de", "la", "semaine", "prochaine"])
                || self.phrase(at + 1, &["en", "huit"]);
            let count =
                if week { if self.word(at + 1) == "en" { 3 } else { 5 } } else { 1 + named };
            return Some((count, Means::Day(self.weekday(weekday, i64::from(week))?)));
        }
        if let Some(day) = self.ordinal(at).or_else(|| self.day_number(at)) {
            if let Some(month) = month(self.word(at + 1)) {
                let (years, date) = self.with_year(at + 2, month, day)?;
                return Some((2 + years, Means::Day(date)));
            }
            let before = at.checked_sub(1).map_or("", |before| self.word(before));
            let first = at.checked_sub(2).map_or("", |before| self.word(before));
            if before == "le"
                && matches!(first, "avant" | "pour" | "ici" | "jusqu")
                && self.word(at + 1).parse::<u32>().is_err()
            {
                return Some((1, Means::Day(self.day_of_month(day)?)));
            }
        }
        if let Some(month) = month(word) {
            if let Some(year) = self.year(at + 1) {
                return Some((2, Means::Until(Date::new(year, month, 1).ok()?.last_of_month())));
            }
            let before = at.checked_sub(1).map_or("", |before| self.word(before));
            if before == "mi" {
                return Some((1, Means::Day(self.coming(month, 15)?)));
            }
            if matches!(before, "en" | "debut" | "courant" | "avant") {
                return Some((1, Means::Until(self.month_end(month)?)));
            }
        }
        None
    }

    /// `Q1`, `Q1 2027`, `T3`.
    fn quarter(&self, at: usize) -> Hit {
        let number: i8 = self.word(at).get(1..)?.parse().ok()?;
        let month = number * 3;
        match self.year(at + 1) {
            Some(year) => Some((2, Means::Until(Date::new(year, month, 1).ok()?.last_of_month()))),
            None => Some((1, Means::Until(self.month_end(month)?))),
        }
    }

    /// A number before a unit, in digits or words, and how many words it takes.
    fn count(&self, at: usize) -> Option<(usize, i64)> {
        let word = self.word(at);
        if word == "couple" || word == "few" {
            return None;
        }
        if word == "a" && self.phrase(at + 1, &["couple", "of"]) {
            return Some((3, 2));
        }
        if let Ok(number) = word.parse::<i64>() {
            return (0..=400).contains(&number).then_some((1, number));
        }
        let place = match self.lang {
            Lang::English => ENGLISH_NUMBERS.iter().position(|known| *known == word),
            Lang::French => FRENCH_NUMBERS.iter().position(|known| *known == word),
        };
        if matches!((self.lang, word), (Lang::English, "a" | "an" | "next") | (Lang::French, "une"))
        {
            return Some((1, 1));
        }
        place.and_then(|place| i64::try_from(place).ok()).map(|number| (1, number))
    }

    /// So many days, weeks or months later.
    fn later(&self, number: i64, unit: &str) -> Option<Date> {
        let span = match unit {
            "day" | "days" | "jour" | "jours" => number.days(),
            "week" | "weeks" | "semaine" | "semaines" => number.weeks(),
            "fortnight" | "quinzaine" => (number * 2).weeks(),
            "month" | "months" | "mois" => number.months(),
            "year" | "years" | "an" | "ans" => number.years(),
            _ => return None,
        };
        self.base.checked_add(span).ok()
    }

    /// The next day of that name; `weeks` more weeks are counted from Monday.
    fn weekday(&self, weekday: i8, weeks: i64) -> Option<Date> {
        let today = self.base.weekday().to_monday_zero_offset();
        let ahead = i64::from((weekday - today).rem_euclid(7));
        let ahead = if ahead == 0 { 7 } else { ahead };
        if weeks == 0 {
            return self.plus(ahead);
        }
        self.plus(i64::from(weekday) - i64::from(today) + 7 * weeks)
    }

    /// The end of this or a following week (Friday), month, quarter or year.
    fn period(&self, unit: &str, next: i64) -> Option<Date> {
        match unit {
            "week" => {
                let today = i64::from(self.base.weekday().to_monday_zero_offset());
                // On a weekend, "this week" is the one that begins.
                let friday = if today > 4 && next == 0 { 11 - today } else { 4 - today };
                self.plus(friday + 7 * next)
            }
            "month" => Some(self.base.checked_add(next.months()).ok()?.last_of_month()),
            "quarter" => {
                let date = self.base.checked_add((3 * next).months()).ok()?;
                let month = (date.month() - 1) / 3 * 3 + 3;
                Some(Date::new(date.year(), month, 1).ok()?.last_of_month())
            }
            "year" => {
                Date::new(self.base.year().checked_add(i16::try_from(next).ok()?)?, 12, 31).ok()
            }
            _ => None,
        }
    }

    /// The last day of the next month of that number.
    fn month_end(&self, month: i8) -> Option<Date> {
        let year = self.base.year() + i16::from(month < self.base.month());
        Some(Date::new(year, month, 1).ok()?.last_of_month())
    }

    /// The next such day of a year.
    fn coming(&self, month: i8, day: i8) -> Option<Date> {
        let date = Date::new(self.base.year(), month, day).ok()?;
        if date < self.base { Date::new(self.base.year() + 1, month, day).ok() } else { Some(date) }
    }

    /// The next such day of a month.
    fn day_of_month(&self, day: i8) -> Option<Date> {
        let date = Date::new(self.base.year(), self.base.month(), day)
            .ok()
            .filter(|date| *date >= self.base);
        date.or_else(|| {
            let next = self.base.checked_add(1.month()).ok()?;
            Date::new(next.year(), next.month(), day).ok()
        })
    }

    fn with_year(&self, at: usize, month: i8, day: i8) -> Option<(usize, Date)> {
        match self.year(at) {
            Some(year) => Some((1, Date::new(year, month, day).ok()?)),
            None => Some((0, self.coming(month, day)?)),
        }
    }

    fn year(&self, at: usize) -> Option<i16> {
        let word = self.word(at);
        (word.len() == 4).then(|| word.parse().ok())?.filter(|year| (1990..2100).contains(year))
    }

    /// `15th`, `1er`, `first`.
    fn ordinal(&self, at: usize) -> Option<i8> {
        let word = self.word(at);
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let day: i8 = word.get(..digits)?.parse().ok()?;
        (matches!(word.get(digits..)?, "st" | "nd" | "rd" | "th" | "er") && (1..=31).contains(&day))
            .then_some(day)
    }

    fn day_number(&self, at: usize) -> Option<i8> {
        let word = self.word(at);
        let day: i8 = if word.len() <= 2 { word.parse().ok()? } else { return None };
        (1..=31).contains(&day).then_some(day)
    }
}
