//! Choices and schemas that come from another operation (connector-format §8).

use crate::{
    definition::object_or_empty,
    tree::{Node, Object},
};

/// Where choices or a schema come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DynamicSource<'t> {
    /// An operation of the same description.
    Operation(&'t str),
    /// A capability of the connector: `file-picker`.
    Capability(&'t str),
    /// An operation of the platform: `AadGraph.GetUsers`.
    BuiltIn(&'t str),
}

/// The value of one argument of the operation that is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Argument<'t> {
    /// A constant.
    Literal(&'t Node<'t>),
    /// What the caller gave for a parameter, or for a property of the body (the older pair:
    /// `{"parameter": "name"}`, ambiguous by design).
    Parameter(&'t str),
    /// The same as a path: `body/customer/id` (the newer pair).
    Reference(&'t str),
    /// The path of what the person picked one level up (`selectedItemValuePath`, trees only).
    Selected(&'t str),
}

/// `x-ms-dynamic-values`: choices, the older form.
#[derive(Debug, Clone)]
pub struct DynamicValues<'t> {
    /// Where they come from.
    pub source: DynamicSource<'t>,
    /// What it is asked with.
    pub arguments: Vec<(&'t str, Argument<'t>)>,
    /// Path to the array; nothing when the answer is the array.
    pub collection: Option<&'t str>,
    /// Path to the value inside an element.
    pub value_path: Option<&'t str>,
    /// Path to the title inside an element.
    pub title_path: Option<&'t str>,
    /// The object itself.
    pub node: &'t Object<'t>,
}

/// `x-ms-dynamic-list`: choices, the newer form.
#[derive(Debug, Clone)]
pub struct DynamicList<'t> {
    /// The operation that is asked.
    pub operation_id: &'t str,
    /// What it is asked with; names may be paths such as `body/prop`.
    pub arguments: Vec<(&'t str, Argument<'t>)>,
    /// Path to the array; nothing when the answer is the array.
    pub items_path: Option<&'t str>,
    /// Path to the value inside an element.
    pub value_path: Option<&'t str>,
    /// Path to the title inside an element.
    pub title_path: Option<&'t str>,
}

/// `x-ms-dynamic-schema`: a schema, the older form.
#[derive(Debug, Clone)]
pub struct DynamicSchema<'t> {
    /// The operation that is asked.
    pub operation_id: &'t str,
    /// What it is asked with.
    pub arguments: Vec<(&'t str, Argument<'t>)>,
    /// Path to the schema in the answer; nothing when the answer's properties are the schema.
    pub value_path: Option<&'t str>,
}

/// `x-ms-dynamic-properties`: a schema, the newer form.
#[derive(Debug, Clone)]
pub struct DynamicProperties<'t> {
    /// The operation that is asked.
    pub operation_id: &'t str,
    /// What it is asked with; names may be paths such as `body/prop`.
    pub arguments: Vec<(&'t str, Argument<'t>)>,
    /// Path to the schema object in the answer.
    pub value_path: Option<&'t str>,
}

/// `x-ms-dynamic-tree`: a picker with levels.
#[derive(Debug, Clone)]
pub struct DynamicTree<'t> {
    /// Whether what has children can be picked.
    pub can_select_parents: bool,
    /// Whether what has none can be picked.
    pub can_select_leaves: bool,
    /// What the first level shows.
    pub open: Option<TreeLevel<'t>>,
    /// What every further level shows.
    pub browse: Option<TreeLevel<'t>>,
}

/// One level of a picker.
#[derive(Debug, Clone)]
pub struct TreeLevel<'t> {
    /// The operation that is asked.
    pub operation_id: &'t str,
    /// What it is asked with.
    pub arguments: Vec<(&'t str, Argument<'t>)>,
    /// Path to the array; nothing when the answer is the array.
    pub items_path: Option<&'t str>,
    /// Path to the value inside an element.
    pub value_path: Option<&'t str>,
    /// Path to the title inside an element.
    pub title_path: Option<&'t str>,
    /// Path to the title with its way from the top.
    pub full_title_path: Option<&'t str>,
    /// Expression that tells whether an element has children.
    pub is_parent: Option<&'t str>,
}

impl<'t> DynamicValues<'t> {
    pub(super) fn of(node: &'t Node<'t>) -> Option<Self> {
        let node = node.as_object()?;
        let source = node
            .str("operationId")
            .map(DynamicSource::Operation)
            .or_else(|| node.str("capability").map(DynamicSource::Capability))
            .or_else(|| node.str("builtInOperation").map(DynamicSource::BuiltIn))?;
        Some(Self {
            source,
            arguments: older(node),
            collection: path(node, "value-collection"),
            value_path: path(node, "value-path"),
            title_path: path(node, "value-title"),
            node,
        })
    }
}

impl<'t> DynamicList<'t> {
    pub(super) fn of(node: &'t Node<'t>) -> Option<Self> {
        let node = node.as_object()?;
        Some(Self {
            operation_id: node.str("operationId")?,
            arguments: newer(node),
            items_path: path(node, "itemsPath"),
            value_path: path(node, "itemValuePath"),
            title_path: path(node, "itemTitlePath"),
        })
    }
}

impl<'t> DynamicSchema<'t> {
    pub(super) fn of(node: &'t Node<'t>) -> Option<Self> {
        let node = node.as_object()?;
        Some(Self {
            operation_id: node.str("operationId")?,
            arguments: older(node),
            value_path: path(node, "value-path"),
        })
    }
}

impl<'t> DynamicProperties<'t> {
    pub(super) fn of(node: &'t Node<'t>) -> Option<Self> {
        let node = node.as_object()?;
        Some(Self {
            operation_id: node.str("operationId")?,
            arguments: newer(node),
            value_path: path(node, "itemValuePath"),
        })
    }
}

impl<'t> DynamicTree<'t> {
    pub(super) fn of(node: &'t Node<'t>) -> Option<Self> {
        let node = node.as_object()?;
        let settings = object_or_empty(node.get("settings"));
        let flag = |key| settings.get(key).and_then(Node::as_bool_lenient);
        Some(Self {
            can_select_parents: flag("canSelectParentNodes").unwrap_or(false),
            can_select_leaves: flag("canSelectLeafNodes").unwrap_or(true),
            open: node.get("open").and_then(TreeLevel::of),
            browse: node.get("browse").and_then(TreeLevel::of),
        })
    }
}

impl<'t> TreeLevel<'t> {
    fn of(node: &'t Node<'t>) -> Option<Self> {
        let node = node.as_object()?;
        Some(Self {
            operation_id: node.str("operationId")?,
            arguments: newer(node),
            items_path: path(node, "itemsPath"),
            value_path: path(node, "itemValuePath"),
            title_path: path(node, "itemTitlePath"),
            full_title_path: path(node, "itemFullTitlePath"),
            is_parent: path(node, "itemIsParent"),
        })
    }
}

/// A path string; the empty one says nothing.
fn path<'t>(node: &'t Object<'t>, key: &str) -> Option<&'t str> {
    node.str(key).filter(|path| !path.is_empty())
}

/// Arguments of the older pair: a constant, or `{"parameter": "name"}`.
fn older<'t>(node: &'t Object<'t>) -> Vec<(&'t str, Argument<'t>)> {
    arguments(node, |value| match value.get("parameter").and_then(Node::as_str) {
        Some(name) => Argument::Parameter(name),
        None => new_form(value).unwrap_or(Argument::Literal(value)),
    })
}

/// Arguments of the newer pair: `{"value": …}` or `{"parameterReference": "body/prop"}`.
fn newer<'t>(node: &'t Object<'t>) -> Vec<(&'t str, Argument<'t>)> {
    arguments(node, |value| {
        let plain = || value.get("parameter").and_then(Node::as_str).map(Argument::Parameter);
        let constant = || value.get("value").map(Argument::Literal);
        new_form(value).or_else(constant).or_else(plain).unwrap_or(Argument::Literal(value))
    })
}

fn new_form<'t>(value: &'t Node<'t>) -> Option<Argument<'t>> {
    let text = |key| value.get(key).and_then(Node::as_str);
    text("parameterReference")
        .map(Argument::Reference)
        .or_else(|| text("selectedItemValuePath").map(Argument::Selected))
}

fn arguments<'t>(
    node: &'t Object<'t>,
    read: impl Fn(&'t Node<'t>) -> Argument<'t>,
) -> Vec<(&'t str, Argument<'t>)> {
    let parameters = object_or_empty(node.get("parameters"));
    parameters.iter().map(|(name, value)| (name, read(value))).collect()
}
