//! Dates as mails write them: RFC 5322 §3.3 and its obsolete forms (§4.3), and what clients make of them.

use jiff::{Timestamp, civil::DateTime, tz::Offset};

/// The instant a `Date` field names; without a zone it is taken for universal time.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let text = without_comments(text.get(..text.floor_char_boundary(200))?);
    let mut day = None;
    let mut month = None;
    let mut year = None;
    let mut time = None;
    let mut zone = None;
    let pieces = text.split(|c: char| c.is_whitespace() || c == ',').filter(|p| !p.is_empty());
    for piece in pieces {
        if time.is_none() && piece.contains(':') {
            // 2026-03-02T10:00:00+01:00 is one word
            let (date, clock) = piece.split_once(['T', 't']).unwrap_or(("", piece));
            if let Some((y, rest)) = date.split_once('-') {
                let (m, d) = rest.split_once('-')?;
                (year, month, day) = (number(y), number(m), number(d));
            }
            let end = clock.find(['+', '-', 'Z', 'z']).unwrap_or(clock.len());
            let (clock, behind) = clock.split_at_checked(end)?;
            time = Some(of_day(clock)?);
            zone = offset(behind);
        } else if let (None, Some(named)) = (month, named_month(piece)) {
            month = Some(named);
        } else if piece.contains('-') && month.is_none() {
            let mut three = piece.splitn(3, '-');
            let (first, second, third) = (three.next()?, three.next()?, three.next()?);
            if first.len() == 4 {
                (year, month, day) = (number(first), number(second), number(third));
            } else {
                (day, month) = (number(first), named_month(second).or_else(|| number(second)));
                year = number(third).map(|is| full(is, third.len()));
            }
        } else if time.is_some() && zone.is_none() && offset(piece).is_some() {
            zone = offset(piece);
        } else if let Some(is) = number(piece) {
            if day.is_none() && piece.len() <= 2 {
                day = Some(is);
            } else if year.is_none() && (2..=4).contains(&piece.len()) {
                year = Some(full(is, piece.len()));
            }
        }
    }
    let ((hour, minute, second), small) =
        (time.unwrap_or_default(), |is: i32| i8::try_from(is).ok());
    let year = i16::try_from(year?).ok().filter(|year| (1970..=9998).contains(year))?;
    let at = DateTime::new(
        year,
        small(month?)?,
        small(day?)?,
        small(hour)?,
        small(minute)?,
        // a leap second is the one before it
        small(second.min(59))?,
        0,
    );
    let offset = Offset::from_seconds(zone.unwrap_or_default()).ok()?;
    offset.to_timestamp(at.ok()?).ok()
}

/// What stands in brackets says what the offset says already.
fn without_comments(text: &str) -> String {
    let mut depth = 0_usize;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

fn number(text: &str) -> Option<i32> {
    let is_one = !text.is_empty() && text.len() <= 5 && text.bytes().all(|b| b.is_ascii_digit());
    is_one.then(|| text.parse().ok()).flatten()
}

/// RFC 5322 §4.3: two digits below 50 are of this century, three are counted from 1900.
const fn full(year: i32, digits: usize) -> i32 {
    match digits {
        2 if year < 50 => year + 2_000,
        2 | 3 => year + 1_900,
        _ => year,
    }
}

fn named_month(word: &str) -> Option<i32> {
    let word = word.trim_end_matches('.').to_lowercase();
    let short = word.get(..3).filter(|_| word.chars().all(char::is_alphabetic))?;
    let at = MONTHS.iter().position(|month| *month == short)?;
    i32::try_from(at + 1).ok()
}

fn of_day(clock: &str) -> Option<(i32, i32, i32)> {
    let mut parts = clock.split(':');
    let hour = number(parts.next()?)?;
    let minute = number(parts.next()?)?;
    let seconds = parts.next().map(|text| text.split('.').next().unwrap_or_default());
    Some((hour, minute, seconds.and_then(number).unwrap_or_default()))
}

/// Seconds east of Greenwich: digits, or a name (RFC 5322 §4.3 and those of Europe). Names that say nothing are 0.
fn offset(text: &str) -> Option<i32> {
    let sign = match text.bytes().next()? {
        b'+' => 1,
        b'-' => -1,
        _ => {
            let hours = match text.to_ascii_uppercase().as_str() {
                "UT" | "UTC" | "GMT" | "Z" | "WET" => 0,
                "EDT" => -4,
                "EST" | "CDT" => -5,
                "CST" | "MDT" => -6,
                "MST" | "PDT" => -7,
                "PST" => -8,
                "CET" | "MET" | "BST" | "WEST" => 1,
                "CEST" | "MEST" | "EET" => 2,
                "EEST" | "MSK" => 3,
                "JST" | "KST" => 9,
                _ => return None,
            };
            return Some(hours * 3_600);
        }
    };
    let digits: String = text.chars().filter(char::is_ascii_digit).take(4).collect();
    let (hours, minutes) = match digits.len() {
        1 | 2 => (number(&digits)?, 0),
        3 | 4 => {
            let (hours, minutes) = digits.split_at_checked(digits.len() - 2)?;
            (number(hours)?, number(minutes)?)
        }
        _ => return None,
    };
    (hours <= 15 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dates_are_read_as_clients_write_them() {
        for (written, instant) in [
            ("Mon, 2 Mar 2026 10:00:00 +0100", "2026-03-02T09:00:00Z"),
            ("Wed, 15 Feb 1995 09:38:18", "1995-02-15T09:38:18Z"),
            ("Wed, 20 Dec 95 19:59 CST", "1995-12-21T01:59:00Z"),
            ("Mon, 21 Aug 95 13:30:57 -600", "1995-08-21T19:30:57Z"),
            ("Wed, 20 Sep 1995 00:19:00 (EDT) -0400", "1995-09-20T04:19:00Z"),
            ("2 Mar 2026 10:00 GMT", "2026-03-02T10:00:00Z"),
            ("Mon Mar  2 10:00:01 2026", "2026-03-02T10:00:01Z"),
            ("Mon Mar  2 10:00:01 CET 2026", "2026-03-02T09:00:01Z"),
            ("02-Mar-2026 10:00:00 +0530", "2026-03-02T04:30:00Z"),
            ("2026-03-02 10:00:00 +0000", "2026-03-02T10:00:00Z"),
            ("2026-03-02T10:00:00.123+01:00", "2026-03-02T09:00:00Z"),
            ("Tue, 17 Jul 2012 22:23:35.882 0000", "2012-07-17T22:23:35Z"),
            ("Sat, 31 Dec 2016 23:59:60 +0000", "2016-12-31T23:59:59Z"),
        ] {
            assert_eq!(
                moment(written).map(|at| at.to_string()).as_deref(),
                Some(instant),
                "{written}"
            );
        }
        for none in ["", "yesterday", "Mon, 32 Mar 2026 10:00:00 +0100", "12:00", "Mon, 2 Mar"] {
            assert_eq!(moment(none), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_moment_or_none(text in "\\PC{0,80}") {
            let _at = moment(&text);
        }
    }
}
