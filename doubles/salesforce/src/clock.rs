//! The organisation's time: the real one, moved on demand.

use jiff::{Timestamp, ToSpan as _};

/// Now, `ahead` seconds from the real time.
#[expect(clippy::disallowed_methods, reason = "a stand-in lives outside the product and its clock")]
pub(crate) fn now(ahead: i64) -> Timestamp {
    let now = Timestamp::now();
    now.checked_add(ahead.seconds()).unwrap_or(now)
}
