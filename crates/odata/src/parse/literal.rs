//! Values that are written out.

use crate::{
    error::{Error, Problem, Result},
    tree::expr::{Expr, Literal},
    value::{Date, DateTimeOffset, Decimal, Guid, TimeOfDay},
};

use super::cursor::{Cursor, continues_identifier};

const GUID_CHARS: usize = 36;

/// `null`, `true`, `false`, `INF`, `NaN`.
pub(super) fn keyword(name: &str) -> Option<Literal> {
    match name {
        "null" => Some(Literal::Null),
        "INF" => Some(Literal::Infinity(false)),
        "NaN" => Some(Literal::NaN),
        _ if name.eq_ignore_ascii_case("true") => Some(Literal::Boolean(true)),
        _ if name.eq_ignore_ascii_case("false") => Some(Literal::Boolean(false)),
        _ => None,
    }
}

impl Cursor<'_> {
    pub(super) fn string_literal(&mut self) -> Result<Expr> {
        Ok(Expr::Literal(Literal::String(self.quoted()?)))
    }

    /// `'…'`, with doubled quotes made single.
    fn quoted(&mut self) -> Result<String> {
        let start = self.at();
        self.expect(b'\'', "a quote")?;
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let Some(end) = rest.find('\'') else {
                return Err(Error {
                    at: start,
                    problem: Problem::Expected("the end of this string"),
                });
            };
            text.push_str(rest.get(..end).unwrap_or_default());
            self.advance(end + 1);
            if !self.eat(b'\'') {
                return Ok(text);
            }
            text.push('\'');
        }
    }

    /// `name'…'`.
    pub(super) fn prefixed_literal(&mut self, name: &str, start: usize) -> Result<Expr> {
        let broken = |what| Error { at: start, problem: Problem::Expected(what) };
        let text = self.quoted()?;
        let literal = match name.to_ascii_lowercase().as_str() {
            "duration" => {
                Literal::Duration(text.parse().map_err(|()| broken("a duration such as 'P1DT2H'"))?)
            }
            "binary" => Literal::Binary(base64url(&text).ok_or_else(|| broken("base64url"))?),
            "geography" | "geometry" => {
                if !odata_grammar::spatial(&text) {
                    return Err(broken("a spatial value such as 'SRID=4326;Point(1 2)'"));
                }
                Literal::Spatial { geography: name.eq_ignore_ascii_case("geography"), text }
            }
            _ if !name.contains('.') => return Err(broken("a qualified name of an enumeration")),
            _ => {
                let members: Vec<_> = text.split(',').map(str::to_owned).collect();
                if !members.iter().all(|member| is_member(member)) {
                    return Err(broken("members of an enumeration"));
                }
                Literal::Enum { type_name: name.to_owned(), members }
            }
        };
        Ok(Expr::Literal(literal))
    }

    pub(super) fn guid_literal(&mut self) -> Option<Expr> {
        let rest = self.rest();
        let guid: Guid = rest.get(..GUID_CHARS)?.parse().ok()?;
        let behind = rest.get(GUID_CHARS..).and_then(|rest| rest.chars().next());
        if behind.is_some_and(continues_identifier) {
            return None;
        }
        self.advance(GUID_CHARS);
        Some(Expr::Literal(Literal::Guid(guid)))
    }

    /// Something that begins with a digit or a sign: number, date, time, GUID.
    pub(super) fn number_literal(&mut self) -> Result<Expr> {
        if let Some(guid) = self.guid_literal() {
            return Ok(guid);
        }
        if self.eat_text("-INF") {
            return Ok(Expr::Literal(Literal::Infinity(true)));
        }
        let start = self.at();
        let signed = self.eat(b'-') || self.eat(b'+');
        let digits = self.digits();
        if digits == 0 {
            return Err(self.expected("a number"));
        }
        let literal = match (self.peek(), self.peek_at(1)) {
            (Some(b'-'), Some(b'0'..=b'9')) if digits >= 4 => self.date_or_instant(start)?,
            (Some(b':'), _) if digits == 2 && !signed && self.two_digits_behind_colon() => {
                self.time();
                let time = self.since(start).parse::<TimeOfDay>();
                Literal::TimeOfDay(time.map_err(|()| out_of_range(start, "time of day"))?)
            }
            _ => self.number(start)?,
        };
        if self.rest().chars().next().is_some_and(continues_identifier) {
            return Err(self.expected("the end of this literal"));
        }
        Ok(Expr::Literal(literal))
    }

    fn digits(&mut self) -> usize {
        let start = self.at();
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.advance(1);
        }
        self.at() - start
    }

    fn two_digits_behind_colon(&self) -> bool {
        let digit = |ahead| self.peek_at(ahead).is_some_and(|byte| byte.is_ascii_digit());
        self.peek() == Some(b':') && digit(1) && digit(2) && !digit(3)
    }

    /// Passes `:mm`, `:mm:ss`, `:mm:ss.f…`.
    fn time(&mut self) {
        self.advance(3);
        if self.two_digits_behind_colon() {
            self.advance(3);
            if self.peek() == Some(b'.')
                && self.peek_at(1).is_some_and(|byte| byte.is_ascii_digit())
            {
                self.advance(1);
                self.digits();
            }
        }
    }

    fn date_or_instant(&mut self, start: usize) -> Result<Literal> {
        for _ in 0..2 {
            self.expect(b'-', "'-'")?;
            self.digits();
        }
        if !matches!((self.peek(), self.peek_at(1)), (Some(b'T' | b't'), Some(b'0'..=b'9'))) {
            let date = self.since(start).parse::<Date>();
            return Ok(Literal::Date(date.map_err(|()| out_of_range(start, "date"))?));
        }
        self.advance(1);
        self.digits();
        if !self.two_digits_behind_colon() {
            return Err(self.expected("a time"));
        }
        self.time();
        let local = self.since(start);
        let mut repaired = None;
        if matches!(self.peek(), Some(b'Z' | b'z')) {
            self.advance(1);
        } else {
            let lost_plus = self.form && self.peek() == Some(b' ');
            if !lost_plus && !matches!(self.peek(), Some(b'+' | b'-')) {
                return Err(self.expected("'Z' or an offset such as '+01:00'"));
            }
            self.advance(1);
            let offset = self.at();
            self.digits();
            if !self.two_digits_behind_colon() {
                return Err(self.expected("'Z' or an offset such as '+01:00'"));
            }
            self.advance(3);
            if lost_plus {
                repaired = Some(format!("{local}+{}", self.since(offset)));
            }
        }
        let text = repaired.as_deref().unwrap_or_else(|| self.since(start));
        let instant = text.parse::<DateTimeOffset>();
        Ok(Literal::DateTimeOffset(instant.map_err(|()| out_of_range(start, "date and time"))?))
    }

    fn number(&mut self, start: usize) -> Result<Literal> {
        let mut whole = true;
        if self.peek() == Some(b'.') && self.peek_at(1).is_some_and(|byte| byte.is_ascii_digit()) {
            self.advance(1);
            self.digits();
            whole = false;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            let back = self.at();
            self.advance(1);
            let _sign = self.eat(b'-') || self.eat(b'+');
            if self.digits() == 0 {
                self.back_to(back);
            } else {
                whole = false;
            }
        }
        let text = self.since(start);
        if whole && let Ok(number) = text.parse() {
            return Ok(Literal::Integer(number));
        }
        let number = text.parse::<Decimal>();
        Ok(Literal::Decimal(number.map_err(|()| out_of_range(start, "number"))?))
    }
}

const fn out_of_range(at: usize, what: &'static str) -> Error {
    Error { at, problem: Problem::Range(what) }
}

fn is_member(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse::<i64>().is_ok();
    }
    text.chars().next().is_some_and(|c| c == '_' || c.is_alphabetic())
        && text.chars().all(continues_identifier)
}

/// RFC 4648 §5, with or without padding.
fn base64url(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=');
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let mut buffer = 0_u32;
    let mut bits = 0;
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        buffer = (buffer << 6 | u32::from(value)) & 0xffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(buffer >> bits & 0xff).ok()?);
        }
    }
    let left_over = buffer & ((1 << bits) - 1);
    (bits < 6 && left_over == 0).then_some(bytes)
}
