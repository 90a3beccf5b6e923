//! What an operation answers.

use std::{fmt, sync::Arc};

use crate::{
    body,
    definition::{Definition, object_or_empty},
    extensions::Extensions,
    schema::Schema,
    site::Site,
    tree::{Node, Object},
};

/// The key of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status<'t> {
    /// A status.
    Code(u16),
    /// `2XX`: every status of a hundred (OpenAPI 3).
    Class(u16),
    /// Whatever else is answered.
    Default,
    /// No status at all.
    Unknown(&'t str),
}

impl<'t> Status<'t> {
    fn of(key: &'t str) -> Self {
        if key.eq_ignore_ascii_case("default") {
            return Self::Default;
        }
        if let Some(class) = key.strip_suffix("XX").or_else(|| key.strip_suffix("xx")) {
            return class.parse().map_or(Self::Unknown(key), Self::Class);
        }
        key.trim().parse().map_or(Self::Unknown(key), Self::Code)
    }

    /// Whether it stands for success and nothing else.
    pub fn is_success(self) -> bool {
        matches!(self, Self::Code(200..300) | Self::Class(2))
    }
}

impl fmt::Display for Status<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(out, "{code}"),
            Self::Class(class) => write!(out, "{class}XX"),
            Self::Default => out.write_str("default"),
            Self::Unknown(key) => out.write_str(key),
        }
    }
}

/// One declared answer.
#[derive(Debug, Clone)]
pub struct Response<'t> {
    /// Its key.
    pub status: Status<'t>,
    /// The response object, references followed.
    pub node: &'t Object<'t>,
    /// What its body looks like, when that is said.
    pub schema: Option<Schema<'t>>,
    /// Its media types (OpenAPI 3); Swagger 2.0 says them for the operation.
    pub media_types: Vec<&'t str>,
    site: Site<'t>,
}

/// One declared header of an answer.
#[derive(Debug, Clone, Copy)]
pub struct Header<'t> {
    /// Its name.
    pub name: &'t str,
    /// Type and format. In Swagger 2.0 this is the header object itself.
    pub schema: Schema<'t>,
    /// The header object.
    pub node: &'t Object<'t>,
}

impl<'t> Response<'t> {
    /// Where it is defined, after references: an RFC 6901 pointer.
    pub fn pointer(&self) -> String {
        self.site.to_string()
    }

    /// `description`
    pub fn description(&self) -> Option<&'t str> {
        self.node.str("description")
    }

    /// `x-ms-*`
    pub fn extensions(&self) -> Extensions<'t> {
        Extensions::of(self.node)
    }

    /// The declared headers.
    pub fn headers(&self, definition: &'t Definition<'t>) -> Vec<Header<'t>> {
        headers(definition, self.node)
    }
}

/// The `headers` of a response or of a notification.
pub(crate) fn headers<'t>(
    definition: &'t Definition<'t>,
    holder: &'t Object<'t>,
) -> Vec<Header<'t>> {
    let header = |(name, written): (&'t str, &'t Node<'t>)| {
        let node = definition.resolve(written).node()?;
        let inner = if definition.dialect().is_open_api_3() { node.get("schema")? } else { node };
        Some(Header { name, schema: Schema::new(definition, inner), node: node.as_object()? })
    };
    object_or_empty(holder.get("headers")).iter().filter_map(header).collect()
}

/// The declared answers of an operation.
pub(crate) fn read<'t>(
    definition: &'t Definition<'t>,
    operation: &'t Object<'t>,
    at: &Arc<str>,
) -> Vec<Response<'t>> {
    let responses = object_or_empty(operation.get("responses"));
    let declared = responses.iter().filter(|(key, _)| !key.starts_with("x-"));
    declared.filter_map(|(key, node)| one(definition, key, node, at)).collect()
}

fn one<'t>(
    definition: &'t Definition<'t>,
    key: &'t str,
    written: &'t Node<'t>,
    at: &Arc<str>,
) -> Option<Response<'t>> {
    let target = definition.resolve(written);
    let node = target.node()?.as_object()?;
    let (schema, media_types) = if definition.dialect().is_open_api_3() {
        let content = object_or_empty(node.get("content"));
        let schema = body::preferred(node).and_then(|(_, media)| media.get("schema"));
        (schema, content.iter().map(|(media, _)| media).collect())
    } else {
        (node.get("schema"), Vec::new())
    };
    Some(Response {
        status: Status::of(key),
        node,
        schema: schema.map(|schema| Schema::new(definition, schema)),
        media_types,
        site: Site::of(target, || Site::Member { holder: Arc::clone(at), table: "responses", key }),
    })
}
