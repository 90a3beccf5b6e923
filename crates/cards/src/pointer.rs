//! JSON pointers (RFC 6901), built only when there is something to say about a place.

use crate::json::Step;

/// A place in a body, linked to the places around it; costs nothing until it is written out.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place<'p> {
    Root,
    Member(&'p Place<'p>, &'p str),
    Item(&'p Place<'p>, usize),
}

impl<'p> Place<'p> {
    pub(crate) const fn member(&'p self, name: &'p str) -> Self {
        Self::Member(self, name)
    }

    pub(crate) const fn item(&'p self, index: usize) -> Self {
        Self::Item(self, index)
    }

    /// The pointer.
    pub(crate) fn pointer(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Member(parent, name) => with(parent.pointer(), name),
            Self::Item(parent, index) => with(parent.pointer(), &index.to_string()),
        }
    }
}

/// The pointer of steps from the root.
pub(crate) fn join(steps: &[Step<'_>]) -> String {
    steps.iter().fold(String::new(), |pointer, step| match step {
        Step::Name(name) => with(pointer, name),
        Step::Index(index) => with(pointer, &index.to_string()),
    })
}

fn with(mut pointer: String, step: &str) -> String {
    pointer.push('/');
    for letter in step.chars() {
        match letter {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            _ => pointer.push(letter),
        }
    }
    pointer
}
