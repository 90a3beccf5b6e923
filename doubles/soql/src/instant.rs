//! Instants as the service writes and reads them.

use jiff::{Timestamp, fmt::strtime, tz::TimeZone};

/// `2026-01-31T10:00:00.000+0000`: how instants are stored and sent.
pub fn write(instant: Timestamp) -> String {
    let zoned = instant.to_zoned(TimeZone::UTC);
    strtime::format("%Y-%m-%dT%H:%M:%S", &zoned).map_or_else(
        |_odd| String::new(),
        |text| format!("{text}.{:03}+0000", instant.subsec_millisecond()),
    )
}

/// An instant as clients write it: `Z`, `±hh:mm`, `±hhmm`, or a fraction; `None` when it is none.
pub fn read(text: &str) -> Option<Timestamp> {
    if !text.contains('T') {
        return None;
    }
    if let Ok(instant) = text.parse() {
        return Some(instant);
    }
    // `+0000`, which is what the service itself sends.
    let (body, zone) = text.split_at_checked(text.len().checked_sub(5)?)?;
    let (hours, minutes) = zone.split_at_checked(3)?;
    format!("{body}{hours}:{minutes}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_read_in_every_form_and_written_in_one() {
        for text in [
            "2026-01-31T10:00:00Z",
            "2026-01-31T11:00:00+01:00",
            "2026-01-31T10:00:00.000+0000",
            "2026-01-31T10:00:00.000Z",
        ] {
            assert_eq!(write(read(text).unwrap()), "2026-01-31T10:00:00.000+0000", "{text}");
        }
        for wrong in ["", "2026-01-31", "T", "2026-13-31T10:00:00Z", "éé2026T+0000"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
