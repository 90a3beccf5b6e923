//! The little XML that queries are written in: elements, attributes, text, comments; no document types, so no
//! entities of anybody's own.

use crate::error::{Error, Problem, Result};

/// One step through a document.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Event<'a> {
    /// `<name …>` or `<name …/>`; an `End` follows for both.
    Start {
        name: &'a str,
        attributes: Vec<Attribute<'a>>,
    },
    End,
    Text(String),
}

/// An attribute and where its value stands.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Attribute<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: String,
    pub(crate) at: usize,
}

/// Attributes of one element (our own choice).
const ATTRIBUTES: usize = 40;

pub(crate) struct Reader<'a> {
    text: &'a str,
    at: usize,
    open: Vec<&'a str>,
    /// An element without content was just read.
    empty: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { text, at, open: Vec::new(), empty: false }
    }

    pub(crate) const fn at(&self) -> usize {
        self.at
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    const fn expected(&self, what: &'static str) -> Error {
        Error { at: self.at, problem: Problem::Expected(what) }
    }

    /// Passes everything up to and with this text.
    fn pass(&mut self, end: &'static str) -> Result<&'a str> {
        let rest = self.rest();
        let Some((before, _)) = rest.split_once(end) else { return Err(self.expected(end)) };
        self.at += before.len() + end.len();
        Ok(before)
    }

    fn eat(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
    }

    /// The next step; nothing at the end of the document.
    pub(crate) fn next(&mut self) -> Result<Option<Event<'a>>> {
        if std::mem::take(&mut self.empty) {
            self.open.pop();
            return Ok(Some(Event::End));
        }
        loop {
            let rest = self.rest();
            if rest.is_empty() {
                return if self.open.is_empty() {
                    Ok(None)
                } else {
                    Err(self.expected("a closing tag"))
                };
            }
            if self.eat("<!--") {
                self.pass("-->")?;
            } else if self.eat("<?") {
                self.pass("?>")?;
            } else if self.eat("<![CDATA[") {
                return Ok(Some(Event::Text(self.pass("]]>")?.to_owned())));
            } else if rest.starts_with("<!") {
                return Err(self.expected("no document type"));
            } else if self.eat("</") {
                return self.end().map(Some);
            } else if self.eat("<") {
                return self.start().map(Some);
            } else {
                let raw = rest.split('<').next().unwrap_or_default();
                let text = unescaped(raw, self.at)?;
                self.at += raw.len();
                return Ok(Some(Event::Text(text)));
            }
        }
    }

    fn end(&mut self) -> Result<Event<'a>> {
        let start = self.at;
        let name = self.name()?;
        self.blanks();
        if self.open.pop() != Some(name) {
            return Err(Error {
                at: start,
                problem: Problem::Expected("the name of the open element"),
            });
        }
        if !self.eat(">") {
            return Err(self.expected("'>'"));
        }
        Ok(Event::End)
    }

    fn start(&mut self) -> Result<Event<'a>> {
        let name = self.name()?;
        let mut attributes: Vec<Attribute<'a>> = Vec::new();
        loop {
            let before = self.at;
            self.blanks();
            if self.eat("/>") {
                self.empty = true;
                break;
            }
            if self.eat(">") {
                break;
            }
            if before == self.at {
                return Err(self.expected("'>'"));
            }
            let at = self.at;
            let attribute = self.attribute()?;
            if attributes.iter().any(|other| other.name == attribute.name) {
                let problem = Problem::RepeatedAttribute(attribute.name.to_owned());
                return Err(Error { at, problem });
            }
            if attributes.len() >= ATTRIBUTES {
                return Err(crate::error::limit(at, "attributes", ATTRIBUTES));
            }
            attributes.push(attribute);
        }
        self.open.push(name);
        Ok(Event::Start { name, attributes })
    }

    fn attribute(&mut self) -> Result<Attribute<'a>> {
        let name = self.name()?;
        self.blanks();
        if !self.eat("=") {
            return Err(self.expected("'='"));
        }
        self.blanks();
        let quote = match self.rest().chars().next() {
            Some('"') => "\"",
            Some('\'') => "'",
            _ => return Err(self.expected("a quote")),
        };
        self.at += 1;
        let at = self.at;
        let raw = self.pass(quote)?;
        Ok(Attribute { name, value: unescaped(raw, at)?, at })
    }

    fn name(&mut self) -> Result<&'a str> {
        let rest = self.rest();
        let ends = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':'));
        let length = rest.find(ends).unwrap_or(rest.len());
        if length == 0 {
            return Err(self.expected("a name"));
        }
        self.at += length;
        Ok(rest.get(..length).unwrap_or_default())
    }
}

/// Text with its entities put in; it stands at `at`.
fn unescaped(raw: &str, at: usize) -> Result<String> {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, behind)) = rest.split_once('&') {
        text.push_str(before);
        let here = at + raw.len() - rest.len() + before.len();
        let broken = Error { at: here, problem: Problem::Expected("an entity such as '&amp;'") };
        let Some((name, behind)) = behind.split_once(';') else { return Err(broken) };
        let Some(c) = entity(name) else { return Err(broken) };
        text.push(c);
        rest = behind;
    }
    text.push_str(rest);
    Ok(text)
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(digits) if digits.len() <= 6 => u32::from_str_radix(digits, 16).ok()?,
                Some(_) => return None,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r'))
        }
    }
}

/// Text as it may stand in an attribute or between tags.
pub(crate) fn escape(text: &str, into: &mut String) {
    for c in text.chars() {
        match c {
            '&' => into.push_str("&amp;"),
            '<' => into.push_str("&lt;"),
            '>' => into.push_str("&gt;"),
            '"' => into.push_str("&quot;"),
            '\n' => into.push_str("&#10;"),
            '\r' => into.push_str("&#13;"),
            '\t' => into.push_str("&#9;"),
            c => into.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> Error {
        let mut reader = Reader::new(text);
        loop {
            match reader.next() {
                Ok(Some(_)) => {}
                Ok(None) => panic!("{text} was read"),
                Err(error) => return error,
            }
        }
    }

    #[test]
    fn what_is_not_well_formed_says_where() {
        assert_eq!(error("<a><b></a>").at, 8);
        assert_eq!(error("<a>").problem, Problem::Expected("a closing tag"));
        assert_eq!(error("<a x='1' x='2'/>").problem, Problem::RepeatedAttribute("x".to_owned()));
        assert_eq!(error("<a>&lol;</a>").at, 3);
        assert_eq!(error("<!DOCTYPE a><a/>").problem, Problem::Expected("no document type"));
        assert_eq!(error("<a x='&#0;'/>").at, 6);
        assert_eq!(error("<a x=1/>").at, 5);
    }
}
