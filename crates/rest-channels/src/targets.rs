//! Delivery targets: where channels and webhooks forward to.

#![expect(unused_qualifications, reason = "the macro that describes routes writes whole paths")]

mod forwarding;
mod log;
mod manage;
mod shapes;

use kernel::{ChannelId, TargetId, WebhookId};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::Routes;

pub(crate) fn routes() -> Routes {
    Routes::default().merge(manage::routes()).merge(log::routes()).merge(forwarding::routes())
}

/// The target of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct TargetPath {
    /// The target.
    #[param(value_type = String, format = Uuid)]
    target_id: TargetId,
}

/// The target and the row of its log of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct AttemptPath {
    /// The target.
    #[param(value_type = String, format = Uuid)]
    target_id: TargetId,
    /// The number of the row.
    number: i64,
}

/// The channel of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ChannelPath {
    /// The channel.
    #[param(value_type = String, format = Uuid)]
    channel_id: ChannelId,
}

/// The webhook of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct WebhookPath {
    /// The incoming webhook.
    #[param(value_type = String, format = Uuid)]
    webhook_id: WebhookId,
}

/// A word that is not among the known ones.
fn unknown_word(pointer: &'static str, known: &str) -> edge::Problem {
    let field = kernel::FieldError::new(pointer, "field.invalid", format!("one of {known}"));
    edge::Problem::new("request.invalid", kernel::Kind::Invalid, format!("expected one of {known}"))
        .with_fields(vec![field])
}
