//! Teams, channels, messages, files, mail.

#![expect(unused_qualifications, reason = "the macro that describes routes writes whole paths")]

mod activity;
mod channels;
mod content;
mod events;
mod files;
mod mail;
mod messages;
mod teams;

use jiff::Timestamp;
use kernel::{ChannelId, FileId, MessageId, TeamId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use workspace::Rights;

use crate::Routes;

pub(crate) fn routes() -> Routes {
    Routes::default()
        .merge(teams::routes())
        .merge(channels::routes())
        .merge(messages::routes())
        .merge(events::routes())
        .merge(activity::routes())
        .merge(files::routes())
        .merge(content::routes())
        .merge(mail::routes())
}

/// What the caller may do.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "rights that are asked for one by one")]
struct Allowed {
    /// The caller's own role, if a member: `guest`, `member` or `owner`.
    role: Option<&'static str>,
    /// Read messages and files.
    read: bool,
    /// Post, reply, upload.
    write: bool,
    /// Make channels and incoming webhooks.
    connect: bool,
    /// Delete others' messages and files.
    moderate: bool,
    /// Change, archive, delete, and choose members.
    manage: bool,
}

impl From<Rights> for Allowed {
    fn from(rights: Rights) -> Self {
        let Rights { role, read, write, connect, moderate, manage, .. } = rights;
        Self { role: role.map(workspace::Role::as_str), read, write, connect, moderate, manage }
    }
}

/// The team of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct TeamPath {
    /// The team.
    #[param(value_type = String, format = Uuid)]
    team_id: TeamId,
}

/// The team and the person of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct TeamMemberPath {
    /// The team.
    #[param(value_type = String, format = Uuid)]
    team_id: TeamId,
    /// The person.
    #[param(value_type = String, format = Uuid)]
    user_id: UserId,
}

/// The channel of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ChannelPath {
    /// The channel.
    #[param(value_type = String, format = Uuid)]
    channel_id: ChannelId,
}

/// The channel and the person of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ChannelMemberPath {
    /// The channel.
    #[param(value_type = String, format = Uuid)]
    channel_id: ChannelId,
    /// The person.
    #[param(value_type = String, format = Uuid)]
    user_id: UserId,
}

/// The message of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct MessagePath {
    /// The message or reply.
    #[param(value_type = String, format = Uuid)]
    message_id: MessageId,
}

/// The file of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct FilePath {
    /// The file or folder.
    #[param(value_type = String, format = Uuid)]
    file_id: FileId,
}

/// An instant as RFC 3339 writes it.
fn instant(at: Timestamp) -> String {
    at.to_string()
}

/// A name or a word that is not among the known ones.
fn unknown_word(pointer: &'static str, known: &str) -> edge::Problem {
    let field = kernel::FieldError::new(pointer, "field.invalid", format!("one of {known}"));
    edge::Problem::new("request.invalid", kernel::Kind::Invalid, format!("expected one of {known}"))
        .with_fields(vec![field])
}
