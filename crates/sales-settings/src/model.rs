//! The settings with what holds where nothing was set (sales reference §4).

use kernel::GroupId;
use serde::{Deserialize, Serialize};

/// What holds for everybody at one CRM.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Language features at this CRM.
    pub ai: Ai,
    /// Who may use what.
    pub access: Gates,
    /// Insights out of mails.
    pub insights: MailInsights,
    /// What becomes of mails and meetings in the CRM.
    pub saving: Saving,
    /// Summaries of accounts and opportunities.
    pub reports: Reports,
    /// Features of meetings.
    pub meetings: Meetings,
    /// What is told of a meeting afterwards.
    pub conversation: Conversation,
    /// What conversations with the assistant know.
    pub chat: Chat,
    /// Prompts that people begin with, in order.
    pub prompts: Vec<Prompt>,
    /// Whether sellers may put a record into a mail by its name (`/mention`).
    pub quick_share: bool,
    /// Whether partners' actions stand beside mails and records.
    pub partners: bool,
}

/// Language features at one CRM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
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
#[serde(default, deny_unknown_fields)]
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

impl Gate {
    fn closed() -> Self {
        Self { on: false, ..Self::default() }
    }
}

/// Who may use what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Gates {
    /// The sales features as a whole, at this CRM.
    pub product: Gate,
    /// Insights of meetings; off hides them.
    pub meeting_insights: Gate,
    /// Research of leads by an agent.
    pub sales_agent: Gate,
    /// Conversations with the assistant about data of the CRM.
    pub chat: Gate,
    /// Insights of mails.
    pub mail_insights: Gate,
}

impl Default for Gates {
    fn default() -> Self {
        Self {
            product: Gate::default(),
            meeting_insights: Gate::default(),
            sales_agent: Gate::closed(),
            chat: Gate::default(),
            mail_insights: Gate::closed(),
        }
    }
}

/// Insights out of mails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailInsights {
    /// Whether insights are shared with those who see the record.
    pub share: bool,
    /// Sensitivity labels whose mails are looked at; what has no label always is.
    pub labels: Vec<String>,
    /// Whether a mail is summed up without being asked.
    pub auto_summary: bool,
}

impl Default for MailInsights {
    fn default() -> Self {
        Self { share: false, labels: Vec::new(), auto_summary: true }
    }
}

/// How a mail or a meeting stands with records of Dynamics 365.
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
#[serde(default, deny_unknown_fields)]
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
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "things that each are set or not")]
pub struct Saving {
    /// Whether mails may be saved.
    pub mails: bool,
    /// Whether meetings may be.
    pub meetings: bool,
    /// Fields by which saved mails are sorted.
    pub mail_fields: Vec<String>,
    /// Fields by which saved meetings are.
    pub meeting_fields: Vec<String>,
    /// How mails stand with records; Dynamics 365 only.
    pub mails_connect: Connect,
    /// How meetings do; Dynamics 365 only.
    pub meetings_connect: Connect,
    /// Whether files go with mails.
    pub mail_attachments: bool,
    /// Whether all of them are ticked to begin with.
    pub all_mail_attachments: bool,
    /// Whether files go with meetings.
    pub meeting_attachments: bool,
    /// Whether all of them are ticked to begin with.
    pub all_meeting_attachments: bool,
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
            meeting_fields: Vec::new(),
            mails_connect: Connect::One,
            meetings_connect: Connect::One,
            mail_attachments: false,
            all_mail_attachments: false,
            meeting_attachments: false,
            all_meeting_attachments: false,
            notes: true,
            notes_in: NotesIn::default(),
        }
    }
}

/// Summaries of accounts and opportunities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Reports {
    /// What an account's summary is asked for; the built-in words where it is empty.
    pub account: String,
    /// What an opportunity's is.
    pub opportunity: String,
    /// Whether notes of the last weeks are summed up.
    pub notes: bool,
    /// How many weeks, 1 to 12.
    pub notes_weeks: i64,
    /// Whether mails and meetings of the last weeks are.
    pub interactions: bool,
    /// How many weeks, 1 to 12.
    pub interactions_weeks: i64,
}

impl Default for Reports {
    fn default() -> Self {
        Self {
            account: String::new(),
            opportunity: String::new(),
            notes: true,
            notes_weeks: 4,
            interactions: true,
            interactions_weeks: 4,
        }
    }
}

/// Features of meetings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Meetings {
    /// Whether sales meetings are recorded by themselves; private ones never.
    pub auto_record: bool,
    /// Whether people are told of the next five meetings once a day.
    pub digest: bool,
    /// When, by the seller's clock, as `07:30`.
    pub digest_at: String,
    /// Whether people are told before a meeting.
    pub preparation: bool,
    /// How many minutes before, 5 to 1,440.
    pub preparation_minutes: i64,
}

impl Default for Meetings {
    fn default() -> Self {
        Self {
            auto_record: false,
            digest: false,
            digest_at: "07:30".to_owned(),
            preparation: true,
            preparation_minutes: 60,
        }
    }
}

/// Who sees summaries of a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Summaries {
    /// Everybody in the meeting's chat, those who come later too.
    #[default]
    Chat,
    /// Who may use the sales features and was invited.
    Invited,
    /// Who called the meeting.
    Organisers,
}

/// What is told of a meeting afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Conversation {
    /// Whether figures of the talk are shown.
    pub figures: bool,
    /// Whether the sentiment of speakers is.
    pub sentiment: bool,
    /// Who sees summaries.
    pub summaries: Summaries,
    /// Whether transcripts are kept.
    pub keep_transcripts: bool,
}

impl Default for Conversation {
    fn default() -> Self {
        Self { figures: true, sentiment: true, summaries: Summaries::Chat, keep_transcripts: false }
    }
}

/// What conversations with the assistant know.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Chat {
    /// Tables that are asked; those of the forms where there is none.
    pub tables: Vec<String>,
    /// What words mean here.
    pub glossary: Vec<Term>,
}

/// What a word means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// The word.
    pub term: String,
    /// What it means.
    pub description: String,
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
#[serde(default, deny_unknown_fields)]
pub struct TenantSettings {
    /// Whether there are language features.
    pub ai: bool,
    /// To whom.
    pub audience: Audience,
    /// The groups that are meant.
    pub groups: Vec<GroupId>,
    /// Whether text may go to an endpoint outside; what is sent where stands with the language features.
    pub leaving: bool,
    /// Whether tasks are suggested in teams of customers.
    pub suggested_tasks: bool,
}

impl Default for TenantSettings {
    fn default() -> Self {
        Self {
            ai: true,
            audience: Audience::Everybody,
            groups: Vec::new(),
            leaving: true,
            suggested_tasks: true,
        }
    }
}
