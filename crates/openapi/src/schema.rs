//! Schemas: a view on the node, never an expanded tree.

use std::collections::HashSet;

use crate::{
    definition::{Definition, empty, object_or_empty},
    extensions::Extensions,
    reference::{Target, reference_of},
    tree::{Node, Object},
};

/// A schema as Swagger and OpenAPI write it; references are followed when somebody looks.
///
/// Schemas may contain themselves: whoever walks down bounds its own depth.
#[derive(Debug, Clone, Copy)]
pub struct Schema<'t> {
    definition: &'t Definition<'t>,
    written: &'t Node<'t>,
    object: &'t Object<'t>,
    target: Target<'t>,
}

/// What additional properties an object may have.
#[derive(Debug, Clone, Copy)]
pub enum Additional<'t> {
    /// Nothing is said: any.
    Unsaid,
    /// `true`, or `false`.
    Allowed(bool),
    /// Those of this schema.
    Schema(Schema<'t>),
}

impl<'t> Schema<'t> {
    pub(crate) fn new(definition: &'t Definition<'t>, written: &'t Node<'t>) -> Self {
        let target = definition.resolve(written);
        let object = object_or_empty(target.node());
        Self { definition, written, object, target }
    }

    /// The description it belongs to.
    pub fn definition(&self) -> &'t Definition<'t> {
        self.definition
    }

    /// The node as written, perhaps a reference.
    pub fn written(&self) -> &'t Node<'t> {
        self.written
    }

    /// The object at the end of the references; empty when there is none.
    pub fn object(&self) -> &'t Object<'t> {
        self.object
    }

    /// Where its references lead.
    pub fn target(&self) -> Target<'t> {
        self.target
    }

    /// The last segment of its reference: the name of a shared schema.
    pub fn name(&self) -> Option<&'t str> {
        self.target.reference()?.rsplit('/').next()
    }

    /// The words of `type`: none, one, or in OpenAPI 3.1 several.
    pub fn types(&self) -> impl Iterator<Item = &'t str> + use<'t> {
        let node = self.object.get("type");
        let one = node.and_then(Node::as_str).into_iter();
        let several = node.and_then(Node::as_list).unwrap_or_default();
        one.chain(several.iter().filter_map(Node::as_str))
    }

    /// The first type that is not `null`.
    pub fn kind(&self) -> Option<&'t str> {
        self.types().find(|word| *word != "null")
    }

    /// Whether `type` is, or may be, this word.
    pub fn is(&self, word: &str) -> bool {
        self.types().any(|known| known == word)
    }

    /// `format`
    pub fn format(&self) -> Option<&'t str> {
        self.object.str("format")
    }

    /// `title`
    pub fn title(&self) -> Option<&'t str> {
        self.object.str("title")
    }

    /// `description`, of the reference itself when it has one.
    pub fn description(&self) -> Option<&'t str> {
        let beside = reference_of(self.written).and(self.written.get("description"));
        beside.and_then(Node::as_str).or_else(|| self.object.str("description"))
    }

    /// `default`
    pub fn default(&self) -> Option<&'t Node<'t>> {
        self.object.get("default")
    }

    /// `enum`; `const` counts as an enumeration of one.
    pub fn enum_values(&self) -> &'t [Node<'t>] {
        if let Some(values) = self.object.get("enum").and_then(Node::as_list) {
            return values;
        }
        self.object.get("const").map(std::slice::from_ref).unwrap_or_default()
    }

    /// The names and schemas of `properties`, in the order of the text.
    pub fn properties(&self) -> impl ExactSizeIterator<Item = (&'t str, Schema<'t>)> + use<'t> {
        let definition = self.definition;
        let properties = object_or_empty(self.object.get("properties"));
        properties.iter().map(move |(name, node)| (name, Schema::new(definition, node)))
    }

    /// One of `properties`.
    pub fn property(&self, name: &str) -> Option<Schema<'t>> {
        let node = self.object.get("properties")?.as_object()?.get(name)?;
        Some(Schema::new(self.definition, node))
    }

    /// The names in `required`.
    pub fn required(&self) -> impl Iterator<Item = &'t str> + use<'t> {
        let names = self.object.get("required").and_then(Node::as_list).unwrap_or_default();
        names.iter().filter_map(Node::as_str)
    }

    /// Whether `required` names this property.
    pub fn requires(&self, property: &str) -> bool {
        self.required().any(|name| name == property)
    }

    /// `items`; of a list of schemas the first.
    pub fn items(&self) -> Option<Schema<'t>> {
        let node = self.object.get("items")?;
        let node = node.as_list().map_or(Some(node), <[Node<'_>]>::first)?;
        Some(Schema::new(self.definition, node))
    }

    /// `additionalProperties`
    pub fn additional(&self) -> Additional<'t> {
        match self.object.get("additionalProperties") {
            None => Additional::Unsaid,
            Some(Node::Bool(allowed)) => Additional::Allowed(*allowed),
            Some(node) => Additional::Schema(Schema::new(self.definition, node)),
        }
    }

    /// The schemas of `allOf`.
    pub fn all_of(&self) -> impl Iterator<Item = Schema<'t>> + use<'t> {
        self.several("allOf")
    }

    /// The schemas of `oneOf`.
    pub fn one_of(&self) -> impl Iterator<Item = Schema<'t>> + use<'t> {
        self.several("oneOf")
    }

    /// The schemas of `anyOf`.
    pub fn any_of(&self) -> impl Iterator<Item = Schema<'t>> + use<'t> {
        self.several("anyOf")
    }

    /// Own properties and those of `allOf`, each name once: its own first, then the earlier part.
    /// Parts that contain themselves end the walk.
    pub fn all_properties(&self) -> Vec<(&'t str, Schema<'t>)> {
        let (mut found, mut seen) = (Vec::new(), HashSet::new());
        self.gather(&mut |schema| {
            for (name, property) in schema.properties() {
                if seen.insert(name) {
                    found.push((name, property));
                }
            }
        });
        found
    }

    /// Whether `required` of this schema or of a part in `allOf` names the property.
    pub fn requires_anywhere(&self, property: &str) -> bool {
        let mut required = false;
        self.gather(&mut |schema| required |= schema.requires(property));
        required
    }

    /// Whether `null` is an answer: `nullable`, `x-nullable`, or a type of that name.
    pub fn nullable(&self) -> bool {
        let marked = |key| self.object.get(key).and_then(Node::as_bool_lenient) == Some(true);
        marked("nullable")
            || marked("x-nullable")
            || self.is("null")
            || self.one_of().chain(self.any_of()).any(|part| part.is("null"))
    }

    /// `readOnly`
    pub fn read_only(&self) -> bool {
        self.object.get("readOnly").and_then(Node::as_bool_lenient) == Some(true)
    }

    /// Whether its values are files or raw bytes.
    pub fn is_binary(&self) -> bool {
        self.is("file") || self.format().is_some_and(|format| format == "binary")
    }

    /// `x-ms-*` of the schema, those beside a reference first.
    pub fn extensions(&self) -> Extensions<'t> {
        Extensions::beside(self.written.as_object().unwrap_or(empty()), self.object)
    }

    fn several(&self, key: &str) -> impl Iterator<Item = Schema<'t>> + use<'t> {
        let definition = self.definition;
        let nodes = self.object.get(key).and_then(Node::as_list).unwrap_or_default();
        nodes.iter().map(move |node| Schema::new(definition, node))
    }

    /// Shows this schema and every part of its `allOf`, each once.
    fn gather(&self, show: &mut impl FnMut(Schema<'t>)) {
        let mut waiting = vec![*self];
        let mut seen: Vec<*const Object<'t>> = Vec::new();
        while let Some(schema) = waiting.pop() {
            let address = std::ptr::from_ref(schema.object);
            if seen.contains(&address) || seen.len() >= MAX_PARTS {
                continue;
            }
            seen.push(address);
            show(schema);
            let parts: Vec<_> = schema.all_of().collect();
            waiting.extend(parts.into_iter().rev());
        }
    }
}

/// Most parts of `allOf` that one schema is gathered from. Published ones have four. Our choice.
const MAX_PARTS: usize = 64;
