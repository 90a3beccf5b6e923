//! As much XML as logins and old bulk jobs need: elements by their local names, texts, nothing else.

/// An element.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Element {
    /// Without its prefix.
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) children: Vec<Self>,
}

const MAX_DEPTH: usize = 64;

impl Element {
    /// The first element of a name, at any depth.
    pub(crate) fn find(&self, name: &str) -> Option<&Self> {
        self.children
            .iter()
            .find_map(|child| if child.name == name { Some(child) } else { child.find(name) })
    }

    /// The text of the first element of a name.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.find(name).map(|element| element.text.trim())
    }
}

/// The elements of a text under one without a name; `None` when they do not nest.
pub(crate) fn parse(text: &str) -> Option<Element> {
    let mut open = vec![Element::default()];
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        if let Some(top) = open.last_mut() {
            top.text.push_str(&plain(before));
        }
        if let Some(data) = after.strip_prefix("![CDATA[") {
            let (data, next) = data.split_once("]]>")?;
            open.last_mut()?.text.push_str(data);
            rest = next;
            continue;
        }
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->")?.1;
            continue;
        }
        let (tag, next) = after.split_once('>')?;
        rest = next;
        // No document types: they are where entities come from.
        if tag.starts_with('!') {
            return None;
        }
        if tag.starts_with('?') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            let element = open.pop()?;
            if element.name != local(name.trim()) {
                return None;
            }
            open.last_mut()?.children.push(element);
            continue;
        }
        let (tag, closed) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let name = tag.split_whitespace().next()?;
        let element = Element { name: local(name).to_owned(), ..Element::default() };
        if closed {
            open.last_mut()?.children.push(element);
        } else if open.len() < MAX_DEPTH {
            open.push(element);
        } else {
            return None;
        }
    }
    let root = open.pop()?;
    open.is_empty().then_some(root)
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn plain(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let (name, next) = after.split_once(';').unwrap_or((after, ""));
        match entity(name) {
            Some(letter) => out.push(letter),
            None => out.push('\u{fffd}'),
        }
        rest = next;
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let code = name.strip_prefix('#')?;
            let hex = code.strip_prefix(['x', 'X']);
            let code =
                hex.map_or_else(|| code.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok());
            char::from_u32(code?)?
        }
    })
}

/// A text between tags.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found_whatever_their_prefix() {
        let root = parse("<?xml version='1.0'?><e:E xmlns:e='x'><n1:login><n1:password>a&amp;b&#x41;<![CDATA[<]]></n1:password><x/></n1:login></e:E>").unwrap();
        assert_eq!(root.value("password"), Some("a&bA<"));
        assert!(root.find("nothing").is_none());
    }

    #[test]
    fn hostile_texts_are_none() {
        for text in ["<a>", "</a>", "<a></b>", "<!DOCTYPE x [<!ENTITY y 'z'>]><a/>", "<a", "<!-- x"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&"<a>".repeat(10_000)), None);
    }
}
