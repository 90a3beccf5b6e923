//! The HTML that senders write into MessageCards, as the Markdown it means.
//!
//! Teams documents `strong em strike h1-h3 ul ol li pre blockquote a img p` for connector cards; `b`,
//! `i`, `s`, `del` and `br` are met as often and mean the same. Every other tag stays text, and is marked as such.

use std::borrow::Cow;

use crate::address;

/// `text` with the known tags turned into Markdown; code spans are left alone.
pub(super) fn to_markdown(text: &str) -> Cow<'_, str> {
    if !text.contains('<') || text.len() > LONGEST_TEXT {
        return Cow::Borrowed(text);
    }
    let mut writer = Writer {
        out: String::with_capacity(text.len()),
        links: Vec::new(),
        lists: Vec::new(),
        lacks_pre_end: false,
    };
    let mut rest = text;
    while let Some(at) = rest.find(['<', '`']) {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        writer.out.push_str(before);
        let taken = if from.starts_with('`') { code_span(from) } else { writer.tag(from) };
        if let Some(length) = taken {
            if from.starts_with('`') {
                writer.out.push_str(from.get(..length).unwrap_or_default());
            }
            rest = from.get(length..).unwrap_or_default();
        } else {
            writer.out.push_str(if from.starts_with('`') { "`" } else { literal(from) });
            rest = from.get(1..).unwrap_or_default();
        }
    }
    writer.out.push_str(rest);
    while let Some(link) = writer.links.pop() {
        writer.close(link);
    }
    Cow::Owned(writer.out)
}

/// The `<` at the start of `text` so that no reader of Markdown takes a tag for one; automatic links
/// stay what they are.
fn literal(text: &str) -> &'static str {
    let after = text.get(1..).unwrap_or_default();
    let is_link = after.split_once('>').is_some_and(|(url, _)| {
        address::is_safe_link(url) && !url.contains([' ', '<', '\n', '\t'])
    });
    let may_open = after.starts_with(|it: char| it.is_ascii_alphabetic() || "/!?".contains(it));
    // the marks of a mention are compared letter by letter
    let is_mention = ["at>", "/at>"].iter().any(|tag| after.starts_with(tag));
    if may_open && !is_link && !is_mention { "\\<" } else { "<" }
}

/// The length of the code span that begins here, its back quotes included.
fn code_span(text: &str) -> Option<usize> {
    let marks = text.len() - text.trim_start_matches('`').len();
    let (open, rest) = text.split_at_checked(marks)?;
    let mut from = 0;
    while let Some(at) = rest.get(from..).and_then(|rest| rest.find(open)) {
        let start = from + at;
        let run =
            rest.get(start..).map_or(0, |rest| rest.len() - rest.trim_start_matches('`').len());
        if run == marks {
            return Some(marks + start + run);
        }
        from = start + run;
    }
    None
}

struct Writer {
    out: String,
    /// Addresses of open links; none where the address is not allowed.
    links: Vec<Option<String>>,
    /// Open lists: the next number of an ordered one.
    lists: Vec<Option<u32>>,
    /// No `</pre>` is to come, as was seen once.
    lacks_pre_end: bool,
}

/// Longer texts keep their tags: telling them apart is not linear. Our own choice.
const LONGEST_TEXT: usize = 128 * 1024;

/// A tag: name in lower case, whether it closes, its attributes, its length.
struct Found<'t> {
    name: String,
    closes: bool,
    attributes: &'t str,
    length: usize,
}

impl Writer {
    /// Writes what the tag at the start of `text` means. None if it is no tag that is known.
    fn tag(&mut self, text: &str) -> Option<usize> {
        let found = find(text)?;
        match (found.name.as_str(), found.closes) {
            ("strong" | "b", _) => self.out.push_str("**"),
            ("em" | "i", _) => self.out.push('*'),
            ("br" | "p", _) | ("h1" | "h2" | "h3" | "pre" | "blockquote", true) => self.line(2),
            ("h1" | "h2" | "h3", false) => {
                self.line(2);
                self.out.push_str("### ");
            }
            ("blockquote", false) => {
                self.line(2);
                self.out.push_str("> ");
            }
            ("pre", false) => return self.preformatted(text, found.length),
            ("ul", false) => self.lists.push(None),
            ("ol", false) => self.lists.push(Some(1)),
            ("ul" | "ol", true) => {
                self.lists.pop();
                self.line(2);
            }
            ("li", false) => self.item(),
            // Adaptive Cards know no strike-through, and items end by themselves
            ("strike" | "s" | "del", _) | ("li", true) => {}
            ("a", false) => self.open(found.attributes),
            ("a", true) => {
                let link = self.links.pop()?;
                self.close(link);
            }
            ("img", _) => self.image(found.attributes),
            _ => return None,
        }
        Some(found.length)
    }

    /// Ends the line, and `breaks - 1` empty ones after it.
    fn line(&mut self, breaks: usize) {
        let have = self.out.len() - self.out.trim_end_matches('\n').len();
        if self.out.trim().is_empty() {
            return;
        }
        for _ in have..breaks {
            self.out.push('\n');
        }
    }

    fn item(&mut self) {
        self.line(1);
        match self.lists.last_mut() {
            Some(Some(number)) => {
                self.out.push_str(&number.to_string());
                self.out.push_str(". ");
                *number = number.saturating_add(1);
            }
            _ => self.out.push_str("- "),
        }
    }

    fn open(&mut self, attributes: &str) {
        let url = attribute(attributes, "href").filter(|url| address::is_web(url));
        if url.is_some() {
            self.out.push('[');
        }
        self.links.push(url);
    }

    fn close(&mut self, link: Option<String>) {
        if let Some(url) = link {
            self.out.push_str("](");
            self.out.push_str(&destination(&url));
            self.out.push(')');
        }
    }

    fn image(&mut self, attributes: &str) {
        let alt = attribute(attributes, "alt").unwrap_or_default();
        if let Some(url) = attribute(attributes, "src").filter(|url| address::is_web(url)) {
            let alt = super::escape(&alt);
            let url = destination(&url);
            self.out.extend(["![", &alt, "](", &url, ")"]);
        } else {
            self.out.push_str(&alt);
        }
    }

    /// Text between `<pre>` and `</pre>`, as a fenced block with a fence that is not in it.
    fn preformatted(&mut self, text: &str, start: usize) -> Option<usize> {
        if self.lacks_pre_end {
            return None;
        }
        let inside = text.get(start..)?;
        let Some(end) = inside.to_ascii_lowercase().find("</pre>") else {
            self.lacks_pre_end = true;
            return None;
        };
        let code = inside.get(..end)?;
        let mut fence = String::from("```");
        while code.contains(&fence) {
            fence.push('`');
        }
        self.line(2);
        self.out.extend([&fence, "\n", code.trim_matches('\n'), "\n", &fence, "\n\n"]);
        Some(start + end + "</pre>".len())
    }
}

/// An address as a Markdown destination.
fn destination(url: &str) -> String {
    let mut text = String::with_capacity(url.len());
    for letter in url.trim().chars() {
        match letter {
            ' ' => text.push_str("%20"),
            '(' => text.push_str("%28"),
            ')' => text.push_str("%29"),
            '<' => text.push_str("%3C"),
            '>' => text.push_str("%3E"),
            '\\' => text.push_str("%5C"),
            letter if letter.is_control() => {}
            letter => text.push(letter),
        }
    }
    text
}

/// The tag at the start of `text`, which begins with `<`.
fn find(text: &str) -> Option<Found<'_>> {
    let inside = text.strip_prefix('<')?;
    let closes = inside.starts_with('/');
    let named = inside.strip_prefix('/').unwrap_or(inside);
    let length =
        named.len() - named.trim_start_matches(|it: char| it.is_ascii_alphanumeric()).len();
    let name = named.get(..length)?.to_ascii_lowercase();
    let after = named.get(length..)?;
    if name.is_empty() || !after.starts_with([' ', '\t', '\n', '/', '>']) {
        return None;
    }
    let end = end_of(after)?;
    let length = text.len() - after.len() + end + 1;
    Some(Found { name, closes, attributes: after.get(..end)?, length })
}

/// Where the `>` of a tag stands, not counting quoted ones.
fn end_of(attributes: &str) -> Option<usize> {
    let mut quote = None;
    for (at, letter) in attributes.char_indices().take(LONGEST_TAG) {
        match (quote, letter) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            _ => {}
        }
    }
    None
}

/// Longest attributes of a tag, so that open quotes do not make the reader quadratic. Our own choice.
const LONGEST_TAG: usize = 2048;

/// The value of an attribute, entities of addresses decoded.
fn attribute(attributes: &str, wanted: &str) -> Option<String> {
    let mut rest = attributes;
    while let Some(at) = rest.find('=') {
        let (name, value) = rest.split_at_checked(at)?;
        let value = value.get(1..)?.trim_start();
        let quote = value.chars().next().filter(|it| matches!(it, '"' | '\''));
        let (value, after) = match quote {
            Some(quote) => value.get(1..)?.split_once(quote)?,
            None => value.split_once(char::is_whitespace).unwrap_or((value, "")),
        };
        let name = name.split_whitespace().last().unwrap_or_default().trim_start_matches('/');
        if name.eq_ignore_ascii_case(wanted) {
            return Some(value.replace("&quot;", "\"").replace("&amp;", "&"));
        }
        rest = after;
    }
    None
}
