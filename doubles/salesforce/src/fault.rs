//! What the service says when it refuses.

use serde_json::{Value, json};

/// One refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The status of the answer, when it is one alone.
    pub(crate) status: u16,
    /// `INVALID_FIELD`, …
    pub(crate) code: String,
    /// In words.
    pub(crate) message: String,
    /// The fields at fault.
    pub(crate) fields: Vec<String>,
    /// What a duplicate rule found (REST reference, "Duplicate Rule Header").
    pub(crate) found: Option<Box<Value>>,
}

pub(crate) type Result<T> = std::result::Result<T, Fault>;

impl Fault {
    /// A refusal with the status that goes with its code.
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
        let status = match code {
            "INVALID_SESSION_ID" | "INVALID_AUTH_HEADER" => 401,
            "API_DISABLED_FOR_ORG"
            | "REQUEST_LIMIT_EXCEEDED"
            | "INSUFFICIENT_ACCESS"
            | "INSUFFICIENT_ACCESS_OR_READONLY"
            | "INSUFFICIENT_SCOPE"
            | "FUNCTIONALITY_NOT_ENABLED"
            | "OPERATION_TOO_LARGE" => 403,
            "NOT_FOUND" | "ENTITY_IS_DELETED" => 404,
            "METHOD_NOT_ALLOWED" => 405,
            "UNSUPPORTED_API_VERSION" => 410,
            "URI_TOO_LONG" => 414,
            "UNSUPPORTED_MEDIA_TYPE" => 415,
            "UNKNOWN_EXCEPTION" => 500,
            "SERVER_UNAVAILABLE" => 503,
            _ => 400,
        };
        Self {
            status,
            code: code.to_owned(),
            message: message.into(),
            fields: Vec::new(),
            found: None,
        }
    }

    /// The same about fields.
    #[must_use]
    pub(crate) fn of(mut self, fields: &[&str]) -> Self {
        self.fields = fields.iter().map(|&field| field.to_owned()).collect();
        self
    }

    /// What does not exist, or may not be known to exist.
    pub(crate) fn not_found() -> Self {
        Self::new("NOT_FOUND", "The requested resource does not exist")
    }

    /// An entry of the array that answers a single call.
    pub(crate) fn entry(&self) -> Value {
        let mut entry = json!({ "message": self.message, "errorCode": self.code });
        if !self.fields.is_empty()
            && let Some(members) = entry.as_object_mut()
        {
            members.insert("fields".to_owned(), json!(self.fields));
        }
        self.with_found(entry)
    }

    /// The misspelt name is the service's own; clients are written for either.
    fn with_found(&self, mut entry: Value) -> Value {
        if let (Some(found), Some(members)) = (&self.found, entry.as_object_mut()) {
            for name in ["duplicateResut", "duplicateResult"] {
                members.insert(name.to_owned(), Value::clone(found));
            }
        }
        entry
    }

    /// An entry of the errors of one record among many.
    pub(crate) fn of_record(&self) -> Value {
        self.with_found(
            json!({ "statusCode": self.code, "message": self.message, "fields": self.fields }),
        )
    }
}
