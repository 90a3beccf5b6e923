//! The little XML that workbooks are written in, read as a stream: elements, attributes, text; no document types, so no
//! entities of anybody's own.

use std::io::{BufRead as _, BufReader, Read};

use crate::Problem;

/// One step through a document. Names come without their prefix.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// An element begins; an [`Event::End`] follows, also where it is empty.
    Start(Tag),
    /// An element ends.
    End(String),
    /// Text, its entities resolved.
    Text(String),
}

/// The beginning of an element.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) name: String,
    attributes: String,
}

impl Tag {
    /// The value of an attribute, by its name without the prefix.
    pub(crate) fn get(&self, wanted: &str) -> Option<String> {
        let mut rest = self.attributes.as_str();
        loop {
            let (name, after) = rest.split_once('=')?;
            let after = after.trim_start();
            let quote = after.chars().next().filter(|one| matches!(one, '"' | '\''))?;
            let (value, more) = after.get(1..)?.split_once(quote)?;
            if local(name.trim()) == wanted {
                return Some(resolved(value));
            }
            rest = more;
        }
    }
}

/// Reads a document step by step; no step is larger than [`MAX_STEP`].
pub(crate) struct Reader<'a> {
    from: BufReader<Box<dyn Read + 'a>>,
    /// The element that ends at once.
    empty: Option<String>,
    in_tag: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(from: Box<dyn Read + 'a>) -> Self {
        Self { from: BufReader::with_capacity(32 << 10, from), empty: None, in_tag: false }
    }

    /// The next step; nothing at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Event>, Problem> {
        loop {
            if let Some(name) = self.empty.take() {
                return Ok(Some(Event::End(name)));
            }
            if !self.in_tag {
                let text = self.until(b'<')?;
                self.in_tag = true;
                if !text.is_empty() {
                    return Ok(Some(Event::Text(resolved(&text))));
                }
            }
            let Some(tag) = self.tag()? else { return Ok(None) };
            self.in_tag = false;
            if let Some(name) = tag.strip_prefix('/') {
                return Ok(Some(Event::End(local(name.trim()).to_owned())));
            }
            if let Some(text) = tag.strip_prefix("![CDATA[") {
                return Ok(Some(Event::Text(text.strip_suffix("]]").unwrap_or(text).to_owned())));
            }
            if tag.starts_with('?') || tag.starts_with("!--") {
                continue;
            }
            if tag.starts_with('!') {
                return Err(Problem::Sheet);
            }
            let (body, is_empty) = match tag.strip_suffix('/') {
                Some(body) => (body, true),
                None => (tag.as_str(), false),
            };
            let blank = |one: char| one.is_ascii_whitespace();
            let (name, attributes) = body.split_once(blank).unwrap_or((body, ""));
            let name = local(name).to_owned();
            if is_empty {
                self.empty = Some(name.clone());
            }
            return Ok(Some(Event::Start(Tag { name, attributes: attributes.to_owned() })));
        }
    }

    /// What stands in the angle brackets; a bracket in quotes, in a comment or in CDATA does not end it.
    fn tag(&mut self) -> Result<Option<String>, Problem> {
        let mut tag = String::new();
        loop {
            let part = self.until(b'>')?;
            if part.is_empty() && self.from.fill_buf().map_or(true, <[u8]>::is_empty) {
                return if tag.is_empty() { Ok(None) } else { Err(Problem::Sheet) };
            }
            tag.push_str(&part);
            let is_whole = if tag.starts_with("!--") {
                tag.ends_with("--") && tag.len() >= "!----".len()
            } else if tag.starts_with("![CDATA[") {
                tag.ends_with("]]")
            } else {
                !open_quote(&tag)
            };
            if is_whole {
                return Ok(Some(tag));
            }
            if tag.len() > MAX_STEP {
                return Err(Problem::Sheet);
            }
            tag.push('>');
        }
    }

    fn until(&mut self, end: u8) -> Result<String, Problem> {
        let mut bytes = Vec::new();
        let most = u64::try_from(MAX_STEP).unwrap_or(u64::MAX);
        let read = self.from.by_ref().take(most).read_until(end, &mut bytes);
        let read = read.map_err(|_source| Problem::Packed)?;
        if bytes.last() == Some(&end) {
            bytes.pop();
        } else if read >= MAX_STEP {
            return Err(Problem::Sheet);
        }
        String::from_utf8(bytes).map_err(|_source| Problem::Sheet)
    }
}

fn open_quote(tag: &str) -> bool {
    let mut open = None;
    for one in tag.chars().filter(|one| matches!(one, '"' | '\'')) {
        if open.is_none() {
            open = Some(one);
        } else if open == Some(one) {
            open = None;
        }
    }
    open.is_some()
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// Text with its entities resolved; what is none stays as it is.
fn resolved(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let found = after.split_once(';').and_then(|(name, more)| Some((entity(name)?, more)));
        if let Some((one, more)) = found {
            out.push(one);
            rest = more;
        } else {
            out.push('&');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

/// Bytes of one step: a cell of a spreadsheet has at most 32,767 characters.
const MAX_STEP: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Result<Vec<String>, Problem> {
        let bytes = text.as_bytes().to_vec();
        let mut reader = Reader::new(Box::new(std::io::Cursor::new(bytes)));
        let mut seen = Vec::new();
        while let Some(event) = reader.next()? {
            seen.push(match event {
                Event::Start(tag) => format!("<{} {:?}", tag.name, tag.get("r")),
                Event::End(name) => format!("/{name}"),
                Event::Text(text) => text,
            });
        }
        Ok(seen)
    }

    #[test]
    fn elements_attributes_and_text_are_read() {
        let seen =
            all("<?xml version='1'?><x:a r = \"1 > 0\"><!-- <b> --><c/>a &lt;&#x41;&nope; b</x:a>");
        assert_eq!(seen.unwrap(), ["<a Some(\"1 > 0\")", "<c None", "/c", "a <A&nope; b", "/a"]);
    }

    #[test]
    fn document_types_are_refused_and_so_are_endless_tags() {
        assert_eq!(all("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), Err(Problem::Sheet));
        assert_eq!(all(&format!("<a {}", "x".repeat(MAX_STEP + 5))), Err(Problem::Sheet));
    }
}
