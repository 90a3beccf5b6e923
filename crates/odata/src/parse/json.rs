//! Arrays and objects as values of parameters.

use crate::{
    error::{Error, Problem, Result},
    tree::expr::{Expr, Literal},
};

use super::cursor::Cursor;

impl Cursor<'_> {
    pub(super) fn json(&mut self) -> Result<Expr> {
        self.deeper(|cursor| if cursor.eat(b'[') { cursor.array() } else { cursor.object() })
    }

    fn array(&mut self) -> Result<Expr> {
        self.blanks();
        if self.eat(b']') {
            return Ok(Expr::Array(Vec::new()));
        }
        let items = self.list(Self::json_value)?;
        self.blanks();
        self.expect(b']', "']'")?;
        Ok(Expr::Array(items))
    }

    fn object(&mut self) -> Result<Expr> {
        self.expect(b'{', "'{'")?;
        self.blanks();
        if self.eat(b'}') {
            return Ok(Expr::Object(Vec::new()));
        }
        let members = self.list(|cursor| {
            let name = cursor.json_string()?;
            cursor.blanks();
            cursor.expect(b':', "':'")?;
            cursor.blanks();
            Ok((name, cursor.json_value()?))
        })?;
        self.blanks();
        self.expect(b'}', "'}'")?;
        Ok(Expr::Object(members))
    }

    fn json_value(&mut self) -> Result<Expr> {
        if self.peek() == Some(b'"') {
            return Ok(Expr::Literal(Literal::String(self.json_string()?)));
        }
        self.expr()
    }

    fn json_string(&mut self) -> Result<String> {
        let start = self.at();
        self.expect(b'"', "'\"'")?;
        let rest = self.rest();
        let mut escaped = false;
        for (at, byte) in rest.bytes().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    self.advance(at + 1);
                    let broken = Error { at: start, problem: Problem::Expected("a JSON string") };
                    return serde_json::from_str(self.since(start)).map_err(|_broken| broken);
                }
                _ => {}
            }
        }
        Err(Error { at: start, problem: Problem::Expected("the end of this string") })
    }
}
