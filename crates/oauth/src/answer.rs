//! What a token endpoint gave (RFC 6749 §5.1).

use std::time::Duration;

use jiff::Timestamp;
use kernel::Secret;
use serde_json::{Map, Value as Json, json};

use crate::Error;

/// Tokens; none of them ever prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenSet {
    /// The access token, fit for a header.
    pub access_token: Secret<String>,
    /// The newest refresh token; where an answer brings none, the one before stays good (RFC 6749 §6).
    pub refresh_token: Option<Secret<String>>,
    /// When the answer came.
    pub issued_at: Timestamp,
    /// When the access token ends; `None` where the provider does not say.
    pub expires_at: Option<Timestamp>,
    /// When the refresh token ends, where the provider says so.
    pub refresh_expires_at: Option<Timestamp>,
    /// `scope`, where it differs from what was asked for.
    pub scope: Option<String>,
    /// `instance_url`: where the data of who signed in is, for providers with many places.
    pub instance: Option<String>,
    /// `id`: an address that tells who signed in, where the provider gives one.
    pub identity: Option<String>,
}

impl TokenSet {
    /// Reads the members of an answer that came at `now`.
    pub(crate) fn read(members: &Map<String, Json>, now: Timestamp) -> Result<Self, Error> {
        let wrong = |reason| Error::Document { document: "token answer", reason };
        let text = |name: &str| members.get(name).and_then(Json::as_str).filter(|t| !t.is_empty());
        let access = text("access_token").ok_or_else(|| wrong("it holds no access token"))?;
        // RFC 6749 A.12: visible ASCII; anything else would reach into the header that carries it.
        if access.len() > MAX_TOKEN || !access.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(wrong("its access token is no token"));
        }
        // RFC 6749 §7.1: a token of a type that is not understood is not used.
        if text("token_type").is_some_and(|t| !t.eq_ignore_ascii_case("bearer")) {
            return Err(wrong("its token type is not Bearer"));
        }
        let refresh = text("refresh_token").filter(|t| t.len() <= MAX_TOKEN);
        let after = |name: &str| seconds(members.get(name)?).and_then(|s| now.checked_add(s).ok());
        Ok(Self {
            access_token: Secret::new(access.to_owned()),
            refresh_token: refresh.map(|t| Secret::new(t.to_owned())),
            issued_at: now,
            expires_at: after("expires_in"),
            refresh_expires_at: after("refresh_token_expires_in")
                .or_else(|| after("refresh_expires_in")),
            scope: text("scope").map(|s| s.chars().take(MAX_SCOPE).collect()),
            instance: text("instance_url").filter(|t| t.len() <= MAX_ADDRESS).map(str::to_owned),
            identity: text("id").filter(|t| t.len() <= MAX_ADDRESS).map(str::to_owned),
        })
    }

    /// Whether the access token is good for the next minutes: a tenth of its life, at most five minutes, is
    /// kept back so that it does not end on its way.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        let Some(expires_at) = self.expires_at else { return true };
        let life =
            Duration::try_from(expires_at.duration_since(self.issued_at)).unwrap_or_default();
        let early = (life / 10).min(EARLY);
        now.checked_add(early).is_ok_and(|then| then < expires_at)
    }

    /// The tokens as one text, to be sealed.
    pub fn to_text(&self) -> Secret<String> {
        let text = |secret: &Secret<String>| secret.expose().clone();
        Secret::new(
            json!({
                "access_token": text(&self.access_token),
                "refresh_token": self.refresh_token.as_ref().map(text),
                "issued_at": self.issued_at.as_second(),
                "expires_at": self.expires_at.map(Timestamp::as_second),
                "refresh_expires_at": self.refresh_expires_at.map(Timestamp::as_second),
                "scope": self.scope,
                "instance": self.instance,
                "identity": self.identity,
            })
            .to_string(),
        )
    }

    /// What [`TokenSet::to_text`] made.
    pub fn from_text(text: &str) -> Option<Self> {
        let json: Json = serde_json::from_str(text).ok()?;
        let text = |name: &str| json.get(name).and_then(Json::as_str).map(str::to_owned);
        let instant = |name: &str| {
            json.get(name).and_then(Json::as_i64).and_then(|s| Timestamp::from_second(s).ok())
        };
        Some(Self {
            access_token: Secret::new(text("access_token")?),
            refresh_token: text("refresh_token").map(Secret::new),
            issued_at: instant("issued_at")?,
            expires_at: instant("expires_at"),
            refresh_expires_at: instant("refresh_expires_at"),
            scope: text("scope"),
            instance: text("instance"),
            identity: text("identity"),
        })
    }
}

/// A number of seconds, also as text (Microsoft Entra ID's first endpoints); at most ten years.
fn seconds(value: &Json) -> Option<Duration> {
    let number = match value {
        Json::Number(number) => number.as_f64()?,
        Json::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    let most = MOST.as_secs_f64();
    (number.is_finite() && number >= 0.0).then(|| Duration::from_secs_f64(number.min(most)))
}

/// Our own choice; fits into the header limits of common servers.
const MAX_TOKEN: usize = 64 * 1024;
const MAX_SCOPE: usize = 4096;
const MAX_ADDRESS: usize = 1024;
const MOST: Duration = Duration::from_hours(24 * 3650);
const EARLY: Duration = Duration::from_mins(5);

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &Json) -> Result<TokenSet, Error> {
        TokenSet::read(&body.as_object().cloned().unwrap_or_default(), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn seconds_may_be_text_and_are_bounded() {
        for (value, expected) in [
            (json!(3600), Some(3600)),
            (json!("3599"), Some(3599)),
            (json!(1e300), Some(MOST.as_secs().cast_signed())),
            (json!(-5), None),
            (json!("soon"), None),
        ] {
            let set = read(&json!({"access_token": "t", "expires_in": value})).unwrap();
            assert_eq!(set.expires_at.map(Timestamp::as_second), expected, "{value}");
        }
    }

    #[test]
    fn what_cannot_be_a_bearer_token_is_refused() {
        for body in [
            json!({}),
            json!({"access_token": ""}),
            json!({"access_token": 7}),
            json!({"access_token": "a\r\nX-Evil: 1"}),
            json!({"access_token": "a b"}),
            json!({"access_token": "x".repeat(MAX_TOKEN + 1)}),
            json!({"access_token": "t", "token_type": "DPoP"}),
        ] {
            assert!(matches!(read(&body), Err(Error::Document { .. })), "{body}");
        }
    }

    #[test]
    fn a_token_is_let_go_before_it_ends() {
        let at = |s| Timestamp::from_second(s).unwrap();
        let hour = read(&json!({"access_token": "t", "expires_in": 3600})).unwrap();
        assert!(hour.is_fresh(at(3299)));
        assert!(!hour.is_fresh(at(3300)));
        let minute = read(&json!({"access_token": "t", "expires_in": 60})).unwrap();
        assert!(minute.is_fresh(at(53)));
        assert!(!minute.is_fresh(at(54)));
    }

    #[test]
    fn what_is_sealed_comes_back() {
        let body =
            json!({"access_token": "a", "refresh_token": "r", "expires_in": 9, "scope": "x"});
        let set = read(&body).unwrap();
        assert_eq!(TokenSet::from_text(set.to_text().expose()), Some(set.clone()));
        assert!(!format!("{set:?}").contains("\"r\""));
    }
}
