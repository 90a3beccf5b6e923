//! The settings with what holds where nothing was set (sales reference §4).

use kernel::GroupId;
use serde::{Deserialize, Serialize};

/// What holds for everybody at one CRM. Names that are no settings any more are read over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Language features at this CRM.
    pub ai: Ai,
    /// Who may use what.
    pub access: Gates,
    /// Insights out of mails.
    pub insights: MailInsights,
    /// What becomes of mails and meetings in the CRM.
    pub saving: Saving,
    /// What is told of a meeting afterwards.
    pub conversation: Conversation,
    /// Prompts that people begin with, in order.
    pub prompts: Vec<Prompt>,
    /// Whether partners' actions stand beside mails and records.
    pub partners: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            ai: Ai::default(),
            access: Gates::default(),
            insights: MailInsights::default(),
            saving: Saving::default(),
            conversation: Conversation::default(),
            prompts: Vec::new(),
            // an action is only there once somebody enabled it
            partners: true,
        }
    }
}

/// Language features at one CRM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ai {
    /// Whether there are any; what the tenant turned off stays off.
    pub on: bool,
    /// Whether sentiment and statistics of participants are made and shown.
    pub sentiment: bool,
    /// Whether what is still tried out is there for everybody.
    pub preview: bool,
}

impl Default for Ai {
    fn default() -> Self {
        Self { on: true, sentiment: true, preview: false }
    }
}

/// Who may use a feature: nobody where it is off; else everybody, but for groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Gate {
    /// Whether it is there.
    pub on: bool,
    /// Only people of these groups; everybody where there is none.
    pub allow: Vec<GroupId>,
    /// Nobody of these groups, whatever else they are in.
    pub restrict: Vec<GroupId>,
}

impl Default for Gate {
    fn default() -> Self {
        Self { on: true, allow: Vec::new(), restrict: Vec::new() }
    }
}

/// Who may use what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Gates {
    /// The sales features as a whole, at this CRM.
    pub product: Gate,
    /// Insights of meetings; off hides them.
    pub meeting_insights: Gate,
}

/// Insights out of mails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MailInsights {
    /// Whether a mail is summed up without being asked.
    pub auto_summary: bool,
}

impl Default for MailInsights {
    fn default() -> Self {
        Self { auto_summary: true }
    }
}

/// How a mail stands with records of Dynamics 365.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Connect {
    /// With one (Regarding).
    #[default]
    One,
    /// With several (Related to).
    Multiple,
    /// With one that comes first, and related ones.
    Primary,
}

/// Where notes of a meeting are saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NotesIn {
    /// A table of its own; empty for the appointment itself.
    pub table: String,
    /// The field; of the appointment `description`.
    pub field: String,
}

impl Default for NotesIn {
    fn default() -> Self {
        Self { table: String::new(), field: "description".to_owned() }
    }
}

/// What becomes of mails and meetings in the CRM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "things that each are set or not")]
pub struct Saving {
    /// Whether mails may be saved.
    pub mails: bool,
    /// Whether meetings may be.
    pub meetings: bool,
    /// Fields by which saved mails are sorted.
    pub mail_fields: Vec<String>,
    /// How mails stand with records; Dynamics 365 only.
    pub mails_connect: Connect,
    /// Whether files go with mails.
    pub mail_attachments: bool,
    /// Whether all of them are ticked to begin with.
    pub all_mail_attachments: bool,
    /// Whether a saved mail is marked in the seller's own mailbox.
    pub mark_mails: bool,
    /// Whether notes of a recap are saved.
    pub notes: bool,
    /// Where.
    pub notes_in: NotesIn,
}

impl Default for Saving {
    fn default() -> Self {
        Self {
            mails: true,
            meetings: true,
            mail_fields: Vec::new(),
            mails_connect: Connect::One,
            mail_attachments: true,
            all_mail_attachments: false,
            mark_mails: false,
            notes: true,
            notes_in: NotesIn::default(),
        }
    }
}

/// Who sees summaries of a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Summaries {
    /// Who may use the sales features and takes part.
    #[default]
    #[serde(alias = "chat")]
    Invited,
    /// Who called the meeting.
    Organisers,
}

/// What is told of a meeting afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Conversation {
    /// Whether figures of the talk are shown.
    pub figures: bool,
    /// Whether the sentiment of speakers is.
    pub sentiment: bool,
    /// Who sees summaries.
    pub summaries: Summaries,
}

impl Default for Conversation {
    fn default() -> Self {
        Self { figures: true, sentiment: true, summaries: Summaries::Invited }
    }
}

/// What people begin with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prompt {
    /// What is shown.
    pub title: String,
    /// What is asked.
    pub text: String,
}

/// To whom the tenant gives language features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// To everybody.
    #[default]
    Everybody,
    /// To people of some groups.
    Groups,
    /// To everybody but people of some groups.
    Except,
}

/// What holds for everybody of the tenant, at whatever CRM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TenantSettings {
    /// Whether there are language features.
    pub ai: bool,
    /// To whom.
    pub audience: Audience,
    /// The groups that are meant.
    pub groups: Vec<GroupId>,
}

impl Default for TenantSettings {
    fn default() -> Self {
        Self { ai: true, audience: Audience::Everybody, groups: Vec::new() }
    }
}
