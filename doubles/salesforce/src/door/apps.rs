//! Connected apps and external client apps, and what their policies say.

use std::collections::HashSet;

/// An app.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "policies of an app are as many switches")]
pub(crate) struct App {
    /// Its row, for administrators; empty until it has one.
    pub(crate) row: String,
    /// What people call it.
    pub(crate) name: String,
    /// An external client app, and no connected app.
    pub(crate) external: bool,
    pub(crate) key: String,
    pub(crate) secret: String,
    /// What assertions are checked with: an RSA public key (RFC 8017, DER).
    pub(crate) certificate: Option<Vec<u8>>,
    pub(crate) callback: String,
    pub(crate) permitted: Permitted,
    pub(crate) scopes: Vec<String>,
    /// Who calls come from when the app speaks for itself.
    pub(crate) run_as: Option<String>,
    pub(crate) needs_pkce: bool,
    pub(crate) secret_for_refresh: bool,
    pub(crate) refresh: RefreshPolicy,
    /// "IP Relaxation", of an external client app.
    pub(crate) ip: String,
    /// "Timeout Value" of its sessions, of an external client app.
    pub(crate) session_minutes: Option<i64>,
    /// "High assurance session required".
    pub(crate) high_assurance: bool,
    /// External client apps must be installed in the organisation.
    pub(crate) installed: bool,
    /// An administrator blocked it.
    pub(crate) blocked: bool,
    /// A refresh token is good once, and the next one comes with what it gave.
    pub(crate) rotates: bool,
}

/// "Permitted Users" of an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Permitted {
    /// All users may self-authorize.
    All,
    /// Admin approved users are pre-authorized: those of these profiles.
    Approved(HashSet<String>),
}

/// "Refresh Token Policy" of an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefreshPolicy {
    UntilRevoked,
    Hours(i64),
    /// Expires at once.
    Immediately,
}

impl App {
    /// The scopes of those asked for that the app may have; all of its own when none are named.
    pub(crate) fn scopes(&self, asked: Option<&str>) -> Option<Vec<String>> {
        let Some(asked) = asked.filter(|asked| !asked.trim().is_empty()) else {
            return Some(self.scopes.clone());
        };
        let full = self.scopes.iter().any(|own| own == "full");
        let may = |scope: &str| full || self.scopes.iter().any(|own| own == scope);
        let asked: Vec<String> = asked.split_whitespace().map(str::to_owned).collect();
        asked.iter().all(|scope| may(scope)).then_some(asked)
    }
}
