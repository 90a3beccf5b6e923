//! Inputs of operations, path-level ones merged in and references followed.

use std::{collections::HashMap, sync::Arc};

use crate::{
    body,
    definition::{Definition, object_or_empty},
    extensions::Extensions,
    schema::Schema,
    site::Site,
    tree::{Node, Object},
};

/// Where the value of an input goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Location {
    /// A piece of the path.
    Path,
    /// After the question mark.
    Query,
    /// A header.
    Header,
    /// A cookie (OpenAPI 3).
    Cookie,
    /// The body as a whole.
    Body,
    /// A field of a form.
    Form,
}

impl Location {
    /// The word of `in`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
            Self::Body => "body",
            Self::Form => "formData",
        }
    }

    fn of(word: &str) -> Option<Self> {
        let all = [Self::Path, Self::Query, Self::Header, Self::Cookie, Self::Body, Self::Form];
        all.into_iter().find(|location| location.word().eq_ignore_ascii_case(word))
    }
}

/// How the elements of an array become text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CollectionFormat {
    /// Joined by commas; also what says nothing.
    Csv,
    /// Joined by blanks.
    Ssv,
    /// Joined by tabs.
    Tsv,
    /// Joined by vertical bars.
    Pipes,
    /// The name repeated for each.
    Multi,
    /// `name[property]=value` for each property of an object (OpenAPI 3).
    DeepObject,
}

/// One input of an operation.
#[derive(Debug, Clone)]
pub struct Parameter<'t> {
    /// The name callers give it by. A body of OpenAPI 3 has none of its own and is called `body`.
    pub name: &'t str,
    /// Where it goes.
    pub location: Location,
    /// Whether it has to be there; a piece of the path always has to.
    pub required: bool,
    /// The parameter object, references followed; for OpenAPI 3 bodies the request body, for fields of
    /// OpenAPI 3 forms the property.
    pub node: &'t Object<'t>,
    /// Type, default, enumeration, constraints. For what is not a body in Swagger 2.0 this is the
    /// parameter object itself.
    pub schema: Schema<'t>,
    /// How arrays are written.
    pub collection_format: CollectionFormat,
    /// Whether it stands beside the verbs, for all operations of the path.
    pub shared: bool,
    pub(crate) site: Site<'t>,
}

impl<'t> Parameter<'t> {
    /// Where it is defined, after references: an RFC 6901 pointer.
    pub fn pointer(&self) -> String {
        self.site.to_string()
    }

    /// `description`, of the parameter or else of its schema.
    pub fn description(&self) -> Option<&'t str> {
        self.node.str("description").or_else(|| self.schema.description())
    }

    /// The value that stands in for a missing one.
    pub fn default(&self) -> Option<&'t Node<'t>> {
        self.node.get("default").or_else(|| self.schema.default())
    }

    /// `x-ms-*` of the parameter object; where OpenAPI 3 has a schema beside it, that too.
    pub fn extensions(&self) -> Extensions<'t> {
        if self.location == Location::Body && !self.schema.definition().dialect().is_open_api_3() {
            Extensions::of(self.node)
        } else {
            Extensions::beside(self.node, self.schema.object())
        }
    }

    /// Whether its value is a file or raw bytes.
    pub fn is_file(&self) -> bool {
        match self.location {
            Location::Form | Location::Body => self.schema.is_binary(),
            _ => false,
        }
    }

    /// `allowReserved`: the value keeps characters such as `/` (OpenAPI 3).
    pub fn allows_reserved(&self) -> bool {
        self.node.get("allowReserved").and_then(Node::as_bool_lenient) == Some(true)
    }
}

/// Whether a word says where a parameter goes.
pub(crate) fn is_location(word: &str) -> bool {
    Location::of(word).is_some()
}

/// The inputs of an operation: path-level ones first, then its own, which replace those of the same
/// name and place. A body of OpenAPI 3 comes last.
pub(crate) fn effective<'t>(
    definition: &'t Definition<'t>,
    path_item: (&'t Object<'t>, &Arc<str>),
    operation: (&'t Object<'t>, &Arc<str>),
) -> Vec<Parameter<'t>> {
    // what stands beside the verbs gives way; of twins the last counts, as with names
    let mut slots: Vec<Option<Parameter<'t>>> = Vec::new();
    let mut places: HashMap<(Location, &str), usize> = HashMap::new();
    for ((object, at), shared) in [(path_item, true), (operation, false)] {
        let listed = object.get("parameters").and_then(Node::as_list).unwrap_or_default();
        for (index, node) in listed.iter().enumerate() {
            let Some(mut parameter) = read(definition, node, at, index) else { continue };
            parameter.shared = shared;
            let earlier = places.insert((parameter.location, parameter.name), slots.len());
            if let Some(slot) = earlier.and_then(|at| slots.get_mut(at)) {
                *slot = None;
            }
            slots.push(Some(parameter));
        }
    }
    let mut found: Vec<Parameter<'t>> = slots.into_iter().flatten().collect();
    if definition.dialect().is_open_api_3() {
        body::append(definition, operation, &mut found);
    }
    found
}

fn read<'t>(
    definition: &'t Definition<'t>,
    node: &'t Node<'t>,
    at: &Arc<str>,
    index: usize,
) -> Option<Parameter<'t>> {
    let target = definition.resolve(node);
    let resolved = target.node()?;
    let object = resolved.as_object()?;
    let location = Location::of(object.str("in")?)?;
    let listed = || Site::Item { holder: Arc::clone(at), list: "parameters", index };
    let flag = |key| object.get(key).and_then(Node::as_bool_lenient) == Some(true);
    Some(Parameter {
        name: object.str("name").unwrap_or_default(),
        location,
        required: location == Location::Path || flag("required"),
        node: object,
        schema: schema_of(definition, resolved, location),
        collection_format: collection_format(object, location, definition),
        shared: false,
        site: Site::of(target, listed),
    })
}

fn schema_of<'t>(
    definition: &'t Definition<'t>,
    parameter: &'t Node<'t>,
    location: Location,
) -> Schema<'t> {
    let own = parameter.get("schema");
    if definition.dialect().is_open_api_3() {
        let media = || object_or_empty(parameter.get("content")).entries().first();
        let node = own.or_else(|| media()?.value.get("schema"));
        return Schema::new(definition, node.unwrap_or(&Node::Null));
    }
    let node = if location == Location::Body { own.unwrap_or(&Node::Null) } else { parameter };
    Schema::new(definition, node)
}

fn collection_format(
    parameter: &Object<'_>,
    location: Location,
    definition: &Definition<'_>,
) -> CollectionFormat {
    if !definition.dialect().is_open_api_3() {
        return match parameter.str("collectionFormat") {
            Some("ssv") => CollectionFormat::Ssv,
            Some("tsv") => CollectionFormat::Tsv,
            Some("pipes") => CollectionFormat::Pipes,
            Some("multi") => CollectionFormat::Multi,
            _ => CollectionFormat::Csv,
        };
    }
    // OpenAPI 3, §4.8.12.2: `form` is the default style of queries and cookies, and it explodes
    let named = matches!(location, Location::Query | Location::Cookie);
    let explode = parameter.get("explode").and_then(Node::as_bool_lenient);
    match parameter.str("style") {
        Some("spaceDelimited") if explode != Some(true) => CollectionFormat::Ssv,
        Some("pipeDelimited") if explode != Some(true) => CollectionFormat::Pipes,
        Some("deepObject") => CollectionFormat::DeepObject,
        _ if named && explode != Some(false) => CollectionFormat::Multi,
        _ => CollectionFormat::Csv,
    }
}
