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
            // Published of the incoming webhooks that these addresses replace: more than four requests a second are
            // throttled (Microsoft, "Create Incoming Webhooks"). Of the Workflows trigger nothing is published;
            // that it keeps the same pace is our choice.
            Self::Workflows => Rate { per_minute: Some(240), burst: 4 },
            // Published: one message a second to an incoming webhook, short bursts allowed (Slack, "Rate limits");
            // how short is our choice.
            Self::Slack => Rate { per_minute: Some(60), burst: 4 },
            // Not published of webhooks; the server's own limiter, off unless switched on, lets ten a second through
            // (Mattermost, "Rate limiting configuration settings": RateLimitSettings.PerSec).
            Self::Mattermost => Rate { per_minute: Some(600), burst: 10 },
            // Published defaults of every REST route, incoming integrations among them: ten calls in 60,000 ms
            // (Rocket.Chat, API_Enable_Rate_Limiter_Limit_Calls_Default and …_Limit_Time_Default). Where the server's
            // administrator raised them, the target's own pace may be raised too.
            Self::RocketChat => Rate { per_minute: Some(10), burst: 10 },
            // Published: 60 writes a minute in a space, shared by all its apps, incoming webhooks among them (Google
            // Chat API, "Usage limits"). That they are spread evenly is our choice: bursts in one space meet further
            // limits, which are not published.
            Self::GoogleChat => Rate { per_minute: Some(60), burst: 1 },
            // Not promised: Discord asks to read X-RateLimit-* of each answer and not to build in figures (Discord,
            // "Rate Limits"). 5 in 2 s and 30 a minute a channel are what those headers were seen to say; what an
            // answer says is believed before this.
            Self::Discord => Rate { per_minute: Some(30), burst: 5 },
            Self::Http => Rate::UNLIMITED,
            // Our choice: nobody reads more.
            Self::Mail => Rate { per_minute: Some(60), burst: 20 },
        }
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
