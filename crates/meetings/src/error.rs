//! What may go wrong with meetings.

use std::time::Duration;

use kernel::{Code, Coded, Denied, FieldError, Kind};
use uuid::Uuid;

use crate::Absence;

/// The result of a service method.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What may go wrong with meetings.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The actor may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Only persons have meetings.
    #[error("only persons have meetings")]
    PersonNeeded,
    /// No such meeting, or one in which the caller takes no part.
    #[error("there is no meeting {meeting}")]
    NotFound {
        /// The meeting that was asked for.
        meeting: Uuid,
    },
    /// Only whoever organises the meeting may do this.
    #[error("only the organiser may do this")]
    OrganiserNeeded,
    /// Only whoever brought the meeting, or organises it, may do this.
    #[error("only the keeper of the meeting may do this")]
    KeeperNeeded,
    /// The file is no calendar that can be read.
    #[error("the file is no calendar")]
    Calendar(#[source] calendar_files::Error),
    /// Every entry of the calendar is private, a whole day, or others' own.
    #[error("the calendar holds no meeting of the person")]
    NoMeeting,
    /// The file is no transcript that can be read.
    #[error("the file is no transcript")]
    Transcript(#[source] transcripts::Error),
    /// There is no recap, and why.
    #[error("there is no recap: {}", .0.as_str())]
    NoRecap(Absence),
    /// The recap has no such action.
    #[error("the recap has no such action")]
    NoAction,
    /// It was made already, or somebody is at it.
    #[error("it was made already")]
    MadeAlready,
    /// The meeting is connected to no record.
    #[error("the meeting is connected to no record")]
    NotConnected,
    /// The CRM has no table for it that the seller sees.
    #[error("the CRM shows the seller no table for it")]
    NoTable,
    /// The record is linked to no such channel.
    #[error("the record is linked to no such channel")]
    NoChannel,
    /// It was posted to that channel already.
    #[error("it was posted there already")]
    PostedAlready,
    /// The organisation's calendar cannot be read: nobody connected it, or the person did not sign in there.
    #[error("the calendar of the organisation is not connected")]
    CalendarNotConnected,
    /// The person keeps as many meetings as one may.
    #[error("one person may keep {most} meetings")]
    Full {
        /// How many.
        most: u64,
    },
    /// What was given is wrong.
    #[error("{} fields are wrong", fields.len())]
    Invalid {
        /// What is wrong where.
        fields: Vec<FieldError>,
    },
    /// The cursor was not given by this list.
    #[error(transparent)]
    Cursor(#[from] kernel::CursorError),
    /// The seller has no CRM that can be used.
    #[error(transparent)]
    Connection(#[from] crm_connections::Error),
    /// The CRM refused.
    #[error(transparent)]
    Crm(#[from] crm::Error),
    /// People could not be matched.
    #[error(transparent)]
    Mailbox(#[from] mailbox::Error),
    /// A language feature cannot answer.
    #[error(transparent)]
    Language(#[from] language_features::Error),
    /// Links could not be read.
    #[error(transparent)]
    Linking(#[from] linking::Error),
    /// The workspace refused.
    #[error(transparent)]
    Workspace(#[from] workspace_port::Error),
    /// A letter could not be sent.
    #[error("a letter could not be sent")]
    Letter(#[source] workspace::Error),
    /// Microsoft Graph refused.
    #[error("Microsoft Graph refused")]
    Graph(#[from] graph::Error),
    /// People of the tenant could not be read.
    #[error(transparent)]
    Identity(#[from] identity::Error),
    /// Administrators of the CRM save no meetings, or no notes of them.
    #[error("administrators of the CRM let nobody save notes of meetings")]
    SavingOff,
    /// Work on a thread of its own came to nothing.
    #[error("the work was given up")]
    GivenUp,
    /// Storing failed.
    #[error("storing failed")]
    Store(#[from] db::Error),
}

impl Error {
    /// One wrong field.
    pub(crate) fn field(pointer: &'static str, code: &'static str, detail: &'static str) -> Self {
        Self::Invalid { fields: vec![FieldError::new(pointer, code, detail)] }
    }
}

impl Coded for Error {
    fn code(&self) -> Code {
        use graph::Error as Away;
        match self {
            Self::Denied(_) => Code::new("permission.missing", Kind::Forbidden),
            Self::PersonNeeded => Code::new("meeting.person_needed", Kind::Forbidden),
            Self::NotFound { .. } => Code::new("meeting.not_found", Kind::NotFound),
            Self::OrganiserNeeded => Code::new("meeting.organiser_needed", Kind::Forbidden),
            Self::KeeperNeeded => Code::new("meeting.keeper_needed", Kind::Forbidden),
            Self::Calendar(calendar_files::Error::TooLarge { .. }) => {
                Code::new("meeting.calendar_too_large", Kind::TooLarge)
            }
            Self::Calendar(_) => Code::new("meeting.calendar_unreadable", Kind::Invalid),
            Self::NoMeeting => Code::new("meeting.calendar_without", Kind::Invalid),
            Self::Transcript(transcripts::Error::TooLarge) => {
                Code::new("meeting.transcript_too_large", Kind::TooLarge)
            }
            Self::Transcript(_) => Code::new("meeting.transcript_unreadable", Kind::Invalid),
            Self::NoRecap(_) => Code::new("meeting.no_recap", Kind::Conflict),
            Self::NoAction => Code::new("meeting.no_action", Kind::NotFound),
            Self::MadeAlready => Code::new("meeting.made_already", Kind::Conflict),
            Self::NotConnected => Code::new("meeting.not_connected", Kind::Conflict),
            Self::NoTable => Code::new("meeting.no_table", Kind::Forbidden),
            Self::NoChannel => Code::new("meeting.no_channel", Kind::NotFound),
            Self::PostedAlready => Code::new("meeting.posted_already", Kind::Conflict),
            Self::CalendarNotConnected => Code::new("meeting.calendar_away", Kind::Conflict),
            Self::Full { .. } => Code::new("meeting.full", Kind::TooLarge),
            Self::Invalid { .. } => Code::new("meeting.invalid", Kind::Invalid),
            Self::Cursor(_) => Code::new("cursor.invalid", Kind::Invalid),
            Self::Connection(error) => error.code(),
            Self::Crm(error) => error.code(),
            Self::Mailbox(error) => error.code(),
            Self::Language(error) => error.code(),
            Self::Linking(error) => error.code(),
            Self::Workspace(error) => error.code(),
            Self::Letter(error) => error.code(),
            Self::Graph(Away::Forbidden { .. } | Away::SignInAgain | Away::Token(_)) => {
                Code::new("meeting.graph_forbidden", Kind::Forbidden)
            }
            Self::Graph(_) => Code::new("meeting.graph_away", Kind::Upstream),
            Self::Identity(error) => error.code(),
            Self::SavingOff => Code::new("meeting.saving_off", Kind::Forbidden),
            Self::GivenUp => Code::new("internal", Kind::Internal),
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Invalid { fields } => fields,
            Self::Crm(error) => error.fields(),
            Self::Connection(error) => error.fields(),
            Self::Workspace(error) => error.fields(),
            _ => &[],
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Connection(error) => error.retry_after(),
            Self::Crm(error) => error.retry_after(),
            Self::Workspace(error) => error.retry_after(),
            Self::Graph(graph::Error::Busy { retry_after }) => Some(*retry_after),
            Self::Store(error) => error.retry_after(),
            _ => None,
        }
    }
}
