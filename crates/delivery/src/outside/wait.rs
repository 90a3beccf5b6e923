//! `Retry-After`.

use std::time::Duration;

use jiff::{Timestamp, fmt::rfc2822};

/// How long a `Retry-After` asks to wait: seconds, also with a fraction, or an instant (RFC 9110 §10.2.3).
///
/// Fractions are no part of the standard; Discord sends them.
pub fn retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return (seconds.is_finite() && seconds >= 0.0)
            .then(|| Duration::from_secs_f64(seconds.min(LONGEST)));
    }
    let at = rfc2822::parse(text).ok()?.timestamp();
    Some(Duration::try_from(at.duration_since(now)).unwrap_or_default())
}

/// A year; whoever asks for more is cut by the policy anyway.
const LONGEST: f64 = 365.0 * 24.0 * 3600.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_fractions_and_instants_are_read() {
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let read = |text| retry_after(text, now);
        assert_eq!(read("120"), Some(Duration::from_mins(2)));
        assert_eq!(read(" 0.25 "), Some(Duration::from_millis(250)));
        assert_eq!(read("Mon, 02 Mar 2026 09:00:30 GMT"), Some(Duration::from_secs(30)));
        assert_eq!(read("Mon, 02 Mar 2026 08:00:00 GMT"), Some(Duration::ZERO));
        for nonsense in ["", "soon", "-1", "NaN", "inf"] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
        assert!(read("1e300").is_some());
    }
}
