//! Errors in the shape of the Web API.

use std::time::Duration;

use http::{HeaderValue, StatusCode};
use kernel::{Coded as _, Kind};
use serde_json::{Map, Value, json};

use crate::{annotations::Annotations, reply::Reply};

/// A request that failed: status, code and sentence.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    status: StatusCode,
    code: &'static str,
    message: String,
    retry_after: Option<Duration>,
    /// What the caller may still ask for, where that is what it is about: requests and work.
    left: Option<(u32, Duration)>,
    /// What an operator should see, with its causes; never sent.
    chain: Option<String>,
}

impl Fault {
    /// A fault.
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), retry_after: None, left: None, chain: None }
    }

    /// 400, `0x0`: the query or the body is malformed.
    pub(crate) fn malformed(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "0x0", message)
    }

    /// 400, `0x80048d19`: the body does not fit the table.
    pub(crate) fn payload(set: &str, inner: &str) -> Self {
        let message = format!(
            "Error identified in Payload provided by the user for Entity :'{set}', For more information on this error please follow this \
             help link https://go.microsoft.com/fwlink/?linkid=2195293  ---->  InnerException : {inner}"
        );
        Self::new(StatusCode::BAD_REQUEST, "0x80048d19", message)
    }

    /// 400: a value does not fit its column.
    pub(crate) fn value(_set: &str, error: &tables::ValueError) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error.code(), error.to_string())
    }

    /// 400, `0x80060888`: an option or a function that is not answered.
    pub(crate) fn unsupported(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "0x80060888", message)
    }

    /// 400, `0x80040203`: an argument is not valid.
    pub(crate) fn argument(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "0x80040203", message)
    }

    /// 404, `0x8006088a`: nothing has this name.
    pub(crate) fn segment(name: &str) -> Self {
        let message = format!("Resource not found for the segment '{name}'.");
        Self::new(StatusCode::NOT_FOUND, "0x8006088a", message)
    }

    /// 404, `0x80040217`: no such row, or none that the caller may see.
    pub(crate) fn missing(table: &str, key: &str) -> Self {
        let message = format!("{table} With {key} Does Not Exist");
        Self::new(StatusCode::NOT_FOUND, "0x80040217", message)
    }

    /// 404, `0x80060891`: no such definition.
    pub(crate) fn definition(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "0x80060891", format!("Could not find {what}."))
    }

    /// 405.
    pub(crate) fn method() -> Self {
        let message = "The requested resource does not support http method used.";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "0x80060889", message)
    }

    /// 401.
    pub(crate) fn unauthenticated() -> Self {
        let message =
            "The request is not authenticated: send an access token as Authorization: Bearer.";
        Self::new(StatusCode::UNAUTHORIZED, "0x80048306", message)
    }

    /// 413.
    pub(crate) fn too_large(limit: usize) -> Self {
        let message = format!("The request is larger than the limit of {limit} bytes.");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "0x80040203", message)
    }

    /// 501.
    pub(crate) fn not_implemented(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_IMPLEMENTED, "0x80060888", message)
    }

    /// 500: the operator finds the chain in the log.
    pub(crate) fn internal(chain: impl Into<String>) -> Self {
        let message = "An unexpected error occurred.";
        let mut fault = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "0x80040216", message);
        fault.chain = Some(chain.into());
        fault
    }

    /// The same with the seconds to wait.
    #[must_use]
    pub(crate) const fn after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// The same with what the caller may still ask for.
    #[must_use]
    pub(crate) const fn with_left(mut self, requests: u32, work: Duration) -> Self {
        self.left = Some((requests, work));
        self
    }

    /// The HTTP status.
    pub(crate) const fn status(&self) -> StatusCode {
        self.status
    }

    /// What an operator should see.
    pub(crate) fn chain(&self) -> Option<&str> {
        self.chain.as_deref()
    }

    /// The answer.
    pub(crate) fn reply(&self, annotations: &Annotations) -> Reply {
        let mut error = Map::new();
        error.insert("code".into(), self.code.into());
        error.insert("message".into(), self.message.clone().into());
        if annotations.details() {
            let details = [
                ("@Microsoft.PowerApps.CDS.ErrorDetails.OperationStatus", "0"),
                ("@Microsoft.PowerApps.CDS.ErrorDetails.SubErrorCode", ""),
                ("@Microsoft.PowerApps.CDS.HelpLink", ""),
                ("@Microsoft.PowerApps.CDS.TraceText", ""),
                ("@Microsoft.PowerApps.CDS.InnerError.Message", self.message.as_str()),
            ];
            error.extend(details.map(|(name, text)| (name.to_owned(), Value::from(text))));
        }
        let mut reply =
            Reply::json(self.status, json!({ "error": error }).to_string().into_bytes());
        if let Some(wait) = self.retry_after {
            reply.header("retry-after", HeaderValue::from(wait.as_secs().max(1)));
        }
        if let Some((requests, work)) = self.left {
            reply.left(requests, work);
        }
        reply
    }
}

impl From<records::Error> for Fault {
    fn from(error: records::Error) -> Self {
        let kind = error.code().kind();
        if kind == Kind::Internal {
            return Self::internal(chain(&error));
        }
        let status = match &error {
            records::Error::Restricted { .. } => StatusCode::METHOD_NOT_ALLOWED,
            records::Error::VersionMismatch
            | records::Error::Exists { .. }
            | records::Error::DuplicateKey { .. } => StatusCode::PRECONDITION_FAILED,
            _ => status(kind),
        };
        if let records::Error::Query(error) = error {
            return error.into();
        }
        let message = sentence(&error);
        let fault = Self::new(status, error.dataverse_code(), message);
        match error.retry_after() {
            Some(wait) => fault.after(wait),
            None => fault,
        }
    }
}

/// The status of a kind of failure.
pub(crate) const fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::Invalid | Kind::Gone | Kind::TooLarge | Kind::Conflict => StatusCode::BAD_REQUEST,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Throttled => StatusCode::TOO_MANY_REQUESTS,
        Kind::Unavailable | Kind::Upstream => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The sentence of an error as the service says it.
fn sentence(error: &records::Error) -> String {
    match error {
        records::Error::VersionMismatch => {
            "The version of the existing record doesn't match the RowVersion property provided."
                .into()
        }
        records::Error::Exists { .. } => "A record with matching key values already exists.".into(),
        records::Error::DuplicateKey { columns, .. } => format!(
            "A record that has the attribute values {columns} already exists. The entity key requires that this set of attributes \
             contains unique values. Select unique values and try again."
        ),
        records::Error::ColumnUnknown { table, column: name }
        | records::Error::NavigationUnknown { table, navigation: name } => {
            format!(
                "Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.{table}'."
            )
        }
        // it begins with the name of a table, which is written small
        missing @ records::Error::RowMissing { .. } => missing.to_string(),
        other => {
            let text = other.to_string();
            let mut letters = text.chars();
            letters
                .next()
                .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        }
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

impl From<queries::Error> for Fault {
    fn from(error: queries::Error) -> Self {
        use queries::Error;
        let message = error.to_string();
        match error {
            Error::Property { .. }
            | Error::Types { .. }
            | Error::Literal { .. }
            | Error::Cursor
            | Error::Table { .. } => Self::malformed(message),
            Error::Unsupported { .. } => Self::unsupported(message),
            Error::Invalid { .. } | Error::Limit { .. } => Self::argument(message),
            Error::Denied { .. } => Self::new(StatusCode::FORBIDDEN, "0x80040220", message),
            Error::Malformed => Self::internal(message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_is_code_and_message_and_more_for_who_asks() {
        let plain = Fault::segment("nothings").reply(&Annotations::default());
        let body: Value = serde_json::from_slice(&plain.body).unwrap();
        assert_eq!(
            body,
            json!({"error": {"code": "0x8006088a", "message": "Resource not found for the segment 'nothings'."}})
        );
        let detailed = Fault::segment("nothings").reply(&Annotations::parse("*"));
        let body: Value = serde_json::from_slice(&detailed.body).unwrap();
        assert!(body["error"]["@Microsoft.PowerApps.CDS.InnerError.Message"].is_string());
    }

    #[test]
    fn causes_are_not_sent() {
        let reply = Fault::internal("disk i/o error").reply(&Annotations::parse("*"));
        assert!(!String::from_utf8_lossy(&reply.body).contains("disk"));
    }
}
