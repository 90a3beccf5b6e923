//! `$batch`: several requests in one body, as multipart ([`multipart`]) or JSON ([`json`]); both ways.
//!
//! Bodies are bytes that nobody looks into, URLs are text as it came: absolute, relative to the host, or relative
//! to the root. Requests of a change set stand or fall together, and may name what an earlier one of them made
//! ([`reference`]).

pub mod json;
pub mod multipart;

/// A request within a batch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    /// `Content-ID`, or `id` in JSON.
    pub id: Option<String>,
    /// `GET`, `POST` …, upper case.
    pub method: String,
    /// As it came; blanks in it are not encoded by every client.
    pub url: String,
    /// Names and values in their order; without `Content-ID` and what describes the part.
    pub headers: Headers,
    /// What is sent.
    pub body: Vec<u8>,
    /// `dependsOn`, in JSON only.
    pub depends_on: Vec<String>,
}

/// An answer within a batch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Response {
    /// The id of the request.
    pub id: Option<String>,
    /// `200` …
    pub status: u16,
    /// Names and values in their order; without `Content-ID` and what describes the part.
    pub headers: Headers,
    /// What is answered.
    pub body: Vec<u8>,
}

/// Headers of a part.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Headers(pub Vec<(String, String)>);

impl Headers {
    /// The first value of this name, in any case.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(other, _)| other.eq_ignore_ascii_case(name))?;
        Some(self.0.remove(at).1)
    }
}

/// What a batch is made of, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part<T> {
    /// One that stands alone.
    Single(T),
    /// Some that stand or fall together.
    ChangeSet(Vec<T>),
}

impl<T> Part<T> {
    /// How many there are in it.
    pub const fn len(&self) -> usize {
        match self {
            Self::Single(_) => 1,
            Self::ChangeSet(all) => all.len(),
        }
    }

    /// Whether there is none in it.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The id and the rest of a URL that begins with a reference: `$1/nav/$ref` gives `1` and `/nav/$ref`.
///
/// System resources (`$batch`, `$metadata`, `$entity`, `$all`, `$crossjoin`) are none.
pub fn reference(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix('$')?;
    let end = rest.find(['/', '?', '(', '#']).unwrap_or(rest.len());
    let (id, behind) = rest.split_at_checked(end)?;
    let system = matches!(id, "batch" | "metadata" | "entity" | "all" | "crossjoin" | "root");
    let fits = !id.is_empty()
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
    (fits && !system).then_some((id, behind))
}

/// The words that go with a status.
pub const fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        206 => "Partial Content",
        304 => "Not Modified",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        409 => "Conflict",
        410 => "Gone",
        412 => "Precondition Failed",
        413 => "Payload Too Large",
        415 => "Unsupported Media Type",
        424 => "Failed Dependency",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        _ => "Unknown",
    }
}

#[cfg(test)]
mod tests;
