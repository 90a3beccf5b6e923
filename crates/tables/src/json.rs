//! Writing cells as JSON, straight into bytes: for readers that hold a raw value and no [`crate::Value`].
//! A page of rows writes thousands of these: digits are put down one by one, and nothing is allocated.

use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use uuid::Uuid;

use crate::Fixed;

/// Writes a text as a JSON string.
pub fn write_text(text: &str, out: &mut Vec<u8>) {
    write_serde(text, out);
}

/// Writes a UUID in quotes.
pub fn write_guid(id: Uuid, out: &mut Vec<u8>) {
    let mut buffer = [0_u8; uuid::fmt::Hyphenated::LENGTH];
    out.push(b'"');
    out.extend_from_slice(id.hyphenated().encode_lower(&mut buffer).as_bytes());
    out.push(b'"');
}

/// Writes an instant in quotes, to the second: `"2026-01-31T10:00:00Z"`.
pub fn write_instant(instant: Timestamp, out: &mut Vec<u8>) {
    const DAY: i64 = 86_400;
    let seconds = instant.as_second();
    let (days, second) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    let (year, month, day) = civil(days);
    out.push(b'"');
    write_date_digits(year, month, day, out);
    out.push(b'T');
    write_two(second / 3600, out);
    out.push(b':');
    write_two(second / 60 % 60, out);
    out.push(b':');
    write_two(second % 60, out);
    out.extend_from_slice(b"Z\"");
}

/// Writes a date in quotes: `"2026-03-31"`.
pub fn write_date(date: Date, out: &mut Vec<u8>) {
    out.push(b'"');
    let (year, month, day) = (date.year(), date.month(), date.day());
    write_date_digits(i64::from(year), i64::from(month), i64::from(day), out);
    out.push(b'"');
}

/// Writes a whole number.
pub fn write_whole(number: i64, out: &mut Vec<u8>) {
    write_serde(&number, out);
}

/// Writes an exact decimal number, without zeros at the end: `12.5`.
pub fn write_fixed(number: Fixed, out: &mut Vec<u8>) {
    let power = 10_u64.saturating_pow(u32::from(number.scale));
    let magnitude = number.units.unsigned_abs();
    if number.units < 0 {
        out.push(b'-');
    }
    write_serde(&(magnitude / power), out);
    let mut rest = magnitude % power;
    if rest == 0 {
        return;
    }
    out.push(b'.');
    let mut place = power / 10;
    while rest > 0 && place > 0 {
        out.push(digit(rest / place));
        rest %= place;
        place /= 10;
    }
}

/// Writes a floating point number; what is not finite becomes null.
pub fn write_double(number: f64, out: &mut Vec<u8>) {
    write_serde(&number, out);
}

/// Writes the numbers of a multiple choice: `"1,2"`.
pub fn write_choices(values: &[i32], out: &mut Vec<u8>) {
    out.push(b'"');
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write_serde(value, out);
    }
    out.push(b'"');
}

fn write_serde<T: Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) {
    // writing into a vector cannot fail, and texts and numbers are always JSON
    let _ = serde_json::to_writer(out, value);
}

/// The date of a number of days since 1970-01-01 in the Gregorian calendar (Howard Hinnant's
/// `civil_from_days`: years begin in March, so that the leap day is the last of its year).
const fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

fn write_date_digits(year: i64, month: i64, day: i64, out: &mut Vec<u8>) {
    // the store keeps years from 1753 to 9999
    let year = year.clamp(0, 9999);
    write_two(year / 100, out);
    write_two(year % 100, out);
    out.push(b'-');
    write_two(month, out);
    out.push(b'-');
    write_two(day, out);
}

fn write_two(number: i64, out: &mut Vec<u8>) {
    let number = number.unsigned_abs();
    out.push(digit(number / 10));
    out.push(digit(number % 10));
}

fn digit(number: u64) -> u8 {
    b'0' + u8::try_from(number % 10).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    proptest! {
        #[test]
        fn instants_are_written_as_the_calendar_has_them(
            second in -6_847_804_800_i64..=253_402_207_199,
            nano in 0..1_000_000_000_i32,
        ) {
            let at = Timestamp::new(second, nano).unwrap();
            let whole = Timestamp::from_second(at.as_second()).unwrap();
            prop_assert_eq!(written(|out| write_instant(at, out)), format!("\"{whole}\""));
            let date = at.to_zoned(jiff::tz::TimeZone::UTC).date();
            prop_assert_eq!(written(|out| write_date(date, out)), format!("\"{date}\""));
        }

        #[test]
        fn decimals_are_written_as_they_are_shown(units in any::<i64>(), scale in 0_u8..=18) {
            let number = Fixed::new(units, scale);
            prop_assert_eq!(written(|out| write_fixed(number, out)), number.to_string());
        }
    }
}
