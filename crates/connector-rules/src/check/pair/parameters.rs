//! Connection parameters, of the properties and of all their sets.

use std::collections::HashSet;

use openapi::{Node, Object, Place};

use crate::document::{list, object};

/// What the connection parameters are, taken together.
#[derive(Debug, Default)]
pub(super) struct Parameters<'p> {
    /// Folded names.
    names: HashSet<String>,
    types: Vec<&'p str>,
    secrets: Vec<String>,
}

impl<'p> Parameters<'p> {
    pub(super) fn of(properties: &'p Object<'p>) -> Self {
        let mut all = Self::default();
        let root = Place::ROOT.member("properties");
        if let Some(parameters) = object(properties, "connectionParameters") {
            all.add(parameters, &root.member("connectionParameters"));
        }
        let at = root.member("connectionParameterSets");
        let at = at.member("values");
        let sets = object(properties, "connectionParameterSets").map(|it| list(it, "values"));
        for (index, set) in sets.unwrap_or_default().iter().enumerate() {
            let at = at.item(index);
            if let Some(parameters) = set.as_object().and_then(|it| object(it, "parameters")) {
                all.add(parameters, &at.member("parameters"));
            }
        }
        all
    }

    fn add(&mut self, parameters: &'p Object<'p>, at: &Place<'_>) {
        for (name, parameter) in parameters.iter() {
            self.names.insert(name.to_lowercase());
            let Some(parameter) = parameter.as_object() else { continue };
            self.types.extend(parameter.str("type"));
            let settings = parameter.get_ignoring_case("oAuthSettings").and_then(Node::as_object);
            let secret = settings.and_then(|it| it.get_ignoring_case("clientSecret"));
            if secret.and_then(Node::as_str).is_some_and(|it| !it.trim().is_empty()) {
                let at = at.member(name);
                let at = at.member("oAuthSettings");
                self.secrets.push(at.member("clientSecret").to_string());
            }
        }
    }

    /// Whether there is one of this name, in any letter case.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains(&name.to_lowercase())
    }

    /// Whether there is one of this type.
    pub(super) fn any_of(&self, kind: &str) -> bool {
        self.types.iter().any(|it| it.eq_ignore_ascii_case(kind))
    }

    /// Pointers to client secrets.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &str> {
        self.secrets.iter().map(String::as_str)
    }
}

/// The names that a template text reads: `@connectionParameters('name', 'default')`.
pub(super) fn referred(text: &str) -> impl Iterator<Item = &str> {
    let folded = text.to_ascii_lowercase();
    let starts: Vec<usize> =
        folded.match_indices(CALL).map(|(start, found)| start + found.len()).collect();
    starts.into_iter().filter_map(move |start| {
        let rest = text.get(start..)?.trim_start().strip_prefix('(')?.trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        rest.get(1..)?.split_once(quote).map(|(name, _)| name.trim())
    })
}

const CALL: &str = "connectionparameters";

#[cfg(test)]
mod tests {
    use super::referred;

    #[test]
    fn every_call_of_a_template_is_read() {
        let text = "https://@connectionParameters('host', 'x').a/@ConnectionParameters( 'b c' )@{connectionParameters('d')}";
        assert_eq!(referred(text).collect::<Vec<_>>(), ["host", "b c", "d"]);
    }
}
