//! How failures look in the description.

use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

/// A problem document (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// A name of the kind of problem; not an address.
    #[schema(example = "urn:liaison:problem:request.invalid")]
    r#type: String,
    /// What happened, in the caller's language.
    title: String,
    /// The status of the answer.
    #[schema(example = 400)]
    status: u16,
    /// What to do next, in the caller's language.
    detail: String,
    /// The request id, also in the hub's log.
    instance: String,
    /// The stable code.
    #[schema(example = "request.invalid")]
    code: String,
    /// What is wrong where.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Finding>,
}

/// One thing that is wrong with an input.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Finding {
    /// RFC 6901 JSON pointer to the place.
    #[schema(example = "/name")]
    pointer: String,
    /// The stable code of the rule.
    code: String,
    /// What to do, in the caller's language.
    detail: String,
}

/// The failures that every operation may answer.
#[derive(Debug, IntoResponses)]
#[expect(dead_code, reason = "read by the description alone")]
pub(crate) enum Failures {
    /// The input is not valid; `errors` names the places.
    #[response(status = 400, content_type = "application/problem+json")]
    Invalid(#[to_schema] Problem),
    /// No valid credential was sent.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthenticated(#[to_schema] Problem),
    /// A right is missing.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(#[to_schema] Problem),
    /// It does not exist, or the caller may not know that it does.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(#[to_schema] Problem),
    /// It does not fit the present state.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(#[to_schema] Problem),
    /// Too many requests; the header `Retry-After` says when.
    #[response(status = 429, content_type = "application/problem+json")]
    Throttled(#[to_schema] Problem),
    /// Any other failure.
    #[response(status = "default", content_type = "application/problem+json")]
    Other(#[to_schema] Problem),
}
