//! Kinds of data, in the words of the reference (sales reference §3.3), and how long each stays (§3.4).

/// Whose data it is, and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Data of the CRM: read live, identifiers alone are copied.
    Crm,
    /// Mails and meetings, copied as such or as insights.
    Mail,
    /// Data of the product itself: private notes, choices, settings.
    Product,
}

impl Group {
    /// Every group, in order.
    pub const ALL: [Self; 3] = [Self::Crm, Self::Mail, Self::Product];

    /// Its name in texts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Crm => "crm",
            Self::Mail => "mail",
            Self::Product => "product",
        }
    }
}

/// A kind of data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it; people read the texts")]
pub enum DataSet {
    Records,
    Mails,
    MailInsights,
    Meetings,
    Transcripts,
    MeetingInsights,
    Preferences,
    Connections,
    Account,
    Conversations,
    Work,
    Calls,
    Log,
}

impl DataSet {
    /// Every kind, in order.
    pub const ALL: [Self; 13] = [
        Self::Records,
        Self::Mails,
        Self::MailInsights,
        Self::Meetings,
        Self::Transcripts,
        Self::MeetingInsights,
        Self::Preferences,
        Self::Connections,
        Self::Account,
        Self::Conversations,
        Self::Work,
        Self::Calls,
        Self::Log,
    ];

    /// Whether it is what people wrote or said among themselves: nobody is given it of somebody else, whatever their right.
    pub const fn is_personal(self) -> bool {
        matches!(
            self,
            Self::Mails
                | Self::MailInsights
                | Self::Meetings
                | Self::Transcripts
                | Self::MeetingInsights
                | Self::Preferences
                | Self::Conversations
        )
    }

    /// Its name in interfaces and texts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Records => "records",
            Self::Mails => "mails",
            Self::MailInsights => "mail-insights",
            Self::Meetings => "meetings",
            Self::Transcripts => "transcripts",
            Self::MeetingInsights => "meeting-insights",
            Self::Preferences => "preferences",
            Self::Connections => "connections",
            Self::Account => "account",
            Self::Conversations => "conversations",
            Self::Work => "work",
            Self::Calls => "calls",
            Self::Log => "log",
        }
    }

    /// The kind of a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }

    /// Where it belongs.
    pub const fn group(self) -> Group {
        match self {
            Self::Records => Group::Crm,
            Self::Mails
            | Self::MailInsights
            | Self::Meetings
            | Self::Transcripts
            | Self::MeetingInsights => Group::Mail,
            _ => Group::Product,
        }
    }

    /// For how many days it is kept unless an administrator says otherwise; nothing where the period is not theirs to
    /// set here: what has no end of its own, and what the operator's settings end.
    ///
    /// Insights of mails 30 days, of meetings 90 (sales reference §3.4); a year for what they were made of is our own
    /// choice.
    pub const fn days(self) -> Option<i64> {
        match self {
            Self::MailInsights => Some(30),
            Self::MeetingInsights | Self::Transcripts => Some(90),
            Self::Mails | Self::Meetings => Some(365),
            _ => None,
        }
    }
}
