//! JSON as Microsoft's receiver takes it: beside RFC 8259 also single quotes, trailing commas,
//! comments, line breaks and tabs inside strings, and halves of surrogate pairs, which become
//! U+FFFD. Everything that the strict reader takes is taken and read alike.

use std::borrow::Cow;

use serde_json::Number;

use super::{Json, Object, without_nul};
use crate::{
    limits::{MAX_DEPTH, MAX_VALUES},
    pointer,
    refusal::{Position, Reason, Refusal},
};

pub(super) fn read(text: &str) -> Result<Json<'_>, Refusal> {
    let mut reader = Reader { text, at: 0, values: 0, path: Vec::new() };
    reader.document().map_err(|reason| Refusal {
        pointer: pointer::join(&reader.path),
        position: Some(Position::of(text, reader.at)),
        ..Refusal::bad(reason)
    })
}

/// A step into the value that is being read, for the pointer of a mistake.
pub(crate) enum Step<'a> {
    Name(Cow<'a, str>),
    Index(usize),
}

/// `path` is left as it stands when reading fails, so that it says where.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    values: usize,
    path: Vec<Step<'a>>,
}

type Result2<T> = Result<T, Reason>;

impl<'a> Reader<'a> {
    fn document(&mut self) -> Result2<Json<'a>> {
        self.space()?;
        let json = self.value(0)?;
        self.space()?;
        if self.peek().is_some() { Err(Reason::Syntax) } else { Ok(json) }
    }

    fn value(&mut self, depth: usize) -> Result2<Json<'a>> {
        self.values += 1;
        if self.values > MAX_VALUES {
            return Err(Reason::TooManyValues);
        }
        match self.peek() {
            Some(b'{') => self.object(depth + 1),
            Some(b'[') => self.list(depth + 1),
            Some(quote @ (b'"' | b'\'')) => self.string(quote).map(Json::Text),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.word(),
        }
    }

    fn object(&mut self, depth: usize) -> Result2<Json<'a>> {
        self.enter(depth)?;
        let mut members = Vec::new();
        loop {
            self.space()?;
            match self.peek() {
                Some(b'}') => break,
                Some(quote @ (b'"' | b'\'')) => {
                    let name = self.string(quote)?;
                    self.path.push(Step::Name(name.clone()));
                    self.space()?;
                    self.expect(b':')?;
                    self.space()?;
                    let value = self.value(depth)?;
                    self.space()?;
                    self.between(b'}')?;
                    self.path.pop();
                    members.push((name, value));
                }
                _ => return Err(Reason::Syntax),
            }
        }
        self.at += 1;
        Ok(Json::Object(Object(members)))
    }

    fn list(&mut self, depth: usize) -> Result2<Json<'a>> {
        self.enter(depth)?;
        let mut items = Vec::new();
        loop {
            self.space()?;
            if self.peek() == Some(b']') {
                break;
            }
            self.path.push(Step::Index(items.len()));
            items.push(self.value(depth)?);
            self.space()?;
            self.between(b']')?;
            self.path.pop();
        }
        self.at += 1;
        Ok(Json::List(items))
    }

    fn enter(&mut self, depth: usize) -> Result2<()> {
        if depth > MAX_DEPTH {
            return Err(Reason::TooDeep);
        }
        self.at += 1;
        Ok(())
    }

    /// A comma, or the end that is coming.
    fn between(&mut self, end: u8) -> Result2<()> {
        if self.peek() == Some(end) { Ok(()) } else { self.expect(b',') }
    }

    fn word(&mut self) -> Result2<Json<'a>> {
        for (word, json) in
            [("true", Json::Bool(true)), ("false", Json::Bool(false)), ("null", Json::Null)]
        {
            if self.rest().starts_with(word) {
                self.at += word.len();
                return Ok(json);
            }
        }
        Err(Reason::Syntax)
    }

    fn number(&mut self) -> Result2<Json<'a>> {
        let rest = self.rest();
        let end =
            rest.find(|c: char| !(c.is_ascii_digit() || "+-.eE".contains(c))).unwrap_or(rest.len());
        let number = rest.get(..end).and_then(|text| serde_json::from_str::<Number>(text).ok());
        self.at += if number.is_some() { end } else { 0 };
        number.map(Json::Number).ok_or(Reason::Syntax)
    }

    fn string(&mut self, quote: u8) -> Result2<Cow<'a, str>> {
        self.at += 1;
        let start = self.at;
        let mut owned: Option<String> = None;
        let mut copied = start;
        loop {
            match self.peek() {
                Some(b'\\') => {
                    let text = owned.get_or_insert_default();
                    text.push_str(self.text.get(copied..self.at).unwrap_or_default());
                    self.at += 1;
                    let letter = self.escape()?;
                    if letter != '\0' {
                        owned.get_or_insert_default().push(letter);
                    }
                    copied = self.at;
                }
                Some(byte) if byte == quote => break,
                Some(byte) if byte >= b' ' || matches!(byte, b'\t' | b'\n' | b'\r') => self.at += 1,
                _ => return Err(Reason::Syntax),
            }
        }
        let last = self.text.get(copied..self.at).unwrap_or_default();
        self.at += 1;
        Ok(match owned {
            Some(mut text) => {
                text.push_str(last);
                Cow::Owned(without_nul(&text).into_owned())
            }
            None => Cow::Borrowed(last),
        })
    }

    fn escape(&mut self) -> Result2<char> {
        let letter = match self.peek() {
            Some(b'n') => '\n',
            Some(b't') => '\t',
            Some(b'r') => '\r',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(mark @ (b'"' | b'\'' | b'\\' | b'/')) => char::from(mark),
            Some(b'u') => {
                self.at += 1;
                return self.unicode();
            }
            _ => return Err(Reason::Syntax),
        };
        self.at += 1;
        Ok(letter)
    }

    /// What follows `\u`; the second half of a pair is read with the first.
    fn unicode(&mut self) -> Result2<char> {
        let first = self.hex()?;
        if (0xd800..0xdc00).contains(&first) && self.rest().starts_with("\\u") {
            let before = self.at;
            self.at += 2;
            let second = self.hex()?;
            if (0xdc00..0xe000).contains(&second) {
                let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = before;
        }
        Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex(&mut self) -> Result2<u32> {
        let digits = self.rest().get(..4).filter(|it| it.bytes().all(|b| b.is_ascii_hexdigit()));
        let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        self.at += if code.is_some() { 4 } else { 0 };
        code.ok_or(Reason::Syntax)
    }

    /// White space and comments, in either form.
    fn space(&mut self) -> Result2<()> {
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
            let rest = rest.get(blank..).unwrap_or_default();
            self.at += blank;
            if rest.starts_with("//") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if let Some(comment) = rest.strip_prefix("/*") {
                self.at += comment.find("*/").ok_or(Reason::Syntax)? + 4;
            } else {
                return Ok(());
            }
        }
    }

    fn expect(&mut self, byte: u8) -> Result2<()> {
        if self.peek() != Some(byte) {
            return Err(Reason::Syntax);
        }
        self.at += 1;
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(lenient: &str, strict: &str) {
        let expected = super::super::strict::read(strict).ok().expect("the strict twin");
        assert_eq!(read(lenient).expect(lenient), expected, "{lenient}");
    }

    #[test]
    fn what_people_write_by_hand_is_taken() {
        same("{'text':'Hello World'}", r#"{"text":"Hello World"}"#);
        same(r#"{'text':'it\'s "so"'}"#, r#"{"text":"it's \"so\""}"#);
        same(r#"{"a":[1,2,],"b":{},}"#, r#"{"a":[1,2],"b":{}}"#);
        same("/* a */ { // b\n \"a\" /**/ : -1.5e3 } // end", r#"{"a":-1500.0}"#);
        same("{\"a\":\"one\ntwo\tthree\"}", r#"{"a":"one\ntwo\tthree"}"#);
        same(r#"{"a":"\ud83d\ude00 \u00e9 \ud83d."}"#, r#"{"a":"😀 é �."}"#);
    }

    #[test]
    fn a_mistake_is_named_with_its_place() {
        for (text, pointer, line, column) in [
            ("{\"text\": }", "/text", 1, 10),
            ("{\n  \"a\": [1, 2, oops]}", "/a/2", 2, 15),
            ("{\"a/b\": {\"c~\": tru}}", "/a~1b/c~0", 1, 16),
            ("{\"a\":1} x", "", 1, 9),
            ("{,}", "", 1, 2),
            ("{\"a\":1,,}", "", 1, 8),
            ("[1 2]", "/0", 1, 4),
            ("{\"é\":'\u{1}'}", "/é", 1, 7),
            ("{\"a\":\"open", "/a", 1, 11),
            ("/* open", "", 1, 1),
            ("01", "", 1, 1),
        ] {
            let refusal = read(text).expect_err(text);
            assert_eq!(refusal.reason, Reason::Syntax, "{text}");
            assert_eq!(refusal.pointer, pointer, "{text}");
            assert_eq!(refusal.position, Some(Position { line, column }), "{text}");
        }
    }
}
