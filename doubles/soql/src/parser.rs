//! The parser: clauses and what is selected. Conditions are in their own file.

use super::{
    Call, Direction, Error, Expression, FieldSet, Lexer, MAX_DEPTH, MAX_LENGTH, MAX_PATH, Order,
    Path, Query, Select, Sums, Token, TokenKind, Typeof,
};

/// Reads a whole query.
///
/// # Errors
/// Where and why it is none.
pub fn parse(text: &str) -> Result<Query, Error> {
    let mut parser = Parser::new(text)?;
    let query = parser.query(0)?;
    parser.end()?;
    Ok(query)
}

/// Levels of queries of children in one (SOQL reference, "Relationship Queries": five, the root among them).
pub(crate) const MAX_LEVELS: usize = 4;

/// Functions of one field (SOQL reference, "Date functions", "Aggregate functions").
const FUNCTIONS: [&str; 24] = [
    "COUNT",
    "COUNT_DISTINCT",
    "SUM",
    "AVG",
    "MIN",
    "MAX",
    "TOLABEL",
    "FORMAT",
    "GROUPING",
    "CONVERTTIMEZONE",
    "CONVERTCURRENCY",
    "CALENDAR_YEAR",
    "CALENDAR_MONTH",
    "CALENDAR_QUARTER",
    "FISCAL_YEAR",
    "FISCAL_MONTH",
    "FISCAL_QUARTER",
    "DAY_IN_MONTH",
    "DAY_IN_WEEK",
    "DAY_IN_YEAR",
    "DAY_ONLY",
    "HOUR_IN_DAY",
    "WEEK_IN_MONTH",
    "WEEK_IN_YEAR",
];

/// Keys of `ROLLUP` and `CUBE`.
const MAX_SUMMED: usize = 3;

/// Words that end a list of names, so that an alias is none of them.
const CLAUSES: [&str; 18] = [
    "WHERE", "WITH", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "FOR", "ALL", "FROM", "WHEN",
    "ELSE", "END", "THEN", "AND", "OR", "USING", "UPDATE",
];

pub(crate) struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    pub(crate) fn new(text: &str) -> Result<Self, Error> {
        if text.chars().count() > MAX_LENGTH {
            return Err(Error::new(0, "SOQL statements cannot be longer than 100000 characters."));
        }
        Ok(Self { tokens: Lexer::new(text).all()?, at: 0, depth: 0 })
    }

    fn ahead(&self, by: usize) -> &TokenKind {
        self.tokens.get(self.at + by).map_or(&TokenKind::End, |token| &token.kind)
    }

    pub(crate) fn peek(&self) -> &TokenKind {
        self.ahead(0)
    }

    /// Where the next token stands.
    pub(crate) fn place(&self) -> usize {
        let last = || self.tokens.last();
        self.tokens.get(self.at).or_else(last).map_or(0, |token| token.at)
    }

    pub(crate) fn next(&mut self) -> TokenKind {
        let kind = self.peek().clone();
        self.at += 1;
        kind
    }

    pub(crate) fn unexpected(&self) -> Error {
        let said = self.tokens.get(self.at).map_or_else(|| "<EOF>".to_owned(), Token::said);
        Error::new(self.place(), format!("unexpected token: '{said}'"))
    }

    pub(crate) fn deeper<T>(
        &mut self,
        then: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if self.depth == MAX_DEPTH {
            return Err(Error::new(self.place(), "the query is nested too deeply"));
        }
        self.depth += 1;
        let result = then(self);
        self.depth -= 1;
        result
    }

    pub(crate) fn is_word(&self, by: usize, word: &str) -> bool {
        matches!(self.ahead(by), TokenKind::Word(own) if own.eq_ignore_ascii_case(word))
    }

    pub(crate) fn word(&mut self, word: &str) -> bool {
        let is = self.is_word(0, word);
        self.at += usize::from(is);
        is
    }

    fn expect_word(&mut self, word: &str) -> Result<(), Error> {
        if self.word(word) { Ok(()) } else { Err(self.unexpected()) }
    }

    pub(crate) fn is_sign(&self, by: usize, sign: &str) -> bool {
        matches!(self.ahead(by), TokenKind::Sign(own) if *own == sign)
    }

    pub(crate) fn sign(&mut self, sign: &str) -> bool {
        let is = self.is_sign(0, sign);
        self.at += usize::from(is);
        is
    }

    pub(crate) fn expect_sign(&mut self, sign: &str) -> Result<(), Error> {
        if self.sign(sign) { Ok(()) } else { Err(self.unexpected()) }
    }

    pub(crate) fn end(&self) -> Result<(), Error> {
        if *self.peek() == TokenKind::End { Ok(()) } else { Err(self.unexpected()) }
    }

    pub(crate) fn name(&mut self) -> Result<String, Error> {
        match self.peek() {
            TokenKind::Word(word) => {
                let word = word.clone();
                self.at += 1;
                Ok(word)
            }
            _ => Err(self.unexpected()),
        }
    }

    fn path(&mut self) -> Result<Path, Error> {
        let at = self.place();
        let mut parts = vec![self.name()?];
        while self.sign(".") {
            parts.push(self.name()?);
        }
        // One more than fields have parents: the first may be the alias of the object.
        if parts.len() > MAX_PATH + 1 {
            return Err(Error::new(at, "a relationship may be at most 5 levels deep"));
        }
        Ok(Path { parts, at })
    }

    pub(crate) fn count(&mut self) -> Result<usize, Error> {
        let found = match self.peek() {
            TokenKind::Digits(digits) => digits.parse().ok(),
            _ => None,
        };
        let count = found.ok_or_else(|| self.unexpected())?;
        self.at += 1;
        Ok(count)
    }

    /// Reads a query up to its end, or up to the parenthesis that closes it.
    ///
    /// `level` counts the queries around it.
    pub(crate) fn query(&mut self, level: usize) -> Result<Query, Error> {
        self.expect_word("SELECT")?;
        let mut select = vec![self.selected(level)?];
        while self.sign(",") {
            select.push(self.selected(level)?);
        }
        self.expect_word("FROM")?;
        let from = self.path()?;
        let alias = self.alias();
        if self.is_sign(0, ",") {
            // `FROM Contact c, c.Account a`: an old way that no client here uses.
            return Err(self.unexpected());
        }
        let mine = self.scope()?;
        let condition = if self.word("WHERE") { Some(self.conditions()?) } else { None };
        let enforced = self.enforced()?;
        let (group, sums, having) = self.group()?;
        let order = self.order()?;
        let limit = if self.word("LIMIT") { Some(self.count()?) } else { None };
        let offset = self.offset()?;
        let locks = self.purpose()?;
        let all_rows = self.word("ALL");
        if all_rows {
            self.expect_word("ROWS")?;
        }
        Ok(Query {
            select,
            from,
            alias,
            mine,
            condition,
            enforced,
            group,
            sums,
            having,
            order,
            limit,
            offset,
            all_rows,
            locks,
        })
    }

    /// `USING SCOPE everything|mine`
    fn scope(&mut self) -> Result<bool, Error> {
        if !self.word("USING") {
            return Ok(false);
        }
        self.expect_word("SCOPE")?;
        let mine = self.word("MINE");
        if !mine {
            self.expect_word("EVERYTHING")?;
        }
        Ok(mine)
    }

    /// A name that stands where an alias may.
    fn alias(&mut self) -> Option<String> {
        let TokenKind::Word(word) = self.peek() else { return None };
        if CLAUSES.iter().any(|clause| word.eq_ignore_ascii_case(clause)) {
            return None;
        }
        let word = word.clone();
        self.at += 1;
        Some(word)
    }

    fn selected(&mut self, level: usize) -> Result<Select, Error> {
        let at = self.place();
        if self.is_sign(0, "(") {
            if level >= MAX_LEVELS {
                return Err(Error::new(at, "only root queries support subqueries"));
            }
            return self.deeper(|parser| {
                parser.expect_sign("(")?;
                let query = parser.query(level + 1)?;
                parser.expect_sign(")")?;
                Ok(Select::Children(Box::new(query)))
            });
        }
        if self.is_word(0, "TYPEOF") && !self.is_sign(1, ",") && !self.is_word(1, "FROM") {
            return self.typeof_();
        }
        if self.is_word(0, "FIELDS") && self.is_sign(1, "(") {
            self.at += 2;
            let set = match self.name()?.to_ascii_uppercase().as_str() {
                "ALL" => FieldSet::All,
                "STANDARD" => FieldSet::Standard,
                "CUSTOM" => FieldSet::Custom,
                _ => return Err(Error::new(at, "FIELDS takes ALL, CUSTOM or STANDARD")),
            };
            self.expect_sign(")")?;
            return Ok(Select::Fields { set, at });
        }
        if self.is_word(0, "COUNT") && self.is_sign(1, "(") && self.is_sign(2, ")") {
            self.at += 3;
            return Ok(Select::Count);
        }
        if self.is_word(0, "FROM") {
            return Err(self.unexpected());
        }
        let expression = self.expression()?;
        let alias = self.alias();
        Ok(Select::Value { expression, alias })
    }

    fn typeof_(&mut self) -> Result<Select, Error> {
        self.expect_word("TYPEOF")?;
        let path = self.path()?;
        let mut when = Vec::new();
        while self.word("WHEN") {
            let object = self.path()?;
            self.expect_word("THEN")?;
            when.push((object, self.paths()?));
        }
        if when.is_empty() {
            return Err(self.unexpected());
        }
        let otherwise = if self.word("ELSE") { self.paths()? } else { Vec::new() };
        self.expect_word("END")?;
        Ok(Select::Typeof(Typeof { path, when, otherwise }))
    }

    fn paths(&mut self) -> Result<Vec<Path>, Error> {
        let mut paths = vec![self.path()?];
        while self.sign(",") {
            paths.push(self.path()?);
        }
        Ok(paths)
    }

    /// A field or a function.
    pub(crate) fn expression(&mut self) -> Result<Expression, Error> {
        let at = self.place();
        let path = self.path()?;
        if path.parts.len() != 1 || !self.is_sign(0, "(") {
            return Ok(Expression::Field(path));
        }
        let name = path.field().to_ascii_uppercase();
        if !FUNCTIONS.contains(&name.as_str()) {
            return Err(Error::new(at, format!("unexpected token: '{}'", path.field())));
        }
        self.deeper(|parser| {
            parser.expect_sign("(")?;
            if name == "COUNT" && parser.sign(")") {
                return Ok(Expression::Call(Call { name, argument: None, at }));
            }
            let argument = Some(Box::new(parser.expression()?));
            parser.expect_sign(")")?;
            Ok(Expression::Call(Call { name, argument, at }))
        })
    }

    fn enforced(&mut self) -> Result<bool, Error> {
        if !self.word("WITH") {
            return Ok(false);
        }
        if self.word("SECURITY_ENFORCED") || self.word("USER_MODE") {
            return Ok(true);
        }
        if self.word("SYSTEM_MODE") { Ok(false) } else { Err(self.unexpected()) }
    }

    fn group(&mut self) -> Result<(Vec<Expression>, Sums, Option<super::Condition>), Error> {
        let (mut group, mut sums) = (Vec::new(), Sums::None);
        if self.word("GROUP") {
            self.expect_word("BY")?;
            for (word, kind) in [("ROLLUP", Sums::Rollup), ("CUBE", Sums::Cube)] {
                if self.is_word(0, word) && self.is_sign(1, "(") {
                    self.at += 2;
                    sums = kind;
                }
            }
            group.push(self.expression()?);
            while self.sign(",") {
                group.push(self.expression()?);
            }
            if sums != Sums::None {
                if group.len() > MAX_SUMMED {
                    let said = "The maximum number of fields in ROLLUP or CUBE is 3";
                    return Err(Error::new(self.place(), said));
                }
                self.expect_sign(")")?;
            }
        }
        let having = if self.word("HAVING") { Some(self.conditions()?) } else { None };
        Ok((group, sums, having))
    }

    pub(crate) fn order(&mut self) -> Result<Vec<Order>, Error> {
        let mut order = Vec::new();
        if !self.word("ORDER") {
            return Ok(order);
        }
        self.expect_word("BY")?;
        loop {
            let expression = self.expression()?;
            let direction = if self.word("DESC") {
                Direction::Descending
            } else {
                self.word("ASC");
                Direction::Ascending
            };
            let mut nulls_last = false;
            if self.word("NULLS") {
                nulls_last = self.word("LAST");
                if !nulls_last {
                    self.expect_word("FIRST")?;
                }
            }
            order.push(Order { expression, direction, nulls_last });
            if !self.sign(",") {
                return Ok(order);
            }
        }
    }

    pub(crate) fn offset(&mut self) -> Result<usize, Error> {
        if !self.word("OFFSET") {
            return Ok(0);
        }
        self.count()
    }

    /// `FOR VIEW`, `FOR REFERENCE`, `FOR UPDATE`, `UPDATE TRACKING`.
    fn purpose(&mut self) -> Result<bool, Error> {
        let mut locks = false;
        while self.word("FOR") {
            locks |= self.is_word(0, "UPDATE");
            if !(self.word("UPDATE") || self.word("VIEW") || self.word("REFERENCE")) {
                return Err(self.unexpected());
            }
        }
        if self.word("UPDATE") && !(self.word("TRACKING") || self.word("VIEWSTAT")) {
            return Err(self.unexpected());
        }
        Ok(locks)
    }
}
