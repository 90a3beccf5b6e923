//! The parameters of a connection, checked against what its connector asks for.

use kernel::{FieldError, Secret};
use openapi::{ConnectionParameter, ParameterKind};
use serde_json::{Map, Value};

use crate::{Error, Result, definition::Compiled};

/// The parameters of a connector, or of one of its sets.
#[derive(Debug)]
pub(super) struct ParameterList {
    /// The name of the set, where there are sets.
    pub(super) name: Option<String>,
    /// Whether such connections may be shared.
    pub(super) allows_sharing: bool,
    parameters: Vec<Wanted>,
}

#[derive(Debug)]
struct Wanted {
    name: String,
    secret: bool,
    kind: Kind,
    required: bool,
    default: Option<String>,
    allowed: Vec<String>,
    /// Other parameters, and the values of theirs that it is asked for with.
    depends: Vec<(String, Vec<String>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Int,
    Bool,
    /// Filled by a sign-in.
    SignIn,
}

/// Values that fit, apart by whether they may be seen.
#[derive(Debug, Clone, Default)]
pub(super) struct Checked {
    pub(super) shown: Map<String, Value>,
    pub(super) secrets: Vec<(String, Secret<String>)>,
}

impl Checked {
    /// All of them as text.
    pub(super) fn all(&self) -> Vec<(String, Secret<String>)> {
        let shown = self.shown.iter().map(|(name, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            (name.clone(), Secret::new(text))
        });
        shown.chain(self.secrets.iter().cloned()).collect()
    }
}

/// The parameters that count: those of the named set, else of the first one, else the connector's own.
pub(super) fn chosen(compiled: &Compiled, set: Option<&str>) -> Result<ParameterList> {
    let properties = &compiled.package().properties;
    let sets = properties.parameter_sets();
    let found = match set {
        Some(name) => sets.iter().find(|known| known.name == name),
        None => sets.first(),
    };
    let list = match (found, sets.is_empty()) {
        (Some(found), _) => ParameterList {
            name: Some(found.name.to_owned()),
            allows_sharing: found.allows_sharing,
            parameters: found.parameters.iter().map(wanted).collect(),
        },
        (None, true) if set.is_none() => ParameterList {
            name: None,
            allows_sharing: true,
            parameters: properties.connection_parameters().iter().map(wanted).collect(),
        },
        (None, _) => {
            let known: Vec<&str> = sets.iter().map(|set| set.name).collect();
            let detail = format!("one of {}", known.join(", "));
            return Err(Error::invalid("/parameter_set", "connection.set_unknown", detail));
        }
    };
    Ok(list)
}

fn wanted(parameter: &ConnectionParameter<'_>) -> Wanted {
    let name = parameter.name.to_owned();
    let secret = is_secret(parameter);
    let kind = match parameter.kind {
        ParameterKind::Int => Kind::Int,
        ParameterKind::Bool => Kind::Bool,
        ParameterKind::OAuth | ParameterKind::Gateway => Kind::SignIn,
        _ => Kind::Text,
    };
    let text = |node: &openapi::Node<'_>| match node.to_value() {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    };
    Wanted {
        secret,
        kind,
        required: parameter.is_required()
            && !parameter.is_hidden()
            && kind != Kind::SignIn
            && is_reachable(parameter),
        default: parameter.default().map(text).filter(|text| !text.is_empty()),
        allowed: parameter.allowed_values().iter().map(|allowed| text(allowed.value)).collect(),
        depends: depends(parameter),
        name,
    }
}

/// The other values that it depends on, and what of theirs it is asked for with.
pub(super) fn depends(parameter: &ConnectionParameter<'_>) -> Vec<(String, Vec<String>)> {
    let text = |node: &openapi::Node<'_>| match node.to_value() {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let all = parameter.dependencies().iter().map(|(other, node)| {
        let values = node.get("values").and_then(openapi::Node::as_list);
        (other.to_owned(), values.unwrap_or_default().iter().map(text).collect())
    });
    all.collect()
}

/// Whether its value is sealed; a maker's own client secret is, whatever its declared kind.
pub(super) fn is_secret(parameter: &ConnectionParameter<'_>) -> bool {
    parameter.is_secret() || parameter.name.to_ascii_lowercase().ends_with("clientsecret")
}

/// Whether it is for calls that go out from here; others are for on-premises gateways.
pub(super) fn is_reachable(parameter: &ConnectionParameter<'_>) -> bool {
    let routes = parameter.capability();
    routes.is_empty() || routes.iter().any(|route| route.eq_ignore_ascii_case("cloud"))
}

impl ParameterList {
    /// Sorts values by whether they may be seen; what the connector does not know, or what is missing, is named.
    pub(super) fn check(&self, values: &[(String, Secret<String>)]) -> Result<Checked> {
        let mut fields = Vec::new();
        for (name, _) in values {
            if !self.parameters.iter().any(|wanted| wanted.name.eq_ignore_ascii_case(name)) {
                let known: Vec<&str> = self.names().collect();
                let detail = format!("one of {}", known.join(", "));
                fields.push(FieldError::new(pointer(name), "connection.parameter_unknown", detail));
            }
        }
        let mut checked = Checked::default();
        // what is not asked for with these values is neither missed nor kept
        let asked = self.parameters.iter().zip(self.asked(values));
        for wanted in asked.filter_map(|(wanted, asked)| asked.then_some(wanted)) {
            let Some(value) = wanted.value(values) else {
                if wanted.required {
                    let field =
                        FieldError::new(pointer(&wanted.name), "connection.value_missing", "");
                    fields.push(field);
                }
                continue;
            };
            match wanted.read(&value) {
                Ok(json) if wanted.secret => {
                    drop(json);
                    checked.secrets.push((wanted.name.clone(), Secret::new(value)));
                }
                Ok(json) => {
                    checked.shown.insert(wanted.name.clone(), json);
                }
                Err(field) => fields.push(field),
            }
        }
        if fields.is_empty() { Ok(checked) } else { Err(Error::Invalid { fields }) }
    }

    /// Which parameters are asked for with these values: those that depend on others only with the right ones.
    fn asked(&self, values: &[(String, Secret<String>)]) -> Vec<bool> {
        let fits = |(other, with): &(String, Vec<String>)| {
            let at = self.parameters.iter().position(|it| it.name.eq_ignore_ascii_case(other))?;
            let other = self.parameters.get(at)?;
            let value = other.value(values);
            let same = |known: &String, value: &str| match other.kind {
                Kind::Bool => known.trim().eq_ignore_ascii_case(value.trim()),
                _ => known == value,
            };
            let holds = value.is_some_and(|value| with.iter().any(|known| same(known, &value)));
            Some((at, holds))
        };
        // what depends on something that is not there is asked for
        let conditions: Vec<Vec<(usize, bool)>> = self
            .parameters
            .iter()
            .map(|wanted| wanted.depends.iter().filter_map(fits).collect())
            .collect();
        applying(&conditions)
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        let plain = self.parameters.iter().filter(|wanted| wanted.kind != Kind::SignIn);
        plain.map(|wanted| wanted.name.as_str())
    }
}

/// Which of several values are asked for: each has the places of those that it depends on, and whether they are as
/// they have to be. What depends on something that is not asked for is not asked for either.
pub(super) fn applying(conditions: &[Vec<(usize, bool)>]) -> Vec<bool> {
    let mut asked = vec![true; conditions.len()];
    // each round looks one condition further; circles end nowhere and are left
    for _ in 0..MAX_CONDITIONS {
        let holds = |(at, holds): &(usize, bool)| *holds && asked.get(*at) == Some(&true);
        let next: Vec<bool> = conditions.iter().map(|all| all.iter().all(holds)).collect();
        if next == asked {
            break;
        }
        asked = next;
    }
    asked
}

impl Wanted {
    /// What is given for it, else what counts where nothing is.
    fn value(&self, values: &[(String, Secret<String>)]) -> Option<String> {
        let given = values.iter().find(|(name, _)| name.eq_ignore_ascii_case(&self.name));
        let given = given.map(|(_, value)| value.expose().clone());
        given.filter(|value| !value.is_empty()).or_else(|| self.default.clone())
    }

    fn read(&self, value: &str) -> Result<Value, FieldError> {
        let wrong = |code, detail: String| FieldError::new(pointer(&self.name), code, detail);
        if value.chars().count() > MAX_VALUE {
            let detail = format!("at most {MAX_VALUE} characters");
            return Err(wrong("connection.value_too_long", detail));
        }
        if value.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err(wrong("text.control", "no control characters are allowed".to_owned()));
        }
        if !self.allowed.is_empty() && !self.allowed.iter().any(|known| known == value) {
            let detail = format!("one of {}", self.allowed.join(", "));
            return Err(wrong("connection.value_invalid", detail));
        }
        match self.kind {
            Kind::Text => Ok(Value::String(value.to_owned())),
            Kind::Int => {
                value.trim().parse::<i64>().map(Value::from).map_err(|_source| {
                    wrong("connection.value_invalid", "a whole number".to_owned())
                })
            }
            Kind::Bool => match value.trim().to_ascii_lowercase().as_str() {
                "true" => Ok(Value::Bool(true)),
                "false" => Ok(Value::Bool(false)),
                _ => Err(wrong("connection.value_invalid", "true or false".to_owned())),
            },
            Kind::SignIn => {
                Err(wrong("connection.parameter_unknown", "made by a sign-in".to_owned()))
            }
        }
    }
}

/// The pointer to a value (RFC 6901 §3).
fn pointer(name: &str) -> String {
    format!("/values/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// Characters of one value; private keys in PEM are the longest.
const MAX_VALUE: usize = 20_000;
/// Conditions of conditions that are looked at; our own choice.
const MAX_CONDITIONS: usize = 16;

#[cfg(test)]
mod tests;
