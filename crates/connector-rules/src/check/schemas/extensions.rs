//! Extensions of schemas that stand on their own.

use std::collections::HashSet;

use openapi::{Node, Place};

use super::{Facts, Site};
use crate::{
    Rule,
    check::operations,
    report::{Report, shown},
};

pub(super) fn check(facts: &Facts<'_>, site: Site, at: &Place<'_>, report: &mut Report) {
    // Of a parameter the visibility is judged with the parameter.
    if site != Site::Parameter
        && let Some(node) = facts.node
    {
        operations::visibility(node, at, report);
    }
    let dictionary = facts.editor.and_then(Node::as_str);
    if dictionary.is_some_and(|it| it.eq_ignore_ascii_case("dictionary")) {
        let open = facts.additional.is_some_and(|it| it.as_bool_lenient() != Some(false));
        let is_object = matches!(facts.type_name, Some("object") | None);
        if !open || !is_object {
            let rule = Rule::InvalidCustomEditorExtensionDictionaryValue;
            report.add(rule, &at.member("x-ms-editor"), "dictionary");
        }
    }
    if facts.has_notification_url
        && matches!(site, Site::Response | Site::Header | Site::Notification)
    {
        let at = at.member("x-ms-notification-url");
        report.add(Rule::NotificationUrlNotAllowedInThisPosition, &at, "x-ms-notification-url");
    }
    if let Some(filters) = facts.filters {
        self::filters(filters, site, at, report);
    }
}

/// `filterFunctions`: what a column may be filtered with.
fn filters(filters: &Node<'_>, site: Site, at: &Place<'_>, report: &mut Report) {
    let at = at.member("filterFunctions");
    if site.is_input() {
        report.add(Rule::FilterFunctionsPropertyInInputSchema, &at, "filterFunctions");
    }
    let Some(list) = filters.as_list() else {
        report.add(Rule::JsonTypeIncorrect, &at, filters.kind());
        return;
    };
    if list.is_empty() {
        report.add(Rule::FilterFunctionsPropertyEmpty, &at, "filterFunctions");
    }
    let mut seen = HashSet::new();
    for (index, name) in list.iter().enumerate() {
        let text = shown(name);
        if !FUNCTIONS.contains(&text.as_ref()) {
            report.add(Rule::FilterFunctionsPropertyInvalidValue, &at.item(index), &text);
        }
        if !seen.insert(text.clone()) {
            report.add(Rule::FilterFunctionsPropertyHasDuplicates, &at.item(index), text);
        }
    }
}

/// The functions and operators of `$filter` and `$apply` (`OData` 4.01 part 2, §5.1.1).
const FUNCTIONS: [&str; 45] = [
    "eq",
    "ne",
    "gt",
    "ge",
    "lt",
    "le",
    "and",
    "or",
    "not",
    "in",
    "contains",
    "startswith",
    "endswith",
    "length",
    "indexof",
    "replace",
    "substring",
    "substringof",
    "tolower",
    "toupper",
    "trim",
    "concat",
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
    "date",
    "time",
    "now",
    "fractionalseconds",
    "totaloffsetminutes",
    "totalseconds",
    "floor",
    "ceiling",
    "round",
    "sum",
    "average",
    "min",
    "max",
    "count",
    "countdistinct",
    "isof",
    "null",
];
