//! Addresses in the markup of proxied pages: absolute ones of the connector's own hosts stay on its origin.
//!
//! Only attributes that load or lead somewhere are read; texts, scripts and styles are left as they are.

/// The page with its absolute addresses mapped; `map` says nothing for those that stay. One pass over the bytes.
pub(crate) fn rewritten(html: &[u8], map: impl Fn(&str) -> Option<String>) -> Vec<u8> {
    let mut out = Vec::with_capacity(html.len() + 256);
    let mut rest = html;
    while let Some(at) = rest.iter().position(|&b| b == b'<') {
        let (text, tail) = rest.split_at(at);
        out.extend_from_slice(text);
        let end = if tail.starts_with(b"<!--") { after(tail, b"-->") } else { tag_end(tail) };
        let (tag, more) = tail.split_at(end.min(tail.len()));
        if tag.get(1).is_some_and(u8::is_ascii_alphabetic) {
            write_tag(&mut out, tag, &map);
        } else {
            out.extend_from_slice(tag);
        }
        rest = more;
        if let Some(close) = raw_text(tag) {
            let end = find_ignoring_case(rest, close).unwrap_or(rest.len());
            let (raw, more) = rest.split_at(end);
            out.extend_from_slice(raw);
            rest = more;
        }
    }
    out.extend_from_slice(rest);
    out
}

/// Elements whose content is no markup (HTML §13.1.2), and how they end.
fn raw_text(tag: &[u8]) -> Option<&'static [u8]> {
    let names: [(&[u8], &'static [u8]); 4] = [
        (b"<script", b"</script"),
        (b"<style", b"</style"),
        (b"<textarea", b"</textarea"),
        (b"<title", b"</title"),
    ];
    names.iter().find_map(|(open, close)| {
        let head = tag.get(..open.len())?;
        let next = tag.get(open.len()).copied().unwrap_or(b'>');
        (head.eq_ignore_ascii_case(open) && !next.is_ascii_alphanumeric()).then_some(*close)
    })
}

/// Where a tag ends: its `>` outside of quotes.
fn tag_end(tail: &[u8]) -> usize {
    let mut quote = None;
    for (at, &byte) in tail.iter().enumerate() {
        match (quote, byte) {
            (Some(open), b) if b == open => quote = None,
            // a quote opens a value only behind an equals sign
            (None, b'"' | b'\'') if is_value(tail, at) => quote = Some(byte),
            (None, b'>') => return at + 1,
            _ => {}
        }
    }
    tail.len()
}

fn is_value(tail: &[u8], at: usize) -> bool {
    let before = tail.get(..at).unwrap_or_default();
    before.iter().rev().find(|b| !b.is_ascii_whitespace()) == Some(&b'=')
}

fn write_tag(out: &mut Vec<u8>, tag: &[u8], map: &impl Fn(&str) -> Option<String>) {
    let mut rest = tag;
    while let Some(at) = rest.iter().position(|&b| b == b'=') {
        let (head, tail) = rest.split_at(at + 1);
        out.extend_from_slice(head);
        let blanks = tail.iter().take_while(|b| b.is_ascii_whitespace()).count();
        let (blank, tail) = tail.split_at(blanks);
        out.extend_from_slice(blank);
        let quote = tail.first().copied().filter(|b| matches!(b, b'"' | b'\''));
        let body = if quote.is_some() { tail.get(1..).unwrap_or_default() } else { tail };
        let length = body
            .iter()
            .position(|&b| quote.map_or(b.is_ascii_whitespace() || b == b'>', |quote| b == quote))
            .unwrap_or(body.len());
        let (value, more) = body.split_at(length);
        out.extend(quote);
        let mapped = if leads(head) { mapped(value, map) } else { None };
        match mapped {
            Some(mapped) => out.extend_from_slice(mapped.as_bytes()),
            None => out.extend_from_slice(value),
        }
        rest = more;
        if quote.is_some() && !rest.is_empty() {
            out.extend(quote);
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    out.extend_from_slice(rest);
}

/// Whether an attribute's value is an address that is followed; `head` ends with `name=`.
fn leads(head: &[u8]) -> bool {
    let name = head.strip_suffix(b"=").unwrap_or(head).trim_ascii_end();
    let start =
        name.iter().rposition(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'"' | b'\''));
    let name = name.get(start.map_or(0, |at| at + 1)..).unwrap_or_default();
    [b"href".as_slice(), b"src", b"action", b"formaction"]
        .iter()
        .any(|n| name.eq_ignore_ascii_case(n))
}

fn mapped(value: &[u8], map: &impl Fn(&str) -> Option<String>) -> Option<String> {
    let text = std::str::from_utf8(value).ok()?.trim();
    let absolute = text.starts_with("//")
        || text.get(..7).is_some_and(|head| head.eq_ignore_ascii_case("http://"))
        || text.get(..8).is_some_and(|head| head.eq_ignore_ascii_case("https://"));
    let mapped = if absolute { map(text)? } else { return None };
    (!mapped.contains(['"', '\'', '<', '>', ' '])).then_some(mapped)
}

fn after(text: &[u8], mark: &[u8]) -> usize {
    text.windows(mark.len()).position(|w| w == mark).map_or(text.len(), |at| at + mark.len())
}

fn find_ignoring_case(text: &[u8], mark: &[u8]) -> Option<usize> {
    text.windows(mark.len()).position(|w| w.eq_ignore_ascii_case(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewrite(html: &str) -> String {
        let map = |url: &str| {
            let rest = url.split_once("//")?.1;
            Some(rest.strip_prefix("own.example").map(str::to_owned)?)
                .filter(|rest| rest.starts_with('/'))
        };
        String::from_utf8(rewritten(html.as_bytes(), map)).unwrap()
    }

    #[test]
    fn addresses_of_own_hosts_are_mapped_wherever_they_lead() {
        for (html, expected) in [
            ("<a href=\"https://own.example/a?b=1&amp;c\">x</a>", "<a href=\"/a?b=1&amp;c\">x</a>"),
            (
                "<script defer SRC='//own.example/a.js'></script>",
                "<script defer SRC='/a.js'></script>",
            ),
            ("<form method=post action=HTTPS://own.example/in>", "<form method=post action=/in>"),
            (
                "<img src = \"http://own.example/i.png\" alt='a>b'><p>",
                "<img src = \"/i.png\" alt='a>b'><p>",
            ),
            ("<base href=\"https://own.example/app/\">", "<base href=\"/app/\">"),
        ] {
            assert_eq!(rewrite(html), expected);
        }
    }

    #[test]
    fn everything_else_stays_as_it_is() {
        for html in [
            "<a href=\"https://other.example/\">https://own.example/</a>",
            "<a href=\"/relative\" data-href=\"https://own.example/\">",
            "<script>const url = \"https://own.example/a\"; if (1 < 2) x('<a href=\"https://own.example/\">')</script>",
            "<!-- <a href=\"https://own.example/\"> --><p>",
            "<textarea><a href=\"https://own.example/\"></textarea>",
            "a < b and c > d <",
            "<p title=\"<a href='https://own.example/x'>\">",
            "<",
            "<a href=",
            "<a href=\"https://own.example/unfinished",
            "",
        ] {
            let got = rewrite(html);
            assert!(got == html || html.ends_with("unfinished"), "{html} became {got}");
        }
    }

    #[test]
    fn hostile_markup_takes_one_pass() {
        let html = "<a href=".repeat(200_000);
        assert_eq!(rewrite(&html).len(), html.len());
        let html = "<".repeat(200_000);
        assert_eq!(rewrite(&html), html);
    }
}
