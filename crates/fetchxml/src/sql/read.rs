//! From text to the statement.

use super::{
    Aggregate, Column, Compare, Condition, Join, Literal, Name, Operand, OrderBy, Select, Source,
    Value,
    token::{self, Token, expected},
};
use crate::{
    error::{Error, Problem, Result, limit},
    limits,
};

/// Reads one `SELECT`; a semicolon at its end is taken.
///
/// # Errors
/// [`Error`], with its place in `text`.
pub fn parse(text: &str) -> Result<Select> {
    if text.len() > limits::TEXT_BYTES {
        return Err(limit(limits::TEXT_BYTES, "bytes", limits::TEXT_BYTES));
    }
    let mut reader =
        Reader { text, token: Token::End, at: 0, behind: 0, depth: 0, conditions: 0, values: 0 };
    reader.advance()?;
    let select = reader.select()?;
    reader.sign(";")?;
    if reader.token != Token::End {
        return Err(reader.unsupported_or("the end of the statement"));
    }
    Ok(select)
}

struct Reader<'a> {
    text: &'a str,
    token: Token<'a>,
    /// Where the token begins, and where the next may.
    at: usize,
    behind: usize,
    depth: usize,
    conditions: usize,
    values: usize,
}

/// Words that end a name where an alias could stand.
const KEYWORDS: [&str; 44] = [
    "select",
    "distinct",
    "top",
    "from",
    "as",
    "join",
    "inner",
    "left",
    "right",
    "full",
    "cross",
    "outer",
    "on",
    "where",
    "group",
    "by",
    "having",
    "order",
    "asc",
    "desc",
    "offset",
    "fetch",
    "limit",
    "union",
    "except",
    "intersect",
    "and",
    "or",
    "not",
    "in",
    "like",
    "between",
    "is",
    "null",
    "exists",
    "case",
    "with",
    "over",
    "into",
    "for",
    "option",
    "escape",
    "rows",
    "only",
];

impl Reader<'_> {
    fn advance(&mut self) -> Result<()> {
        let (token, at, behind) = token::next(self.text, self.behind)?;
        (self.token, self.at, self.behind) = (token, at, behind);
        Ok(())
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.token, Token::Word(found) if found.eq_ignore_ascii_case(word))
    }

    /// Passes this word if it is next.
    fn word(&mut self, word: &str) -> Result<bool> {
        let found = self.is_word(word);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    /// Passes this sign if it is next.
    fn sign(&mut self, sign: &str) -> Result<bool> {
        let found = matches!(self.token, Token::Sign(found) if found == sign);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    fn expect_word(&mut self, word: &str, what: &'static str) -> Result<()> {
        if self.word(word)? { Ok(()) } else { Err(self.unsupported_or(what)) }
    }

    fn expect_sign(&mut self, sign: &str, what: &'static str) -> Result<()> {
        if self.sign(sign)? { Ok(()) } else { Err(self.unsupported_or(what)) }
    }

    /// What stands here: something of SQL that isn't taken, or nothing that fits.
    fn unsupported_or(&self, what: &'static str) -> Error {
        let words = [
            ("having", "HAVING"),
            ("union", "UNION"),
            ("except", "EXCEPT"),
            ("intersect", "INTERSECT"),
            ("right", "RIGHT JOIN"),
            ("full", "FULL JOIN"),
            ("cross", "CROSS JOIN"),
            ("select", "a subquery"),
            ("exists", "EXISTS"),
            ("case", "CASE"),
            ("with", "WITH"),
            ("over", "OVER"),
            ("insert", "anything but SELECT"),
            ("update", "anything but SELECT"),
            ("delete", "anything but SELECT"),
            ("drop", "anything but SELECT"),
            ("create", "anything but SELECT"),
            ("alter", "anything but SELECT"),
            ("exec", "anything but SELECT"),
        ];
        match words.iter().find(|(word, _)| self.is_word(word)) {
            Some((_, name)) => Error { at: self.at, problem: Problem::Unsupported(name) },
            None => expected(self.at, what),
        }
    }

    fn identifier(&mut self) -> Result<String> {
        let name = match &self.token {
            Token::Word(word)
                if !KEYWORDS.iter().any(|keyword| keyword.eq_ignore_ascii_case(word)) =>
            {
                (*word).to_owned()
            }
            Token::Quoted(name) if !name.is_empty() => name.clone(),
            _ => return Err(self.unsupported_or("a name")),
        };
        self.advance()?;
        Ok(name)
    }

    fn select(&mut self) -> Result<Select> {
        self.expect_word("select", "SELECT")?;
        let distinct = self.word("distinct")?;
        if !distinct {
            self.word("all")?;
        }
        let mut top = None;
        if self.word("top")? {
            let parenthesis = self.sign("(")?;
            top = Some(self.count()?);
            if parenthesis {
                self.expect_sign(")", "')'")?;
            }
        }
        let columns = self.list(Self::column)?;
        self.expect_word("from", "FROM")?;
        let from = self.source()?;
        let mut joins = Vec::new();
        while let Some(join) = self.join()? {
            if joins.len() >= limits::LINKS {
                return Err(limit(self.at, "joins", limits::LINKS));
            }
            joins.push(join);
        }
        let filter = if self.word("where")? { Some(self.any()?) } else { None };
        let mut group_by = Vec::new();
        if self.word("group")? {
            self.expect_word("by", "BY")?;
            group_by = self.list(Self::name)?;
        }
        let mut order_by = Vec::new();
        if self.word("order")? {
            self.expect_word("by", "BY")?;
            order_by = self.list(Self::order)?;
        }
        let mut offset = None;
        if self.word("offset")? {
            offset = Some(self.count()?);
            let _rows = self.word("rows")? || self.word("row")?;
        }
        if self.word("fetch")? {
            let _next = self.word("next")? || self.word("first")?;
            top = Some(self.count()?);
            let _rows = self.word("rows")? || self.word("row")?;
            self.expect_word("only", "ONLY")?;
        } else if self.word("limit")? {
            top = Some(self.count()?);
        }
        Ok(Select { distinct, top, offset, columns, from, joins, filter, group_by, order_by })
    }

    fn count(&mut self) -> Result<u32> {
        let Token::Number(digits) = self.token else {
            return Err(expected(self.at, "a whole number"));
        };
        let count = digits.parse().map_err(|_no_count| expected(self.at, "a whole number"))?;
        self.advance()?;
        Ok(count)
    }

    fn list<T>(&mut self, read: impl Fn(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let mut items = vec![read(self)?];
        while self.sign(",")? {
            if items.len() >= limits::COLUMNS {
                return Err(limit(self.at, "columns", limits::COLUMNS));
            }
            items.push(read(self)?);
        }
        Ok(items)
    }

    fn column(&mut self) -> Result<Column> {
        let value = self.value(true)?;
        let starred = matches!(value, Value::All(_));
        let alias = if starred { None } else { self.alias()? };
        Ok(Column { value, alias })
    }

    /// `AS name`, or a name alone.
    fn alias(&mut self) -> Result<Option<String>> {
        if self.word("as")? {
            if let Token::Text(name) = &self.token {
                let name = name.clone();
                self.advance()?;
                return Ok(Some(name));
            }
            return self.identifier().map(Some);
        }
        let keyword =
            |word: &str| KEYWORDS.iter().any(|keyword| keyword.eq_ignore_ascii_case(word));
        match &self.token {
            Token::Word(word) if !keyword(word) => self.identifier().map(Some),
            Token::Quoted(_) => self.identifier().map(Some),
            _ => Ok(None),
        }
    }

    fn value(&mut self, star: bool) -> Result<Value> {
        if star && self.sign("*")? {
            return Ok(Value::All(None));
        }
        let start = self.at;
        let bare = matches!(self.token, Token::Word(_));
        let first = self.identifier()?;
        if bare && self.sign("(")? {
            return self.aggregate(&first, start);
        }
        if !self.sign(".")? {
            return Ok(Value::Column(Name { qualifier: None, column: first }));
        }
        if star && self.sign("*")? {
            return Ok(Value::All(Some(first)));
        }
        Ok(Value::Column(self.behind_dot(first)?))
    }

    /// `b` behind `a.`; of `schema.a.b` the schema is forgotten.
    fn behind_dot(&mut self, first: String) -> Result<Name> {
        let mut qualifier = first;
        let mut column = self.identifier()?;
        if self.sign(".")? {
            qualifier = std::mem::replace(&mut column, self.identifier()?);
        }
        Ok(Name { qualifier: Some(qualifier), column })
    }

    fn aggregate(&mut self, name: &str, start: usize) -> Result<Value> {
        let function = match name.to_ascii_lowercase().as_str() {
            "count" => Aggregate::Count,
            "sum" => Aggregate::Sum,
            "avg" => Aggregate::Avg,
            "min" => Aggregate::Min,
            "max" => Aggregate::Max,
            _ => return Err(Error { at: start, problem: Problem::Unsupported("this function") }),
        };
        let distinct = self.word("distinct")?;
        let of = if function == Aggregate::Count && !distinct && self.sign("*")? {
            None
        } else {
            Some(self.name()?)
        };
        self.expect_sign(")", "')'")?;
        Ok(Value::Aggregate { function, distinct, of })
    }

    fn name(&mut self) -> Result<Name> {
        let first = self.identifier()?;
        if self.sign(".")? {
            return self.behind_dot(first);
        }
        Ok(Name { qualifier: None, column: first })
    }

    fn order(&mut self) -> Result<OrderBy> {
        let value = self.value(false)?;
        let descending = self.word("desc")?;
        if !descending {
            self.word("asc")?;
        }
        Ok(OrderBy { value, descending })
    }

    fn source(&mut self) -> Result<Source> {
        let mut table = self.identifier()?;
        if self.sign(".")? {
            table = self.identifier()?;
        }
        Ok(Source { table, alias: self.alias()? })
    }

    fn join(&mut self) -> Result<Option<Join>> {
        let outer = if self.word("left")? {
            self.word("outer")?;
            true
        } else if self.word("inner")? || self.is_word("join") {
            false
        } else if matches!(self.token, Token::Sign(",")) {
            return Err(Error {
                at: self.at,
                problem: Problem::Unsupported("a second table without JOIN"),
            });
        } else {
            return Ok(None);
        };
        self.expect_word("join", "JOIN")?;
        let source = self.source()?;
        self.expect_word("on", "ON")?;
        let parenthesis = self.sign("(")?;
        let mut on = Vec::new();
        loop {
            let left = self.name()?;
            self.expect_sign("=", "'='")?;
            on.push((left, self.name()?));
            if !self.word("and")? {
                break;
            }
            if on.len() >= limits::LINKS {
                return Err(limit(self.at, "joined columns", limits::LINKS));
            }
        }
        if parenthesis {
            self.expect_sign(")", "')'")?;
        }
        Ok(Some(Join { outer, source, on }))
    }

    /// `… OR …`.
    fn any(&mut self) -> Result<Condition> {
        if self.depth >= limits::DEPTH {
            return Err(limit(self.at, "levels", limits::DEPTH));
        }
        self.depth += 1;
        let mut parts = vec![self.all()?];
        while self.word("or")? {
            parts.push(self.all()?);
        }
        self.depth -= 1;
        Ok(one_or(parts, Condition::Or))
    }

    fn all(&mut self) -> Result<Condition> {
        let mut parts = vec![self.one()?];
        while self.word("and")? {
            parts.push(self.one()?);
        }
        Ok(one_or(parts, Condition::And))
    }

    fn one(&mut self) -> Result<Condition> {
        self.conditions += 1;
        if self.conditions > limits::CONDITIONS {
            return Err(limit(self.at, "conditions", limits::CONDITIONS));
        }
        if self.word("not")? {
            if self.depth >= limits::DEPTH {
                return Err(limit(self.at, "levels", limits::DEPTH));
            }
            self.depth += 1;
            let inner = self.one()?;
            self.depth -= 1;
            return Ok(Condition::Not(Box::new(inner)));
        }
        if self.sign("(")? {
            let inner = self.any()?;
            self.expect_sign(")", "')'")?;
            return Ok(inner);
        }
        if self.at_literal() {
            let value = self.literal()?;
            let compare = self.compare()?.ok_or_else(|| expected(self.at, "a comparison"))?;
            let column = self.name()?;
            return Ok(Condition::Compare(column, turned(compare), Operand::Value(value)));
        }
        let column = self.name()?;
        self.about(column)
    }

    /// What is said of a column.
    fn about(&mut self, column: Name) -> Result<Condition> {
        if let Some(compare) = self.compare()? {
            let operand = if self.at_literal() {
                Operand::Value(self.literal()?)
            } else {
                Operand::Column(self.name()?)
            };
            return Ok(Condition::Compare(column, compare, operand));
        }
        if self.word("is")? {
            let negated = self.word("not")?;
            self.expect_word("null", "NULL")?;
            return Ok(Condition::Null { column, negated });
        }
        let negated = self.word("not")?;
        if self.word("like")? {
            let Token::Text(pattern) = &self.token else { return Err(expected(self.at, "a text")) };
            let pattern = pattern.clone();
            self.advance()?;
            if self.is_word("escape") {
                return Err(Error { at: self.at, problem: Problem::Unsupported("ESCAPE") });
            }
            return Ok(Condition::Like { column, pattern, negated });
        }
        if self.word("in")? {
            self.expect_sign("(", "'('")?;
            let mut values = Vec::new();
            loop {
                values.push(self.literal()?);
                if !self.sign(",")? {
                    break;
                }
            }
            self.expect_sign(")", "')'")?;
            return Ok(Condition::In { column, values, negated });
        }
        if self.word("between")? {
            let least = self.literal()?;
            self.expect_word("and", "AND")?;
            let most = self.literal()?;
            return Ok(Condition::Between { column, least, most, negated });
        }
        Err(self.unsupported_or("a comparison"))
    }

    fn compare(&mut self) -> Result<Option<Compare>> {
        let compare = match self.token {
            Token::Sign("=") => Compare::Eq,
            Token::Sign("<>" | "!=") => Compare::Ne,
            Token::Sign("<") => Compare::Lt,
            Token::Sign("<=") => Compare::Le,
            Token::Sign(">") => Compare::Gt,
            Token::Sign(">=") => Compare::Ge,
            _ => return Ok(None),
        };
        self.advance()?;
        Ok(Some(compare))
    }

    fn at_literal(&self) -> bool {
        matches!(self.token, Token::Text(_) | Token::Number(_) | Token::Sign("-" | "+"))
            || ["null", "true", "false"].iter().any(|word| self.is_word(word))
    }

    fn literal(&mut self) -> Result<Literal> {
        self.values += 1;
        if self.values > limits::VALUES {
            return Err(limit(self.at, "values", limits::VALUES));
        }
        if self.word("null")? {
            return Ok(Literal::Null);
        }
        if self.word("true")? {
            return Ok(Literal::Boolean(true));
        }
        if self.word("false")? {
            return Ok(Literal::Boolean(false));
        }
        let negative = self.sign("-")?;
        if !negative {
            self.sign("+")?;
        }
        let literal = match &self.token {
            Token::Number(digits) => {
                Literal::Number(format!("{}{digits}", if negative { "-" } else { "" }))
            }
            Token::Text(text) if !negative => Literal::String(text.clone()),
            _ => return Err(self.unsupported_or("a value")),
        };
        self.advance()?;
        Ok(literal)
    }
}

const fn turned(compare: Compare) -> Compare {
    match compare {
        Compare::Lt => Compare::Gt,
        Compare::Le => Compare::Ge,
        Compare::Gt => Compare::Lt,
        Compare::Ge => Compare::Le,
        same => same,
    }
}

fn one_or(mut parts: Vec<Condition>, join: fn(Vec<Condition>) -> Condition) -> Condition {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            join(parts)
        }
    }
}
