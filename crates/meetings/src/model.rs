//! Meetings as they are kept.

use jiff::Timestamp;
use kernel::UserId;
use uuid::Uuid;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $word:literal,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$of])* $variant,)+ }

        impl $name {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// As it is stored and written.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The one of a stored word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }
        }
    )+};
}

words! {
    /// Where an entry comes from.
    Origin {
        /// Somebody typed it.
        Typed = "typed",
        /// A calendar file.
        File = "file",
        /// The calendar of the organisation, over Microsoft Graph.
        Graph = "graph",
    }

    /// What somebody is to a meeting.
    Part {
        /// Organises it.
        Organiser = "organiser",
        /// Is wanted there.
        Required = "required",
        /// May come.
        Optional = "optional",
    }

    /// Why a meeting has no recap, or no transcript to make one of.
    Absence {
        /// Nothing was said yet: it is not over, or nobody brought what was said.
        NoTranscript = "no_transcript",
        /// It had no app, and nobody from outside who would have brought it.
        NoApp = "no_app",
        /// The app was added when it was over.
        AppLate = "app_late",
        /// The policy of the organisation forbids transcripts.
        Policy = "policy",
        /// Administrators turned fetching off.
        FetchOff = "fetch_off",
        /// The organisation's Teams is not connected, or the entry came from elsewhere.
        NotConnected = "not_connected",
        /// The application may not read transcripts of whoever organised it.
        NoAccess = "no_access",
        /// It was transcribed in several pieces (recording stopped and started again).
        Several = "several",
        /// The transcript is none that can be read.
        Unreadable = "unreadable",
        /// The feature is off, or a preview that the reader does not have.
        FeatureOff = "feature_off",
        /// Its time was over.
        Expired = "expired",
        /// It was called off.
        Cancelled = "cancelled",
    }
}

/// A meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "things that each may be so or not")]
pub struct Meeting {
    /// Its identifier.
    pub id: Uuid,
    /// Who brought it here.
    pub kept_by: UserId,
    /// Where it comes from.
    pub origin: Origin,
    /// What calendars tell it by.
    pub uid: String,
    /// What it is about.
    pub subject: String,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// The address of whoever organises it.
    pub organiser: String,
    /// Where people join it.
    pub join_url: Option<String>,
    /// Whether it is one of a series.
    pub is_recurring: bool,
    /// Whether it was called off.
    pub is_cancelled: bool,
    /// When the app was added to it.
    pub app_at: Option<Timestamp>,
    /// Whether the app was added without anybody: somebody from outside is invited.
    pub app_alone: bool,
    /// Whose calendar over Graph it was read from, by the directory's identifier.
    pub remote_user: Option<String>,
    /// Why nothing was fetched, as it was found last.
    pub absence: Option<Absence>,
    /// When a transcript was last looked for.
    pub looked_at: Option<Timestamp>,
    /// Whether there is a transcript.
    pub has_transcript: bool,
    /// Whether there is a recap.
    pub has_recap: bool,
}

/// Somebody at a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The address, in lower case.
    pub address: String,
    /// The name; empty where nobody said it.
    pub name: String,
    /// Who that is in the hub.
    pub user: Option<UserId>,
    /// What they are to it.
    pub part: Part,
    /// Whether they are from outside.
    pub is_external: bool,
}

impl Person {
    /// What to call them.
    pub fn shown(&self) -> &str {
        if self.name.is_empty() { &self.address } else { &self.name }
    }
}

/// An entry that somebody types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMeeting {
    /// What it is about.
    pub subject: String,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Names and addresses of those who are invited, as mails write them.
    pub people: Vec<String>,
}

/// What keeping entries came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    /// Meetings that are here now, by their identifiers, in the order of their source.
    pub meetings: Vec<Uuid>,
    /// How many of them were here before.
    pub again: usize,
    /// Private entries: they are never stored.
    pub private: usize,
    /// Whole days, and entries in which the person takes no part.
    pub left_out: usize,
}

/// A transcript as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transcript {
    /// Whether it was uploaded or fetched.
    pub source: Origin,
    /// The form of the file.
    pub format: String,
    /// Where its times come from.
    pub times: String,
    /// The language that the file names.
    pub language: Option<String>,
    /// How many words were said.
    pub words: i64,
    /// Who brought it.
    pub kept_by: Option<UserId>,
    /// When.
    pub kept_at: Timestamp,
    /// What was said, in order.
    pub cues: Vec<Cue>,
}

/// One piece of speech.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Cue {
    /// Who spoke.
    #[serde(rename = "s")]
    pub speaker: Option<String>,
    /// When it begins, in milliseconds.
    #[serde(rename = "b")]
    pub start_ms: i64,
    /// When it ends.
    #[serde(rename = "e")]
    pub end_ms: i64,
    /// What was said.
    #[serde(rename = "t")]
    pub text: String,
}

/// A record of a CRM that a meeting is connected to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connected {
    /// The CRM.
    pub system: Uuid,
    /// The table.
    pub table: String,
    /// The identifier.
    pub id: String,
    /// When.
    pub at: Timestamp,
}

/// What was made of a part of a meeting in a CRM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Which part: the key of an action, or [`Made::NOTES`].
    pub what: String,
    /// Whether it is there; else somebody is at it.
    pub done: bool,
    /// The CRM.
    pub system: Uuid,
    /// The table.
    pub table: String,
    /// The identifier.
    pub id: String,
    /// Who made it.
    pub by: Option<UserId>,
    /// When.
    pub at: Timestamp,
}

impl Made {
    /// The notes of a meeting.
    pub const NOTES: &'static str = "notes";
}

/// Where a recap was posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The link whose channel it is in.
    pub link: Uuid,
    /// When.
    pub at: Timestamp,
}

/// A meeting with what the reader may see of it.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "a view: each is one thing to know of a meeting")]
pub struct Opened {
    /// The meeting.
    pub meeting: Meeting,
    /// Who is at it, whoever organises it first.
    pub people: Vec<Person>,
    /// Whether the reader organises it.
    pub is_organiser: bool,
    /// Whether the reader brought it.
    pub is_keeper: bool,
    /// What was said.
    pub transcript: Option<Transcript>,
    /// What was made of it, as far as the reader has the features.
    pub recap: Option<crate::Recap>,
    /// Why there is no recap.
    pub absence: Option<Absence>,
    /// Whether the reader may have actions found.
    pub has_actions: bool,
    /// The record it is connected to.
    pub connected: Option<Connected>,
    /// What became of it in a CRM.
    pub made: Vec<Made>,
    /// Where it was posted.
    pub posts: Vec<Post>,
    /// Whether administrators let notes be saved to the CRM.
    pub keeps_notes: bool,
}
