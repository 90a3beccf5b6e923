//! When a subscription ends.
//!
//! The format of packages has no word for it, so it is taken from what services say of a subscription they made: an
//! instant under one of the names that are in use, or how long it lives. Who says nothing keeps it.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

/// When the subscription ends that an answer speaks of.
pub(super) fn of(answer: &Value, now: Timestamp) -> Option<Timestamp> {
    let object = answer.as_object()?;
    let wrapped = WRAPPERS.iter().filter_map(|name| object.get(*name)?.as_object());
    let ends_at =
        std::iter::once(object).chain(wrapped).find_map(|object| in_object(object, now))?;
    // Who names an instant that is over, or the year 9999, means something else.
    let life = ends_at.duration_since(now);
    (life > SignedDuration::ZERO && life <= LONGEST).then_some(ends_at)
}

/// When it is made anew: with a fifth of its life left, so that a service that is down for a while is asked again.
pub(super) fn renewal(ends_at: Timestamp, now: Timestamp) -> Timestamp {
    let life = ends_at.duration_since(now);
    now + (life * 4 / 5).max(SOONEST)
}

fn in_object(object: &Map<String, Value>, now: Timestamp) -> Option<Timestamp> {
    object.iter().find_map(|(name, value)| {
        let plain: String =
            name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        if INSTANTS.contains(&plain.as_str()) {
            instant(value)
        } else if LIVES.contains(&plain.as_str()) {
            let seconds = number(value)?;
            now.checked_add(SignedDuration::from_secs(seconds)).ok()
        } else {
            None
        }
    })
}

/// A date with its time (RFC 3339), or seconds or milliseconds since 1970.
fn instant(value: &Value) -> Option<Timestamp> {
    if let Some(number) = number(value) {
        return if number > MILLISECONDS {
            Timestamp::from_millisecond(number).ok()
        } else {
            Timestamp::from_second(number).ok()
        };
    }
    value.as_str()?.trim().parse().ok()
}

fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// Names of the instant at which a subscription ends, without their marks and in small letters.
const INSTANTS: [&str; 9] = [
    "expirationdatetime",
    "expirationdate",
    "expirationtime",
    "expiration",
    "expiresat",
    "expireson",
    "expirydate",
    "expires",
    "validuntil",
];
/// Names of how many seconds it lives.
const LIVES: [&str; 4] = ["expiresin", "leaseseconds", "hubleaseseconds", "ttl"];
/// Where services put what they made.
const WRAPPERS: [&str; 5] = ["data", "subscription", "result", "webhook", "d"];
/// Larger numbers are milliseconds.
const MILLISECONDS: i64 = 100_000_000_000;
/// Nothing is renewed more often.
const SOONEST: SignedDuration = SignedDuration::from_mins(1);
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 366 * 2);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_end_is_found_in_whichever_form_a_service_tells_it() {
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let day: Timestamp = "2026-03-02T12:00:00Z".parse().unwrap();
        for answer in [
            json!({ "id": 1, "expirationDateTime": "2026-03-02T12:00:00.0000000Z" }),
            json!({ "data": { "expires_at": "2026-03-02T13:00:00+01:00" } }),
            json!({ "expiration": day.as_millisecond().to_string() }),
            json!({ "expires": day.as_second() }),
            json!({ "expires_in": 86_400 }),
            json!({ "hub.lease_seconds": "86400" }),
        ] {
            assert_eq!(of(&answer, now), Some(day), "{answer}");
        }
        for answer in [
            json!([]),
            json!({ "id": 1 }),
            json!({ "expires": null }),
            json!({ "expires": "never" }),
            json!({ "expires_in": -5 }),
            json!({ "expiration": "9999-12-31T23:59:59Z" }),
            json!({ "expiresAt": "2026-02-01T00:00:00Z" }),
            json!({ "expires_in": i64::MAX }),
        ] {
            assert_eq!(of(&answer, now), None, "{answer}");
        }
    }

    #[test]
    fn a_fifth_of_its_life_is_left_when_it_is_renewed() {
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let in_minutes = |minutes| now + SignedDuration::from_mins(minutes);
        assert_eq!(renewal(in_minutes(100), now), in_minutes(80));
        assert_eq!(renewal(now + SignedDuration::from_secs(1), now), in_minutes(1));
    }
}
