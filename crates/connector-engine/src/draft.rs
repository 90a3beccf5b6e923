//! A request while it is being made: decoded, so that policies can change it.

use serde_json::Value;

use crate::{
    address::Base,
    headers::{self, Exists, Headers, Source},
    limits::Limits,
    message::Request,
    problem::{Problem, Reason, Result},
    query::Query,
};

/// The body of a request in the making.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum Body {
    /// There is none.
    #[default]
    Absent,
    /// JSON that policies may change.
    Json(Value),
    /// Bytes that go out as they are.
    Bytes(Vec<u8>),
}

/// A path parameter that `{name}` stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) name: String,
    /// The value as given.
    pub(crate) plain: String,
    /// The value as it goes into a path.
    pub(crate) encoded: String,
}

/// A request in the making.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Draft {
    pub(crate) method: String,
    pub(crate) base: Base,
    /// Below the base, encoded, with its slash.
    pub(crate) path: String,
    pub(crate) query: Query,
    pub(crate) headers: Headers,
    pub(crate) body: Body,
    /// What `{name}` means in the paths of policies.
    pub(crate) segments: Vec<Segment>,
    /// The method that the operation declares.
    pub(crate) declared_method: String,
    /// Why there is no base yet.
    pub(crate) base_problem: Option<Problem>,
    /// The media type that the operation suggests for a body.
    pub(crate) suggested_type: Option<String>,
    /// The address to use when everything else is done: where a trigger was told to ask next.
    pub(crate) override_url: Option<String>,
    /// It leaves the connector's own origin: no credentials, no policies.
    pub(crate) foreign: bool,
}

impl Draft {
    /// The headers whose names nobody can send: placeholders that publishers left.
    pub(crate) fn unsendable(&self) -> impl Iterator<Item = &str> {
        self.headers.iter().map(|(name, _)| name).filter(|name| !headers::is_name(name))
    }

    /// The address without the query.
    pub(crate) fn place(&self) -> String {
        let slash = if self.path.starts_with('/') { "" } else { "/" };
        format!("{}{slash}{}", self.base.text(), self.path)
    }

    /// The finished request.
    ///
    /// # Errors
    /// When there is no base, the value of a header cannot be sent, or the limits are passed.
    pub(crate) fn finish(mut self, limits: &Limits) -> Result<Request> {
        if let Some(problem) = self.base_problem.take() {
            return Err(problem);
        }
        let body = match std::mem::take(&mut self.body) {
            Body::Absent => Vec::new(),
            Body::Bytes(bytes) => bytes,
            Body::Json(value) => {
                // a policy made the body, or it has a type already
                let (source, exists) = (Source::Operation, Exists::Skip);
                self.headers.put("Content-Type", "application/json", source, exists);
                value.to_string().into_bytes()
            }
        };
        self.headers.retain_names(headers::is_name);
        if let Some((name, _)) = self.headers.iter().find(|(_, value)| !headers::is_value(value)) {
            return Err(Problem::new(Reason::InputCharacters, name));
        }
        let mut query = self.base.query.clone();
        query.merge(&self.query);
        let url = format!("{}{}", self.place(), query.render());
        if body.len() > limits.max_body_bytes || url.len() > limits.max_url_bytes {
            return Err(Problem::new(Reason::InputTooLarge, "request"));
        }
        Ok(Request { method: self.method, url, headers: self.headers, body })
    }
}
