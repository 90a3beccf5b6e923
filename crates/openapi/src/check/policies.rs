//! Policies: templates, parameters, operations and expressions that do not exist.

use super::{Check, expression, in_properties};
use crate::{
    finding::{
        Severity,
        codes::{
            EXPRESSION_FUNCTION_UNKNOWN, EXPRESSION_PARAMETER_UNKNOWN, POLICY_OPERATION_UNKNOWN,
            POLICY_PARAMETER_MISSING, POLICY_SECTION_UNKNOWN, POLICY_UNKNOWN,
        },
    },
    pointer::Place,
    policy::{Policy, Section},
    tree::Node,
};

impl Check<'_> {
    pub(super) fn policies(&mut self) {
        for policy in self.package.properties.policies() {
            self.template(&policy);
            self.scope(&policy);
            let pointer = policy.pointer();
            let at = Place::new(&pointer);
            for (name, value) in policy.parameters.iter() {
                self.expressions(value, &at.member("parameters").member(name));
            }
        }
    }

    fn template(&mut self, policy: &Policy<'_>) {
        let Some(template) = policy.template else {
            let at = format!("{}/templateId", policy.pointer());
            let finding = in_properties(at, POLICY_UNKNOWN, Severity::Error);
            self.found.push(finding.with("template", policy.template_id));
            return;
        };
        for name in template.required() {
            if policy.parameter(name).is_none() {
                let at = format!("{}/parameters", policy.pointer());
                let finding = in_properties(at, POLICY_PARAMETER_MISSING, Severity::Error);
                self.found.push(finding.with("template", template.id()).with("name", name));
            }
        }
    }

    fn scope(&mut self, policy: &Policy<'_>) {
        for id in &policy.operations {
            if !self.package.definition.has_operation(id) {
                let key = "parameters/x-ms-apimTemplate-operationName";
                let at = format!("{}/{key}", policy.pointer());
                let finding = in_properties(at, POLICY_OPERATION_UNKNOWN, Severity::Warning);
                self.found.push(finding.with("operation", id));
            }
        }
        if let Section::Unknown(word) = policy.section {
            let key = "parameters/x-ms-apimTemplate-policySection";
            let at = format!("{}/{key}", policy.pointer());
            let finding = in_properties(at, POLICY_SECTION_UNKNOWN, Severity::Warning);
            self.found.push(finding.with("value", word));
        }
    }

    fn expressions(&mut self, value: &Node<'_>, at: &Place<'_>) {
        match value {
            Node::Text(text) => self.calls(text, at),
            Node::Object(object) => {
                for (key, value) in object.iter() {
                    self.expressions(value, &at.member(key));
                }
            }
            Node::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.expressions(item, &at.item(index));
                }
            }
            _ => {}
        }
    }

    fn calls(&mut self, text: &str, at: &Place<'_>) {
        for call in expression::calls(text) {
            let unknown = |name: &&str| !self.parameters.contains(&name.to_ascii_lowercase());
            let (code, severity, name) = if !call.is_known() {
                (EXPRESSION_FUNCTION_UNKNOWN, Severity::Error, call.function)
            } else if let Some(name) = call.required_connection_parameter().filter(unknown) {
                (EXPRESSION_PARAMETER_UNKNOWN, Severity::Warning, name)
            } else {
                continue;
            };
            self.found.push(in_properties(at.to_string(), code, severity).with("name", name));
        }
    }
}
