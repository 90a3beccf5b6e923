//! Who calls, and what the token allows.

use serde_json::Value;

use crate::{
    store::{Kind, Store},
    token::{Keys, Wrong},
    value::Fields as _,
    wire::{Call, Refusal},
};

/// Whose words a refusal is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Area {
    Teams,
    Directory,
    Files,
    Mail,
}

/// The bearer of a token.
#[derive(Debug, Clone, Default)]
pub(crate) struct Caller {
    /// The application.
    pub(crate) app: String,
    /// The person; none for an application of its own.
    pub(crate) user: Option<String>,
    /// Scopes or roles.
    pub(crate) rights: Vec<String>,
    /// When the token ends, in seconds.
    pub(crate) expires: i64,
}

impl Caller {
    /// Reads the token of a call.
    pub(crate) fn of(
        call: &Call,
        store: &Store,
        keys: &Keys,
        audiences: &[String],
    ) -> Result<Self, Refusal> {
        let refuse = |message: &str| Refusal::new(401, "InvalidAuthenticationToken", message);
        let token = call
            .header("authorization")
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim())
            .filter(|token| !token.is_empty())
            .ok_or_else(|| refuse("Access token is empty."))?;
        let claims = keys.check(token, store.now_ms()).map_err(|wrong| {
            refuse(match wrong {
                Wrong::Shape => "IDX14100: JWT is not well formed, there are no dots (.).",
                Wrong::Signature => "Access token validation failure. Invalid signature.",
                Wrong::Expired => "Lifetime validation failed, the token is expired.",
            })
        })?;
        let audience = claims.text("aud");
        if !audiences.iter().any(|own| own.trim_end_matches('/') == audience.trim_end_matches('/'))
        {
            return Err(refuse("Access token validation failure. Invalid audience."));
        }
        let user = (claims.text("idtyp") != "app").then(|| claims.text("oid").to_owned());
        let revoked = |id: &str| store.revoked.iter().any(|own| own == id);
        if revoked(claims.text("uti")) || user.as_deref().is_some_and(revoked) {
            return Err(refuse(
                "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp",
            ));
        }
        if let Some(user) = &user
            && !store.find(Kind::User, user).is_some_and(|user| user.flag("accountEnabled"))
        {
            return Err(refuse("The user account does not exist or is disabled."));
        }
        let names = if user.is_some() { claims.field("scp") } else { claims.field("roles") };
        let rights = match names {
            Value::String(text) => text.split(' ').map(str::to_owned).collect(),
            other => other.as_array().map_or_else(Vec::new, |list| {
                list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
            }),
        };
        Ok(Self {
            app: claims.text("appid").to_owned(),
            user,
            rights,
            expires: claims.field("exp").as_i64().unwrap_or_default(),
        })
    }

    fn has(&self, names: &str) -> bool {
        names.split(' ').any(|name| self.rights.iter().any(|own| own.eq_ignore_ascii_case(name)))
    }

    /// One of the delegated scopes, or of the roles for an application. No names: that kind of caller may not.
    pub(crate) fn need(
        &self,
        area: Area,
        delegated: &str,
        application: &str,
    ) -> Result<(), Refusal> {
        let (kind, names) = match &self.user {
            Some(_) => ("scope", delegated),
            None => ("role", application),
        };
        if !names.is_empty() && self.has(names) {
            return Ok(());
        }
        Err(match area {
            Area::Teams if names.is_empty() => Refusal::new(
                403,
                "Forbidden",
                "Requested API is not supported in application-only context",
            ),
            Area::Teams => Refusal::new(
                403,
                "Forbidden",
                format!(
                    "Missing {kind} permissions on the request. API requires one of '{}'. {} on the request '{}'.",
                    names.replace(' ', ", "),
                    if kind == "role" { "Roles" } else { "Scopes" },
                    self.rights.join(", ")
                ),
            ),
            Area::Directory => Refusal::new(
                403,
                "Authorization_RequestDenied",
                "Insufficient privileges to complete the operation.",
            ),
            Area::Files => Refusal::new(403, "accessDenied", "Access denied"),
            Area::Mail => Refusal::new(
                403,
                "ErrorAccessDenied",
                "Access is denied. Check credentials and try again.",
            ),
        })
    }
}
