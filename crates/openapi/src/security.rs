//! Ways to authenticate as the description declares them, and which of them an operation takes.

use crate::{
    definition::{Definition, object_or_empty, texts},
    limits::MAX_SECURITY_SCHEMES,
    pointer,
    tree::{Node, Object},
};

/// One entry of `securityDefinitions`, or of `components.securitySchemes`.
#[derive(Debug, Clone)]
pub struct SecurityScheme<'t> {
    /// Its name.
    pub name: &'t str,
    /// What it is.
    pub kind: SchemeKind<'t>,
    /// The object itself.
    pub node: &'t Object<'t>,
    /// Where it stands.
    pub pointer: String,
}

/// What a scheme is.
#[derive(Debug, Clone, PartialEq)]
pub enum SchemeKind<'t> {
    /// User name and password (RFC 7617).
    Basic,
    /// A token that the caller has already (RFC 6750; OpenAPI 3).
    Bearer,
    /// A key.
    ApiKey {
        /// The header, query parameter or cookie.
        name: &'t str,
        /// Which of the three.
        location: KeyLocation,
    },
    /// OAuth 2.0, or OpenID Connect by discovery.
    OAuth2(Vec<Flow<'t>>),
    /// A word that is none of these.
    Unknown(&'t str),
}

/// Where an API key goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyLocation {
    /// A header.
    Header,
    /// The query.
    Query,
    /// A cookie (OpenAPI 3).
    Cookie,
}

/// One flow of OAuth 2.0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Flow<'t> {
    /// As OpenAPI 3 calls it: `authorizationCode`, `implicit`, `password`, `clientCredentials`; for
    /// OpenID Connect `openIdConnect`.
    pub kind: &'t str,
    /// Where a person signs in.
    pub authorization_url: Option<&'t str>,
    /// Where tokens come from; for OpenID Connect the discovery document.
    pub token_url: Option<&'t str>,
    /// Where they are renewed.
    pub refresh_url: Option<&'t str>,
    /// The names of the scopes.
    pub scopes: Vec<&'t str>,
}

/// What an operation asks for.
#[derive(Debug, Clone)]
pub enum Security<'t> {
    /// The description declares nothing. Connection parameters may still ask for a sign-in.
    Undeclared,
    /// The operation says `[]`: it is called without credentials.
    Anonymous,
    /// Any one of these, each a set of schemes that go together; an empty set is no credentials.
    AnyOf(Vec<Vec<SecurityScheme<'t>>>),
}

/// All schemes and what the root requires, read once for all operations.
pub(crate) struct Requirements<'t> {
    schemes: Vec<SecurityScheme<'t>>,
    root: Security<'t>,
}

impl<'t> Requirements<'t> {
    pub(crate) fn of(definition: &'t Definition<'t>) -> Self {
        let schemes = schemes(definition);
        let required = definition.root().get("security").and_then(Node::as_list);
        let alternatives = alternatives(required.unwrap_or_default(), &schemes);
        // absent and empty alike: the first definition counts, named or not (connector-format §3.2)
        let root = match (alternatives.is_empty(), schemes.first()) {
            (false, _) => Security::AnyOf(alternatives),
            (true, Some(first)) => Security::AnyOf(vec![vec![first.clone()]]),
            (true, None) => Security::Undeclared,
        };
        Self { schemes, root }
    }

    /// What this operation asks for.
    pub(crate) fn for_operation(&self, operation: &'t Object<'t>) -> Security<'t> {
        let Some(own) = operation.get("security").and_then(Node::as_list) else {
            return self.root.clone();
        };
        if own.is_empty() {
            return Security::Anonymous;
        }
        let alternatives = alternatives(own, &self.schemes);
        if alternatives.is_empty() { self.root.clone() } else { Security::AnyOf(alternatives) }
    }
}

/// The alternatives of a requirement; names that nothing defines are left out, and an alternative of
/// such names only with them.
fn alternatives<'t>(
    required: &'t [Node<'t>],
    schemes: &[SecurityScheme<'t>],
) -> Vec<Vec<SecurityScheme<'t>>> {
    let one = |requirement: &'t Object<'t>| -> Option<Vec<SecurityScheme<'t>>> {
        let named = requirement.iter().map(|(name, _)| name);
        let known = named.filter_map(|name| schemes.iter().find(|scheme| scheme.name == name));
        let known: Vec<SecurityScheme<'t>> = known.take(MAX_SECURITY_SCHEMES).cloned().collect();
        (requirement.is_empty() || !known.is_empty()).then_some(known)
    };
    let requirements = required.iter().filter_map(Node::as_object);
    requirements.filter_map(one).take(MAX_SECURITY_SCHEMES).collect()
}

/// The declared schemes in the order of the text, up to the bound.
pub(crate) fn schemes<'t>(definition: &'t Definition<'t>) -> Vec<SecurityScheme<'t>> {
    let open_api_3 = definition.dialect().is_open_api_3();
    let at = if open_api_3 { "/components/securitySchemes" } else { "/securityDefinitions" };
    let declared = definition.shared("securityDefinitions", "securitySchemes");
    let scheme = |(name, written): (&'t str, &'t Node<'t>)| {
        let node = definition.resolve(written).node()?.as_object()?;
        let pointer = format!("{at}/{}", pointer::escape(name));
        Some(SecurityScheme { name, kind: kind(node), node, pointer })
    };
    declared.iter().filter_map(scheme).take(MAX_SECURITY_SCHEMES).collect()
}

fn kind<'t>(node: &'t Object<'t>) -> SchemeKind<'t> {
    let word = node.str("type").unwrap_or_default();
    match word.to_ascii_lowercase().as_str() {
        "basic" => SchemeKind::Basic,
        "http" => match node.str("scheme").map(str::to_ascii_lowercase).as_deref() {
            Some("basic") => SchemeKind::Basic,
            Some("bearer") => SchemeKind::Bearer,
            _ => SchemeKind::Unknown(node.str("scheme").unwrap_or(word)),
        },
        "apikey" => SchemeKind::ApiKey {
            name: node.str("name").unwrap_or_default(),
            location: match node.str("in") {
                Some("query") => KeyLocation::Query,
                Some("cookie") => KeyLocation::Cookie,
                _ => KeyLocation::Header,
            },
        },
        "oauth2" => SchemeKind::OAuth2(flows(node)),
        "openidconnect" => SchemeKind::OAuth2(vec![Flow {
            kind: "openIdConnect",
            token_url: node.str("openIdConnectUrl"),
            ..Flow::default()
        }]),
        _ => SchemeKind::Unknown(word),
    }
}

fn flows<'t>(node: &'t Object<'t>) -> Vec<Flow<'t>> {
    if let Some(flows) = node.get("flows").and_then(Node::as_object) {
        return flows
            .iter()
            .map(|(kind, flow)| flow_of(kind, object_or_empty(Some(flow))))
            .collect();
    }
    let kind = match node.str("flow") {
        Some("accessCode") | None => "authorizationCode",
        Some("application") => "clientCredentials",
        Some(other) => other,
    };
    vec![flow_of(kind, node)]
}

fn flow_of<'t>(kind: &'t str, node: &'t Object<'t>) -> Flow<'t> {
    let scopes = match node.get("scopes") {
        Some(Node::Object(scopes)) => scopes.iter().map(|(scope, _)| scope).collect(),
        other => texts(other),
    };
    Flow {
        kind,
        authorization_url: node.str("authorizationUrl"),
        token_url: node.str("tokenUrl"),
        refresh_url: node.str("refreshUrl"),
        scopes,
    }
}
