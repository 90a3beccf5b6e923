//! Requests, answers, and refusals in the shape of Graph.

use serde_json::{Value, json};

/// One request, as it came.
#[derive(Debug, Clone, Default)]
pub struct Call {
    /// The method, in capitals.
    pub method: String,
    /// The path, undecoded.
    pub path: String,
    /// The query without `?`, undecoded.
    pub query: String,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Call {
    /// The first header of that lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// [`Refusal`] when it is none.
    pub fn json(&self) -> Result<Value, Refusal> {
        if self.body.is_empty() {
            return Err(Refusal::bad("Empty Payload. JSON content expected."));
        }
        serde_json::from_slice(&self.body)
            .map_err(|e| Refusal::bad(format!("Unable to read JSON request payload: {e}")))
    }

    /// The body as JSON, or an empty object where a body may be missing.
    ///
    /// # Errors
    /// [`Refusal`] when it is none.
    pub fn json_or_empty(&self) -> Result<Value, Refusal> {
        if self.body.is_empty() { Ok(json!({})) } else { self.json() }
    }
}

/// One answer.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// An answer without a body.
    pub fn empty(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    /// JSON as Graph marks it.
    pub fn json(status: u16, value: &Value) -> Self {
        Self::bytes(status, JSON, value.to_string().into_bytes())
    }

    /// JSON as others mark it.
    pub fn plain_json(status: u16, value: &Value) -> Self {
        Self::bytes(status, "application/json; charset=utf-8", value.to_string().into_bytes())
    }

    /// A text of a type.
    pub fn text(status: u16, kind: &str, body: impl Into<String>) -> Self {
        Self::bytes(status, kind, body.into().into_bytes())
    }

    /// Bytes of a type.
    pub fn bytes(status: u16, kind: &str, body: Vec<u8>) -> Self {
        Self { status, headers: vec![("Content-Type".to_owned(), kind.to_owned())], body }
    }

    /// The same with one more header.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

const JSON: &str = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";

/// Why a request is refused.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// The status.
    pub status: u16,
    /// The code.
    pub code: String,
    /// The words.
    pub message: String,
    /// Headers beside it.
    pub headers: Vec<(String, String)>,
}

/// What a request comes to.
pub type Answer = Result<Reply, Refusal>;

impl Refusal {
    /// A refusal.
    pub fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), message: message.into(), headers: Vec::new() }
    }

    /// 400 for a request that is none.
    pub fn bad(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", message)
    }

    /// 404 of teams.
    pub fn missing(what: &str) -> Self {
        Self::new(404, "NotFound", format!("No {what} found with the specified id."))
    }

    /// 404 of files.
    pub fn item() -> Self {
        Self::new(404, "itemNotFound", "The resource could not be found.")
    }

    /// 404 of mail.
    pub fn mail() -> Self {
        Self::new(404, "ErrorItemNotFound", "The specified object was not found in the store.")
    }

    /// 404 of the directory.
    pub fn directory(id: &str) -> Self {
        Self::new(
            404,
            "Request_ResourceNotFound",
            format!(
                "Resource '{id}' does not exist or one of its queried reference-property objects are not present."
            ),
        )
    }

    /// 403 of teams.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(403, "Forbidden", message)
    }

    /// The same with a time to wait.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.headers.push(("Retry-After".to_owned(), seconds.to_string()));
        self
    }

    /// The body, with the marks that support asks for.
    pub fn reply(&self, now: &str, request: &str, client: &str) -> Reply {
        let date = now.get(..19).unwrap_or(now);
        let inner = json!({"date": date, "request-id": request, "client-request-id": client});
        let body =
            json!({"error": {"code": self.code, "message": self.message, "innerError": inner}});
        let mut reply = Reply::json(self.status, &body);
        reply.headers.extend(self.headers.iter().cloned());
        reply
    }
}
