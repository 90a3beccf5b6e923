//! `x-ms-*`: what connectors say beyond Swagger.

mod dynamic;
mod operation;

pub use dynamic::{
    Argument, DynamicList, DynamicProperties, DynamicSchema, DynamicSource, DynamicTree,
    DynamicValues, TreeLevel,
};
pub use operation::{ApiAnnotation, NotificationContent, Trigger};

use crate::tree::{Node, Object};

/// The extensions of one object. Look-ups cost nothing until they are made.
#[derive(Debug, Clone, Copy)]
pub struct Extensions<'t> {
    near: &'t Object<'t>,
    far: Option<&'t Object<'t>>,
}

/// How prominently something is shown (`x-ms-visibility`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Visibility<'t> {
    /// Like everything else; also what says nothing, or the empty text.
    Normal,
    /// Shown first.
    Important,
    /// Folded away.
    Advanced,
    /// Hidden.
    Internal,
    /// A word that means nothing.
    Unknown(&'t str),
}

impl<'t> Visibility<'t> {
    fn of(word: &'t str) -> Self {
        match word.trim() {
            "" => Self::Normal,
            word if word.eq_ignore_ascii_case("none") => Self::Normal,
            word if word.eq_ignore_ascii_case("important") => Self::Important,
            word if word.eq_ignore_ascii_case("advanced") => Self::Advanced,
            word if word.eq_ignore_ascii_case("internal") => Self::Internal,
            word => Self::Unknown(word),
        }
    }
}

/// How often a piece of the path is percent-encoded (`x-ms-url-encoding`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UrlEncoding {
    /// Once; also what says nothing.
    Single,
    /// Twice.
    Double,
}

/// One entry of `x-ms-enum-values` or `x-ms-editor-options`: a value and its title.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Titled<'t> {
    /// The value.
    pub value: &'t Node<'t>,
    /// What people read.
    pub title: Option<&'t str>,
}

impl<'t> Extensions<'t> {
    /// Those of an object.
    pub fn of(object: &'t Object<'t>) -> Self {
        Self { near: object, far: None }
    }

    /// Those of an object, and what it does not say from another one.
    pub(crate) fn beside(near: &'t Object<'t>, far: &'t Object<'t>) -> Self {
        let far = (!std::ptr::eq(near, far)).then_some(far);
        Self { near, far }
    }

    /// An extension by its name.
    pub fn get(&self, key: &str) -> Option<&'t Node<'t>> {
        self.near.get(key).or_else(|| self.far?.get(key))
    }

    fn str(&self, key: &str) -> Option<&'t str> {
        self.get(key)?.as_str()
    }

    fn flag(&self, key: &str) -> bool {
        self.get(key).and_then(Node::as_bool_lenient) == Some(true)
    }

    /// `x-ms-summary`: the title for people.
    pub fn summary(&self) -> Option<&'t str> {
        self.str("x-ms-summary")
    }

    /// `x-ms-visibility`
    pub fn visibility(&self) -> Visibility<'t> {
        self.str("x-ms-visibility").map_or(Visibility::Normal, Visibility::of)
    }

    /// Whether it is hidden from people.
    pub fn is_internal(&self) -> bool {
        self.visibility() == Visibility::Internal
    }

    /// `x-ms-url-encoding`
    pub fn url_encoding(&self) -> UrlEncoding {
        match self.str("x-ms-url-encoding") {
            Some(word) if word.trim().eq_ignore_ascii_case("double") => UrlEncoding::Double,
            _ => UrlEncoding::Single,
        }
    }

    /// `x-ms-notification-url`: the callback address goes here.
    pub fn is_notification_url(&self) -> bool {
        self.flag("x-ms-notification-url")
    }

    /// `x-ms-dynamic-values`
    pub fn dynamic_values(&self) -> Option<DynamicValues<'t>> {
        DynamicValues::of(self.get("x-ms-dynamic-values")?)
    }

    /// `x-ms-dynamic-list`
    pub fn dynamic_list(&self) -> Option<DynamicList<'t>> {
        DynamicList::of(self.get("x-ms-dynamic-list")?)
    }

    /// `x-ms-dynamic-schema`
    pub fn dynamic_schema(&self) -> Option<DynamicSchema<'t>> {
        DynamicSchema::of(self.get("x-ms-dynamic-schema")?)
    }

    /// `x-ms-dynamic-properties`
    pub fn dynamic_properties(&self) -> Option<DynamicProperties<'t>> {
        DynamicProperties::of(self.get("x-ms-dynamic-properties")?)
    }

    /// `x-ms-dynamic-tree`
    pub fn dynamic_tree(&self) -> Option<DynamicTree<'t>> {
        DynamicTree::of(self.get("x-ms-dynamic-tree")?)
    }

    /// `x-ms-enum-values`: titles for the values of an enumeration.
    pub fn enum_values(&self) -> Vec<Titled<'t>> {
        titled(self.get("x-ms-enum-values"), "displayName")
    }

    /// `x-ms-editor-options`: fixed choices.
    pub fn editor_options(&self) -> Vec<Titled<'t>> {
        titled(self.get("x-ms-editor-options").and_then(|node| node.get("items")), "title")
    }

    /// `x-ms-editor`
    pub fn editor(&self) -> Option<&'t str> {
        self.str("x-ms-editor")
    }

    /// `x-ms-test-value`
    pub fn test_value(&self) -> Option<&'t Node<'t>> {
        self.get("x-ms-test-value")
    }
}

fn titled<'t>(node: Option<&'t Node<'t>>, title: &str) -> Vec<Titled<'t>> {
    let items = node.and_then(Node::as_list).unwrap_or_default();
    let one = |item: &'t Node<'t>| {
        let title = item.get(title).and_then(Node::as_str);
        Some(Titled { value: item.get("value")?, title })
    };
    items.iter().filter_map(one).collect()
}
