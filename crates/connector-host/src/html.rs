//! Addresses in the markup of proxied pages: absolute ones of the connector's own hosts stay on its origin.
//!
//! Attributes that load or lead somewhere are read, and styles. Texts and scripts are left as they are: what scripts ask
//! for is caught while they run, by a script of ours that stands first in the head.

use crate::css;

/// The page with its absolute addresses mapped; `map` says nothing for those that stay. `first` is put before every other
/// script of a page that says where its head is. One pass over the bytes.
pub(crate) fn rewritten(html: &[u8], first: &str, map: impl Fn(&str) -> Option<String>) -> Vec<u8> {
    let mut out = Vec::with_capacity(html.len() + 256);
    let mut rest = html;
    let mut head = if first.is_empty() { Head::Done } else { Head::Before };
    while let Some(at) = rest.iter().position(|&b| b == b'<') {
        let (text, tail) = rest.split_at(at);
        out.extend_from_slice(text);
        let end = if tail.starts_with(b"<!--") { after(tail, b"-->") } else { tag_end(tail) };
        let (tag, more) = tail.split_at(end.min(tail.len()));
        if tag.get(1).is_some_and(u8::is_ascii_alphabetic) {
            let here = head.at(tag);
            if here == Some(Side::Before) {
                out.extend_from_slice(first.as_bytes());
            }
            write_tag(&mut out, tag, &map);
            if here == Some(Side::After) {
                out.extend_from_slice(first.as_bytes());
            }
        } else {
            out.extend_from_slice(tag);
        }
        rest = more;
        if let Some(close) = raw_text(tag) {
            let end = find_ignoring_case(rest, close).unwrap_or(rest.len());
            let (raw, more) = rest.split_at(end);
            if is_tag(tag, b"style") {
                out.extend_from_slice(&css::rewritten(raw, &map));
            } else {
                out.extend_from_slice(raw);
            }
            rest = more;
        }
    }
    out.extend_from_slice(rest);
    out
}

/// Where in a page the first script goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Head {
    Before,
    /// The page has begun; its head may be unwritten.
    Begun,
    Done,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    After,
}

impl Head {
    fn at(&mut self, tag: &[u8]) -> Option<Side> {
        let (next, side) = match *self {
            Self::Done => return None,
            _ if is_tag(tag, b"head") => (Self::Done, Some(Side::After)),
            Self::Before if is_tag(tag, b"html") => (Self::Begun, None),
            Self::Before => (Self::Before, None),
            Self::Begun => (Self::Done, Some(Side::Before)),
        };
        *self = next;
        side
    }
}

/// Whether a tag opens an element of this name.
fn is_tag(tag: &[u8], name: &[u8]) -> bool {
    let rest = tag.strip_prefix(b"<").unwrap_or_default();
    rest.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name))
        && !rest.get(name.len()).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'-')
}

/// Elements whose content is no markup (HTML §13.1.2), and how they end.
fn raw_text(tag: &[u8]) -> Option<&'static [u8]> {
    let names: [(&[u8], &'static [u8]); 4] = [
        (b"script", b"</script"),
        (b"style", b"</style"),
        (b"textarea", b"</textarea"),
        (b"title", b"</title"),
    ];
    names.iter().find_map(|(name, close)| is_tag(tag, name).then_some(*close))
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
    // once for the tag, however many attributes it has
    let leads_on = leads_on(tag);
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
        match kind(tag, head, leads_on) {
            Some(Value::Address) => {
                let mapped = absolute(value, map);
                out.extend_from_slice(mapped.as_deref().map_or(value, str::as_bytes));
            }
            Some(Value::Addresses) => write_list(out, value, map),
            Some(Value::Style) => out.extend_from_slice(&css::rewritten(value, map)),
            Some(Value::Refresh) => match refresh(value, map) {
                Some(mapped) => out.extend_from_slice(mapped.as_bytes()),
                None => out.extend_from_slice(value),
            },
            Some(Value::Digest) => {
                // the name is written already: what may have been rewritten fits no digest
            }
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

/// What an attribute's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value {
    /// An address that is followed.
    Address,
    /// Images with their sizes.
    Addresses,
    /// Declarations of a style.
    Style,
    /// The wait and the address of a page that leads on by itself.
    Refresh,
    /// What a style sheet must hash to; it is emptied, since the sheet may be rewritten.
    Digest,
}

/// Whether a tag is `<meta http-equiv=refresh …>`.
fn leads_on(tag: &[u8]) -> bool {
    is_tag(tag, b"meta")
        && find_ignoring_case(tag, b"http-equiv").is_some()
        && find_ignoring_case(tag, b"refresh").is_some()
}

/// What the attribute holds at whose `name=` the head ends; `leads_on` says what [`leads_on`] says of its tag.
fn kind(tag: &[u8], head: &[u8], leads_on: bool) -> Option<Value> {
    let name = head.strip_suffix(b"=").unwrap_or(head).trim_ascii_end();
    let start =
        name.iter().rposition(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'"' | b'\''));
    let name = name.get(start.map_or(0, |at| at + 1)..).unwrap_or_default();
    let (_, kind) = KINDS.iter().find(|(known, _)| name.eq_ignore_ascii_case(known))?;
    let fits = match name.to_ascii_lowercase().as_slice() {
        b"data" => is_tag(tag, b"object"),
        b"content" => leads_on,
        b"integrity" => is_tag(tag, b"link"),
        _ => true,
    };
    fits.then_some(*kind)
}

/// Attributes that load or lead somewhere (HTML §4, SVG's older links).
const KINDS: [(&[u8], Value); 13] = [
    (b"href", Value::Address),
    (b"src", Value::Address),
    (b"action", Value::Address),
    (b"formaction", Value::Address),
    (b"poster", Value::Address),
    (b"background", Value::Address),
    (b"xlink:href", Value::Address),
    (b"data", Value::Address),
    (b"srcset", Value::Addresses),
    (b"imagesrcset", Value::Addresses),
    (b"style", Value::Style),
    (b"content", Value::Refresh),
    (b"integrity", Value::Digest),
];

/// The mapped form of an absolute address of the web that fits between any quotes.
pub(crate) fn absolute(value: &[u8], map: &impl Fn(&str) -> Option<String>) -> Option<String> {
    let text = std::str::from_utf8(value).ok()?.trim();
    let absolute = text.starts_with("//")
        || text.get(..7).is_some_and(|head| head.eq_ignore_ascii_case("http://"))
        || text.get(..8).is_some_and(|head| head.eq_ignore_ascii_case("https://"));
    let mapped = if absolute { map(text)? } else { return None };
    (!mapped.contains(['"', '\'', '<', '>', ' '])).then_some(mapped)
}

/// `address size, address size`: an address with a comma in it is mapped up to there, which is all that leads anywhere.
fn write_list(out: &mut Vec<u8>, value: &[u8], map: &impl Fn(&str) -> Option<String>) {
    for (at, candidate) in value.split(|&b| b == b',').enumerate() {
        if at > 0 {
            out.push(b',');
        }
        let blanks = candidate.iter().take_while(|b| b.is_ascii_whitespace()).count();
        let (blank, candidate) = candidate.split_at(blanks);
        out.extend_from_slice(blank);
        let length = candidate.iter().position(u8::is_ascii_whitespace).unwrap_or(candidate.len());
        let (address, size) = candidate.split_at(length);
        match absolute(address, map) {
            Some(mapped) => out.extend_from_slice(mapped.as_bytes()),
            None => out.extend_from_slice(address),
        }
        out.extend_from_slice(size);
    }
}

/// `5; url=address` (HTML §4.2.5.3), with the address mapped.
pub(crate) fn refresh(value: &[u8], map: &impl Fn(&str) -> Option<String>) -> Option<String> {
    let at = find_ignoring_case(value, b"url")?;
    let (wait, rest) = value.split_at_checked(at)?;
    let address = rest.get(3..)?.trim_ascii_start().strip_prefix(b"=")?.trim_ascii();
    let address = address.strip_prefix(b"'").map_or(address, |rest| {
        let end = rest.iter().position(|&b| b == b'\'').unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    });
    let mapped = absolute(address, map)?;
    Some(format!("{}url={mapped}", std::str::from_utf8(wait).ok()?))
}

fn after(text: &[u8], mark: &[u8]) -> usize {
    text.windows(mark.len()).position(|w| w == mark).map_or(text.len(), |at| at + mark.len())
}

pub(crate) fn find_ignoring_case(text: &[u8], mark: &[u8]) -> Option<usize> {
    text.windows(mark.len()).position(|w| w.eq_ignore_ascii_case(mark))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Addresses of one host.
    pub(crate) fn own(url: &str) -> Option<String> {
        let rest = url.split_once("//")?.1;
        Some(rest.strip_prefix("own.example").map(str::to_owned)?)
            .filter(|rest| rest.starts_with('/'))
    }

    fn rewrite(html: &str) -> String {
        String::from_utf8(rewritten(html.as_bytes(), "", own)).unwrap()
    }

    #[test]
    fn our_script_stands_first_in_the_head_of_a_whole_page() {
        for (html, expected) in [
            (
                "<!doctype html><html><head lang=x><script>",
                "<!doctype html><html><head lang=x>!<script>",
            ),
            ("<HTML lang=fr>\n<meta charset=utf-8>", "<HTML lang=fr>\n!<meta charset=utf-8>"),
            ("<header><p>a fragment", "<header><p>a fragment"),
            ("<!-- <head> --><p>", "<!-- <head> --><p>"),
            ("<head><head>", "<head>!<head>"),
        ] {
            let got = rewritten(html.as_bytes(), "!", own);
            assert_eq!(String::from_utf8(got).unwrap(), expected);
        }
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
            (
                "<img srcset='https://own.example/a.png 1x, //own.example/b.png 2x,https://other.example/c 3x'>",
                "<img srcset='/a.png 1x, /b.png 2x,https://other.example/c 3x'>",
            ),
            ("<p style=\"a:url(https://own.example/i)\">", "<p style=\"a:url(/i)\">"),
            ("<style>a{b:url(//own.example/i)}</style>", "<style>a{b:url(/i)}</style>"),
            ("<object data=https://own.example/o></object>", "<object data=/o></object>"),
            ("<use xlink:href='https://own.example/s.svg#a'/>", "<use xlink:href='/s.svg#a'/>"),
            (
                "<meta http-equiv=Refresh content=\"0; URL='https://own.example/next'\">",
                "<meta http-equiv=Refresh content=\"0; url=/next\">",
            ),
            (
                "<link rel=stylesheet integrity=\"sha256-x\" href='https://own.example/a.css'>",
                "<link rel=stylesheet integrity=\"\" href='/a.css'>",
            ),
        ] {
            assert_eq!(rewrite(html), expected);
        }
    }

    #[test]
    fn everything_else_stays_as_it_is() {
        for html in [
            "<a href=\"https://other.example/\">https://own.example/</a>",
            "<a href=\"/relative\" data-href=\"https://own.example/\">",
            "<p data=\"https://own.example/\"><meta name=x content=\"https://own.example/\">",
            "<script integrity=\"sha256-x\" src=\"/a.js\"></script>",
            "<img srcset=\"data:image/png;base64,AA== 1x, /b 2x\">",
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
        // what one tag asks again for each attribute would take more than an hour here
        let html = format!("<meta {}", "content=a ".repeat(400_000));
        assert_eq!(rewrite(&html), html);
        let html = format!("{html} http-equiv=x refresh>");
        assert_eq!(rewrite(&html), html);
    }
}
