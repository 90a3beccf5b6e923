//! Actions: published selections of operations.

#![expect(unused_qualifications, reason = "the macro that describes routes writes whole paths")]

mod calls;
mod life;
mod manage;
mod offers;
mod requests;
mod shapes;
mod versions;

use kernel::{ActionId, ActionRequestId};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::Routes;

pub(crate) fn routes() -> Routes {
    manage::routes()
        .merge(life::routes())
        .merge(calls::routes())
        .merge(requests::routes())
        .merge(versions::routes())
        .merge(offers::routes())
}

/// The action of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ActionPath {
    /// The action.
    #[param(value_type = String, format = Uuid)]
    action_id: ActionId,
}

/// The request of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct RequestPath {
    /// The request.
    #[param(value_type = String, format = Uuid)]
    request_id: ActionRequestId,
}
