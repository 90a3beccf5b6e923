//! HTML of a mail, made safe to show.
//!
//! What stays: text, lists, tables, links that open elsewhere, pictures that came with the mail, and a small part of
//! CSS in `style` attributes. What goes: scripts, forms, frames, style sheets, anything that loads from elsewhere
//! unless the reader asked for pictures. The page is meant for a frame without rights (`sandbox`) under
//! [`policy`], so that a mistake here is no hole yet.

mod guard;

use std::borrow::Cow;

use ammonia::{Builder, UrlRelative};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use mail_parser::decoders::html::html_to_text;

use crate::{
    Message,
    limits::{MAX_PICTURE_BYTES, MAX_PICTURES_BYTES},
};
use guard::{is_bounded, style};

/// What may be shown of a mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The HTML of the body's content.
    pub body: String,
    /// Pictures from elsewhere that are not shown.
    pub blocked: usize,
}

/// Makes what a mail says safe to show. Pictures from elsewhere stay only when the reader asked for them.
pub fn page(message: &Message, with_pictures: bool) -> Page {
    let Some(html) = message.html.as_deref().filter(|html| is_bounded(html)) else {
        return Page { body: from_text(&message.text), blocked: 0 };
    };
    let cleaned = clean(html, with_pictures);
    let blocked = cleaned.matches(BLOCKED).count();
    Page { body: with_own_pictures(&cleaned, message), blocked }
}

/// The content security policy under which a page of a mail is answered: nothing is executed, nothing is sent, and
/// nothing is loaded but pictures, from elsewhere only when the reader asked for them.
pub const fn policy(with_pictures: bool) -> &'static str {
    if with_pictures {
        "default-src 'none'; img-src data: https:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
    } else {
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
    }
}

/// The words of HTML.
pub fn to_text(html: &str) -> String {
    if is_bounded(html) { html_to_text(&clean(html, false)) } else { String::new() }
}

/// Text as HTML: lines stay, addresses of the web become links, quoted lines look quoted.
pub fn from_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 200);
    out.push_str("<div style=\"white-space:pre-wrap\">");
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let is_quoted = line.starts_with('>');
        if is_quoted {
            out.push_str("<span style=\"color:#616161\">");
        }
        linked(line, &mut out);
        if is_quoted {
            out.push_str("</span>");
        }
    }
    out.push_str("</div>");
    out
}

fn linked(line: &str, out: &mut String) {
    let mut rest = line;
    while let Some(at) = rest.find("https://").or_else(|| rest.find("http://")) {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        escape(before, out);
        let end = from.find(|c: char| c.is_whitespace() || "<>\"'`|\\^{}".contains(c));
        let url = from.get(..end.unwrap_or(from.len())).unwrap_or_default();
        let url = url.trim_end_matches(['.', ',', ';', ':', ')', ']', '!', '?', '»']);
        if url.len() <= "https://".len() {
            let step = from.chars().next().map_or(1, char::len_utf8);
            escape(from.get(..step).unwrap_or_default(), out);
            rest = from.get(step..).unwrap_or_default();
            continue;
        }
        out.push_str("<a target=\"_blank\" rel=\"noopener noreferrer nofollow\" href=\"");
        escape(url, out);
        out.push_str("\">");
        escape(url, out);
        out.push_str("</a>");
        rest = from.get(url.len()..).unwrap_or_default();
    }
    escape(rest, out);
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
}

/// What a picture from elsewhere becomes while it is cleaned; a mail that writes it itself is only counted.
const BLOCKED: &str = "src=\"cid:-elsewhere-\"";

fn clean(html: &str, with_pictures: bool) -> String {
    let mut builder = Builder::new();
    builder
        .tags(TAGS.iter().copied().collect())
        .clean_content_tags(["script", "style", "title", "noscript", "template"].into())
        .generic_attributes(
            ["style", "dir", "lang", "title", "align", "valign", "bgcolor", "width", "height"]
                .into(),
        )
        .tag_attributes(
            [
                ("a", ["href"].into()),
                ("img", ["src", "alt", "border"].into()),
                ("table", ["border", "cellpadding", "cellspacing", "role"].into()),
                ("td", ["colspan", "rowspan", "nowrap"].into()),
                ("th", ["colspan", "rowspan", "nowrap", "scope"].into()),
                ("ol", ["start", "type"].into()),
                ("ul", ["type"].into()),
                ("font", ["color", "face", "size"].into()),
                ("blockquote", ["cite"].into()),
                ("bdo", [].into()),
            ]
            .into(),
        )
        .set_tag_attribute_value("a", "target", "_blank")
        .link_rel(Some("noopener noreferrer nofollow"))
        .url_schemes(["http", "https", "mailto", "tel", "cid", "data"].into())
        .url_relative(UrlRelative::Deny)
        .attribute_filter(move |element, attribute, value| {
            kept(element, attribute, value, with_pictures)
        });
    builder.clean(html).to_string()
}

/// What stays of an attribute.
fn kept<'v>(
    element: &str,
    attribute: &str,
    value: &'v str,
    with_pictures: bool,
) -> Option<Cow<'v, str>> {
    let scheme = value.split(':').next().unwrap_or_default().trim().to_ascii_lowercase();
    match (element, attribute) {
        (_, "style") => style(value).map(Cow::Owned),
        ("img", "src") => {
            match scheme.as_str() {
                "cid" => Some(value.into()),
                "data" => is_picture(value).then_some(value.into()),
                "https" if with_pictures => Some(value.into()),
                // without encryption a picture tells everybody on the way who reads
                "https" | "http" => Some("cid:-elsewhere-".into()),
                _ => None,
            }
        }
        ("a", "href") => {
            matches!(scheme.as_str(), "http" | "https" | "mailto" | "tel").then_some(value.into())
        }
        ("blockquote", "cite") => None,
        (
            _,
            "width" | "height" | "border" | "cellpadding" | "cellspacing" | "colspan" | "rowspan"
            | "start" | "size",
        ) => {
            let digits = value.trim().trim_end_matches(['%', 'p', 'x']);
            let is_small = digits.len() <= 4
                && digits.chars().all(|c| c.is_ascii_digit() || c == '+' || c == '-');
            is_small.then_some(value.into())
        }
        _ => Some(value.into()),
    }
}

/// Whether a `data:` address holds a picture that cannot run anything: no SVG.
fn is_picture(value: &str) -> bool {
    let lower = value.get(..40.min(value.len())).unwrap_or_default().to_ascii_lowercase();
    ["png", "jpeg", "jpg", "gif", "webp", "bmp"]
        .iter()
        .any(|kind| lower.starts_with(&format!("data:image/{kind};base64,")))
}

/// Puts the pictures that came with the mail where it names them.
fn with_own_pictures(html: &str, message: &Message) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    let mut total = 0;
    while let Some(at) = rest.find("src=\"cid:") {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        let value = from.get("src=\"cid:".len()..).unwrap_or_default();
        let end = value.find('"').unwrap_or(value.len());
        let id = value.get(..end).unwrap_or_default().replace("&amp;", "&");
        let picture = message.attachments.iter().find(|file| {
            let named = file.content_id.as_deref();
            named == Some(&id) && file.content.len() <= MAX_PICTURE_BYTES
        });
        let kind = picture.and_then(|file| kind_of(&file.content));
        if let (Some(file), Some(kind)) = (picture, kind) {
            total += file.content.len();
            if total <= MAX_PICTURES_BYTES {
                out.push_str("src=\"data:image/");
                out.push_str(kind);
                out.push_str(";base64,");
                STANDARD.encode_string(&file.content, &mut out);
                out.push('"');
            }
        }
        rest = value.get(end + 1..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// The kind of a picture by its first bytes; what the mail says is not believed.
fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    let webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    match bytes {
        _ if bytes.starts_with(b"\x89PNG\r\n\x1a\n") => Some("png"),
        _ if bytes.starts_with(b"\xFF\xD8\xFF") => Some("jpeg"),
        _ if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") => Some("gif"),
        _ if webp => Some("webp"),
        _ if bytes.starts_with(b"BM") => Some("bmp"),
        _ => None,
    }
}

/// The elements that stay.
const TAGS: &[&str] = &[
    "a",
    "abbr",
    "address",
    "article",
    "b",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "main",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
];

#[cfg(test)]
mod tests;
