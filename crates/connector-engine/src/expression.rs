//! The expressions of policy templates and trigger settings.
//!
//! A [`Template`] is text with calls in it: `https://@connectionParameters('host')/x`,
//! `created gt @{triggerBody().value[0].created}`, `[{@body().gifts}]`. Reading one never fails:
//! an `@` that starts no call is text, and a function that nobody knows fails when it is evaluated.

mod evaluate;
mod parse;
mod path;
#[cfg(test)]
mod tests;

pub use evaluate::{Context, Missing, to_text};
pub use path::{Path, Place, Root, Step};

/// One call inside a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// `@connectionParameters('name'[, 'default'])`
    Connection(Argument),
    /// `@headers('name'[, 'default'])`
    Header(Argument),
    /// `@queryParameters('name'[, 'default'])`
    Query(Argument),
    /// `@environmentVariables("name")`
    Environment(Argument),
    /// `@body()`, `@item()`, `@triggerBody()` with a path behind it.
    Value(Place),
    /// `@Request.OriginalHTTPMethod`
    OriginalMethod,
    /// A function that nobody knows.
    Unknown(String),
}

/// The name that a call reads, and what it yields when nothing has that name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// The name.
    pub name: String,
    /// The text instead.
    pub default: Option<String>,
}

/// Text or a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Text as it stands.
    Text(String),
    /// A call.
    Call(Call),
}

/// Text with calls in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template {
    pieces: Vec<Piece>,
}

impl Call {
    /// Whether it reads a value from this root.
    pub(crate) fn reads(&self, root: Root) -> bool {
        matches!(self, Self::Value(place) if place.root == root)
    }
}

impl Template {
    /// Reads a template; every text is one.
    pub fn parse(text: &str) -> Self {
        Self { pieces: parse::pieces(text) }
    }

    /// A template of one piece.
    pub(crate) fn of(piece: Piece) -> Self {
        Self { pieces: vec![piece] }
    }

    /// Text and calls in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The calls in order.
    pub fn calls(&self) -> impl Iterator<Item = &Call> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Call(call) => Some(call),
            Piece::Text(_) => None,
        })
    }

    /// Whether it holds no call.
    pub fn is_constant(&self) -> bool {
        self.calls().next().is_none()
    }

    /// Whether it reads a value from this root.
    pub(crate) fn reads(&self, root: Root) -> bool {
        self.calls().any(|call| call.reads(root))
    }

    /// Whether it writes something that belongs to the connection.
    pub fn reads_connection(&self) -> bool {
        self.calls().any(|call| matches!(call, Call::Connection(_)))
    }
}
