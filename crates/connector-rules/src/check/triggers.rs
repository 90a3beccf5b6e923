//! Webhook triggers: where the callback address goes, and what comes back.

use openapi::{Node, Object, Place};

use super::shapes::{Shapes, named};
use crate::{
    Rule,
    document::{Document, Operation, is_internal, list, object},
    limits::MAX_SCHEMA_DEPTH,
    report::Report,
};

pub(super) fn check<'d>(document: &'d Document<'d>, shapes: &Shapes<'d>, report: &mut Report) {
    let root = Place::ROOT.member("paths");
    for operation in &document.operations {
        let item = root.member(operation.path);
        let at = item.member(operation.verb);
        let has_content = operation.item.contains_key("x-ms-notification-content");
        let in_body = operation.body().is_some_and(|it| shapes.shape(it).has_notification_url);
        let marked = |node: &Object<'_>| {
            node.get("x-ms-notification-url").and_then(Node::as_bool_lenient) == Some(true)
        };
        let in_parameter = operation.parameters.iter().any(|it| marked(it.node));
        if (in_body || in_parameter) && !has_content {
            report.add(Rule::OperationMustHaveNotificationContentExtension, &at, operation.id);
        }
        if operation.is_trigger()
            && has_content
            && operation.verb != "get"
            && !in_body
            && !in_parameter
        {
            report.add(Rule::WebhookOperationsMissingNotificationUrlProperty, &at, operation.id);
        }
        if in_body {
            let mut search = Search { document, shapes, open: Vec::new(), report };
            search.operation(operation, &at);
        }
        notification(document, operation, &at, report);
    }
}

/// `x-ms-notification`: a polling trigger that names a webhook.
fn notification(
    document: &Document<'_>,
    operation: &Operation<'_>,
    at: &Place<'_>,
    report: &mut Report,
) {
    let Some(notification) = operation.node.get("x-ms-notification") else { return };
    let at = at.member("x-ms-notification");
    if operation.item.contains_key("x-ms-notification-content") {
        let rule = Rule::NotificationExtensionNotSupportedInWebhookOperation;
        report.add(rule, &at, operation.id);
    } else if !operation.is_trigger() {
        report.add(Rule::NotificationExtensionSupportedForTriggerOnly, &at, operation.id);
    }
    let id = notification.get("operationId").and_then(Node::as_str).unwrap_or("");
    let webhook = document.operation(id);
    let Some(webhook) =
        webhook.filter(|it| it.item.contains_key("x-ms-notification-content") && !id.is_empty())
    else {
        report.add(Rule::NotificationOperationMustBeWebhook, &at.member("operationId"), id);
        return;
    };
    for parameter in &operation.parameters {
        let Some(other) = webhook.parameter(parameter.name) else { continue };
        let same = parameter.node.str("type") == other.node.str("type")
            && is_internal(parameter.node) == is_internal(other.node);
        if !same {
            let rule = Rule::ParamtersWithSameNameMustHaveSameTypeAndVisibility;
            report.add(rule, &at, parameter.name);
        }
    }
}

/// The way down to a property that takes the callback address.
struct Search<'d, 's> {
    document: &'d Document<'d>,
    shapes: &'s Shapes<'d>,
    open: Vec<&'d str>,
    report: &'s mut Report,
}

/// What holds on the way down.
#[derive(Debug, Clone, Copy)]
struct Way {
    is_internal: bool,
    is_required: bool,
    levels: u32,
}

impl<'d> Search<'d, '_> {
    fn operation(&mut self, operation: &'d Operation<'d>, at: &Place<'_>) {
        let parameters = at.member("parameters");
        for (index, node) in list(operation.node, "parameters").iter().enumerate() {
            let Some(body) = self.document.parameter(node).filter(|it| it.place == "body") else {
                continue;
            };
            let Some(schema) = body.node.get("schema") else { continue };
            let at = parameters.item(index);
            let way = Way { is_internal: is_internal(body.node), is_required: true, levels: 0 };
            self.schema(schema, &at.member("schema"), way);
        }
    }

    fn schema(&mut self, node: &'d Node<'d>, at: &Place<'_>, way: Way) {
        let Some(schema) = node.as_object() else { return };
        if way.levels > MAX_SCHEMA_DEPTH || !self.shapes.shape(node).has_notification_url {
            return;
        }
        let way = Way { levels: way.levels + 1, ..way };
        if let Some(name) = named(schema) {
            let target = self.document.section("definitions").and_then(|all| all.get(name));
            if let Some(target) = target.filter(|_| !self.open.contains(&name)) {
                self.open.push(name);
                let definitions = Place::ROOT.member("definitions");
                self.schema(target, &definitions.member(name), way);
                self.open.pop();
            }
            return;
        }
        let way = Way { is_internal: way.is_internal || is_internal(schema), ..way };
        let marked = schema.get("x-ms-notification-url").and_then(Node::as_bool_lenient);
        if marked == Some(true) {
            self.found(schema, at, way);
        }
        let place = at.member("properties");
        let required = list(schema, "required");
        for (name, property) in object(schema, "properties").into_iter().flat_map(Object::iter) {
            let demanded = required.iter().any(|it| it.as_str() == Some(name));
            let way = Way { is_required: way.is_required && demanded, ..way };
            self.schema(property, &place.member(name), way);
        }
        let place = at.member("allOf");
        for (index, part) in list(schema, "allOf").iter().enumerate() {
            self.schema(part, &place.item(index), way);
        }
        if let Some(items) = schema.get("items") {
            self.schema(items, &at.member("items"), way);
        }
    }

    fn found(&mut self, schema: &'d Object<'d>, at: &Place<'_>, way: Way) {
        if !way.is_internal {
            self.report.add(Rule::NotificationUrlNotInternal, at, "internal");
        }
        if !way.is_required {
            self.report.add(Rule::NotificationUrlNotRequired, at, "required");
        }
        if schema.str("type").is_some_and(|kind| kind != "string") {
            self.report.add(Rule::NotificationUrlNotString, at, schema.str("type").unwrap_or(""));
        }
    }
}
