//! The service document and `$metadata`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::{call::Call, reply::Reply};

/// `GET` of the root.
pub(crate) fn document(call: &Call<'_>) -> Reply {
    let mut sets: Vec<&str> =
        call.model().tables().iter().map(|table| table.set.as_str()).collect();
    sets.sort_unstable();
    let value: Vec<Value> = sets
        .into_iter()
        .map(|set| json!({ "name": set, "kind": "EntitySet", "url": set }))
        .collect();
    let body = json!({ "@odata.context": format!("{}$metadata", call.root.url), "value": value });
    Reply::json(StatusCode::OK, body.to_string())
}

/// `GET $metadata`.
pub(crate) fn metadata(call: &Call<'_>) -> Reply {
    let kind = "application/xml;charset=utf-8";
    Reply::typed(StatusCode::OK, kind, table_metadata::write::csdl(call.model()))
}
