//! From the text of an instance to a policy.

use openapi::Node;

use super::{Change, Conversion, Kind, Lookup, Movement, Policy, Polling, Section, Slot};
use crate::{
    encode,
    expression::{Call, Path, Place, Template, to_text},
    headers::Exists,
    problem::{Problem, Reason, Result},
};

/// Reads the policies that govern an operation.
///
/// # Errors
/// [`Reason::PolicyUnknown`] for a template that nobody knows, [`Reason::PolicyInvalid`] for one
/// that lacks what it needs: running without it would run half-transformed.
pub(crate) fn policies<'t>(
    instances: impl IntoIterator<Item = openapi::Policy<'t>>,
) -> Result<Vec<Policy>> {
    let read = |instance: openapi::Policy<'t>| {
        let pointer = instance.pointer();
        policy(instance).map_err(|problem| problem.at(pointer))
    };
    instances.into_iter().map(read).collect()
}

fn policy(instance: openapi::Policy<'_>) -> Result<Policy> {
    use openapi::Template as Known;
    let unknown = || Problem::new(Reason::PolicyUnknown, instance.template_id);
    let template = instance.template.ok_or_else(unknown)?;
    let section = match (instance.section, template) {
        // two that only make sense afterwards
        (_, Known::UpdateNextLink | Known::SetConnectionStatusToUnauthenticated)
        | (openapi::Section::Response, _) => Section::Response,
        (openapi::Section::Failure, _) => Section::Failure,
        _ => Section::Request,
    };
    let fields = Fields(instance);
    let kind = match template {
        Known::DynamicHostUrl | Known::DynamicSubdomain => {
            Kind::Host(fields.template("urlTemplate")?)
        }
        Known::SetHeader => Kind::Header {
            name: fields.text("name")?.trim().to_owned(),
            value: fields.template("value")?,
            exists: fields.exists(),
        },
        Known::SetQueryParameter => Kind::Query {
            name: encode::decode(fields.text("name")?.trim()),
            value: fields.template("value")?,
            exists: fields.exists(),
        },
        Known::RouteRequestToEndpoint => {
            let method = fields.optional("httpMethod").unwrap_or_default();
            let named = !method.trim().is_empty() && !method.trim().starts_with('@');
            Kind::Route {
                path: fields.template("newPath")?,
                method: named.then(|| method.trim().to_ascii_uppercase()),
            }
        }
        Known::SetProperty => Kind::Property {
            parent: fields.place("newPropertyParentPathTemplate")?,
            property: fields
                .sub("newPropertySubPathTemplate")
                .ok_or_else(|| fields.invalid("newPropertySubPathTemplate"))?,
            value: fields.template("propertyValuePathTemplate")?,
        },
        Known::ConvertArrayToObject => {
            let key = fields
                .sub("keyWithinCollectionPath")
                .ok_or_else(|| fields.invalid("keyWithinCollectionPath"))?;
            fields.conversion(Change::ToObject { key, retain: fields.flag("retainKey", true) })?
        }
        Known::ConvertObjectToArray => fields.conversion(Change::ToList {
            key: fields.optional("keyName").unwrap_or("key").to_owned(),
            value: fields.optional("valueName").unwrap_or("value").to_owned(),
        })?,
        Known::StringToArray => fields.conversion(Change::Split {
            delimiters: fields.text("delimiterList")?.to_owned(),
            property: fields.text("childPropertyName")?.to_owned(),
        })?,
        Known::StringReplace => {
            let from = fields.text("sourceString")?.to_owned();
            if from.is_empty() {
                return Err(fields.invalid("sourceString"));
            }
            let to = fields.optional("replacementString").unwrap_or_default().to_owned();
            fields.conversion(Change::Replace { from, to })?
        }
        Known::EncodePropertyValue => fields.conversion(Change::Encode)?,
        Known::MoveProperties => Kind::Move(Movement {
            from: fields.place("srcParentPath")?,
            from_property: fields.sub("srcSubPath"),
            to: fields.place("dstParentPath")?,
            to_property: fields.sub("dstSubPath"),
            children_only: fields.flag("copyOnlySubProperties", false),
        }),
        Known::SetValueFromUrl => Kind::Lookup(fields.lookup()?),
        Known::UpdateNextLink => {
            let property = Path::property(fields.text("nextLinkPropertyName")?);
            let parent = fields.optional("nextLinkParentPropertyPath").map(str::trim);
            let front = parent.and_then(|parent| match Place::parse(parent) {
                Some(place) => Some(place.path),
                None => Path::parse_sub(parent),
            });
            Kind::NextLink(front.unwrap_or_default().join(&property))
        }
        Known::SetConnectionStatusToUnauthenticated => {
            let status = fields.node("statusCode").and_then(|node| match node {
                Node::Text(text) => text.trim().parse().ok(),
                node => node.as_i64().and_then(|status| u16::try_from(status).ok()),
            });
            Kind::SignInNeeded(status.unwrap_or(401))
        }
        Known::PollingTrigger => Kind::Polling(fields.polling()?),
    };
    Ok(Policy { section, kind })
}

struct Fields<'t>(openapi::Policy<'t>);

impl<'t> Fields<'t> {
    fn node(&self, name: &str) -> Option<&'t Node<'t>> {
        self.0.parameter(name)
    }

    fn optional(&self, name: &str) -> Option<&'t str> {
        self.node(name).and_then(Node::as_str)
    }

    fn text(&self, name: &str) -> Result<&'t str> {
        self.optional(name).ok_or_else(|| self.invalid(name))
    }

    fn invalid(&self, name: &str) -> Problem {
        Problem::new(Reason::PolicyInvalid, format!("{}.{name}", self.0.template_id))
    }

    /// Template text; numbers and booleans count as text.
    fn template(&self, name: &str) -> Result<Template> {
        let node = self.node(name).filter(|node| !node.is_null());
        let node = node.ok_or_else(|| self.invalid(name))?;
        Ok(Template::parse(&to_text(&node.to_value())))
    }

    fn place(&self, name: &str) -> Result<Place> {
        Place::parse(self.text(name)?).ok_or_else(|| self.invalid(name))
    }

    fn sub(&self, name: &str) -> Option<Path> {
        self.optional(name).and_then(Path::parse_sub)
    }

    fn flag(&self, name: &str, default: bool) -> bool {
        self.node(name).and_then(Node::as_bool_lenient).unwrap_or(default)
    }

    fn exists(&self) -> Exists {
        let text = self.optional("existsAction").unwrap_or_default().trim().to_ascii_lowercase();
        match text.as_str() {
            "append" => Exists::Append,
            "skip" => Exists::Skip,
            _ => Exists::Override,
        }
    }

    fn conversion(&self, change: Change) -> Result<Kind> {
        Ok(Kind::Convert(Conversion {
            parent: self.place("propertyParentPath")?,
            property: self.sub("propertySubPath"),
            target: self.place("newPropertyPath")?,
            change,
        }))
    }

    fn lookup(&self) -> Result<Lookup> {
        let target = Template::parse(self.text("parameterTemplate")?);
        let target = match target.calls().next() {
            Some(Call::Header(header)) => Slot::Header(header.name.clone()),
            Some(Call::Query(parameter)) => Slot::Query(parameter.name.clone()),
            _ => return Err(self.invalid("parameterTemplate")),
        };
        let method = self.optional("httpMethod").map_or("", str::trim);
        Ok(Lookup {
            url: self.template("parameterValueUrl")?,
            method: if method.is_empty() || method.starts_with('@') { "GET" } else { method }
                .to_ascii_uppercase(),
            path: self.place("parameterValuePathTemplate")?,
            target,
        })
    }

    fn polling(&self) -> Result<Polling> {
        const NEXT_LINK: &str = "x-ms-triggerConfig-nextLink";
        let config = self.node("triggerConfig").and_then(Node::as_object);
        let config = config.ok_or_else(|| self.invalid("triggerConfig"))?;
        let next_link = config.get_ignoring_case(NEXT_LINK).and_then(Node::as_str);
        let entries = config
            .iter()
            .filter(|(name, _)| !name.trim().is_empty() && !name.eq_ignore_ascii_case(NEXT_LINK))
            .map(|(name, value)| {
                (encode::decode(name), Template::parse(&to_text(&value.to_value())))
            });
        Ok(Polling {
            config: entries.collect(),
            data: self.place("triggerDataPath")?,
            next_link: Path::property(next_link.unwrap_or("@odata.nextLink")),
        })
    }
}
