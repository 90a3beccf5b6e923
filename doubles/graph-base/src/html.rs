//! What the service leaves of HTML in a message.

/// Elements that stay; what is in others stays without them, and that of [`DROPPED`] goes.
const KEPT: &[&str] = &[
    "a",
    "at",
    "attachment",
    "b",
    "blockquote",
    "br",
    "code",
    "codeblock",
    "div",
    "em",
    "emoji",
    "h1",
    "h2",
    "h3",
    "hr",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "systemeventmessage",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
];
const DROPPED: &[&str] = &[
    "script", "style", "iframe", "object", "embed", "form", "svg", "math", "template", "noscript",
];
const ATTRIBUTES: &[&str] = &[
    "id",
    "href",
    "src",
    "alt",
    "title",
    "style",
    "width",
    "height",
    "itemid",
    "itemtype",
    "itemscope",
    "itemprop",
    "class",
    "colspan",
    "rowspan",
    "dir",
    "start",
];

/// The text without what could run.
pub fn filter(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((text, tail)) = rest.split_once('<') {
        out.push_str(text);
        if let Some(after) = tail.strip_prefix("!--") {
            rest = after.split_once("-->").map_or("", |(_, rest)| rest);
            continue;
        }
        let Some((tag, after)) = split_tag(tail) else {
            out.push_str("&lt;");
            rest = tail;
            continue;
        };
        rest = after;
        let closing = tag.starts_with('/');
        let body = tag.trim_start_matches('/');
        let end = body.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(body.len());
        let (name, attributes) = body.split_at(end);
        let name = name.to_ascii_lowercase();
        if DROPPED.contains(&name.as_str()) {
            if !closing && !tag.ends_with('/') {
                rest = after_closing(rest, &name);
            }
            continue;
        }
        if !KEPT.contains(&name.as_str()) {
            continue;
        }
        out.push('<');
        if closing {
            out.push('/');
        }
        out.push_str(&name);
        if !closing {
            for (name, value) in pairs(attributes) {
                let plain: String =
                    value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
                let plain = plain.to_ascii_lowercase();
                let runs = ["javascript:", "vbscript:", "data:text"]
                    .iter()
                    .any(|own| plain.starts_with(own));
                if ATTRIBUTES.contains(&name.as_str()) && !runs && !plain.contains("expression(") {
                    for part in [" ", &name, "=\"", &value.replace('"', "&quot;"), "\""] {
                        out.push_str(part);
                    }
                }
            }
        }
        out.push('>');
    }
    out.push_str(rest);
    out
}

/// The inside of a tag that has begun; quotes may hide its end.
fn split_tag(text: &str) -> Option<(&str, &str)> {
    if !text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!') {
        return None;
    }
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return Some((text.get(..at)?, text.get(at + 1..)?)),
            (None, '"' | '\'') => quote = Some(c),
            (Some(own), c) if own == c => quote = None,
            _ => {}
        }
    }
    None
}

fn after_closing<'t>(text: &'t str, name: &str) -> &'t str {
    let lower = text.to_ascii_lowercase();
    lower
        .find(&format!("</{name}"))
        .and_then(|at| text.get(at..))
        .and_then(|tail| tail.split_once('>'))
        .map_or("", |(_, rest)| rest)
}

fn pairs(text: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut rest = text.trim_matches(|c: char| c.is_whitespace() || c == '/');
    while !rest.is_empty() {
        let end =
            rest.find(|c: char| c == '=' || c.is_whitespace() || c == '/').unwrap_or(rest.len());
        let (name, tail) = rest.split_at(end);
        let tail = tail.trim_start();
        let Some(value) = tail.strip_prefix('=') else {
            rest = tail.trim_start_matches('/').trim_start();
            continue;
        };
        let value = value.trim_start();
        let quote = value.chars().next().filter(|c| "\"'".contains(*c));
        let (value, tail) = match quote {
            Some(quote) => value.get(1..).and_then(|v| v.split_once(quote)).unwrap_or((value, "")),
            None => value.split_once(char::is_whitespace).unwrap_or((value, "")),
        };
        out.push((name.to_ascii_lowercase(), value.to_owned()));
        rest = tail.trim_start();
    }
    out
}

/// The text that is left when all elements go.
pub fn text(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some((before, tail)) = rest.split_once('<') {
        out.push_str(before);
        rest = tail.split_once('>').map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    out.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_runs_comes_through() {
        for (bad, good) in [
            ("<p onclick=x()>a</p>", "<p>a</p>"),
            ("a<script>alert(1)</script>b", "ab"),
            ("<img src='java\tscript:x' alt=y>", "<img alt=\"y\">"),
            ("<a href=\"https://x.test/?a>b\">x</a>", "<a href=\"https://x.test/?a>b\">x</a>"),
            ("<attachment id=\"1\"></attachment>", "<attachment id=\"1\"></attachment>"),
            ("1 < 2 <font>x</font>", "1 &lt; 2 x"),
            ("<svg><script>x</svg><b>y", "<b>y"),
            ("<!-- <b> -->z", "z"),
        ] {
            assert_eq!(filter(bad), good, "{bad}");
        }
    }
}
