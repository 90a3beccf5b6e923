//! `Edm.Date`, `Edm.TimeOfDay`, `Edm.DateTimeOffset`, `Edm.Duration`.

use std::{fmt, str::FromStr};

/// A day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    /// −999,999 to 999,999; year 0 is there.
    pub year: i32,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31, and in that month.
    pub day: u8,
}

/// A time of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TimeOfDay {
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 60 (leap second).
    pub second: u8,
    /// 10^-12 seconds.
    pub picos: u64,
}

/// A point in time with the offset it was written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DateTimeOffset {
    /// Local day.
    pub date: Date,
    /// Local time.
    pub time: TimeOfDay,
    /// Minutes that local time is ahead of UTC.
    pub offset_minutes: i16,
}

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Duration {
    /// Below zero.
    pub negative: bool,
    /// Whole seconds.
    pub seconds: u64,
    /// 10^-12 seconds besides.
    pub picos: u64,
}

impl Date {
    /// The day, if there is one.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        let fits = (1..=days).contains(&day) && (-999_999..=999_999).contains(&year);
        fits.then_some(Self { year, month, day })
    }

    /// Days since 1970-01-01.
    pub fn unix_days(self) -> i64 {
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        let year = i64::from(self.year) - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }
}

impl TimeOfDay {
    /// Seconds since midnight.
    pub fn seconds(self) -> i64 {
        i64::from(self.hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second)
    }
}

impl DateTimeOffset {
    /// Seconds since 1970-01-01T00:00:00Z, and 10^-12 seconds besides.
    pub fn unix(self) -> (i64, u64) {
        let seconds = self.date.unix_days() * 86_400 + self.time.seconds()
            - i64::from(self.offset_minutes) * 60;
        (seconds, self.time.picos)
    }
}

fn number(text: &str, least: usize, most: usize) -> Option<i64> {
    let fits = (least..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

fn small(text: &str) -> Option<u8> {
    u8::try_from(number(text, 2, 2)?).ok()
}

/// Up to 12 digits behind a point.
fn fraction(digits: &str) -> Option<u64> {
    let value = u64::try_from(number(digits, 1, 12)?).ok()?;
    let missing = u32::try_from(12 - digits.len()).ok()?;
    value.checked_mul(10_u64.checked_pow(missing)?)
}

impl FromStr for Date {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let read = || {
            let (rest, day) = text.rsplit_once('-')?;
            let (year, month) = rest.rsplit_once('-')?;
            let (negative, year) = match year.strip_prefix('-') {
                Some(year) => (true, year),
                None => (false, year),
            };
            if year.len() > 4 && year.starts_with('0') {
                return None;
            }
            let year = i32::try_from(number(year, 4, 6)?).ok()?;
            Self::new(if negative { -year } else { year }, small(month)?, small(day)?)
        };
        read().ok_or(())
    }
}

impl FromStr for TimeOfDay {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let read = || {
            let (hour, rest) = text.split_once(':')?;
            let (minute, second) = match rest.split_once(':') {
                Some((minute, second)) => (minute, Some(second)),
                None => (rest, None),
            };
            let (second, picos) =
                match second.map(|second| second.split_once('.').unwrap_or((second, ""))) {
                    Some((second, "")) => (small(second)?, 0),
                    Some((second, places)) => (small(second)?, fraction(places)?),
                    None => (0, 0),
                };
            if text.ends_with('.') {
                return None;
            }
            let (hour, minute) = (small(hour)?, small(minute)?);
            (hour < 24 && minute < 60 && second <= 60).then_some(Self {
                hour,
                minute,
                second,
                picos,
            })
        };
        read().ok_or(())
    }
}

impl FromStr for DateTimeOffset {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let read = || {
            let (date, rest) = text.split_once(['T', 't'])?;
            let (time, offset_minutes) = if let Some(time) = rest.strip_suffix(['Z', 'z']) {
                (time, 0)
            } else {
                let at = rest.rfind(['+', '-'])?;
                let (time, offset) = rest.split_at_checked(at)?;
                let (hours, minutes) = offset.get(1..)?.split_once(':')?;
                let (hours, minutes) = (small(hours)?, small(minutes)?);
                if hours > 23 || minutes > 59 {
                    return None;
                }
                let ahead = i16::from(hours) * 60 + i16::from(minutes);
                (time, if offset.starts_with('-') { -ahead } else { ahead })
            };
            Some(Self { date: date.parse().ok()?, time: time.parse().ok()?, offset_minutes })
        };
        read().ok_or(())
    }
}

impl FromStr for Duration {
    type Err = ();

    /// `P1DT2H3M4.5S`; at least one part, no years and months (XML Schema 1.1 `dayTimeDuration`).
    fn from_str(text: &str) -> Result<Self, ()> {
        let read = || {
            let (negative, rest) = match text.strip_prefix('-') {
                Some(rest) => (true, rest),
                None => (false, text),
            };
            let rest = rest.strip_prefix(['P', 'p'])?;
            let (days, time) = match rest.split_once(['T', 't']) {
                Some((_, "")) => return None,
                Some((days, time)) => (days, time),
                None if rest.is_empty() => return None,
                None => (rest, ""),
            };
            let mut seconds = 0_u64;
            let mut picos = 0;
            let mut add = |digits: &str, unit: u64| {
                let value = u64::try_from(number(digits, 1, 15)?).ok()?;
                seconds = seconds.checked_add(value.checked_mul(unit)?)?;
                Some(())
            };
            if !days.is_empty() {
                add(days.strip_suffix(['D', 'd'])?, 86_400)?;
            }
            let mut time = time;
            for (mark, unit) in [('H', 3600), ('M', 60)] {
                if let Some((digits, rest)) = time.split_once([mark, mark.to_ascii_lowercase()]) {
                    add(digits, unit)?;
                    time = rest;
                }
            }
            if !time.is_empty() {
                let (whole, places) = match time.strip_suffix(['S', 's'])?.split_once('.') {
                    Some((whole, places)) => (whole, Some(places)),
                    None => (time.strip_suffix(['S', 's'])?, None),
                };
                add(whole, 1)?;
                picos = places.map_or(Some(0), fraction)?;
            }
            Some(Self { negative, seconds, picos })
        };
        read().ok_or(())
    }
}

fn write_fraction(f: &mut fmt::Formatter<'_>, picos: u64) -> fmt::Result {
    if picos == 0 {
        return Ok(());
    }
    write!(f, ".{}", format!("{picos:012}").trim_end_matches('0'))
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.year < 0 { "-" } else { "" };
        write!(f, "{sign}{:04}-{:02}-{:02}", self.year.unsigned_abs(), self.month, self.day)
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}:{:02}", self.hour, self.minute, self.second)?;
        write_fraction(f, self.picos)
    }
}

impl fmt::Display for DateTimeOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{}", self.date, self.time)?;
        if self.offset_minutes == 0 {
            return f.write_str("Z");
        }
        let sign = if self.offset_minutes < 0 { '-' } else { '+' };
        let ahead = self.offset_minutes.unsigned_abs();
        write!(f, "{sign}{:02}:{:02}", ahead / 60, ahead % 60)
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negative {
            f.write_str("-")?;
        }
        f.write_str("P")?;
        let (days, rest) = (self.seconds / 86_400, self.seconds % 86_400);
        if days > 0 {
            write!(f, "{days}D")?;
        }
        if rest == 0 && self.picos == 0 && days > 0 {
            return Ok(());
        }
        f.write_str("T")?;
        if rest >= 3600 {
            write!(f, "{}H", rest / 3600)?;
        }
        if rest % 3600 >= 60 {
            write!(f, "{}M", rest % 3600 / 60)?;
        }
        if rest % 60 > 0 || self.picos > 0 || rest == 0 {
            write!(f, "{}", rest % 60)?;
            write_fraction(f, self.picos)?;
            f.write_str("S")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for text in
            ["2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "26-01-01", "02026-01-01"]
        {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        assert_eq!("2024-02-29".parse::<Date>().unwrap().to_string(), "2024-02-29");
        assert_eq!("-0044-03-15".parse::<Date>().unwrap().to_string(), "-0044-03-15");
    }

    #[test]
    fn instants_know_their_distance_to_the_epoch() {
        let at = |text: &str| text.parse::<DateTimeOffset>().unwrap().unix();
        assert_eq!(at("1970-01-01T00:00:00Z"), (0, 0));
        assert_eq!(at("2026-01-31T10:00:00Z"), (1_769_853_600, 0));
        assert_eq!(at("2026-01-31T12:00:00.5+02:00"), (1_769_853_600, 500_000_000_000));
        assert_eq!(at("1969-12-31T19:00-05:00"), (0, 0));
    }

    #[test]
    fn durations_are_read_and_written() {
        for (text, seconds, written) in [
            ("P1DT2H3M4S", 93_784, "P1DT2H3M4S"),
            ("PT90M", 5_400, "PT1H30M"),
            ("P1D", 86_400, "P1D"),
            ("PT0S", 0, "PT0S"),
        ] {
            let duration = text.parse::<Duration>().unwrap();
            assert_eq!(duration.seconds, seconds, "{text}");
            assert_eq!(duration.to_string(), written);
        }
        assert_eq!("-PT0.25S".parse::<Duration>().unwrap().to_string(), "-PT0.25S");
        for text in ["P", "PT", "P1Y", "PT1D", "1D", "PT1.S", "P1DT"] {
            assert!(text.parse::<Duration>().is_err(), "{text}");
        }
    }

    #[test]
    fn times_keep_twelve_places() {
        let time = "10:00:00.123456789012".parse::<TimeOfDay>().unwrap();
        assert_eq!(time.to_string(), "10:00:00.123456789012");
        for text in ["24:00", "10:60", "10:00:61", "10:00:00.", "10:00:00.1234567890123", "1:00"] {
            assert!(text.parse::<TimeOfDay>().is_err(), "{text}");
        }
    }
}
