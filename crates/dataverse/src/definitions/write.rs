//! Definitions that are made, changed and deleted.

use odata::tree::expr::Segment;

use crate::{call::Call, fault::Fault, reply::Reply};

pub(crate) async fn answer(_: &Call<'_>, _: &[Segment]) -> Result<Reply, Fault> {
    Err(Fault::not_implemented("Definitions are not changed yet."))
}

pub(crate) async fn create_by(_: &Call<'_>, _: &str) -> Result<Reply, Fault> {
    Err(Fault::not_implemented("Definitions are not changed yet."))
}
