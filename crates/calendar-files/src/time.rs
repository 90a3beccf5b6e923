//! Times and durations (RFC 5545 §3.3).

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime},
    tz::{Offset, TimeZone},
};

use crate::{lines::Line, zones};

/// A time of a property, and whether it is a whole day.
pub(crate) fn moment(line: &Line, own: &[(String, TimeZone)]) -> Option<(Timestamp, bool)> {
    let value = line.value.trim();
    if line.param("VALUE") == Some("DATE") || value.len() == 8 {
        let midnight = day(value)?.to_datetime(jiff::civil::Time::midnight());
        return Some((zone(line, own).to_timestamp(midnight).ok()?, true));
    }
    let (date, time) = value.split_once('T')?;
    let (time, is_utc) = time.strip_suffix('Z').map_or((time, false), |time| (time, true));
    let local: DateTime = day(date)?.to_datetime(clock(time)?);
    let zone = if is_utc { TimeZone::UTC } else { zone(line, own) };
    Some((zone.to_timestamp(local).ok()?, false))
}

/// The zone of a property; a time without one is read in UTC.
fn zone(line: &Line, own: &[(String, TimeZone)]) -> TimeZone {
    let Some(name) = line.param("TZID") else { return TimeZone::UTC };
    let given = || own.iter().find(|(known, _)| known == name).map(|(_, zone)| zone.clone());
    zones::named(name).or_else(given).unwrap_or(TimeZone::UTC)
}

fn day(text: &str) -> Option<Date> {
    let year = text.get(..4)?.parse().ok()?;
    let (month, day) = (text.get(4..6)?.parse().ok()?, text.get(6..8)?.parse().ok()?);
    (text.len() == 8).then(|| Date::new(year, month, day).ok()).flatten()
}

fn clock(text: &str) -> Option<jiff::civil::Time> {
    let (hour, minute) = (text.get(..2)?.parse().ok()?, text.get(2..4)?.parse().ok()?);
    // a leap second, which this format allows, is the one before it
    let second = text.get(4..6).map_or(Some(0), |second| second.parse::<i8>().ok())?.min(59);
    jiff::civil::Time::new(hour, minute, second, 0).ok()
}

/// The offset of a line such as `TZOFFSETTO:+0200`, as a zone.
pub(crate) fn offset(line: &Line) -> Option<TimeZone> {
    let value = line.value.trim();
    let sign = if value.starts_with('-') { -1 } else { 1 };
    let digits = value.trim_start_matches(['+', '-']);
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 = digits.get(2..4)?.parse().ok()?;
    Some(TimeZone::fixed(Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()?))
}

/// A duration such as `PT1H30M` or `P1D`; at most 400 days.
pub(crate) fn duration(text: &str) -> Option<SignedDuration> {
    let body = text.trim().trim_start_matches('+').strip_prefix('P')?;
    let (mut total, mut number) = (0_i64, 0_i64);
    for letter in body.chars() {
        let unit = match letter {
            'W' => 7 * 86_400,
            'D' => 86_400,
            'H' => 3_600,
            'M' => 60,
            'S' => 1,
            'T' => continue,
            digit => {
                let digit = i64::from(digit.to_digit(10)?);
                number = number.checked_mul(10)?.checked_add(digit)?;
                continue;
            }
        };
        total = total.checked_add(number.checked_mul(unit)?)?;
        number = 0;
    }
    (0..=400 * 86_400).contains(&total).then(|| SignedDuration::from_secs(total))
}
