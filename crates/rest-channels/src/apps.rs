//! Apps: the catalogue, what teams have, setup policies.

#![expect(unused_qualifications, reason = "the macro that describes routes writes whole paths")]

mod catalogue;
mod decisions;
mod policies;
mod shapes;
mod teams;

use kernel::{AppId, SetupPolicyId, TeamId, UserId};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::Routes;

pub(crate) fn routes() -> Routes {
    Routes::default()
        .merge(catalogue::routes())
        .merge(decisions::routes())
        .merge(teams::routes())
        .merge(policies::routes())
}

/// The app of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct AppPath {
    /// The app.
    #[param(value_type = String, format = Uuid)]
    app_id: AppId,
}

/// The version of an app of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct VersionPath {
    /// The app.
    #[param(value_type = String, format = Uuid)]
    app_id: AppId,
    /// The number of the version, from 1.
    number: i64,
}

/// The team of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct TeamPath {
    /// The team.
    #[param(value_type = String, format = Uuid)]
    team_id: TeamId,
}

/// The app of a team of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct TeamAppPath {
    /// The team.
    #[param(value_type = String, format = Uuid)]
    team_id: TeamId,
    /// The app.
    #[param(value_type = String, format = Uuid)]
    app_id: AppId,
}

/// The setup policy of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct PolicyPath {
    /// The setup policy.
    #[param(value_type = String, format = Uuid)]
    policy_id: SetupPolicyId,
}

/// The person of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct UserPath {
    /// The person.
    #[param(value_type = String, format = Uuid)]
    user_id: UserId,
}

/// A little more than a package may have, so that the room says what is wrong.
const PACKAGE_BYTES: usize = app_packages::limits::MAX_BYTES + 1;
