//! Request bodies of OpenAPI 3 as inputs: one body, or the fields of a form.

use std::sync::Arc;

use crate::{
    definition::{Definition, object_or_empty},
    media::MediaType,
    parameter::{CollectionFormat, Location, Parameter},
    pointer,
    schema::Schema,
    site::Site,
    tree::{Node, Object},
};

/// The name of a body that has none of its own.
const BODY: &str = "body";

/// Adds the inputs that a `requestBody` stands for.
pub(crate) fn append<'t>(
    definition: &'t Definition<'t>,
    (operation, at): (&'t Object<'t>, &Arc<str>),
    found: &mut Vec<Parameter<'t>>,
) {
    let Some(node) = operation.get("requestBody") else { return };
    let target = definition.resolve(node);
    let body = object_or_empty(target.node());
    let site = Site::of(target, || Site::At(format!("{at}/requestBody").into()));
    let Some((media, content)) = preferred(body) else { return };
    let schema = Schema::new(definition, content.get("schema").unwrap_or(&Node::Null));
    if !MediaType(media).is_form() {
        found.push(Parameter {
            name: body.str("x-ms-parameter-name").unwrap_or(BODY),
            location: Location::Body,
            required: body.get("required").and_then(Node::as_bool_lenient) == Some(true),
            node: body,
            schema,
            collection_format: CollectionFormat::Csv,
            shared: false,
            site,
        });
        return;
    }
    let holder: Arc<str> = format!("{site}/content/{}/schema", pointer::escape(media)).into();
    for (name, property) in schema.all_properties() {
        found.push(Parameter {
            name,
            location: Location::Form,
            required: schema.requires_anywhere(name),
            node: property.object(),
            schema: property,
            collection_format: CollectionFormat::Csv,
            shared: false,
            site: Site::Member { holder: Arc::clone(&holder), table: "properties", key: name },
        });
    }
}

/// The media types of a request body, those of the preferred kind only.
pub(crate) fn consumes<'t>(
    definition: &'t Definition<'t>,
    operation: &'t Object<'t>,
) -> Vec<&'t str> {
    let node = operation.get("requestBody").and_then(|node| definition.resolve(node).node());
    let body = object_or_empty(node);
    let Some((preferred, _)) = preferred(body) else { return Vec::new() };
    let kind = MediaType(preferred).rank();
    let content = object_or_empty(body.get("content"));
    content.iter().map(|(media, _)| media).filter(|media| MediaType(media).rank() == kind).collect()
}

/// The content that bodies are built for: JSON before forms before everything else.
pub(crate) fn preferred<'t>(holder: &'t Object<'t>) -> Option<(&'t str, &'t Node<'t>)> {
    let content = object_or_empty(holder.get("content"));
    content.iter().min_by_key(|(media, _)| MediaType(media).rank())
}
