//! Answers on their way out: one JSON object, or a stream of events.

use std::convert::Infallible;

use axum::{
    body::Body,
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use futures_util::Stream;
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use crate::message::{Fault, Id};

/// One JSON object.
pub(crate) fn object(status: StatusCode, body: impl Into<Bytes>) -> Response {
    let mut response = Response::new(Body::from(body.into()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A notification or an answer was taken; there is nothing to say.
pub(crate) fn accepted() -> Response {
    StatusCode::ACCEPTED.into_response()
}

/// An error about a request, or about what could not be read as one.
pub(crate) fn fault(status: StatusCode, id: Option<Id<'_>>, fault: &Fault) -> Response {
    object(status, error_text(id, fault))
}

pub(crate) fn error_text(id: Option<Id<'_>>, fault: &Fault) -> Vec<u8> {
    let mut error = json!({ "code": fault.code, "message": fault.message });
    if let (Some(object), Some(data)) = (error.as_object_mut(), &fault.data) {
        object.insert("data".to_owned(), data.clone());
    }
    let id = id.map_or("null", serde_json::value::RawValue::get);
    format!(r#"{{"jsonrpc":"2.0","id":{id},"error":{error}}}"#).into_bytes()
}

/// A result whose members are written by `write`.
pub(crate) fn result_text(id: Id<'_>, write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut text = Vec::with_capacity(256);
    text.extend_from_slice(br#"{"jsonrpc":"2.0","id":"#);
    text.extend_from_slice(id.get().as_bytes());
    text.extend_from_slice(br#","result":{"#);
    write(&mut text);
    text.extend_from_slice(b"}}");
    text
}

/// A member of an object, behind those that are there already.
pub(crate) fn member(text: &mut Vec<u8>, name: &str, value: &[u8]) {
    if text.last() != Some(&b'{') {
        text.push(b',');
    }
    text.push(b'"');
    text.extend_from_slice(name.as_bytes());
    text.extend_from_slice(b"\":");
    text.extend_from_slice(value);
}

/// The members of an object, behind those that are there already.
pub(crate) fn members(text: &mut Vec<u8>, object: &Value) {
    for (name, value) in object.as_object().into_iter().flatten() {
        member(text, name, value.to_string().as_bytes());
    }
}

/// A notification of ours.
pub(crate) fn notification(method: &str, params: &Value) -> Vec<u8> {
    json!({ "jsonrpc": "2.0", "method": method, "params": params }).to_string().into_bytes()
}

/// A message as an event of a stream. Within it may stand what an API wrote, with line breaks between its
/// members; those are blanks.
pub(crate) fn event(message: &[u8]) -> Bytes {
    let mut event = b"event: message\ndata: ".to_vec();
    event.extend(
        message.iter().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { *byte }),
    );
    event.extend_from_slice(b"\n\n");
    event.into()
}

/// A stream of events.
pub(crate) fn stream(events: impl Stream<Item = Bytes> + Send + 'static) -> Response {
    use futures_util::StreamExt as _;
    let mut response = Response::new(Body::from_stream(events.map(Ok::<_, Infallible>)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

/// What keeps a connection alive.
pub(crate) const STILL_HERE: Bytes = Bytes::from_static(b": still here\n\n");
