//! JSON-RPC 2.0 messages, read without building a tree of what may be hostile.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::{Value, value::RawValue};

/// A message of a client.
#[derive(Debug)]
pub(crate) enum Message<'a> {
    Request {
        id: Id<'a>,
        method: Cow<'a, str>,
        params: Params<'a>,
    },
    Notification {
        method: Cow<'a, str>,
        params: Params<'a>,
    },
    /// An answer to a request of ours; we send none.
    Response,
}

/// The identifier of a request: a text or a whole number, echoed as it was written.
pub(crate) type Id<'a> = &'a RawValue;

/// What a request carries.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Params<'a>(Option<&'a RawValue>);

/// A JSON-RPC error.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fault {
    pub(crate) code: i32,
    pub(crate) message: Cow<'static, str>,
    pub(crate) data: Option<Value>,
}

impl Fault {
    pub(crate) fn new(code: i32, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into(), data: None }
    }

    pub(crate) fn with(mut self, data: Value) -> Self {
        self.data = Some(data);
        self
    }
}

/// JSON-RPC 2.0 §5.1, and what the protocol adds.
pub(crate) const PARSE_ERROR: i32 = -32700;
pub(crate) const INVALID_REQUEST: i32 = -32600;
pub(crate) const METHOD_NOT_FOUND: i32 = -32601;
pub(crate) const INVALID_PARAMS: i32 = -32602;
pub(crate) const INTERNAL_ERROR: i32 = -32603;
/// 2026-07-28: a header does not say what the body says.
pub(crate) const HEADER_MISMATCH: i32 = -32020;
/// 2026-07-28: a capability of the client is missing.
pub(crate) const MISSING_CAPABILITY: i32 = -32021;
/// 2026-07-28: the version is not spoken here.
pub(crate) const UNSUPPORTED_VERSION: i32 = -32022;
/// Of no version: the caller is unknown or may not; the status of the answer is what counts.
pub(crate) const REFUSED: i32 = -32001;
/// Of no version: the client withdrew the request; as the Language Server Protocol numbers it.
pub(crate) const CANCELLED: i32 = -32800;

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    jsonrpc: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "present")]
    id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    method: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    params: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    result: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    error: Option<&'a RawValue>,
}

/// A value that is there, `null` included.
fn present<'de: 'a, 'a, D: Deserializer<'de>>(reader: D) -> Result<Option<&'a RawValue>, D::Error> {
    <&RawValue>::deserialize(reader).map(Some)
}

/// Reads one message.
///
/// # Errors
/// With the identifier where one could be read.
pub(crate) fn read(body: &[u8]) -> Result<Message<'_>, (Option<Id<'_>>, Fault)> {
    let envelope: Envelope<'_> =
        serde_json::from_slice(body).map_err(|error| (None, unread(body, &error)))?;
    let id = match envelope.id {
        Some(id) if is_id(id) => Some(id),
        Some(_) => {
            let what = "id must be a text of at most 1024 characters or a whole number";
            return Err((None, Fault::new(INVALID_REQUEST, what)));
        }
        None => None,
    };
    if envelope.jsonrpc != "2.0" {
        return Err((id, Fault::new(INVALID_REQUEST, "jsonrpc must be \"2.0\"")));
    }
    let params = Params(envelope.params);
    match (envelope.method, id) {
        (Some(method), Some(id)) => Ok(Message::Request { id, method, params }),
        (Some(method), None) => Ok(Message::Notification { method, params }),
        (None, Some(_)) if envelope.result.is_some() || envelope.error.is_some() => {
            Ok(Message::Response)
        }
        (None, id) => Err((id, Fault::new(INVALID_REQUEST, "method is missing"))),
    }
}

fn unread(body: &[u8], error: &serde_json::Error) -> Fault {
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    if first == Some(&b'[') {
        return Fault::new(
            INVALID_REQUEST,
            "a batch of messages is not taken: send them one by one",
        );
    }
    if error.is_data() {
        Fault::new(INVALID_REQUEST, format!("not a JSON-RPC message: {error}"))
    } else {
        Fault::new(PARSE_ERROR, format!("not JSON: {error}"))
    }
}

/// Whether a value is an identifier (`RequestId`: a text or a whole number).
fn is_id(id: &RawValue) -> bool {
    let text = id.get();
    text.len() <= MAX_ID && (text.starts_with('"') || text.parse::<i64>().is_ok())
}

impl Params<'_> {
    /// What a request carries, as a type; an empty object where there is nothing.
    ///
    /// # Errors
    /// [`INVALID_PARAMS`].
    pub(crate) fn read<T: DeserializeOwned>(self) -> Result<T, Fault> {
        let text = self.0.map_or("{}", RawValue::get);
        serde_json::from_str(text)
            .map_err(|error| Fault::new(INVALID_PARAMS, format!("params: {error}")))
    }
}

/// The longest identifier; our own choice.
const MAX_ID: usize = 1026;

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(body: &str) -> i32 {
        read(body.as_bytes()).err().map(|(_, fault)| fault.code).unwrap()
    }

    #[test]
    fn requests_notifications_and_answers_are_told_apart() {
        let request = read(br#"{"jsonrpc":"2.0","id":"a","method":"ping"}"#);
        assert!(matches!(request, Ok(Message::Request { .. })));
        let notification = read(br#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#);
        assert!(matches!(notification, Ok(Message::Notification { .. })));
        assert!(matches!(
            read(br#"{"jsonrpc":"2.0","id":1,"result":null}"#),
            Ok(Message::Response)
        ));
    }

    #[test]
    fn what_is_no_message_says_why() {
        assert_eq!(fault("{"), PARSE_ERROR);
        assert_eq!(fault(""), PARSE_ERROR);
        assert_eq!(fault("nonsense"), PARSE_ERROR);
        for body in [
            "[]",
            r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#,
            "3",
            "null",
            r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#,
            r#"{"id":1,"method":"ping"}"#,
            r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#,
            r#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#,
            r#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#,
            r#"{"jsonrpc":"2.0","id":true,"method":"ping"}"#,
            r#"{"jsonrpc":"2.0","id":99999999999999999999,"method":"ping"}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":7}"#,
            r#"{"jsonrpc":"2.0","id":1}"#,
            r#"{"jsonrpc":"2.0"}"#,
            r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#,
        ] {
            assert_eq!(fault(body), INVALID_REQUEST, "{body}");
        }
        let long = format!(r#"{{"jsonrpc":"2.0","id":"{}","method":"ping"}}"#, "a".repeat(2000));
        assert_eq!(fault(&long), INVALID_REQUEST);
    }

    #[test]
    fn depth_costs_no_stack() {
        let deep = "[".repeat(1_000_000);
        assert_eq!(
            fault(&format!(r#"{{"jsonrpc":"2.0","id":1,"method":"a","params":{deep}"#)),
            PARSE_ERROR
        );
        let closed = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let body = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"a","params":{{"a":{closed}}}}}"#);
        let Ok(Message::Request { params, .. }) = read(body.as_bytes()) else {
            panic!("a request")
        };
        assert_eq!(params.read::<Value>().unwrap_err().code, INVALID_PARAMS);
    }
}
