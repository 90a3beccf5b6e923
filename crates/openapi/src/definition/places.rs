//! Where operations stand: found once, so that one of them can be looked at without the others.

use crate::{
    definition::object_or_empty,
    operation::Method,
    reference,
    tree::{Node, Object},
};

/// The place of one operation: positions in `paths` and in its path item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OperationPlace {
    path: u32,
    verb: u32,
    pub(crate) method: Method,
}

/// Every operation in the order of the text.
pub(super) fn find<'t>(root: &'t Object<'t>) -> Vec<OperationPlace> {
    let mut places = Vec::new();
    for (path, _) in (0..).zip(paths(root).iter()) {
        let Some((_, item)) = item_at(root, path) else { continue };
        for (verb, (key, node)) in (0..).zip(item.iter()) {
            if let Some(method) = Method::of(key).filter(|_| node.as_object().is_some()) {
                places.push(OperationPlace { path, verb, method });
            }
        }
    }
    places
}

impl OperationPlace {
    /// The path and its item.
    pub(crate) fn path_item<'t>(self, root: &'t Object<'t>) -> Option<(&'t str, &'t Object<'t>)> {
        item_at(root, self.path)
    }

    /// The key of the verb as written, and the operation object.
    pub(crate) fn operation_of<'t>(self, root: &'t Object<'t>) -> Option<&'t Object<'t>> {
        let (_, item) = self.path_item(root)?;
        item.at(self.verb as usize)?.value.as_object()
    }

    /// The verb as written.
    pub(crate) fn verb<'t>(self, item: &'t Object<'t>) -> &'t str {
        item.at(self.verb as usize).map_or("", |entry| entry.key.as_ref())
    }
}

fn paths<'t>(root: &'t Object<'t>) -> &'t Object<'t> {
    object_or_empty(root.get("paths"))
}

/// A path and its item; an item may be a reference to another one of the same text.
fn item_at<'t>(root: &'t Object<'t>, path: u32) -> Option<(&'t str, &'t Object<'t>)> {
    let entry = paths(root).at(path as usize)?;
    let item = reference::resolve_in(root, &entry.value).node().and_then(Node::as_object)?;
    Some((entry.key.as_ref(), item))
}
