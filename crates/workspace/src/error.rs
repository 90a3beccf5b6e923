//! What may go wrong in the workspace.

use std::{io, time::Duration};

use kernel::{
    ChannelId, Code, Coded, CursorError, Denied, FieldError, FileId, Kind, MailId, MessageId,
    TabId, TeamId, UserId,
};

use crate::Role;

/// The result of a service method.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What may go wrong in the workspace.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such team, or the actor may not know of it.
    #[error("there is no team {team}")]
    TeamNotFound {
        /// The team that was asked for.
        team: TeamId,
    },
    /// No such channel, or the actor may not know of it.
    #[error("there is no channel {channel}")]
    ChannelNotFound {
        /// The channel that was asked for.
        channel: ChannelId,
    },
    /// No such message, or the actor may not know of it.
    #[error("there is no message {message}")]
    MessageNotFound {
        /// The message that was asked for.
        message: MessageId,
    },
    /// No such file or folder, or the actor may not know of it.
    #[error("there is no file {file}")]
    FileNotFound {
        /// The file that was asked for.
        file: FileId,
    },
    /// No such tab in the channel.
    #[error("there is no tab {tab}")]
    TabNotFound {
        /// The tab that was asked for.
        tab: TabId,
    },
    /// No such mail, or the actor may not know of it.
    #[error("there is no mail {mail}")]
    MailNotFound {
        /// The mail that was asked for.
        mail: MailId,
    },
    /// The hub did not sign the address of this picture.
    #[error("no card of this hub shows this picture")]
    PictureNotFound,
    /// The person is no member, or nobody of this tenant.
    #[error("there is no member {user}")]
    MemberNotFound {
        /// The person that was asked for.
        user: UserId,
    },
    /// The team is public: who wants to read it joins first.
    #[error("only members read the team {team}")]
    NotTeamMember {
        /// The team to join.
        team: TeamId,
    },
    /// The channel is private and may be managed, not read, by who is no member.
    #[error("only members read the channel {channel}")]
    NotChannelMember {
        /// The channel.
        channel: ChannelId,
    },
    /// The actor's place in the team is too low.
    #[error("this takes the role {needed} in the team")]
    RoleNeeded {
        /// The lowest role that may.
        needed: Role,
    },
    /// Only a person can do this, no service token.
    #[error("only a person can do this")]
    PersonNeeded,
    /// Another one has this name already.
    #[error("the name is taken")]
    NameTaken,
    /// The channel or its team is archived: it is read, not written.
    #[error("the channel {channel} is archived")]
    ChannelArchived {
        /// The channel.
        channel: ChannelId,
    },
    /// The team is archived: it is read, not changed.
    #[error("the team {team} is archived")]
    TeamArchived {
        /// The team.
        team: TeamId,
    },
    /// A team keeps at least one owner.
    #[error("the last owner cannot go")]
    LastOwner,
    /// The channel General stays as it is.
    #[error("the channel General cannot be renamed, archived or deleted")]
    GeneralStays,
    /// Only private channels have members of their own.
    #[error("a standard channel has the members of its team")]
    StandardChannel,
    /// The message was deleted.
    #[error("the message {message} was deleted")]
    MessageDeleted {
        /// The message.
        message: MessageId,
    },
    /// One team, channel or folder holds as many as it may.
    #[error("there are {limit} already, the most there may be")]
    TooMany {
        /// The limit.
        limit: u32,
    },
    /// The file is no longer what the caller has seen.
    #[error("the file {file} has changed meanwhile")]
    FileChanged {
        /// The file.
        file: FileId,
    },
    /// A folder cannot move into itself.
    #[error("a folder cannot move into itself")]
    FolderLoop,
    /// The file is larger than the limit.
    #[error("a file has at most {limit_bytes} bytes")]
    FileTooLarge {
        /// The limit.
        limit_bytes: u64,
    },
    /// Files of this type are not taken.
    #[error("files of this type are not taken")]
    FileTypeRefused,
    /// The tenant's files together are larger than the limit.
    #[error("the files of the organisation have at most {limit_bytes} bytes together")]
    QuotaExceeded {
        /// The limit.
        limit_bytes: u64,
    },
    /// Mail is switched off.
    #[error("no mail relay is configured")]
    MailOff,
    /// The mail is larger than the limit.
    #[error("a mail has at most {limit_bytes} bytes")]
    MailTooLarge {
        /// The limit.
        limit_bytes: u64,
    },
    /// The input breaks rules.
    #[error("the input breaks {} rules", fields.len())]
    Invalid {
        /// Which, and where.
        fields: Vec<FieldError>,
    },
    /// The cursor was not given by this list.
    #[error(transparent)]
    Cursor(#[from] CursorError),
    /// A permission is missing.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The file store failed.
    #[error("the file store failed")]
    Files(#[from] io::Error),
    /// Storing failed.
    #[error("the workspace could not be read or written")]
    Store(#[from] db::Error),
}

impl Error {
    /// One broken rule.
    pub(crate) fn invalid(field: FieldError) -> Self {
        Self::Invalid { fields: vec![field] }
    }
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::TeamNotFound { .. } => Code::new("team.not_found", Kind::NotFound),
            Self::ChannelNotFound { .. } => Code::new("channel.not_found", Kind::NotFound),
            Self::MessageNotFound { .. } => Code::new("message.not_found", Kind::NotFound),
            Self::FileNotFound { .. } => Code::new("file.not_found", Kind::NotFound),
            Self::TabNotFound { .. } => Code::new("tab.not_found", Kind::NotFound),
            Self::MailNotFound { .. } => Code::new("mail.not_found", Kind::NotFound),
            Self::PictureNotFound => Code::new("picture.not_found", Kind::NotFound),
            Self::MemberNotFound { .. } => Code::new("member.not_found", Kind::NotFound),
            Self::NotTeamMember { .. } => Code::new("team.not_member", Kind::Forbidden),
            Self::NotChannelMember { .. } => Code::new("channel.not_member", Kind::Forbidden),
            Self::RoleNeeded { .. } => Code::new("team.role_needed", Kind::Forbidden),
            Self::PersonNeeded => Code::new("actor.person_needed", Kind::Forbidden),
            Self::NameTaken => Code::new("name.taken", Kind::Conflict),
            Self::ChannelArchived { .. } => Code::new("channel.archived", Kind::Gone),
            Self::TeamArchived { .. } => Code::new("team.archived", Kind::Gone),
            Self::LastOwner => Code::new("team.last_owner", Kind::Conflict),
            Self::GeneralStays => Code::new("channel.general_stays", Kind::Conflict),
            Self::StandardChannel => Code::new("channel.standard", Kind::Conflict),
            Self::MessageDeleted { .. } => Code::new("message.deleted", Kind::Gone),
            Self::TooMany { .. } => Code::new("workspace.too_many", Kind::Conflict),
            Self::FileChanged { .. } => Code::new("file.changed", Kind::Conflict),
            Self::FolderLoop => Code::new("folder.loop", Kind::Conflict),
            Self::FileTooLarge { .. } => Code::new("file.too_large", Kind::TooLarge),
            Self::FileTypeRefused => Code::new("file.type_refused", Kind::Invalid),
            Self::QuotaExceeded { .. } => Code::new("file.quota_exceeded", Kind::TooLarge),
            Self::MailOff => Code::new("mail.off", Kind::Conflict),
            Self::MailTooLarge { .. } => Code::new("mail.too_large", Kind::TooLarge),
            Self::Invalid { .. } => Code::new("workspace.invalid", Kind::Invalid),
            Self::Cursor(_) => Code::new("cursor.invalid", Kind::Invalid),
            Self::Denied(_) => Code::new("permission.missing", Kind::Forbidden),
            Self::Files(error) if error.kind() == io::ErrorKind::StorageFull => {
                Code::new("storage.full", Kind::Unavailable)
            }
            Self::Files(_) => Code::INTERNAL,
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Invalid { fields } => fields,
            _ => &[],
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Store(error) => error.retry_after(),
            _ => None,
        }
    }
}
