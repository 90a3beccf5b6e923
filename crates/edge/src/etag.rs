//! Versions of things over HTTP (RFC 9110 §8.8.3, §13.1.1).

use std::fmt;

use axum::extract::FromRequestParts;
use http::{HeaderValue, StatusCode, header, request::Parts};
use kernel::Kind;

use crate::Problem;

/// A strong entity tag over a version number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ETag(pub i64);

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"v{}\"", self.0)
    }
}

impl ETag {
    /// The header to send.
    pub fn header(self) -> (header::HeaderName, HeaderValue) {
        let value = HeaderValue::from_str(&self.to_string());
        (header::ETAG, value.unwrap_or_else(|_odd| HeaderValue::from_static("\"v0\"")))
    }
}

/// What `If-Match` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    /// The header is absent, or `*`.
    Any,
    /// One of these versions.
    Versions(Vec<i64>),
}

impl IfMatch {
    /// Checks a version.
    ///
    /// # Errors
    /// `request.precondition_failed` (412) when the caller knew another one.
    pub fn check(&self, version: i64) -> Result<(), Problem> {
        match self {
            Self::Versions(known) if !known.contains(&version) => Err(Problem::new(
                "request.precondition_failed",
                Kind::Conflict,
                "it has changed since it was read",
            )
            .with_status(StatusCode::PRECONDITION_FAILED)),
            Self::Any | Self::Versions(_) => Ok(()),
        }
    }

    /// The version to hand to a service that checks inside its transaction.
    pub fn version(&self) -> Option<i64> {
        match self {
            Self::Any => None,
            // An unknown tag matches nothing: versions start at 1.
            Self::Versions(known) => Some(known.first().copied().unwrap_or(0)),
        }
    }

    fn parse(line: &str) -> Self {
        if line.trim() == "*" {
            return Self::Any;
        }
        let tag =
            |item: &str| item.trim().strip_prefix("\"v")?.strip_suffix('"')?.parse::<i64>().ok();
        Self::Versions(line.split(',').take(TAGS).filter_map(tag).collect())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let line = parts.headers.get(header::IF_MATCH);
        Ok(line.map_or(Self::Any, |line| Self::parse(line.to_str().unwrap_or_default())))
    }
}

/// How many tags of a header are read.
const TAGS: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_reads_back() {
        assert_eq!(IfMatch::parse(&ETag(7).to_string()), IfMatch::Versions(vec![7]));
        assert_eq!(IfMatch::parse("\"v1\", \"v7\""), IfMatch::Versions(vec![1, 7]));
        assert_eq!(IfMatch::parse("*"), IfMatch::Any);
    }

    #[test]
    fn another_version_and_a_foreign_tag_fail_the_precondition() {
        assert!(IfMatch::Any.check(3).is_ok());
        assert!(IfMatch::parse("\"v3\"").check(3).is_ok());
        for line in ["\"v2\"", "W/\"v3\"", "\"abc\"", ""] {
            let problem = IfMatch::parse(line).check(3).unwrap_err();
            assert_eq!(problem.status(), StatusCode::PRECONDITION_FAILED, "{line}");
            assert_ne!(IfMatch::parse(line).version(), Some(3));
        }
    }
}
