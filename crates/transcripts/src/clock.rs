//! Times of a recording: `h:m:s.f`, `m:s`, with or without leading zeros, with a point or a comma.

/// Reads a time in milliseconds.
///
/// Teams writes neither leading zeros nor a fixed number of decimals, and offsets below zero where the transcription began
/// in the middle of a call (Graph, `callTranscript`); a minus before any part makes the whole negative.
pub fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.len() > MAX_CHARS {
        return None;
    }
    let mut negative = false;
    let mut parts = [0_i64; 3];
    let mut count = 0;
    let mut fraction = 0;
    let mut pieces = text.split(':').peekable();
    while let Some(piece) = pieces.next() {
        let (whole, decimals) = match piece.split_once(['.', ',']) {
            Some((whole, decimals)) if pieces.peek().is_none() => (whole, Some(decimals)),
            Some(_) => return None,
            None => (piece, None),
        };
        *parts.get_mut(count)? = number(whole, &mut negative)?;
        count += 1;
        if let Some(decimals) = decimals {
            fraction = thousandths(decimals, &mut negative)?;
        }
    }
    let [first, second, third] = parts;
    let (hours, minutes, seconds) = match count {
        2 => (0, first, second),
        3 if second < 60 => (first, second, third),
        _ => return None,
    };
    if seconds > 60 {
        return None;
    }
    let sum = ((hours * 60 + minutes) * 60 + seconds) * 1000 + fraction;
    Some(if negative { -sum } else { sum })
}

/// A time of day as people write it: `10:02 AM`, `10h02`, `10 h 02`; else as [`parse`] reads it.
pub(crate) fn of_day(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.len() > MAX_CHARS {
        return None;
    }
    let lower = text
        .to_lowercase()
        .replace(['\u{a0}', '\u{202f}'], " ")
        .replace("a.m.", "am")
        .replace("p.m.", "pm");
    for (half, add) in [("am", 0_i64), ("pm", 12)] {
        if let Some(rest) = lower.strip_suffix(half) {
            let ms = parse(rest)?;
            // `10:02 AM` has no hours by the rule for two numbers
            let ms = if rest.matches(':').count() == 1 { ms * 60 } else { ms };
            let hour = ms / 3_600_000;
            return (1..=12)
                .contains(&hour)
                .then(|| ms % 3_600_000 + (hour % 12 + add) * 3_600_000);
        }
    }
    if let Some((hours, minutes)) = lower.split_once('h') {
        let (hours, minutes) = (hours.trim(), minutes.trim());
        let digits =
            |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        return (digits(hours) && digits(minutes) && minutes.len() == 2)
            .then(|| parse(&format!("{hours}:{minutes}:0")))
            .flatten();
    }
    parse(text)
}

/// A duration as ISO 8601 writes it: `PT1H2M3.5S`.
pub(crate) fn duration(text: &str) -> Option<i64> {
    let mut rest = text
        .trim()
        .strip_prefix("PT")
        .filter(|rest| rest.len() <= MAX_CHARS && !rest.is_empty())?;
    let mut sum = 0.0;
    while !rest.is_empty() {
        let at = rest.find(['H', 'M', 'S'])?;
        let number: f64 = rest
            .get(..at)?
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite() && number.abs() < 1e9)?;
        let unit = rest.get(at..=at)?;
        sum += number
            * match unit {
                "H" => 3_600_000.0,
                "M" => 60_000.0,
                _ => 1_000.0,
            };
        rest = rest.get(at + 1..)?;
    }
    #[expect(clippy::cast_possible_truncation, reason = "below 1e16 by the bounds above")]
    let ms = sum.round() as i64;
    Some(ms)
}

/// A time for people: `1:02:03` or `2:03`; with a minus below zero.
pub fn shown(ms: i64) -> String {
    let sign = if ms < 0 { "-" } else { "" };
    let seconds = ms.unsigned_abs() / 1000;
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{sign}{hours}:{minutes:02}:{rest:02}")
    } else {
        format!("{sign}{minutes}:{rest:02}")
    }
}

/// A time as `WebVTT` writes it.
pub(crate) fn strict(ms: i64) -> String {
    let sign = if ms < 0 { "-" } else { "" };
    let ms = ms.unsigned_abs();
    let seconds = ms / 1000;
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    format!("{sign}{hours:02}:{minutes:02}:{:02}.{:03}", seconds % 60, ms % 1000)
}

/// One to four digits, with a minus or without.
fn number(text: &str, negative: &mut bool) -> Option<i64> {
    let text = unsigned(text, negative);
    let digits = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// Decimals as milliseconds; beyond the third they are cut.
fn thousandths(text: &str, negative: &mut bool) -> Option<i64> {
    let text = unsigned(text, negative);
    let digits = (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits {
        return None;
    }
    let mut sum = 0;
    for digit in text.bytes().chain(*b"00").take(3) {
        sum = sum * 10 + i64::from(digit - b'0');
    }
    Some(sum)
}

fn unsigned<'a>(text: &'a str, negative: &mut bool) -> &'a str {
    match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => {
            *negative = true;
            rest
        }
        None => text,
    }
}

/// Longer is no time.
const MAX_CHARS: usize = 32;
