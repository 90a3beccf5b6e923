//! What the workspace's refusals are called by the port.

use workspace::Error as Cause;
use workspace_port::Error;

pub(crate) fn refusal(error: Cause) -> Error {
    match error {
        Cause::TeamNotFound { .. }
        | Cause::ChannelNotFound { .. }
        | Cause::MessageNotFound { .. }
        | Cause::FileNotFound { .. }
        | Cause::TabNotFound { .. } => Error::NotFound,
        Cause::MemberNotFound { .. } => Error::NoSuchPerson,
        Cause::NotTeamMember { .. }
        | Cause::NotChannelMember { .. }
        | Cause::RoleNeeded { .. }
        | Cause::Denied(_) => Error::NotAllowed,
        Cause::PersonNeeded => Error::PersonNeeded,
        Cause::NameTaken => Error::NameTaken,
        Cause::ChannelArchived { .. } | Cause::TeamArchived { .. } => Error::Archived,
        Cause::LastOwner => Error::LastOwner,
        Cause::GeneralStays => {
            Error::invalid("", "channel.general", "The channel General stays as it is")
        }
        Cause::FileChanged { .. } => Error::Changed,
        Cause::FileTooLarge { .. } | Cause::QuotaExceeded { .. } => Error::TooLarge,
        Cause::Invalid { fields } => Error::Invalid { findings: fields },
        other => Error::Other(Box::new(other)),
    }
}
