//! Buttons of cards, and the tokens that receivers verify.

mod issuer;
mod press;

use jiff::Timestamp;
use kernel::{ChannelId, MessageId, TenantId, WebhookId};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::Routes;

pub(crate) fn routes() -> Routes {
    press::routes().merge(issuer::routes())
}

/// The card of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct CardPath {
    /// The channel.
    #[param(value_type = String, format = Uuid)]
    channel_id: ChannelId,
    /// The message.
    #[param(value_type = String, format = Uuid)]
    message_id: MessageId,
}

/// The post of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct EntryPath {
    /// The incoming webhook.
    #[param(value_type = String, format = Uuid)]
    webhook_id: WebhookId,
    /// The entry of the delivery log, such as `a7`.
    entry_id: String,
}

/// The tenant of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct TenantPath {
    /// The tenant.
    #[param(value_type = String, format = Uuid)]
    tenant_id: TenantId,
}

fn instant(at: Timestamp) -> String {
    at.to_string()
}
