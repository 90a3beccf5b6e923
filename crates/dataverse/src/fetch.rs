//! Queries in FetchXML and SQL, and saved ones.

use std::sync::Arc;

use tables::Table;

use crate::{call::Call, fault::Fault, read::Behind, reply::Reply};

pub(crate) async fn fetch_xml(_: &Call<'_>, _: &Arc<Table>, _: &str, _: Option<Behind<'_>>) -> Result<Reply, Fault> {
    Err(Fault::not_implemented("FetchXML is not answered yet."))
}

pub(crate) async fn sql(_: &Call<'_>, _: &Arc<Table>, _: &str) -> Result<Reply, Fault> {
    Err(Fault::not_implemented("SQL is not answered yet."))
}

pub(crate) async fn view(_: &Call<'_>, _: &Arc<Table>, _: &str, _: Option<Behind<'_>>) -> Result<Reply, Fault> {
    Err(Fault::not_implemented("Saved queries are not answered yet."))
}
