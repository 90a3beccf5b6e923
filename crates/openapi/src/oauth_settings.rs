//! `oAuthSettings`: how a connection signs in (connector-format §4).

use crate::{
    definition::{object_or_empty, texts},
    tree::{Node, Object},
};

/// The settings of one sign-in.
#[derive(Debug, Clone)]
pub struct OAuthSettings<'t> {
    /// The object itself.
    pub node: &'t Object<'t>,
    /// Where it stands in the properties.
    pub pointer: String,
}

/// A known way to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IdentityProvider<'t> {
    /// `oauth2`: the authorization code flow against fixed addresses.
    OAuth2,
    /// `oauth2generic`: the same with every request written as a template.
    OAuth2Generic,
    /// `aad`: Microsoft Entra ID.
    Aad,
    /// `aadcertificate`: the same, the client proves itself with a certificate.
    AadCertificate,
    /// One whose addresses are known: `DocuSign`, `facebook`.
    BuiltIn(&'static str),
    /// A word that is none of these; a connection cannot be made.
    Unknown(&'t str),
}

/// Built-in providers whose addresses are known.
const BUILT_IN: [&str; 2] = ["DocuSign", "facebook"];

/// One entry of `additionalParameters`: a template value that applies under conditions.
#[derive(Debug, Clone, Copy)]
pub struct AdditionalParameter<'t> {
    /// Its name.
    pub name: &'t str,
    /// The parameter itself.
    pub node: &'t Object<'t>,
}

impl<'t> OAuthSettings<'t> {
    pub(crate) fn new(node: &'t Object<'t>, parameter: &str) -> Self {
        Self { node, pointer: format!("{parameter}/oAuthSettings") }
    }

    fn text(&self, key: &str) -> Option<&'t str> {
        self.node.get_ignoring_case(key)?.as_str()
    }

    /// `identityProvider`, in any letter case. What says nothing is `oauth2`.
    pub fn identity_provider(&self) -> IdentityProvider<'t> {
        let Some(word) = self.text("identityProvider") else { return IdentityProvider::OAuth2 };
        match word.trim().to_ascii_lowercase().as_str() {
            "oauth2" => IdentityProvider::OAuth2,
            "oauth2generic" => IdentityProvider::OAuth2Generic,
            "aad" => IdentityProvider::Aad,
            "aadcertificate" => IdentityProvider::AadCertificate,
            lower => {
                let known = BUILT_IN.into_iter().find(|name| name.eq_ignore_ascii_case(lower));
                known.map_or(IdentityProvider::Unknown(word), IdentityProvider::BuiltIn)
            }
        }
    }

    /// `clientId`
    pub fn client_id(&self) -> Option<&'t str> {
        self.text("clientId")
    }

    /// `clientSecret`: it should not be in a file.
    pub fn client_secret(&self) -> Option<&'t str> {
        self.text("clientSecret")
    }

    /// `scopes` as listed; one entry often holds several, separated by blanks.
    pub fn scopes(&self) -> Vec<&'t str> {
        match self.node.get_ignoring_case("scopes") {
            Some(Node::Text(text)) => vec![text],
            other => texts(other),
        }
    }

    /// The value of a `customParameters` entry, its name in any letter case. `null` is nothing.
    pub fn custom(&self, name: &str) -> Option<&'t str> {
        let node = self.custom_parameters().get_ignoring_case(name)?;
        node.get("value").unwrap_or(node).as_str()
    }

    /// A `customParameters` entry that is a switch.
    pub fn custom_flag(&self, name: &str) -> Option<bool> {
        let node = self.custom_parameters().get_ignoring_case(name)?;
        node.get("value").unwrap_or(node).as_bool_lenient()
    }

    /// `customParameters`
    pub fn custom_parameters(&self) -> &'t Object<'t> {
        object_or_empty(self.node.get_ignoring_case("customParameters"))
    }

    fn property(&self, name: &str) -> Option<&'t Node<'t>> {
        object_or_empty(self.node.get_ignoring_case("properties")).get_ignoring_case(name)
    }

    /// `properties.IsOnbehalfofLoginSupported`
    pub fn supports_on_behalf_of(&self) -> bool {
        self.property("IsOnbehalfofLoginSupported").and_then(Node::as_bool_lenient) == Some(true)
    }

    /// `properties.AzureActiveDirectoryResourceId`: the audience for on-behalf-of.
    pub fn resource_id(&self) -> Option<&'t str> {
        self.property("AzureActiveDirectoryResourceId")?.as_str()
    }

    /// `additionalParameters`
    pub fn additional_parameters(&self) -> Vec<AdditionalParameter<'t>> {
        let listed = object_or_empty(self.node.get_ignoring_case("additionalParameters"));
        let one = |(name, node): (&'t str, &'t Node<'t>)| {
            Some(AdditionalParameter { name, node: node.as_object()? })
        };
        listed.iter().filter_map(one).collect()
    }
}

impl AdditionalParameter<'_> {
    /// Whether it applies, given the values of the others; nothing given is `None`.
    pub fn applies<'v>(&self, value_of: impl Fn(&str) -> Option<&'v str>) -> bool {
        let conditions = self.node.get("applicableWhen").and_then(Node::as_list);
        conditions.unwrap_or_default().iter().all(|condition| {
            let given = condition.get("parameter").and_then(Node::as_str).and_then(&value_of);
            let allowed = condition.get("oneOf").and_then(Node::as_list).unwrap_or_default();
            allowed.iter().any(|value| value.as_str() == given)
        })
    }
}
