//! Incoming webhooks and their delivery log.

#![expect(unused_qualifications, reason = "the macro that describes routes writes whole paths")]

mod addresses;
mod icons;
mod log;
mod manage;
mod moving;
mod shapes;
mod switches;

use kernel::{ChannelId, TeamId, UserId, WebhookId};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::Routes;

pub(crate) fn routes() -> Routes {
    Routes::default()
        .merge(manage::routes())
        .merge(moving::routes())
        .merge(addresses::routes())
        .merge(icons::routes())
        .merge(log::routes())
        .merge(switches::routes())
}

/// The webhook of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct WebhookPath {
    /// The incoming webhook.
    #[param(value_type = String, format = Uuid)]
    webhook_id: WebhookId,
}

/// The webhook and the entry of its delivery log of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct EntryPath {
    /// The incoming webhook.
    #[param(value_type = String, format = Uuid)]
    webhook_id: WebhookId,
    /// The entry, such as `a7` or `r3`.
    entry_id: String,
}

/// The channel of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ChannelPath {
    /// The channel.
    #[param(value_type = String, format = Uuid)]
    channel_id: ChannelId,
}

/// The team of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct TeamPath {
    /// The team.
    #[param(value_type = String, format = Uuid)]
    team_id: TeamId,
}

/// The person of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct UserPath {
    /// The person.
    #[param(value_type = String, format = Uuid)]
    user_id: UserId,
}

/// A word that is not among the known ones.
fn unknown_word(pointer: &'static str, known: &str) -> edge::Problem {
    let field = kernel::FieldError::new(pointer, "field.invalid", format!("one of {known}"));
    edge::Problem::new("request.invalid", kernel::Kind::Invalid, format!("expected one of {known}"))
        .with_fields(vec![field])
}
