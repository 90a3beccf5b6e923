//! The sales surfaces: filled, tried with samples, held against the contract, and what their calls came to.

#![expect(unused_qualifications, reason = "the macro that describes routes writes whole paths")]

mod calls;
mod checks;
mod shapes;
mod surfaces;

use crate::Routes;

pub(crate) fn routes() -> Routes {
    surfaces::routes().merge(checks::routes()).merge(calls::routes())
}
