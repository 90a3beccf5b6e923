//! Places that several rooms name in their addresses.

use kernel::EnvironmentId;
use serde::Deserialize;
use utoipa::IntoParams;

/// The environment of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct EnvironmentPath {
    /// The environment.
    #[param(value_type = String, format = Uuid)]
    pub environment_id: EnvironmentId,
}
