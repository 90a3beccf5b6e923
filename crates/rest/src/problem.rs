//! How failures look in the description.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::{
    IntoResponses, ToSchema,
    openapi::{Content, Ref, RefOr, Response, ResponseBuilder},
};

/// A problem document (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
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
pub struct Finding {
    /// RFC 6901 JSON pointer to the place.
    #[schema(example = "/name")]
    pointer: String,
    /// The stable code of the rule.
    code: String,
    /// What to do, in the caller's language.
    detail: String,
}

/// The failures that every operation may answer; they stand once, in the description's components.
#[derive(Debug, Clone, Copy)]
pub struct Failures;

impl Failures {
    /// Status, name of the component, and what it means.
    const ALL: [(&'static str, &'static str, &'static str); 7] = [
        ("400", "Invalid", "The input is not valid; `errors` names the places."),
        ("401", "Unauthenticated", "No valid credential was sent."),
        ("403", "Forbidden", "A right is missing."),
        ("404", "NotFound", "It does not exist, or the caller may not know that it does."),
        ("409", "Conflict", "It does not fit the present state."),
        ("429", "Throttled", "Too many requests; the header `Retry-After` says when."),
        ("default", "Failed", "Any other failure."),
    ];

    /// The components that the operations refer to.
    pub fn components() -> impl Iterator<Item = (String, Response)> {
        Self::ALL.into_iter().map(|(_, name, description)| {
            let problem = Content::new(Some(Ref::from_schema_name("Problem")));
            let response = ResponseBuilder::new().description(description);
            (name.to_owned(), response.content("application/problem+json", problem).build())
        })
    }
}

impl IntoResponses for Failures {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let of = |(status, name, _): (&str, &str, &str)| {
            (status.to_owned(), RefOr::Ref(Ref::from_response_name(name)))
        };
        Self::ALL.into_iter().map(of).collect()
    }
}
