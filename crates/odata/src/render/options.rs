//! Query options.

use super::expr::{self, comma};
use crate::tree::options::{
    Compute, ExpandItem, ExpandKind, ExpandTarget, Instant, Levels, OrderBy, QueryOptions, Search,
    SelectItem,
};

/// All options that are there, by name and value, not encoded.
pub(super) fn list(options: &QueryOptions) -> Vec<(String, Option<String>)> {
    let mut list = Vec::new();
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            list.push((name.to_owned(), Some(value)));
        }
    };
    add("$apply", options.apply.as_deref().map(super::apply::sequence));
    add("$compute", options.compute.as_deref().map(compute));
    add("$select", options.select.as_deref().map(select));
    add("$expand", options.expand.as_deref().map(expand));
    add("$filter", options.filter.as_ref().map(ToString::to_string));
    add("$orderby", options.orderby.as_deref().map(orderby));
    add("$search", options.search.as_ref().map(ToString::to_string));
    add("$top", options.top.map(|top| top.to_string()));
    add("$skip", options.skip.map(|skip| skip.to_string()));
    add("$count", options.count.map(|count| count.to_string()));
    let levels = options.levels.map(|levels| match levels {
        Levels::Count(count) => count.to_string(),
        Levels::Max => "max".to_owned(),
    });
    add("$levels", levels);
    add("$index", options.index.map(|index| index.to_string()));
    add("$skiptoken", options.skiptoken.clone());
    add("$deltatoken", options.deltatoken.clone());
    add("$format", options.format.clone());
    add("$id", options.id.clone());
    add("$schemaversion", options.schemaversion.clone());
    let temporal = &options.temporal;
    for (name, value) in [
        ("$at", &temporal.at),
        ("$from", &temporal.from),
        ("$to", &temporal.to),
        ("$toInclusive", &temporal.to_inclusive),
    ] {
        add(name, value.as_ref().map(instant));
    }
    for (name, value) in &options.aliases {
        list.push((format!("@{name}"), Some(value.to_string())));
    }
    list.extend(options.custom.iter().cloned());
    list
}

fn instant(instant: &Instant) -> String {
    match instant {
        Instant::Min => "min".to_owned(),
        Instant::Max => "max".to_owned(),
        Instant::Expr(value) => value.to_string(),
    }
}

/// `(name=value;…)`, or nothing if there are none.
pub(super) fn nested(options: &QueryOptions, out: &mut String) {
    let list = list(options);
    if list.is_empty() {
        return;
    }
    out.push('(');
    for (index, (name, value)) in list.iter().enumerate() {
        if index > 0 {
            out.push(';');
        }
        out.push_str(name);
        out.push('=');
        out.push_str(value.as_deref().unwrap_or_default());
    }
    out.push(')');
}

fn select(items: &[SelectItem]) -> String {
    let mut out = String::new();
    for (index, item) in items.iter().enumerate() {
        comma(index, &mut out);
        match item {
            SelectItem::All => out.push('*'),
            SelectItem::AllOperations(namespace) => {
                out.push_str(namespace);
                out.push_str(".*");
            }
            SelectItem::Path(path) => {
                out.push_str(&path.segments.join("/"));
                if let Some(parameters) = &path.parameters {
                    out.push('(');
                    out.push_str(&parameters.join(","));
                    out.push(')');
                }
                if let Some(options) = &path.options {
                    nested(options, &mut out);
                }
            }
        }
    }
    out
}

fn expand(items: &[ExpandItem]) -> String {
    let mut out = String::new();
    for (index, item) in items.iter().enumerate() {
        comma(index, &mut out);
        match &item.target {
            ExpandTarget::All => out.push('*'),
            ExpandTarget::MediaStream => out.push_str("$value"),
            ExpandTarget::Path(names) => out.push_str(&names.join("/")),
        }
        out.push_str(match item.kind {
            ExpandKind::Rows => "",
            ExpandKind::References => "/$ref",
            ExpandKind::Count => "/$count",
        });
        nested(&item.options, &mut out);
    }
    out
}

pub(super) fn orderby(items: &[OrderBy]) -> String {
    let mut out = String::new();
    for (index, item) in items.iter().enumerate() {
        comma(index, &mut out);
        expr::write(&item.by, &mut out);
        if item.descending {
            out.push_str(" desc");
        }
    }
    out
}

pub(super) fn compute(items: &[Compute]) -> String {
    let mut out = String::new();
    for (index, item) in items.iter().enumerate() {
        comma(index, &mut out);
        expr::write(&item.value, &mut out);
        out.push_str(" as ");
        out.push_str(&item.alias);
    }
    out
}

/// `least`: 0 anywhere, 1 among `OR`, 2 among `AND`, 3 behind `NOT`.
pub(super) fn search(search: &Search, least: u8, out: &mut String) {
    let binding = match search {
        Search::Or(_) => 0,
        Search::And(_) => 1,
        _ => 3,
    };
    if binding < least {
        out.push('(');
        self::search(search, 0, out);
        out.push(')');
        return;
    }
    match search {
        Search::Word(word) => out.push_str(word),
        Search::Phrase(phrase) => {
            let quote = if phrase.contains('"') { '\'' } else { '"' };
            out.push(quote);
            out.push_str(phrase);
            out.push(quote);
        }
        Search::Not(inner) => {
            out.push_str("NOT ");
            self::search(inner, 3, out);
        }
        Search::And(parts) => joined(parts, " AND ", 2, out),
        Search::Or(parts) => joined(parts, " OR ", 1, out),
    }
}

fn joined(parts: &[Search], between: &str, least: u8, out: &mut String) {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            out.push_str(between);
        }
        search(part, least, out);
    }
}
