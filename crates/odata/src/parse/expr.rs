//! Common expressions, by precedence.

use crate::{
    error::{Error, Problem, Result},
    tree::expr::{BinaryOp, Expr, Method, UnaryOp},
};

use super::cursor::Cursor;

const OR: u8 = 1;
const AND: u8 = 2;
const UNARY: u8 = 7;

const WORDS: [(&str, BinaryOp); 14] = [
    ("eq", BinaryOp::Eq),
    ("ne", BinaryOp::Ne),
    ("lt", BinaryOp::Lt),
    ("le", BinaryOp::Le),
    ("gt", BinaryOp::Gt),
    ("ge", BinaryOp::Ge),
    ("has", BinaryOp::Has),
    ("in", BinaryOp::In),
    ("add", BinaryOp::Add),
    ("sub", BinaryOp::Sub),
    ("mul", BinaryOp::Mul),
    ("divby", BinaryOp::DivBy),
    ("div", BinaryOp::Div),
    ("mod", BinaryOp::Mod),
];

enum Word {
    And,
    Or,
    Binary(BinaryOp),
}

impl Word {
    const fn binding(&self) -> u8 {
        match self {
            Self::Or => OR,
            Self::And => AND,
            Self::Binary(op) => op.binding(),
        }
    }
}

impl Cursor<'_> {
    /// One whole expression.
    pub(super) fn expr(&mut self) -> Result<Expr> {
        self.deeper(|cursor| cursor.operation(OR))
    }

    /// An expression whose operators bind at least this tightly.
    fn operation(&mut self, least: u8) -> Result<Expr> {
        let outer = std::mem::replace(&mut self.deepest, self.depth);
        let mut left = self.operand()?;
        // whether `left` is a chain that this loop began
        let mut chain = false;
        while let Some((start, word)) = self.operator(least) {
            let joins =
                matches!((&word, &left), (Word::And, Expr::And(_)) | (Word::Or, Expr::Or(_)));
            let left_deepest = self.deepest + usize::from(!(chain && joins));
            self.deepest = self.depth;
            let right = self.deeper(|cursor| match word {
                Word::Binary(BinaryOp::In) if cursor.peek() == Some(b'(') => cursor.list_or_expr(),
                _ => cursor.operation(word.binding() + 1),
            })?;
            self.deepest = self.deepest.max(left_deepest);
            if let Err(error) = self.shallow_enough() {
                return Err(Error { at: start, ..error });
            }
            left = match (word, left) {
                (Word::And, Expr::And(mut operands)) if chain => {
                    operands.push(right);
                    Expr::And(operands)
                }
                (Word::Or, Expr::Or(mut operands)) if chain => {
                    operands.push(right);
                    Expr::Or(operands)
                }
                (Word::And, left) => Expr::And(vec![left, right]),
                (Word::Or, left) => Expr::Or(vec![left, right]),
                (Word::Binary(op), left) => Expr::Binary(op, Box::new(left), Box::new(right)),
            };
            chain = true;
        }
        self.deepest = self.deepest.max(outer);
        Ok(left)
    }

    /// Passes an operator with the blanks around it, if one stands here that binds tightly enough.
    fn operator(&mut self, least: u8) -> Option<(usize, Word)> {
        let start = self.at();
        if !self.blanks() {
            return None;
        }
        let word = if self.eat_word("and") {
            Some(Word::And)
        } else if self.eat_word("or") {
            Some(Word::Or)
        } else {
            WORDS.iter().find(|(text, _)| self.eat_word(text)).map(|(_, op)| Word::Binary(*op))
        };
        match word {
            // at the end of the text an operand is what is missing
            Some(word) if word.binding() >= least && (self.blanks() || self.rest().is_empty()) => {
                Some((start, word))
            }
            _ => {
                self.back_to(start);
                None
            }
        }
    }

    /// `(…)` behind `in`: a list of values, or an expression in parentheses.
    fn list_or_expr(&mut self) -> Result<Expr> {
        let start = self.at();
        self.open()?;
        if self.eat(b')') {
            return Ok(Expr::List(Vec::new()));
        }
        let items = self.list(Self::expr)?;
        self.close()?;
        // `in (path)/more` can't be: a path never begins with a parenthesis
        match <[Expr; 1]>::try_from(items) {
            Ok([Expr::Path(path)]) => Ok(Expr::Path(path)),
            Ok([only @ (Expr::Literal(_) | Expr::Method(..) | Expr::Unary(..))]) => {
                Ok(Expr::List(vec![only]))
            }
            Ok([other]) => Ok(other),
            Err(items) if items.iter().all(is_value) => Ok(Expr::List(items)),
            Err(_) => Err(Error { at: start, problem: Problem::Expected("a list of values") }),
        }
    }

    fn operand(&mut self) -> Result<Expr> {
        self.node()?;
        match self.peek() {
            Some(b'(') => {
                self.open()?;
                let inner = self.expr()?;
                self.close()?;
                Ok(inner)
            }
            Some(b'\'') => self.string_literal(),
            Some(b'[' | b'{') => self.json(),
            Some(b'0'..=b'9' | b'+') => self.number_literal(),
            Some(b'-') => self.minus(),
            Some(b'$' | b'@') => self.path_from_root(),
            _ if self.at_identifier() => self.word(),
            _ => Err(self.expected("an expression")),
        }
    }

    fn minus(&mut self) -> Result<Expr> {
        match self.peek_at(1) {
            Some(b'0'..=b'9') => self.number_literal(),
            _ if self.at_negative_infinity() => self.number_literal(),
            _ => {
                self.advance(1);
                self.blanks();
                let operand = self.deeper(|cursor| cursor.operation(UNARY))?;
                Ok(Expr::Unary(UnaryOp::Negate, Box::new(operand)))
            }
        }
    }

    fn at_negative_infinity(&self) -> bool {
        let behind = self.rest().strip_prefix("-INF");
        behind.is_some_and(|rest| !rest.starts_with(super::cursor::continues_identifier))
    }

    /// Something that begins with a name.
    fn word(&mut self) -> Result<Expr> {
        if let Some(guid) = self.guid_literal() {
            return Ok(guid);
        }
        let start = self.at();
        if self.eat_word("not") && (self.blanks() || self.peek() == Some(b'(')) {
            let operand = self.deeper(|cursor| cursor.operation(UNARY))?;
            return Ok(Expr::Unary(UnaryOp::Not, Box::new(operand)));
        }
        self.back_to(start);
        let name = self.qualified()?;
        match self.peek() {
            Some(b'\'') => self.prefixed_literal(name, start),
            Some(b'(') => self.call(name, start),
            _ => match super::literal::keyword(name) {
                Some(literal) if self.peek() != Some(b'/') => Ok(Expr::Literal(literal)),
                _ => self.path_from_name(name),
            },
        }
    }

    /// `name(`: built-in, or a path that begins with a call.
    fn call(&mut self, name: &str, start: usize) -> Result<Expr> {
        match name.to_ascii_lowercase().as_str() {
            "cast" => return self.type_test(Expr::Cast),
            "isof" => return self.type_test(Expr::IsOf),
            "case" => return self.case(),
            _ => {}
        }
        let Some(method) = Method::from_name(name) else {
            return self.path_from_call(name, start);
        };
        self.open()?;
        let arguments = if self.peek() == Some(b')') { Vec::new() } else { self.list(Self::expr)? };
        self.close()?;
        let (least, most) = method.arity();
        if !(least..=most).contains(&arguments.len()) {
            let problem = Problem::Arguments { name: method.as_str() };
            return Err(Error { at: start, problem });
        }
        Ok(Expr::Method(method, arguments))
    }

    fn type_test(&mut self, make: fn(Option<Box<Expr>>, String) -> Expr) -> Result<Expr> {
        self.open()?;
        let start = self.at();
        if let Ok(name) = self.type_name() {
            self.blanks();
            if self.eat(b')') {
                return Ok(make(None, name));
            }
        }
        self.back_to(start);
        let value = self.expr()?;
        self.expect_comma()?;
        let name = self.type_name()?;
        self.close()?;
        Ok(make(Some(Box::new(value)), name))
    }

    /// `Edm.String`, `Namespace.Type`, `Type`, `Collection(…)`.
    fn type_name(&mut self) -> Result<String> {
        let start = self.at();
        if self.eat_text("Collection(") {
            self.qualified()?;
            self.expect(b')', "')'")?;
        } else {
            self.qualified()?;
        }
        Ok(self.since(start).to_owned())
    }

    fn case(&mut self) -> Result<Expr> {
        self.open()?;
        let cases = self.list(|cursor| {
            let condition = cursor.expr()?;
            cursor.blanks();
            cursor.expect(b':', "':'")?;
            cursor.blanks();
            Ok((condition, cursor.expr()?))
        })?;
        self.close()?;
        Ok(Expr::Case(cases))
    }
}

fn is_value(item: &Expr) -> bool {
    matches!(item, Expr::Literal(_)) || item.as_alias().is_some()
}
