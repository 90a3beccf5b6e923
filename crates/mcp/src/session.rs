//! Sessions of the generation with a handshake.
//!
//! The identifier of a session is signed and holds all there is to know, so that any node of the hub takes it
//! and nothing is stored. It belongs to the credential it was given to. What a client ended is remembered on
//! the node where it ended it: the token is what protects, the session only says which requests belong
//! together.

use std::time::Duration;

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use kernel::{Cache, Ids, Scope, Stay};

use crate::Version;

/// Signs and checks the identifiers of sessions.
#[derive(Debug)]
pub(crate) struct Sessions {
    key: hmac::Key,
    ended: Cache<String, ()>,
}

impl Sessions {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        let ended = Cache::new(MAX_ENDED, Stay::For(LIFETIME));
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, key), ended }
    }

    /// A new session of a caller.
    pub(crate) fn begin(
        &self,
        scope: &Scope,
        version: Version,
        ids: &Ids,
        now: Timestamp,
    ) -> String {
        let mut bytes = Vec::with_capacity(HEAD + TAG);
        bytes.push(u8::from(version != Version::V2025_06_18));
        bytes.extend_from_slice(&now.as_second().to_be_bytes());
        bytes.extend_from_slice(&ids.secret_bytes::<NONCE>());
        let tag = self.tag(&bytes, scope);
        bytes.extend_from_slice(&tag);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The version that was agreed on, when the session is the caller's and lives.
    pub(crate) fn check(&self, text: &str, scope: &Scope, now: Timestamp) -> Option<Version> {
        if text.len() > MAX_TEXT || self.ended.contains_key(text) {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (head, tag) = bytes.split_at_checked(HEAD)?;
        let known = self.tag(head, scope);
        aws_lc_rs::constant_time::verify_slices_are_equal(tag, &known).ok()?;
        let (version, rest) = head.split_first()?;
        let began = i64::from_be_bytes(*rest.first_chunk::<8>()?);
        let age = now.as_second().checked_sub(began)?;
        if age > i64::try_from(LIFETIME.as_secs()).ok()? {
            return None;
        }
        Some(if *version == 0 { Version::V2025_06_18 } else { Version::V2025_11_25 })
    }

    /// Ends a session that was checked.
    pub(crate) fn end(&self, text: &str) {
        self.ended.insert(text, ());
    }

    fn tag(&self, head: &[u8], scope: &Scope) -> Vec<u8> {
        let owner = format!("{} {}", scope.tenant(), scope.actor());
        let mut signed = head.to_vec();
        signed.extend_from_slice(owner.as_bytes());
        let tag = hmac::sign(&self.key, &signed);
        tag.as_ref().iter().copied().take(TAG).collect()
    }
}

/// How long a session lives at most; its client begins another one then. Our own choice.
const LIFETIME: Duration = Duration::from_hours(24);

/// How many ended sessions are remembered.
const MAX_ENDED: u64 = 100_000;

const NONCE: usize = 16;
const HEAD: usize = 1 + 8 + NONCE;
const TAG: usize = 16;
const MAX_TEXT: usize = 128;

#[cfg(test)]
mod tests {
    use kernel::{Actor, Permission};
    use testkit::{ids, scope};

    use super::*;

    #[test]
    fn a_session_belongs_to_whom_it_was_given_and_ends() {
        let (ids, sessions) = (ids(), Sessions::new(&[7; 32]));
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let mine = scope(ids.fresh(), Actor::User(ids.fresh()), &[Permission::ActionUse]);
        let other = scope(mine.tenant(), Actor::User(ids.fresh()), &[Permission::ActionUse]);
        let session = sessions.begin(&mine, Version::V2025_06_18, &ids, now);
        assert_eq!(sessions.check(&session, &mine, now), Some(Version::V2025_06_18));
        assert_eq!(sessions.check(&session, &other, now), None);
        assert_eq!(sessions.check(&session, &mine, now + Duration::from_hours(25)), None);
        assert_eq!(Sessions::new(&[8; 32]).check(&session, &mine, now), None);
        for text in ["", "AAAA", "?", &"A".repeat(5000)] {
            assert_eq!(sessions.check(text, &mine, now), None);
        }
        sessions.end(&session);
        assert_eq!(sessions.check(&session, &mine, now), None);
    }
}
