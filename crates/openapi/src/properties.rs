//! `apiProperties.json`: what Swagger cannot say (connector-format §3).

use crate::{
    connection_parameter::{ConnectionParameter, ParameterSet},
    definition::{empty, object_or_empty, texts},
    document::Document,
    policy::Policy,
    tree::{Node, Object},
};

/// The properties of a connector. Without a file everything is empty.
#[derive(Debug, Clone, Default)]
pub struct Properties<'a> {
    document: Option<Document<'a>>,
}

/// Which operations run through the script, as the properties say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scripted<'t> {
    /// They say nothing: with a script file all do, without one none.
    Unsaid,
    /// An empty list: all.
    All,
    /// These.
    Listed(Vec<&'t str>),
}

impl<'a> Properties<'a> {
    /// The properties in a document.
    pub fn new(document: Document<'a>) -> Self {
        Self { document: Some(document) }
    }

    /// The text and the tree, when there is a file.
    pub fn document(&self) -> Option<&Document<'a>> {
        self.document.as_ref()
    }

    /// The same properties with text of their own.
    pub fn into_owned(self) -> Properties<'static> {
        Properties { document: self.document.map(Document::into_owned) }
    }
}

impl<'t> Properties<'t> {
    /// The object at the root of the file.
    pub fn root(&'t self) -> &'t Object<'t> {
        object_or_empty(self.document.as_ref().map(Document::root))
    }

    /// The object below `properties`.
    pub fn object(&'t self) -> &'t Object<'t> {
        self.root().get("properties").and_then(Node::as_object).unwrap_or(empty())
    }

    /// `iconBrandColor`
    pub fn icon_brand_color(&'t self) -> Option<&'t str> {
        self.object().str("iconBrandColor")
    }

    /// `publisher`
    pub fn publisher(&'t self) -> Option<&'t str> {
        self.object().str("publisher")
    }

    /// `capabilities`
    pub fn capabilities(&'t self) -> Vec<&'t str> {
        texts(self.object().get("capabilities"))
    }

    /// `connectionParameters`, in the order of the text.
    pub fn connection_parameters(&'t self) -> Vec<ConnectionParameter<'t>> {
        let node = object_or_empty(self.object().get("connectionParameters"));
        ConnectionParameter::all(node, "/properties/connectionParameters")
    }

    /// `connectionParameterSets`. Where both exist the sets count.
    pub fn parameter_sets(&'t self) -> Vec<ParameterSet<'t>> {
        ParameterSet::all(object_or_empty(self.object().get("connectionParameterSets")))
    }

    /// The parameters of a connection: those of the named set; without a name those of the
    /// connector, or where there are only sets those of the first. Nothing when no set has the name.
    pub fn parameters_of_set(&'t self, set: Option<&str>) -> Option<Vec<ConnectionParameter<'t>>> {
        let sets = self.parameter_sets();
        let Some(name) = set else {
            let own = self.connection_parameters();
            let first = sets.into_iter().next().filter(|_| own.is_empty());
            return Some(first.map_or(own, |set| set.parameters));
        };
        let named = sets.into_iter().find(|set| set.name.eq_ignore_ascii_case(name));
        named.map(|set| set.parameters)
    }

    /// `policyTemplateInstances`, in their order.
    pub fn policies(&'t self) -> Vec<Policy<'t>> {
        let listed = self.object().get("policyTemplateInstances").and_then(Node::as_list);
        let nodes = listed.unwrap_or_default().iter().enumerate();
        nodes.filter_map(|(at, node)| Some(Policy::new(node.as_object()?, at))).collect()
    }

    /// `scriptOperations`, or the older `script.operationIds`.
    pub fn scripted(&'t self) -> Scripted<'t> {
        let older = || self.object().get("script")?.get("operationIds");
        let Some(listed) = self.object().get("scriptOperations").or_else(older) else {
            return Scripted::Unsaid;
        };
        let names = texts(Some(listed));
        if names.is_empty() { Scripted::All } else { Scripted::Listed(names) }
    }
}
