//! Which meeting of a person Microsoft Teams speaks of.
//!
//! Teams calls a meeting by a text that its host makes (`MC…`, the conversation in Base64 between `0#` and `#0`) or by the
//! conversation itself (`19:meeting_…@thread.v2`); calendars know the address people join by, which holds the same
//! conversation. That is what joins the two, and nothing that somebody typed.

use kernel::{Permission, Scope};
use url::Url;

use crate::{Meeting, Meetings, Result, service::person, store};

impl Meetings {
    /// The meeting of the caller's that Teams calls so: of several (a series) the one that is nearest to now.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::PersonNeeded`], [`crate::Error::Store`].
    pub async fn in_teams(&self, scope: &Scope, meeting: &str) -> Result<Option<Meeting>> {
        scope.require(Permission::ConnectionUse)?;
        let user = person(scope)?;
        let Some(wanted) = conversation(meeting) else { return Ok(None) };
        let now = self.clock.now();
        let all =
            self.db.read_one(scope, move |tx| store::with_address(tx, user, (now, MOST))).await?;
        let is_it = |one: &Meeting| {
            let joined = one.join_url.as_deref().and_then(joined);
            joined.is_some_and(|joined| joined.eq_ignore_ascii_case(&wanted))
        };
        let away = |one: &Meeting| {
            if one.starts_at > now {
                one.starts_at.duration_since(now)
            } else if one.ends_at < now {
                now.duration_since(one.ends_at)
            } else {
                jiff::SignedDuration::ZERO
            }
        };
        Ok(all.into_iter().filter(is_it).min_by_key(away))
    }
}

/// The conversation of a meeting as Teams names it.
fn conversation(meeting: &str) -> Option<String> {
    let meeting = meeting.trim();
    if meeting.len() > MAX_NAME {
        return None;
    }
    let plain = match unpacked(meeting) {
        Some(text) => {
            let inner = text.strip_prefix("0#").unwrap_or(&text);
            inner.strip_suffix("#0").unwrap_or(inner).to_owned()
        }
        None => meeting.to_owned(),
    };
    is_conversation(&plain).then_some(plain)
}

/// The conversation in an address people join by: `…/l/meetup-join/{conversation}/…`.
fn joined(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let mut segments = url.path_segments()?.skip_while(|one| *one != "meetup-join");
    segments.next()?;
    let encoded = segments.next()?.replace('+', "%2B");
    // a pair without a value is its name, with what is percent-encoded made plain
    let (plain, _) = url::form_urlencoded::parse(encoded.as_bytes()).next()?;
    is_conversation(&plain).then(|| plain.into_owned())
}

fn is_conversation(text: &str) -> bool {
    let rest = text.strip_prefix("19:").unwrap_or_default();
    !rest.is_empty() && rest.contains('@') && !rest.chars().any(|c| c.is_control() || c == ' ')
}

/// Base64 with either alphabet (RFC 4648 §4, §5), with or without its end; nothing for other texts.
fn unpacked(text: &str) -> Option<String> {
    let (mut bits, mut held, mut out) = (0_u32, 0_u32, Vec::with_capacity(text.len()));
    for c in text.trim_end_matches('=').bytes() {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from((bits >> held) & 0xff).unwrap_or_default());
            bits &= (1 << held) - 1;
        }
    }
    String::from_utf8(out).ok()
}

/// Meetings with an address that are looked through, nearest first. Ours.
const MOST: i64 = 1000;
/// What Teams calls a meeting is shorter. Ours.
const MAX_NAME: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;

    const THREAD: &str = "19:meeting_NDIx-Y2_Q@thread.v2";

    #[test]
    fn both_names_of_a_meeting_lead_to_its_conversation() {
        let packed = "MCMxOTptZWV0aW5nX05ESXgtWTJfUUB0aHJlYWQudjIjMA==";
        assert_eq!(conversation(packed).as_deref(), Some(THREAD));
        assert_eq!(conversation(packed.trim_end_matches('=')).as_deref(), Some(THREAD));
        assert_eq!(conversation(THREAD).as_deref(), Some(THREAD));
        for odd in ["", "m1", "MCM", "19:", "19:x y@z", "\u{0}", &"A".repeat(5000), "é@19:"] {
            assert_eq!(conversation(odd), None, "{odd}");
        }
    }

    #[test]
    fn the_address_people_join_by_names_the_same_conversation() {
        let base = "https://teams.microsoft.com/l/meetup-join";
        for way in ["19%3ameeting_NDIx-Y2_Q%40thread.v2", "19%3Ameeting_NDIx-Y2_Q@thread.v2"] {
            let url = format!("{base}/{way}/0?context=%7b%22Tid%22%3a%22x%22%7d");
            assert_eq!(joined(&url).as_deref(), Some(THREAD), "{way}");
        }
        for odd in ["", "https://x.example/", base, "https://teams.microsoft.com/meet/123?p=x"] {
            assert_eq!(joined(odd), None, "{odd}");
        }
    }
}
