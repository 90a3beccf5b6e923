//! Stable error codes, and the transport-free kinds that each edge renders in its own protocol.

use std::{borrow::Cow, fmt, time::Duration};

/// What kind of failure a caller meets; each edge maps it to its own statuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The input is wrong; the same request fails again.
    Invalid,
    /// Nobody is signed in, or the credential is not known.
    Unauthenticated,
    /// Known, but not allowed.
    Forbidden,
    /// Does not exist, or the caller may not know that it does.
    NotFound,
    /// The state has changed, or a name is taken.
    Conflict,
    /// It existed and was removed for good.
    Gone,
    /// Larger than the limit.
    TooLarge,
    /// More often than the limit.
    Throttled,
    /// A system behind us failed.
    Upstream,
    /// We cannot serve now; try again.
    Unavailable,
    /// Our fault.
    Internal,
}

/// A dotted code (`noun.reason`) that never changes once released, with its [`Kind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Code {
    name: &'static str,
    kind: Kind,
}

impl Code {
    /// A code; `name` is dotted lower case, such as `webhook.throttled`.
    pub const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind }
    }

    /// The code of every failure that is ours and of which the caller sees nothing.
    pub const INTERNAL: Self = Self::new("internal", Kind::Internal);

    /// The dotted name.
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// The kind.
    pub const fn kind(self) -> Kind {
        self.kind
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// One thing that is wrong with an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// RFC 6901 JSON pointer to the place, such as `/name`.
    pub pointer: Cow<'static, str>,
    /// Dotted code of the rule, such as `name.too_long`; the texts live in `locales`.
    pub code: &'static str,
    /// English detail for machines and logs; people read the text of `code`.
    pub detail: String,
    /// The number that the rule is about; `$limit` in the text of `code`.
    pub limit: Option<i64>,
}

impl FieldError {
    /// A finding at `pointer`.
    pub fn new(
        pointer: impl Into<Cow<'static, str>>,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self { pointer: pointer.into(), code, detail: detail.into(), limit: None }
    }

    /// The same, with the number that the rule is about.
    #[must_use]
    pub const fn with_limit(mut self, limit: i64) -> Self {
        self.limit = Some(limit);
        self
    }
}

/// An error that an edge can render.
pub trait Coded: std::error::Error {
    /// The stable code.
    fn code(&self) -> Code;

    /// What is wrong where, for [`Kind::Invalid`].
    fn fields(&self) -> &[FieldError] {
        &[]
    }

    /// When to try again, for [`Kind::Throttled`] and [`Kind::Unavailable`].
    fn retry_after(&self) -> Option<Duration> {
        None
    }
}
