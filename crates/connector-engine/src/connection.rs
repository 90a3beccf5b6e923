//! A connection's values, found as the platform finds them.

use openapi::{ConnectionParameter, Package};
use serde_json::{Map, Value};

use crate::{
    expression::to_text,
    problem::{Problem, Reason, Result},
};

/// What a connection holds when a call begins.
#[derive(Clone, Default)]
pub struct Connection {
    /// The chosen parameter set, for connectors that have sets.
    pub set: Option<String>,
    /// Values by parameter name (`host`, `token:TenantId`).
    pub parameters: Map<String, Value>,
    /// The token of the OAuth sign-in.
    pub access_token: Option<String>,
    /// Solution variables by name.
    pub variables: Map<String, Value>,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.parameters.keys().collect();
        f.debug_struct("Connection")
            .field("set", &self.set)
            .field("parameters", &names)
            .field("access_token", &self.access_token.as_ref().map(|_| "***"))
            .finish_non_exhaustive()
    }
}

/// What kind of value a connection parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterKind {
    /// Secret text.
    Secret,
    /// Text, numbers, booleans.
    Plain,
    /// A sign-in; its value is the access token.
    OAuth,
    /// An on-premises gateway.
    Gateway,
}

#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) kind: ParameterKind,
    pub(crate) value: Option<String>,
}

/// The parameters that a connector declares, with the values of one connection.
#[derive(Clone, Default)]
pub struct Values {
    pub(crate) entries: Vec<Entry>,
    pub(crate) token: Option<String>,
    variables: Vec<(String, String)>,
}

impl std::fmt::Debug for Values {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.entries.iter().map(|entry| &entry.name)).finish()
    }
}

impl Values {
    /// Joins declarations (name, kind, default) with what a connection holds. Values that nothing
    /// declares are kept: expressions may name them.
    pub fn new(
        declared: impl IntoIterator<Item = (String, ParameterKind, Option<String>)>,
        connection: &Connection,
    ) -> Self {
        let given = |name: &str| {
            let exact = connection.parameters.get(name);
            let found = exact.or_else(|| {
                let mut all = connection.parameters.iter();
                all.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
            });
            found.filter(|value| !value.is_null()).map(|value| to_text(value).into_owned())
        };
        let mut entries: Vec<Entry> = declared
            .into_iter()
            .map(|(name, kind, default)| Entry { value: given(&name).or(default), name, kind })
            .collect();
        // where nothing is declared, anything may be the key
        let undeclared =
            if entries.is_empty() { ParameterKind::Secret } else { ParameterKind::Plain };
        for (name, value) in &connection.parameters {
            if !value.is_null() && !entries.iter().any(|e| e.name.eq_ignore_ascii_case(name)) {
                let value = Some(to_text(value).into_owned());
                entries.push(Entry { name: name.clone(), kind: undeclared, value });
            }
        }
        let variables = connection
            .variables
            .iter()
            .map(|(name, value)| (name.clone(), to_text(value).into_owned()))
            .collect();
        let token = connection.access_token.clone().filter(|token| !token.is_empty());
        Self { entries, token, variables }
    }

    /// The same for the parameters of a package: those of the set that the connection names.
    ///
    /// # Errors
    /// [`Reason::ConnectionSet`] when no set has that name.
    pub fn of_package<'t>(
        package: &'t Package<'t>,
        connection: &Connection,
    ) -> Result<(Vec<ConnectionParameter<'t>>, Self)> {
        let set = connection.set.as_deref().filter(|set| !set.is_empty());
        let properties = &package.properties;
        let parameters = match properties.parameters_of_set(set) {
            Some(parameters) => parameters,
            None if properties.parameter_sets().is_empty() => properties.connection_parameters(),
            None => {
                let name = set.unwrap_or_default();
                return Err(Problem::new(Reason::ConnectionSet, name).at("/set"));
            }
        };
        let declared = parameters.iter().map(|parameter| {
            let kind = match parameter.kind {
                openapi::ParameterKind::SecureString => ParameterKind::Secret,
                openapi::ParameterKind::OAuth => ParameterKind::OAuth,
                openapi::ParameterKind::Gateway => ParameterKind::Gateway,
                _ => ParameterKind::Plain,
            };
            let default = parameter.default().filter(|default| !default.is_null());
            let default = default.map(|default| to_text(&default.to_value()).into_owned());
            (parameter.name.to_owned(), kind, default)
        });
        let values = Self::new(declared, connection);
        Ok((parameters, values))
    }

    /// The value of a parameter: exactly that name, else ignoring case. A sign-in's is its token.
    pub fn text(&self, name: &str) -> Option<&str> {
        let exact = self.entries.iter().find(|entry| entry.name == name);
        let entry = exact
            .or_else(|| self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name)))?;
        match (&entry.value, entry.kind) {
            (None, ParameterKind::OAuth) => self.token.as_deref(),
            (value, _) => value.as_deref(),
        }
    }

    /// A solution variable.
    pub fn variable(&self, name: &str) -> Option<&str> {
        let found = self.variables.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| &**value)
    }

    /// Every value that nobody may see.
    pub fn secrets(&self) -> Vec<String> {
        let secret = self.entries.iter().filter(|entry| entry.kind == ParameterKind::Secret);
        secret.filter_map(|entry| entry.value.clone()).chain(self.token.clone()).collect()
    }

    /// Takes the token of a renewed sign-in.
    pub(crate) fn renew(&mut self, token: String) {
        self.token = Some(token).filter(|token| !token.is_empty());
    }

    /// Whether there is a sign-in among the parameters.
    pub(crate) fn has_sign_in(&self) -> bool {
        self.entries.iter().any(|entry| entry.kind == ParameterKind::OAuth)
    }

    #[cfg(test)]
    pub(crate) fn of(pairs: &[(&str, &str)]) -> Self {
        let parameters =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
        Self::new([], &Connection { parameters, ..Connection::default() })
    }
}
