//! What a connection stores: parameters, and sets of them to choose from (connector-format §3.1, §3.3).

use crate::{
    definition::{object_or_empty, texts},
    oauth_settings::OAuthSettings,
    pointer,
    tree::{Node, Object},
};

/// One value that whoever makes a connection gives.
#[derive(Debug, Clone)]
pub struct ConnectionParameter<'t> {
    /// Its name; expressions look it up in any letter case.
    pub name: &'t str,
    /// What it is.
    pub kind: ParameterKind<'t>,
    /// The parameter object.
    pub node: &'t Object<'t>,
    /// Where it stands in the properties.
    pub pointer: String,
}

/// The kind of a connection parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParameterKind<'t> {
    /// Text that is kept secret.
    SecureString,
    /// Text.
    String,
    /// A sign-in.
    OAuth,
    /// An on-premises data gateway.
    Gateway,
    /// A whole number.
    Int,
    /// True or false.
    Bool,
    /// A word that is none of these.
    Unknown(&'t str),
}

/// One entry of a drop-down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AllowedValue<'t> {
    /// The value.
    pub value: &'t Node<'t>,
    /// What people read.
    pub text: Option<&'t str>,
}

/// One of several sets of parameters.
#[derive(Debug, Clone)]
pub struct ParameterSet<'t> {
    /// The name that a connection stores.
    pub name: &'t str,
    /// What people read.
    pub display_name: Option<&'t str>,
    /// The line below it.
    pub description: Option<&'t str>,
    /// `allowSharing` of its metadata: whether a connection of this set can be shared.
    pub allows_sharing: bool,
    /// Its parameters.
    pub parameters: Vec<ConnectionParameter<'t>>,
    /// The set itself.
    pub node: &'t Object<'t>,
}

impl<'t> ParameterKind<'t> {
    fn of(word: &'t str) -> Self {
        match word.trim().to_ascii_lowercase().as_str() {
            "securestring" => Self::SecureString,
            "string" => Self::String,
            "oauthsetting" => Self::OAuth,
            "gatewaysetting" => Self::Gateway,
            "int" | "integer" => Self::Int,
            "bool" | "boolean" => Self::Bool,
            _ => Self::Unknown(word),
        }
    }
}

impl<'t> ConnectionParameter<'t> {
    pub(crate) fn all(parameters: &'t Object<'t>, at: &str) -> Vec<Self> {
        let one = |(name, node): (&'t str, &'t Node<'t>)| {
            let node = node.as_object()?;
            Some(Self {
                name,
                kind: ParameterKind::of(node.str("type").unwrap_or_default()),
                node,
                pointer: format!("{at}/{}", pointer::escape(name)),
            })
        };
        parameters.iter().filter_map(one).collect()
    }

    fn ui(&self) -> &'t Object<'t> {
        object_or_empty(self.node.get("uiDefinition"))
    }

    fn constraints(&self) -> &'t Object<'t> {
        object_or_empty(self.ui().get("constraints"))
    }

    fn constraint(&self, key: &str) -> Option<bool> {
        self.constraints().get(key).and_then(Node::as_bool_lenient)
    }

    /// The name for people.
    pub fn display_name(&self) -> Option<&'t str> {
        self.ui().get_ignoring_case("displayName")?.as_str()
    }

    /// What it is for; inside parameter sets it stands below `schema`.
    pub fn description(&self) -> Option<&'t str> {
        let below = || object_or_empty(self.ui().get("schema")).str("description");
        self.ui().str("description").or_else(below)
    }

    /// The hint at the field.
    pub fn tooltip(&self) -> Option<&'t str> {
        self.ui().str("tooltip")
    }

    /// Whether it has to be given. What says nothing is not required.
    pub fn is_required(&self) -> bool {
        self.constraint("required").unwrap_or(false)
    }

    /// Whether people do not see it.
    pub fn is_hidden(&self) -> bool {
        self.constraint("hidden").unwrap_or(false)
    }

    /// Whether it is shown while it is typed; secrets are not, unless they say so.
    pub fn is_clear_text(&self) -> bool {
        self.constraint("clearText").unwrap_or(!self.is_secret())
    }

    /// Whether it is stored sealed and never shown again.
    pub fn is_secret(&self) -> bool {
        self.kind == ParameterKind::SecureString
    }

    /// Its place among the fields.
    pub fn tab_index(&self) -> Option<i64> {
        let index = self.constraints().get("tabIndex").or_else(|| self.ui().get("tabIndex"))?;
        index.as_i64().or_else(|| index.as_str()?.trim().parse().ok())
    }

    /// The value of a connection that gives none.
    pub fn default(&self) -> Option<&'t Node<'t>> {
        self.node.get("defaultValue")
    }

    /// The values to choose from; empty when it is free.
    pub fn allowed_values(&self) -> Vec<AllowedValue<'t>> {
        let constrained = self.constraints().get("allowedValues");
        let listed = constrained.or_else(|| self.node.get("allowedValues"));
        let nodes = listed.and_then(Node::as_list).unwrap_or_default();
        let one = |node: &'t Node<'t>| {
            let ui = || object_or_empty(node.get("uiDefinition")).get_ignoring_case("displayName");
            let text = node.get("text").or_else(ui).and_then(Node::as_str);
            Some(AllowedValue { value: node.get("value")?, text })
        };
        nodes.iter().filter_map(one).collect()
    }

    /// The routes it is shown for: `cloud`, `gateway`; empty for both.
    pub fn capability(&self) -> Vec<&'t str> {
        texts(self.constraints().get("capability"))
    }

    /// Other parameters and the values of theirs that it is shown for.
    pub fn dependencies(&self) -> &'t Object<'t> {
        object_or_empty(self.constraints().get("dependencies"))
    }

    /// The settings of a sign-in.
    pub fn oauth(&self) -> Option<OAuthSettings<'t>> {
        let settings = self.node.get_ignoring_case("oAuthSettings").and_then(Node::as_object);
        if settings.is_none() && self.kind != ParameterKind::OAuth {
            return None;
        }
        Some(OAuthSettings::new(settings.unwrap_or(crate::definition::empty()), &self.pointer))
    }

    /// The settings of an on-premises data gateway.
    pub fn gateway(&self) -> Option<&'t Object<'t>> {
        self.node.get_ignoring_case("gatewaySettings")?.as_object()
    }
}

impl<'t> ParameterSet<'t> {
    pub(crate) fn all(sets: &'t Object<'t>) -> Vec<Self> {
        let values = sets.get("values").and_then(Node::as_list).unwrap_or_default();
        let one = |(at, node): (usize, &'t Node<'t>)| {
            let node = node.as_object()?;
            let ui = object_or_empty(node.get("uiDefinition"));
            let metadata = object_or_empty(node.get("metadata"));
            let sharing = metadata.get("allowSharing").and_then(Node::as_bool_lenient);
            let pointer = format!("/properties/connectionParameterSets/values/{at}/parameters");
            let parameters = object_or_empty(node.get("parameters"));
            Some(Self {
                name: node.str("name").unwrap_or_default(),
                display_name: ui.get_ignoring_case("displayName").and_then(Node::as_str),
                description: ui.str("description"),
                allows_sharing: sharing.unwrap_or(true),
                parameters: ConnectionParameter::all(parameters, &pointer),
                node,
            })
        };
        values.iter().enumerate().filter_map(one).collect()
    }
}
