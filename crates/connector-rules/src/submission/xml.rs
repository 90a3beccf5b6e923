//! Just enough of XML: which elements have content.

use std::collections::BTreeSet;

/// Those of these elements that hold another element or text, wherever they stand.
pub(super) fn filled<'n>(text: &str, names: &[&'n str]) -> BTreeSet<&'n str> {
    let mut filled = BTreeSet::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('<') {
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let Some((tag, after)) = after.split_once('>') else { break };
        rest = after;
        let name = tag.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or("");
        let Some(name) = names.iter().copied().find(|known| *known == name) else { continue };
        if !tag.ends_with('/') && has_content(after, name) {
            filled.insert(name);
        }
    }
    filled
}

/// Whether something stands between an opening tag and the closing one of its name.
fn has_content(after: &str, name: &str) -> bool {
    let mut rest = after.trim_start();
    while let Some(comment) = rest.strip_prefix("<!--") {
        rest = comment.split_once("-->").map_or("", |(_, after)| after).trim_start();
    }
    let closes = rest.strip_prefix("</").is_some_and(|it| it.starts_with(name));
    !rest.is_empty() && !closes
}

/// A text as the content of an element or the value of an attribute.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn an_element_counts_when_it_holds_something() {
        let names = ["Connector", "Workflows"];
        let found = |text| filled(text, &names).into_iter().collect::<Vec<_>>();
        assert_eq!(found("<a><Connector id='1'><x/></Connector><Workflows/></a>"), ["Connector"]);
        assert!(
            found("<a><Connector> </Connector><Workflows><!-- <x/> --></Workflows></a>").is_empty()
        );
        assert!(
            found("<!-- <Connector><x/></Connector> --><Connectors><x/></Connectors>").is_empty()
        );
    }
}
