//! Identity providers whose addresses the platform knows, so that a package need not state them.

/// A built-in provider.
#[derive(Debug)]
pub(crate) struct BuiltIn {
    /// Its names in `identityProvider`, in lower case without blanks.
    pub(crate) names: &'static [&'static str],
    /// Where the browser is sent; `{LoginUri}` is the package's, or `base`.
    pub(crate) authorize: &'static str,
    /// What else the address says.
    pub(crate) query: &'static [(&'static str, &'static str)],
    /// Where tokens come from.
    pub(crate) token: &'static str,
    /// What stands for `{LoginUri}` where the package does not say.
    pub(crate) base: &'static str,
}

/// The provider of that name, ignoring case and blanks.
pub(crate) fn find(name: &str) -> Option<&'static BuiltIn> {
    let folded: String =
        name.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect();
    ALL.iter().find(|provider| provider.names.contains(&folded.as_str()))
}

/// Addresses as each provider publishes them. `DocuSign`'s are inferred from its `LoginUri`.
static ALL: [BuiltIn; 7] = [
    BuiltIn {
        names: &["docusign"],
        authorize: "{LoginUri}/oauth/auth",
        query: &[],
        token: "{LoginUri}/oauth/token",
        base: "https://account.docusign.com",
    },
    BuiltIn {
        names: &["facebook"],
        authorize: "https://www.facebook.com/dialog/oauth",
        query: &[],
        token: "https://graph.facebook.com/oauth/access_token",
        base: "",
    },
    BuiltIn {
        names: &["github"],
        authorize: "https://github.com/login/oauth/authorize",
        query: &[],
        token: "https://github.com/login/oauth/access_token",
        base: "",
    },
    BuiltIn {
        names: &["google"],
        authorize: "https://accounts.google.com/o/oauth2/v2/auth",
        // Only with these does Google hand out a refresh token each time.
        query: &[("access_type", "offline"), ("prompt", "consent")],
        token: "https://oauth2.googleapis.com/token",
        base: "",
    },
    BuiltIn {
        names: &["dropbox"],
        authorize: "https://www.dropbox.com/oauth2/authorize",
        query: &[("token_access_type", "offline")],
        token: "https://api.dropboxapi.com/oauth2/token",
        base: "",
    },
    BuiltIn {
        names: &["salesforce"],
        authorize: "{LoginUri}/services/oauth2/authorize",
        query: &[],
        token: "{LoginUri}/services/oauth2/token",
        base: "https://login.salesforce.com",
    },
    BuiltIn {
        names: &["microsoftaccount", "windowslive", "live"],
        authorize: "https://login.live.com/oauth20_authorize.srf",
        query: &[],
        token: "https://login.live.com/oauth20_token.srf",
        base: "",
    },
];
