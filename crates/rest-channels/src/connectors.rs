//! Channel connectors: the developer portal, what places offer, and what is set up there.

#![expect(unused_qualifications, reason = "the macro that describes routes writes whole paths")]

mod configurations;
mod offers;
mod packages;
mod registrations;
mod shapes;
mod trial;

use kernel::{ChannelId, ConfigurationId, ConnectorId, TeamId};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::Routes;

pub(crate) fn routes() -> Routes {
    Routes::default()
        .merge(registrations::routes())
        .merge(packages::routes())
        .merge(offers::routes())
        .merge(configurations::routes())
        .merge(trial::routes())
}

/// The connector of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ConnectorPath {
    /// The connector.
    #[param(value_type = String, format = Uuid)]
    connector_id: ConnectorId,
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

/// The configuration of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ConfigurationPath {
    /// The configuration.
    #[param(value_type = String, format = Uuid)]
    configuration_id: ConfigurationId,
}
