//! What a schema says, read in one pass over its members.

use std::collections::HashSet;

use openapi::{Node, Object, Place};

use super::pattern;
use crate::{
    Rule,
    report::{Report, shown},
};

/// The members of a schema that rules are about.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a keyword that stands on its own")]
pub(super) struct Facts<'d> {
    pub(super) node: Option<&'d Object<'d>>,
    pub(super) type_name: Option<&'d str>,
    pub(super) format: Option<&'d str>,
    pub(super) default: Option<&'d Node<'d>>,
    pub(super) values: Option<&'d [Node<'d>]>,
    pub(super) titles: Option<&'d Node<'d>>,
    /// The names of `required`; nothing where it is no list.
    pub(super) required: Option<&'d [Node<'d>]>,
    pub(super) properties: Option<&'d Object<'d>>,
    pub(super) items: Option<&'d Node<'d>>,
    pub(super) additional: Option<&'d Node<'d>>,
    pub(super) all_of: &'d [Node<'d>],
    pub(super) discriminator: Option<&'d Node<'d>>,
    pub(super) editor: Option<&'d Node<'d>>,
    pub(super) filters: Option<&'d Node<'d>>,
    pub(super) pattern: Option<&'d str>,
    pub(super) is_internal: bool,
    pub(super) is_read_only: bool,
    pub(super) is_nullable: bool,
    pub(super) is_dynamic: bool,
    pub(super) has_notification_url: bool,
    pub(super) has_bounds: bool,
    pub(super) has_unique_items: bool,
    long: Option<HashSet<&'d str>>,
}

impl<'d> Facts<'d> {
    /// Reads a schema; `is_parameter` when it is that of a parameter, which says more than its schema.
    pub(super) fn of(
        schema: &'d Object<'d>,
        is_parameter: bool,
        at: &Place<'_>,
        report: &mut Report,
    ) -> Self {
        let mut facts = Facts { node: Some(schema), ..Facts::default() };
        for (key, value) in schema.iter() {
            if facts.extension(key, value) {
                continue;
            }
            let fits = match key {
                "type" => {
                    facts.type_name = value.as_str();
                    matches!(value, Node::Text(_))
                }
                "format" => {
                    facts.format = value.as_str();
                    matches!(value, Node::Text(_))
                }
                "title" | "description" => matches!(value, Node::Text(_)),
                "pattern" => {
                    facts.pattern = value.as_str();
                    matches!(value, Node::Text(_))
                }
                "default" => {
                    facts.default = Some(value);
                    true
                }
                "enum" => {
                    facts.values = value.as_list();
                    matches!(value, Node::List(_))
                }
                "name" | "in" | "schema" | "allowEmptyValue" | "required" if is_parameter => true,
                "required" => {
                    facts.required = value.as_list();
                    matches!(value, Node::List(_))
                }
                "properties" => {
                    facts.properties = value.as_object();
                    matches!(value, Node::Object(_))
                }
                "items" => {
                    facts.items = Some(value);
                    true
                }
                "additionalProperties" => {
                    facts.additional = Some(value);
                    matches!(value, Node::Object(_) | Node::Bool(_))
                }
                "allOf" => {
                    facts.all_of = value.as_list().unwrap_or_default();
                    matches!(value, Node::List(_))
                }
                "discriminator" => {
                    facts.discriminator = Some(value);
                    true
                }
                "readOnly" => {
                    facts.is_read_only = value.as_bool_lenient() == Some(true);
                    matches!(value, Node::Bool(_))
                }
                "uniqueItems" => {
                    facts.has_unique_items = value.as_bool_lenient() == Some(true);
                    matches!(value, Node::Bool(_))
                }
                "maximum" | "minimum" | "multipleOf" | "maxLength" | "minLength" | "maxItems"
                | "minItems" | "maxProperties" | "minProperties" => {
                    facts.has_bounds = true;
                    matches!(value, Node::Number(_))
                }
                "exclusiveMaximum" | "exclusiveMinimum" => {
                    facts.has_bounds = true;
                    matches!(value, Node::Bool(_))
                }
                "example" | "xml" | "externalDocs" | "collectionFormat" => true,
                _ => {
                    // An unknown member of a parameter is the parameter's, and judged there.
                    if !is_parameter {
                        report.add(Rule::ExtensionNameNotValid, &at.member(key), key);
                    }
                    true
                }
            };
            let is_judged = !is_parameter || key != "description";
            if !fits && is_judged {
                report.add(Rule::JsonTypeIncorrect, &at.member(key), value.kind());
            }
        }
        if let Some(required) = facts.required.filter(|it| it.len() > 16) {
            facts.long = Some(required.iter().filter_map(Node::as_str).collect());
        }
        facts
    }

    fn extension(&mut self, key: &str, value: &'d Node<'d>) -> bool {
        if !key.starts_with("x-") && key != "filterFunctions" {
            return false;
        }
        match key {
            "x-ms-visibility" => {
                self.is_internal =
                    value.as_str().is_some_and(|it| it.eq_ignore_ascii_case("internal"));
            }
            "x-ms-enum-values" => self.titles = Some(value),
            "x-ms-editor" => self.editor = Some(value),
            "x-nullable" => self.is_nullable = value.as_bool_lenient() == Some(true),
            "x-ms-notification-url" => {
                self.has_notification_url = value.as_bool_lenient() == Some(true);
            }
            "filterFunctions" => self.filters = Some(value),
            "x-ms-capabilities" => self.filters = value.get("filterFunctions"),
            _ if key.starts_with("x-ms-dynamic-") => self.is_dynamic = true,
            _ => {}
        }
        true
    }

    /// Whether its list of required names holds this one.
    pub(super) fn requires(&self, name: &str) -> bool {
        if let Some(names) = &self.long {
            return names.contains(name);
        }
        self.required.unwrap_or_default().iter().any(|it| it.as_str() == Some(name))
    }

    /// Keywords on their own: type, bounds, pattern, discriminator.
    pub(super) fn keywords(&self, at: &Place<'_>, report: &mut Report) {
        if let Some(kind) = self.type_name.filter(|kind| !TYPES.contains(kind)) {
            report.add(Rule::JsonValueNotInEnum, &at.member("type"), kind);
        }
        if self.has_unique_items {
            report.add(Rule::SwaggerKeywordNotSupported, &at.member("uniqueItems"), "uniqueItems");
        }
        if let Some(text) = self.pattern.filter(|text| !pattern::is_valid(text)) {
            report.add(Rule::PatternShouldBeValidRegularExpression, &at.member("pattern"), text);
        }
        if self.has_bounds {
            self.bounds(at, report);
        }
        if let Some(discriminator) = self.discriminator {
            let name = discriminator.as_str().unwrap_or("");
            let property = self.properties.and_then(|all| all.get(name));
            let is_text = property.is_none_or(|it| {
                it.get("$ref").is_some() || it.get("type").and_then(Node::as_str) == Some("string")
            });
            if !self.requires(name) || property.is_none() || !is_text {
                let rule = Rule::DiscriminatorMustBeARequiredStringProperty;
                report.add(rule, &at.member("discriminator"), shown(discriminator));
            }
        }
    }

    fn bounds(&self, at: &Place<'_>, report: &mut Report) {
        let Some(node) = self.node else { return };
        let number = |key| node.get(key).and_then(Node::as_f64);
        for (exclusive, bound, rule) in [
            ("exclusiveMaximum", "maximum", Rule::ExclusiveMaximumRequiresMaximum),
            ("exclusiveMinimum", "minimum", Rule::ExclusiveMinimumRequiresMinimum),
        ] {
            if node.contains_key(exclusive) && !node.contains_key(bound) {
                report.add(rule, &at.member(exclusive), exclusive);
            }
        }
        for (least, most, rule) in [
            ("minimum", "maximum", Rule::MinimumShouldBeLessThanOrEqualToMaximum),
            ("minItems", "maxItems", Rule::MinItemsShouldBeLessThanOrEqualToMaxItems),
            ("minLength", "maxLength", Rule::MinLengthShouldBeLessThanOrEqualToMaxLength),
        ] {
            if let (Some(low), Some(high)) = (number(least), number(most))
                && low > high
            {
                report.add(rule, &at.member(least), format_args!("{low} > {high}"));
            }
        }
        for (key, rule) in [
            ("maxItems", Rule::MaxItemsMustBeGreaterThanOrEqualToZero),
            ("maxLength", Rule::MaxLengthMustBeGreaterThanOrEqualToZero),
            ("maxProperties", Rule::MaxPropertiesMustBeGreaterThanOrEqualToZero),
            ("minItems", Rule::MinItemsMustBeGreaterThanOrEqualToZero),
            ("minLength", Rule::MinLengthMustBeGreaterThanOrEqualToZero),
            ("minProperties", Rule::MinPropertiesMustBeGreaterThanOrEqualToZero),
        ] {
            if let Some(value) = number(key).filter(|it| *it < 0.0) {
                report.add(rule, &at.member(key), value);
            }
        }
        if let Some(value) = number("multipleOf").filter(|it| *it <= 0.0) {
            report.add(Rule::MultipleOfMustBeGreaterThanZero, &at.member("multipleOf"), value);
        }
    }
}

/// Swagger 2.0 “Data Types”; where `file` may stand is another rule.
const TYPES: [&str; 7] = ["string", "number", "integer", "boolean", "array", "object", "file"];
