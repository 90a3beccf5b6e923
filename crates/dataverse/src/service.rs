//! The service document and `$metadata`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::{call::Call, fault::Fault, reply::Reply};

/// `GET` of the root.
pub(crate) fn document(call: &Call<'_>) -> Reply {
    let mut sets: Vec<&str> =
        call.model().tables().iter().map(|table| table.set.as_str()).collect();
    kernel::sort(&mut sets);
    let value: Vec<Value> = sets
        .into_iter()
        .map(|set| json!({ "name": set, "kind": "EntitySet", "url": set }))
        .collect();
    let body = json!({ "@odata.context": format!("{}$metadata", call.root.url), "value": value });
    Reply::json(StatusCode::OK, body.to_string())
}

/// `GET $metadata`: XML, or JSON where it is asked for.
pub(crate) fn metadata(call: &Call<'_>) -> Result<Reply, Fault> {
    let as_json = match call.options.format.as_deref() {
        None => prefers_json(call),
        Some(format) => match format.split(';').next().unwrap_or_default().trim() {
            "json" | "application/json" => true,
            "xml" | "application/xml" => false,
            other => {
                let message = format!("The metadata document is not written as '{other}'.");
                return Err(Fault::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "0x80060888", message));
            }
        },
    };
    let document = table_metadata::write::csdl(call.model());
    if as_json {
        return Ok(Reply::json(StatusCode::OK, document.to_json().to_string()));
    }
    let kind = "application/xml;charset=utf-8";
    Ok(Reply::typed(StatusCode::OK, kind, document.to_xml()))
}

/// Whether the headers ask for JSON. The platform's clients accept JSON of every request and speak 4.0, where metadata
/// is XML alone: there it stays XML.
fn prefers_json(call: &Call<'_>) -> bool {
    let speaks_4_0 = ["odata-maxversion", "odata-version"]
        .into_iter()
        .find_map(|name| call.header(name))
        .is_some_and(|version| version.trim() == "4.0");
    let accept = call.header("accept").unwrap_or_default();
    let accepts = |kind: &str| {
        accept.split(',').any(|one| one.split(';').next().unwrap_or_default().trim() == kind)
    };
    !speaks_4_0 && accepts("application/json") && !accepts("application/xml")
}
