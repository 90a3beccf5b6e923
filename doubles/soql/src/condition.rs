//! Conditions and the values in them.

use super::{
    Condition, DateLiteral, Error, Items, Literal, Operator, Parser, TokenKind, literal::plain,
    parser::MAX_LEVELS,
};
use crate::instant;

impl Parser {
    /// Conditions joined by `AND` or by `OR`, never by both without parentheses.
    pub(crate) fn conditions(&mut self) -> Result<Condition, Error> {
        let first = self.condition()?;
        let joint = if self.is_word(0, "AND") {
            "AND"
        } else if self.is_word(0, "OR") {
            "OR"
        } else {
            return Ok(first);
        };
        let mut all = vec![first];
        while self.word(joint) {
            all.push(self.condition()?);
        }
        if self.is_word(0, "AND") || self.is_word(0, "OR") {
            return Err(self.unexpected());
        }
        Ok(if joint == "AND" { Condition::All(all) } else { Condition::Any(all) })
    }

    fn condition(&mut self) -> Result<Condition, Error> {
        if self.is_word(0, "NOT") {
            return self.deeper(|parser| {
                parser.word("NOT");
                Ok(Condition::Not(Box::new(parser.condition()?)))
            });
        }
        if self.is_sign(0, "(") {
            return self.deeper(|parser| {
                parser.expect_sign("(")?;
                let inner = parser.conditions()?;
                parser.expect_sign(")")?;
                Ok(inner)
            });
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Condition, Error> {
        let at = self.place();
        let left = self.expression()?;
        let negated = self.is_word(0, "NOT") && self.is_word(1, "IN");
        if negated {
            self.word("NOT");
        }
        if self.word("IN") {
            return Ok(Condition::In { left, inside: !negated, items: self.items()?, at });
        }
        for (word, inside) in [("INCLUDES", true), ("EXCLUDES", false)] {
            if self.word(word) {
                self.expect_sign("(")?;
                let mut values = Vec::new();
                loop {
                    let TokenKind::Text(text) = self.next() else { return Err(self.unexpected()) };
                    values.push(plain(&text));
                    if !self.sign(",") {
                        break;
                    }
                }
                self.expect_sign(")")?;
                return Ok(Condition::Includes { left, inside, values });
            }
        }
        let operator = self.operator()?;
        let right = match (operator, self.peek()) {
            // A pattern keeps its escapes.
            (Operator::Like, TokenKind::Text(text)) => {
                let text = Literal::Text(text.clone());
                self.next();
                text
            }
            _ => self.literal()?,
        };
        Ok(Condition::Compare { left, operator, right, at })
    }

    fn operator(&mut self) -> Result<Operator, Error> {
        const SIGNS: [(&str, Operator); 7] = [
            ("=", Operator::Equal),
            ("!=", Operator::NotEqual),
            ("<>", Operator::NotEqual),
            ("<", Operator::Less),
            ("<=", Operator::LessOrEqual),
            (">", Operator::Greater),
            (">=", Operator::GreaterOrEqual),
        ];
        if self.word("LIKE") {
            return Ok(Operator::Like);
        }
        let found = SIGNS.into_iter().find(|(sign, _)| self.is_sign(0, sign));
        let (sign, operator) = found.ok_or_else(|| self.unexpected())?;
        self.sign(sign);
        Ok(operator)
    }

    fn items(&mut self) -> Result<Items, Error> {
        self.deeper(|parser| {
            parser.expect_sign("(")?;
            let items = if parser.is_word(0, "SELECT") {
                Items::Query(Box::new(parser.query(MAX_LEVELS)?))
            } else {
                let mut list = vec![parser.literal()?];
                while parser.sign(",") {
                    list.push(parser.literal()?);
                }
                Items::List(list)
            };
            parser.expect_sign(")")?;
            Ok(items)
        })
    }

    fn literal(&mut self) -> Result<Literal, Error> {
        let unexpected = self.unexpected();
        match self.peek().clone() {
            TokenKind::Text(text) => {
                self.next();
                Ok(Literal::Text(plain(&text)))
            }
            TokenKind::Digits(digits) => {
                self.next();
                digits_literal(&digits).ok_or(unexpected)
            }
            TokenKind::Word(word) => {
                self.next();
                let literal = match word.to_ascii_lowercase().as_str() {
                    "null" => Literal::Null,
                    "true" => Literal::Boolean(true),
                    "false" => Literal::Boolean(false),
                    _ => {
                        let count = if self.sign(":") { Some(self.signed()?) } else { None };
                        Literal::Relative(DateLiteral::parse(&word, count).ok_or(unexpected)?)
                    }
                };
                Ok(literal)
            }
            _ => Err(unexpected),
        }
    }

    fn signed(&mut self) -> Result<i64, Error> {
        let count = match self.peek() {
            TokenKind::Digits(digits) => digits.parse().ok(),
            _ => None,
        };
        let count = count.ok_or_else(|| self.unexpected())?;
        self.next();
        Ok(count)
    }
}

fn digits_literal(digits: &str) -> Option<Literal> {
    if digits.contains('T') {
        return instant::read(digits).map(Literal::DateTime);
    }
    let dashes = digits.bytes().skip(1).filter(|&b| b == b'-').count();
    if dashes == 2 && digits.len() == 10 {
        return digits.parse().ok().map(Literal::Date);
    }
    let number = digits.parse::<f64>().ok().filter(|number| number.is_finite())?;
    Some(Literal::Number(number))
}
