//! The API description: Swagger 2.0, OpenAPI 3.0 or 3.1.

mod base;
mod places;

use std::{collections::HashMap, sync::LazyLock};

pub use base::Base;
pub(crate) use places::OperationPlace;

use crate::{
    document::Document,
    operation::{self, Operation},
    reference::{self, Target},
    schema::Schema,
    security::{self, SecurityScheme},
    tree::{Node, Object},
};

/// Which language a description is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// Swagger 2.0, the only one the platform itself takes; also what says nothing.
    Swagger2,
    /// OpenAPI 3.0
    OpenApi30,
    /// OpenAPI 3.1 and later 3.x
    OpenApi31,
}

impl Dialect {
    /// Whether this is a version of OpenAPI 3.
    pub const fn is_open_api_3(self) -> bool {
        matches!(self, Self::OpenApi30 | Self::OpenApi31)
    }

    fn of(root: &Object<'_>) -> Self {
        match root.str("openapi").map(str::trim) {
            Some(version) if version.starts_with("3.0") => Self::OpenApi30,
            Some(version) if version.starts_with('3') => Self::OpenApi31,
            _ => Self::Swagger2,
        }
    }
}

/// An API description: the tree, and where its operations stand in it.
#[derive(Debug, Clone)]
pub struct Definition<'a> {
    document: Document<'a>,
    dialect: Dialect,
    places: Vec<OperationPlace>,
    /// The first operation of each declared id.
    by_id: HashMap<Box<str>, usize>,
}

/// What stands in for an object that is missing.
pub(crate) fn empty() -> &'static Object<'static> {
    static EMPTY: LazyLock<Object<'static>> = LazyLock::new(Object::default);
    &EMPTY
}

/// The object of a node, else an empty one.
pub(crate) fn object_or_empty<'t>(node: Option<&'t Node<'t>>) -> &'t Object<'t> {
    node.and_then(Node::as_object).unwrap_or(empty())
}

impl<'a> Definition<'a> {
    /// The description in a document. Nothing is refused: what is missing is empty.
    pub fn new(document: Document<'a>) -> Self {
        let root = object_or_empty(Some(document.root()));
        let dialect = Dialect::of(root);
        let places = places::find(root);
        let mut by_id = HashMap::with_capacity(places.len());
        for (at, place) in places.iter().enumerate() {
            if let Some(id) = place.operation_of(root).and_then(|node| node.str("operationId")) {
                by_id.entry(id.into()).or_insert(at);
            }
        }
        Self { document, dialect, places, by_id }
    }

    /// The text and the tree.
    pub fn document(&self) -> &Document<'a> {
        &self.document
    }

    /// The language.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The same description with text of its own.
    pub fn into_owned(self) -> Definition<'static> {
        Definition {
            document: self.document.into_owned(),
            dialect: self.dialect,
            places: self.places,
            by_id: self.by_id,
        }
    }
}

impl<'t> Definition<'t> {
    /// The object at the root; empty when the text holds something else.
    pub fn root(&'t self) -> &'t Object<'t> {
        object_or_empty(Some(self.document.root()))
    }

    /// `info`
    pub fn info(&'t self) -> &'t Object<'t> {
        object_or_empty(self.root().get("info"))
    }

    /// `info.title`
    pub fn title(&'t self) -> Option<&'t str> {
        self.info().str("title")
    }

    /// `info.description`
    pub fn description(&'t self) -> Option<&'t str> {
        self.info().str("description")
    }

    /// `info.version`
    pub fn version(&'t self) -> Option<&'t str> {
        self.info().str("version")
    }

    /// Where requests go: scheme, host and base path of the description itself.
    pub fn base(&'t self) -> Base<'t> {
        Base::of(self.root(), self.dialect)
    }

    /// `consumes` at the root (Swagger 2.0).
    pub fn consumes(&'t self) -> Vec<&'t str> {
        texts(self.root().get("consumes"))
    }

    /// `produces` at the root (Swagger 2.0).
    pub fn produces(&'t self) -> Vec<&'t str> {
        texts(self.root().get("produces"))
    }

    /// The declared ways to authenticate, in the order of the text.
    pub fn security_schemes(&'t self) -> Vec<SecurityScheme<'t>> {
        security::schemes(self)
    }

    /// How many operations there are.
    pub fn operation_count(&self) -> usize {
        self.places.len()
    }

    /// Every operation in the order of the text, everything about it resolved.
    pub fn operations(&'t self) -> Vec<Operation<'t>> {
        let security = security::Requirements::of(self);
        let view = |place: &'t OperationPlace| Operation::at(self, *place, &security);
        self.places.iter().filter_map(view).collect()
    }

    /// The operation of this id; only this one is resolved.
    pub fn operation(&'t self, id: &str) -> Option<Operation<'t>> {
        let security = security::Requirements::of(self);
        if let Some(place) = self.by_id.get(id).and_then(|at| self.places.get(*at)) {
            return Operation::at(self, *place, &security);
        }
        // operations without a declared id go by one that is derived from path and method
        let derived = |place: &&'t OperationPlace| {
            place.operation_of(self.root()).is_some_and(|node| !node.contains_key("operationId"))
                && place
                    .path_item(self.root())
                    .is_some_and(|(path, _)| operation::derived_id(place.method, path) == id)
        };
        let place = self.places.iter().find(derived)?;
        Operation::at(self, *place, &security)
    }

    /// What a node stands for: itself, or the end of its chain of references.
    pub fn resolve(&'t self, node: &'t Node<'t>) -> Target<'t> {
        reference::resolve(self, node)
    }

    /// A node as a schema.
    pub fn schema(&'t self, node: &'t Node<'t>) -> Schema<'t> {
        Schema::new(self, node)
    }

    /// The shared schemas by name: `definitions`, or `components.schemas`.
    pub fn schemas(&'t self) -> &'t Object<'t> {
        self.shared("definitions", "schemas")
    }

    /// A table of shared things: at the root in Swagger 2.0, below `components` in OpenAPI 3.
    pub(crate) fn shared(&'t self, swagger: &str, component: &str) -> &'t Object<'t> {
        if self.dialect.is_open_api_3() {
            object_or_empty(self.root().get("components").and_then(|node| node.get(component)))
        } else {
            object_or_empty(self.root().get(swagger))
        }
    }

    /// Whether an operation declares this id.
    pub fn has_operation(&self, id: &str) -> bool {
        self.by_id.contains_key(id)
    }

    pub(crate) fn places(&self) -> &[OperationPlace] {
        &self.places
    }
}

/// The texts of a list; everything else in it is passed over.
pub(crate) fn texts<'t>(node: Option<&'t Node<'t>>) -> Vec<&'t str> {
    let items = node.and_then(Node::as_list).unwrap_or_default();
    items.iter().filter_map(Node::as_str).collect()
}
