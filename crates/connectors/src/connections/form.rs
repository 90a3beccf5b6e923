//! What somebody fills in to make a connection of a connector, and how such a connection comes by its token.

use kernel::{ApiConnectorId, Coded as _, ConnectionId, Permission, Scope, Secret};
use openapi::{ConnectionParameter, Node, ParameterKind};
use serde_json::Value;

use super::merged;
use crate::{
    Connectors, Result,
    definition::Compiled,
    invoke::Live,
    sign_in::{SignInKind, sign_in_kind},
};

/// One way to make a connection: the values that it takes. A connector has several where its package has sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionForm {
    /// The name of the set; none where there are no sets.
    pub set: Option<String>,
    /// What people read of it.
    pub title: Option<String>,
    /// The line below.
    pub description: Option<String>,
    /// Whether such connections may be shared.
    pub allows_sharing: bool,
    /// How such connections come by their token.
    pub sign_in: SignInWay,
    /// What is asked for, in the order of the form.
    pub parameters: Vec<FormParameter>,
}

/// How a connection comes by its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInWay {
    /// It needs none.
    Nobody,
    /// A person signs in at the provider.
    Person,
    /// The application itself is let in.
    Application,
    /// The caller's own token is exchanged, without a dialog.
    OnBehalfOf,
    /// The connector's sign-in lacks something; the code says what.
    Unready(&'static str),
}

/// One value of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormParameter {
    /// The name under which the value is given.
    pub name: String,
    /// What people read.
    pub label: String,
    /// What it is for.
    pub description: Option<String>,
    /// The control that fits.
    pub control: Control,
    /// Whether it has to be given.
    pub required: bool,
    /// Whether it is sealed and never shown.
    pub secret: bool,
    /// What counts where none is given.
    pub default: Option<String>,
    /// The names of other values of the form, and what of theirs it is asked for with; all of them have to be so.
    pub depends: Vec<(String, Vec<String>)>,
}

impl ConnectionForm {
    /// Which of the values are asked for while these, by name, stand in the form. What is not among them counts as its
    /// default, and what depends on something that the form does not have is asked for.
    pub fn applying(&self, given: &[(String, String)]) -> Vec<bool> {
        let value = |parameter: &FormParameter| {
            let found = given.iter().find(|(name, _)| name.eq_ignore_ascii_case(&parameter.name));
            let found = found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty());
            found.or(parameter.default.as_deref()).unwrap_or_default().to_owned()
        };
        let fits = |(other, with): &(String, Vec<String>)| {
            let is_it = |it: &FormParameter| it.name.eq_ignore_ascii_case(other);
            let at = self.parameters.iter().position(is_it)?;
            // nobody sees what a sealed one holds
            let other = self.parameters.get(at).filter(|other| !other.secret)?;
            let value = value(other);
            let same = |known: &String| match other.control {
                Control::Flag => known.trim().eq_ignore_ascii_case(value.trim()),
                _ => *known == value,
            };
            Some((at, with.iter().any(same)))
        };
        let conditions: Vec<Vec<(usize, bool)>> =
            self.parameters.iter().map(|it| it.depends.iter().filter_map(fits).collect()).collect();
        super::parameters::applying(&conditions)
    }
}

/// The control that fits a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Control {
    /// One line.
    Text,
    /// One line that nobody reads over a shoulder.
    Masked,
    /// Several lines, such as a certificate with its key.
    Lines,
    /// A whole number.
    Number,
    /// Yes or no.
    Flag,
    /// One of these: value and what people read.
    Choice(Vec<(String, String)>),
}

impl Connectors {
    /// The ways to make a connection of a connector, the usual one first.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::NotFound`], [`crate::Error::Store`].
    pub async fn connection_forms(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
    ) -> Result<Vec<ConnectionForm>> {
        scope.require(Permission::ConnectionUse)?;
        let live = self.live(scope, id).await?;
        let compiled = self.compiled_version(scope, id, live.number).await?;
        let properties = &compiled.package().properties;
        let sets = properties.parameter_sets();
        if sets.is_empty() {
            let parameters = properties.connection_parameters();
            return Ok(vec![ConnectionForm {
                set: None,
                title: None,
                description: None,
                allows_sharing: true,
                sign_in: way((&live, &compiled), None, &[]),
                parameters: asked(&parameters),
            }]);
        }
        let form = |set: &openapi::ParameterSet<'_>| ConnectionForm {
            set: Some(set.name.to_owned()),
            title: set.display_name.map(str::to_owned),
            description: set.description.map(str::to_owned),
            allows_sharing: set.allows_sharing,
            sign_in: way((&live, &compiled), Some(set.name), &[]),
            parameters: asked(&set.parameters),
        };
        Ok(sets.iter().map(form).collect())
    }

    /// How a connection comes by its token, with the values that it holds.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::ConnectionNotFound`], [`crate::Error::Store`].
    pub async fn way_of_connection(&self, scope: &Scope, id: ConnectionId) -> Result<SignInWay> {
        scope.require(Permission::ConnectionUse)?;
        let opened = self.open_connection(scope, id).await?;
        let connection = &opened.connection;
        let live = self.live(scope, connection.connector).await?;
        let compiled = self.compiled_version(scope, connection.connector, live.number).await?;
        let values = merged((connection, &opened.secrets), Vec::new());
        Ok(way((&live, &compiled), connection.parameter_set.as_deref(), &values))
    }
}

fn way(
    (live, compiled): (&Live, &Compiled),
    set: Option<&str>,
    values: &[(String, Secret<String>)],
) -> SignInWay {
    match sign_in_kind(live, compiled, set, values) {
        Ok(SignInKind::None) => SignInWay::Nobody,
        Ok(SignInKind::Person) => SignInWay::Person,
        Ok(SignInKind::Application) => SignInWay::Application,
        Ok(SignInKind::OnBehalfOf) => SignInWay::OnBehalfOf,
        Err(error) => SignInWay::Unready(error.code().name()),
    }
}

/// What people are asked for: not what is hidden, and not what a sign-in fills.
fn asked(parameters: &[ConnectionParameter<'_>]) -> Vec<FormParameter> {
    let is_asked = |parameter: &&ConnectionParameter<'_>| {
        !parameter.is_hidden()
            && !matches!(parameter.kind, ParameterKind::OAuth | ParameterKind::Gateway)
            && super::parameters::is_reachable(parameter)
    };
    let mut all: Vec<_> = parameters.iter().filter(is_asked).collect();
    kernel::sort_by_key(&mut all, |parameter| parameter.tab_index().unwrap_or(i64::MAX));
    all.into_iter().map(one).collect()
}

fn one(parameter: &ConnectionParameter<'_>) -> FormParameter {
    let secret = super::parameters::is_secret(parameter);
    let shown =
        |text: Option<&str>| text.map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
    let allowed: Vec<_> = parameter
        .allowed_values()
        .iter()
        .map(|allowed| {
            let value = text(allowed.value);
            let label = shown(allowed.text).unwrap_or_else(|| value.clone());
            (value, label)
        })
        .collect();
    let control = if allowed.is_empty() {
        match parameter.kind {
            ParameterKind::Int => Control::Number,
            ParameterKind::Bool => Control::Flag,
            _ if has_lines(parameter) => Control::Lines,
            _ if secret && !parameter.is_clear_text() => Control::Masked,
            _ => Control::Text,
        }
    } else {
        Control::Choice(allowed)
    };
    let default = parameter.default().map(text).filter(|text| !text.is_empty());
    FormParameter {
        label: shown(parameter.display_name()).unwrap_or_else(|| parameter.name.to_owned()),
        description: shown(parameter.description()).or_else(|| shown(parameter.tooltip())),
        control,
        // A default answers for what nobody gives; what depends on other values may not be asked for at all.
        required: parameter.is_required()
            && default.is_none()
            && parameter.dependencies().is_empty(),
        secret,
        default: default.filter(|_| !secret),
        depends: super::parameters::depends(parameter),
        name: parameter.name.to_owned(),
    }
}

/// Whether a value has several lines, which a field of one line would lose. The format has no kind for files, so
/// the name has to tell.
fn has_lines(parameter: &ConnectionParameter<'_>) -> bool {
    let name: String = parameter
        .name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_lowercase();
    ["certificate", "privatekey", "pem", "serviceaccount", "keyfile"]
        .iter()
        .any(|word| name.ends_with(word))
}

fn text(node: &Node<'_>) -> String {
    match node.to_value() {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
