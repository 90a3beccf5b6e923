//! Requests, answers, and refusals in the shape of Graph.

use serde_json::{Value, json};

/// One request, as it came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Call {
    /// The method, in capitals.
    pub(crate) method: String,
    /// The path, undecoded.
    pub(crate) path: String,
    /// The query without `?`, undecoded.
    pub(crate) query: String,
    /// Headers, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Call {
    /// The first header of that lower-case name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Result<Value, Refusal> {
        if self.body.is_empty() {
            return Err(Refusal::bad("Empty Payload. JSON content expected."));
        }
        serde_json::from_slice(&self.body)
            .map_err(|e| Refusal::bad(format!("Unable to read JSON request payload: {e}")))
    }

    /// The body as JSON, or an empty object where a body may be missing.
    pub(crate) fn json_or_empty(&self) -> Result<Value, Refusal> {
        if self.body.is_empty() { Ok(json!({})) } else { self.json() }
    }
}

/// One answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reply {
    /// The status.
    pub(crate) status: u16,
    /// Headers.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn empty(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    pub(crate) fn json(status: u16, value: &Value) -> Self {
        Self::bytes(status, JSON, value.to_string().into_bytes())
    }

    pub(crate) fn plain_json(status: u16, value: &Value) -> Self {
        Self::bytes(status, "application/json; charset=utf-8", value.to_string().into_bytes())
    }

    pub(crate) fn text(status: u16, kind: &str, body: impl Into<String>) -> Self {
        Self::bytes(status, kind, body.into().into_bytes())
    }

    pub(crate) fn bytes(status: u16, kind: &str, body: Vec<u8>) -> Self {
        Self { status, headers: vec![("Content-Type".to_owned(), kind.to_owned())], body }
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

const JSON: &str = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";

/// Why a request is refused.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) headers: Vec<(String, String)>,
}

/// What a request comes to.
pub(crate) type Answer = Result<Reply, Refusal>;

impl Refusal {
    pub(crate) fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), message: message.into(), headers: Vec::new() }
    }

    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", message)
    }

    pub(crate) fn missing(what: &str) -> Self {
        Self::new(404, "NotFound", format!("No {what} found with the specified id."))
    }

    pub(crate) fn item() -> Self {
        Self::new(404, "itemNotFound", "The resource could not be found.")
    }

    pub(crate) fn mail() -> Self {
        Self::new(404, "ErrorItemNotFound", "The specified object was not found in the store.")
    }

    pub(crate) fn directory(id: &str) -> Self {
        Self::new(
            404,
            "Request_ResourceNotFound",
            format!(
                "Resource '{id}' does not exist or one of its queried reference-property objects are not present."
            ),
        )
    }

    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(403, "Forbidden", message)
    }

    pub(crate) fn retry_after(mut self, seconds: u64) -> Self {
        self.headers.push(("Retry-After".to_owned(), seconds.to_string()));
        self
    }

    /// The body, with the marks that support asks for.
    pub(crate) fn reply(&self, now: &str, request: &str, client: &str) -> Reply {
        let date = now.get(..19).unwrap_or(now);
        let inner = json!({"date": date, "request-id": request, "client-request-id": client});
        let body =
            json!({"error": {"code": self.code, "message": self.message, "innerError": inner}});
        let mut reply = Reply::json(self.status, &body);
        reply.headers.extend(self.headers.iter().cloned());
        reply
    }
}
