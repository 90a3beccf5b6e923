//! Instants, and chance.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

/// Milliseconds since 1970 by the machine's clock.
#[expect(
    clippy::disallowed_methods,
    reason = "a program of its own: the product's clock is elsewhere"
)]
pub fn wall_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// As Graph writes it: `2026-01-31T10:00:00.123Z`.
pub fn text(ms: i64) -> String {
    let instant = Timestamp::from_millisecond(ms).unwrap_or_default();
    format!("{instant:.3}")
}

/// Milliseconds of an instant with an offset.
pub fn parse(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond).or_else(|| {
        // Calendars write local times without an offset: taken as UTC.
        let text = text.trim();
        format!("{text}Z").parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
    })
}

/// Bytes of chance.
pub fn chance<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // A machine without a source of chance makes equal ids: its tests fail, which is right.
    aws_lc_rs::rand::fill(&mut bytes).ok();
    bytes
}

/// A new GUID.
pub fn guid() -> String {
    let number = u128::from_be_bytes(chance());
    let number = (number & !(0xf << 76) & !(0b11 << 62)) | (0x4 << 76) | (0b10 << 62);
    let hex = format!("{number:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default().to_owned();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

/// A new secret text.
pub fn secret() -> String {
    crate::token::base64url(&chance::<32>())
}
