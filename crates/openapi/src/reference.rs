//! References, followed only as far as somebody looks.

use std::borrow::Cow;

use crate::{
    definition::Definition,
    limits::MAX_REFERENCE_CHAIN,
    pointer,
    tree::{Node, Object},
};

/// Where a chain of references ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target<'t> {
    /// The node is no reference.
    Itself(&'t Node<'t>),
    /// The last reference of the chain, and what it leads to.
    Found {
        /// As written: `#/definitions/Pet`.
        reference: &'t str,
        /// What stands there.
        node: &'t Node<'t>,
    },
    /// Nothing stands there.
    Missing {
        /// The reference that leads nowhere.
        reference: &'t str,
    },
    /// It leads to another text: the importer of a description brings that in.
    External {
        /// The reference as written.
        reference: &'t str,
    },
    /// The chain comes back to itself, or is longer than any published one.
    Endless {
        /// The first reference of the chain.
        reference: &'t str,
    },
}

impl<'t> Target<'t> {
    /// What stands at the end, when there is something.
    pub fn node(self) -> Option<&'t Node<'t>> {
        match self {
            Self::Itself(node) | Self::Found { node, .. } => Some(node),
            Self::Missing { .. } | Self::External { .. } | Self::Endless { .. } => None,
        }
    }

    /// The reference that was followed last, or that could not be.
    pub fn reference(self) -> Option<&'t str> {
        match self {
            Self::Itself(_) => None,
            Self::Found { reference, .. }
            | Self::Missing { reference }
            | Self::External { reference }
            | Self::Endless { reference } => Some(reference),
        }
    }
}

/// The text of `$ref`, when a node is a reference.
pub(crate) fn reference_of<'t>(node: &'t Node<'t>) -> Option<&'t str> {
    node.as_object()?.str("$ref")
}

pub(crate) fn resolve<'t>(definition: &'t Definition<'t>, node: &'t Node<'t>) -> Target<'t> {
    match reference_of(node) {
        None => Target::Itself(node),
        Some(_) => resolve_in(definition.root(), node),
    }
}

pub(crate) fn resolve_in<'t>(root: &'t Object<'t>, node: &'t Node<'t>) -> Target<'t> {
    match reference_of(node) {
        None => Target::Itself(node),
        Some(first) => follow(root, first),
    }
}

/// Follows a chain of references from its first.
pub(crate) fn follow<'t>(root: &'t Object<'t>, first: &'t str) -> Target<'t> {
    let mut reference = first;
    for _ in 0..MAX_REFERENCE_CHAIN {
        let Some(pointer) = reference.strip_prefix('#') else {
            return Target::External { reference };
        };
        let Some(node) = find(root, pointer) else { return Target::Missing { reference } };
        match reference_of(node) {
            Some(next) => reference = next,
            None => return Target::Found { reference, node },
        }
    }
    Target::Endless { reference: first }
}

/// The node of the pointer in a fragment; the root itself is nothing that a description refers to.
fn find<'t>(root: &'t Object<'t>, fragment: &str) -> Option<&'t Node<'t>> {
    let pointer = percent_decode(fragment);
    let mut segments = pointer::segments(&pointer)?;
    let first = segments.next()?;
    segments.try_fold(root.get(&first)?, |node, segment| node.step(&segment))
}

/// The pointer that a local reference means (RFC 6901 §6); nothing for an external one.
pub fn pointer_of(reference: &str) -> Option<Cow<'_, str>> {
    reference.strip_prefix('#').map(percent_decode)
}

/// A fragment without its percent-encoding; what does not decode to text stays as it is.
fn percent_decode(fragment: &str) -> Cow<'_, str> {
    if !fragment.contains('%') {
        return Cow::Borrowed(fragment);
    }
    let mut bytes = Vec::with_capacity(fragment.len());
    let mut rest = fragment.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        let digits = tail.first_chunk::<2>().and_then(|digits| str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if first == b'%' => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            _ => bytes.push(first),
        }
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(fragment), Cow::Owned)
}
