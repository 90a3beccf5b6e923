//! What there is, for whom, and who does the work.

macro_rules! words {
    ($(#[$doc:meta])* $name:ident$( = $usual:ident)? { $($(#[$each:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$each])* $variant),+
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its word in REST, files and rows.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }

            /// The one with that word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }
        }

        $(impl Default for $name {
            fn default() -> Self {
                Self::$usual
            }
        })?
    };
}

words! {
    /// What can be asked for.
    Feature {
        /// The summary of a thread of mails.
        Thread = "thread_summary",
        /// The summary of a meeting.
        Meeting = "meeting_summary",
        /// Who is to do what by when.
        Actions = "actions",
        /// What a text says about an opportunity.
        Updates = "suggested_updates",
        /// A reply to a mail.
        Draft = "reply_draft",
    }
}

words! {
    /// For whom a feature is there.
    Availability {
        /// For nobody.
        Off = "off",
        /// For who administers sales: to try it before others have it.
        Preview = "preview",
        /// For everybody.
        General = "general",
    }
}

words! {
    /// Who does the work of a feature.
    Worker {
        /// The hub's own rules; nothing leaves.
        Rules = "rules",
        /// The endpoint that is set up.
        Endpoint = "endpoint",
    }
}

words! {
    /// What is taken out of a text before it leaves.
    Redact {
        /// Addresses of mail.
        Addresses = "addresses",
        /// Telephone numbers.
        Phones = "phones",
        /// Names of people.
        Names = "names",
    }
}

words! {
    /// What a draft of a reply is for.
    Purpose = Answer {
        /// To answer what was asked.
        Answer = "answer",
        /// To make a proposal.
        Proposal = "proposal",
        /// To address a concern.
        Concern = "concern",
        /// What the seller says alone.
        Own = "own",
    }
}

words! {
    /// How long a draft is.
    Length = Medium {
        /// As short as can be.
        Short = "short",
        /// As people write.
        Medium = "medium",
        /// With everything.
        Long = "long",
    }
}

words! {
    /// In which tone a draft is written.
    Tone = Professional {
        /// As between firms.
        Professional = "professional",
        /// As between people who know each other.
        Friendly = "friendly",
        /// For who has to decide soon.
        Direct = "direct",
    }
}
