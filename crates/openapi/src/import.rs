//! External references, at import only: the caller fetches, this puts everything into one text.
//!
//! Nothing that is loaded later reaches out: what an import did not bring in stays a finding.

use std::{borrow::Cow, collections::BTreeSet};

use crate::{
    pointer,
    tree::{Entry, Node, Object},
};

/// The name at the root below which imported texts stand.
const IMPORTED: &str = "x-imported";
/// The name at the root below which it stands why a text is not among them.
const NOT_IMPORTED: &str = "x-not-imported";

/// Why an import did not bring a text in, as [`note_missing`] wrote it down.
pub(crate) fn why_missing<'t>(root: &'t Object<'t>, reference: &str) -> Option<&'t str> {
    let (text, _) = external(reference)?;
    root.get(NOT_IMPORTED)?.as_object()?.str(text)
}

/// Writes down at the root why texts could not be brought in: the reference as written, up to its `#`, and a word for
/// the reason. What an earlier import wrote goes.
pub fn note_missing(root: Node<'static>, missing: Vec<(String, String)>) -> Node<'static> {
    let Node::Object(object) = root else { return root };
    let mut entries = object.into_entries();
    entries.retain(|entry| entry.key != NOT_IMPORTED);
    if !missing.is_empty() {
        let noted = missing.into_iter().map(|(text, reason)| Entry {
            key: Cow::Owned(text),
            value: Node::Text(Cow::Owned(reason)),
        });
        let value = Node::Object(Object::collect(noted.collect(), |_| {}));
        entries.push(Entry { key: Cow::Borrowed(NOT_IMPORTED), value });
    }
    Node::Object(Object::collect(entries, |_| {}))
}

/// A text that an import fetched.
#[derive(Debug, Clone)]
pub struct Import {
    /// Its address, as [`bundle`] asks for it.
    pub address: String,
    /// Its tree.
    pub root: Node<'static>,
}

/// The texts that references of a tree lead to, each once: what stands before the `#`.
pub fn external_texts<'n>(root: &'n Node<'_>) -> BTreeSet<&'n str> {
    let mut texts = BTreeSet::new();
    let mut waiting = vec![root];
    while let Some(node) = waiting.pop() {
        match node {
            Node::Object(object) => {
                if let Some((text, _)) = object.str("$ref").and_then(external) {
                    texts.insert(text);
                }
                waiting.extend(object.iter().map(|(_, value)| value));
            }
            Node::List(items) => waiting.extend(items),
            _ => {}
        }
    }
    texts
}

/// One tree that needs no other: every import stands below `x-imported` by its address, and the
/// references lead there.
///
/// `address_of` gives the address of a text, from the address of the text that refers to it (nothing
/// for the root) and the reference as written. References it knows no import for stay as they are.
pub fn bundle(
    mut root: Node<'static>,
    imports: Vec<Import>,
    address_of: impl Fn(Option<&str>, &str) -> Option<String>,
) -> Node<'static> {
    let known: BTreeSet<String> = imports.iter().map(|import| import.address.clone()).collect();
    let mut rewrite = Rewrite { known: &known, address_of: &address_of, here: None };
    rewrite.walk(&mut root);
    let mut texts = Vec::with_capacity(imports.len());
    for Import { address, root: mut text } in imports {
        let here = Some(address.as_str());
        Rewrite { known: &known, address_of: &address_of, here }.walk(&mut text);
        texts.push(Entry { key: Cow::Owned(address), value: text });
    }
    let Node::Object(object) = root else { return root };
    let mut entries = object.into_entries();
    if !texts.is_empty() {
        // What an earlier import brought in stays, unless it came again.
        if let Some(at) = entries.iter().position(|entry| entry.key == IMPORTED)
            && let Node::Object(earlier) = entries.remove(at).value
        {
            let earlier = earlier.into_entries().into_iter();
            texts.extend(earlier.filter(|entry| !known.contains(&*entry.key)));
        }
        let value = Node::Object(Object::collect(texts, |_| {}));
        entries.push(Entry { key: Cow::Borrowed(IMPORTED), value });
    }
    Node::Object(Object::collect(entries, |_| {}))
}

/// Text and fragment of a reference that leads elsewhere.
fn external(reference: &str) -> Option<(&str, &str)> {
    let (text, fragment) = reference.split_once('#').unwrap_or((reference, ""));
    (!text.is_empty()).then_some((text, fragment))
}

struct Rewrite<'r, F> {
    known: &'r BTreeSet<String>,
    address_of: &'r F,
    /// The address of the text whose references are rewritten; nothing for the root.
    here: Option<&'r str>,
}

impl<F: Fn(Option<&str>, &str) -> Option<String>> Rewrite<'_, F> {
    fn walk(&mut self, node: &mut Node<'static>) {
        match node {
            Node::List(items) => items.iter_mut().for_each(|item| self.walk(item)),
            Node::Object(object) => {
                for (key, value) in object.iter_mut() {
                    match value {
                        Node::Text(reference) if key == "$ref" => {
                            if let Some(inside) = self.rewritten(reference) {
                                *reference = Cow::Owned(inside);
                            }
                        }
                        _ => self.walk(value),
                    }
                }
            }
            _ => {}
        }
    }

    /// Where a reference leads in the one tree; nothing when it stays as it is.
    fn rewritten(&self, reference: &str) -> Option<String> {
        let (address, fragment) = match external(reference) {
            Some((text, fragment)) => {
                let address = (self.address_of)(self.here, text)?;
                (self.known.contains(&address).then_some(address)?, fragment)
            }
            // a reference inside its own text: only the root's stay
            None => (self.here?.to_owned(), reference.strip_prefix('#')?),
        };
        Some(format!("#/{IMPORTED}/{}{fragment}", percent_encode(&pointer::escape(&address))))
    }
}

/// What a fragment cannot hold as it is: the percent sign, which readers decode.
fn percent_encode(segment: &str) -> Cow<'_, str> {
    if segment.contains('%') { Cow::Owned(segment.replace('%', "%25")) } else { segment.into() }
}
