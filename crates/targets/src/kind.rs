//! The kinds of places, and what each of them publishes about its pace.

use std::str::FromStr;

use delivery::outside::Rate;

/// What kind of place a target is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A Workflows webhook of Microsoft Teams ("When a Teams webhook request is received").
    Workflows,
    /// An incoming webhook of Slack.
    Slack,
    /// An incoming webhook of Mattermost.
    Mattermost,
    /// An incoming integration of Rocket.Chat.
    RocketChat,
    /// An incoming webhook of a Google Chat space.
    GoogleChat,
    /// A webhook of a Discord channel.
    Discord,
    /// Any HTTP endpoint; signed as Standard Webhooks says.
    Http,
    /// Mail to members of the team or to given addresses.
    Mail,
}

impl Kind {
    /// Every kind, in the order in which they are offered.
    pub const ALL: [Self; 8] = [
        Self::Workflows,
        Self::Slack,
        Self::Mattermost,
        Self::RocketChat,
        Self::GoogleChat,
        Self::Discord,
        Self::Http,
        Self::Mail,
    ];

    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Workflows => "workflows",
            Self::Slack => "slack",
            Self::Mattermost => "mattermost",
            Self::RocketChat => "rocketchat",
            Self::GoogleChat => "google_chat",
            Self::Discord => "discord",
            Self::Http => "http",
            Self::Mail => "mail",
        }
    }

    /// The pace that a place of this kind is served at, unless its target has one of its own.
    pub const fn rate(self) -> Rate {
        match self {
            // Published of Teams webhooks: more than four requests a second are throttled.
            Self::Workflows => Rate { per_minute: Some(240), burst: 4 },
            // Published: one message a second, short bursts allowed; how short is our choice.
            Self::Slack => Rate { per_minute: Some(60), burst: 4 },
            // Not published of webhooks; the server's own limiter, off unless switched on, lets ten a
            // second through (RateLimitSettings.PerSec).
            Self::Mattermost => Rate { per_minute: Some(600), burst: 10 },
            // Published of every REST route, webhooks among them: ten calls a minute is the default of
            // API_Enable_Rate_Limiter_Limit_Calls_Default; most servers raise it. Answers of 429 slow us down.
            Self::RocketChat => Rate { per_minute: Some(60), burst: 10 },
            // Published: 60 writes a minute in a space, shared by all its apps.
            Self::GoogleChat => Rate { per_minute: Some(60), burst: 1 },
            // Seen in X-RateLimit-Limit and widely described, not promised: 5 in 2 s, 30 a minute a channel.
            // The headers of each answer are believed before this.
            Self::Discord => Rate { per_minute: Some(30), burst: 5 },
            Self::Http => Rate::UNLIMITED,
            // Our choice: nobody reads more.
            Self::Mail => Rate { per_minute: Some(60), burst: 20 },
        }
    }

    /// Whether its address is one of HTTP.
    pub const fn is_http(self) -> bool {
        !matches!(self, Self::Mail)
    }
}

impl FromStr for Kind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back() {
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert_eq!("teams".parse::<Kind>(), Err(()));
    }
}
