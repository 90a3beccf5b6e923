//! `@odata.context`: what rows of an answer are made of.

use odata::tree::options::{ExpandItem, ExpandKind, ExpandTarget, QueryOptions, SelectItem};

use crate::root::Root;

/// `{root}$metadata#accounts(name,primarycontactid(fullname))`, for one row with `/$entity` behind it.
pub(crate) fn of_rows(root: &Root, set: &str, options: &QueryOptions, one: bool) -> String {
    let mut text = format!("{}$metadata#{set}", root.url);
    list(options, &mut text);
    if one {
        text.push_str("/$entity");
    }
    text
}

/// The context of groups, FetchXML and SQL, whose outputs have names of their own.
pub(crate) fn of_names<'n>(
    root: &Root,
    set: &str,
    names: impl Iterator<Item = std::borrow::Cow<'n, str>>,
) -> String {
    let mut text = format!("{}$metadata#{set}(", root.url);
    for (at, name) in names.enumerate() {
        if at > 0 {
            text.push(',');
        }
        text.push_str(&name);
    }
    text.push(')');
    text
}

fn list(options: &QueryOptions, text: &mut String) {
    let selected = options.select.as_deref().unwrap_or_default();
    let expanded = options.expand.as_deref().unwrap_or_default();
    if selected.is_empty() && expanded.is_empty() {
        return;
    }
    let mut first = true;
    let mut comma = |text: &mut String| {
        text.push(if first { '(' } else { ',' });
        first = false;
    };
    for item in selected {
        comma(text);
        match item {
            SelectItem::All => text.push('*'),
            SelectItem::AllOperations(namespace) => text.push_str(namespace),
            SelectItem::Path(path) => text.push_str(&path.segments.join("/")),
        }
    }
    for ExpandItem { target, kind, options } in expanded {
        let ExpandTarget::Path(path) = target else { continue };
        comma(text);
        text.push_str(&path.join("/"));
        if *kind == ExpandKind::References {
            text.push_str("/$ref");
        }
        let before = text.len();
        list(options, text);
        if text.len() == before {
            text.push_str("()");
        }
    }
    if !first {
        text.push(')');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use odata::Reading;

    #[test]
    fn what_is_selected_stands_in_parentheses() {
        let root = Root { environment: "a".into(), url: "r/".into(), path: "/".into() };
        let context = |query: &str| {
            let options = odata::parse::query(query, Reading::FORM).unwrap();
            of_rows(&root, "accounts", &options, false)
        };
        assert_eq!(context(""), "r/$metadata#accounts");
        assert_eq!(context("$select=name,revenue"), "r/$metadata#accounts(name,revenue)");
        assert_eq!(
            context(
                "$select=name&$expand=primarycontactid($select=fullname),contact_customer_accounts"
            ),
            "r/$metadata#accounts(name,primarycontactid(fullname),contact_customer_accounts())"
        );
    }
}
