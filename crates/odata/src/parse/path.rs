//! Member paths, and what stands in parentheses behind a name.

use crate::{
    error::{Error, Problem, Result},
    limits,
    tree::expr::{Arguments, Expr, Lambda, Path, Root, Segment},
};

use super::{cursor::Cursor, options::Place};

impl Cursor<'_> {
    /// A path that begins with `$…` or `@…`.
    pub(super) fn path_from_root(&mut self) -> Result<Expr> {
        let start = self.at();
        let mut path = Path { root: Root::Member, segments: Vec::new() };
        if self.eat(b'@') {
            let name = self.qualified()?.to_owned();
            if name.contains('.') || self.peek() == Some(b'#') {
                let segment = self.annotation(name)?;
                path.segments.push(segment);
            } else {
                path.root = Root::Alias(name);
            }
        } else {
            self.advance(1);
            path.root = match self.identifier()? {
                "it" => Root::It,
                "this" => Root::This,
                "these" => Root::These,
                "root" => Root::Root,
                _ => return Err(Error { at: start, problem: Problem::Expected("an expression") }),
            };
        }
        self.steps(&mut path.segments)?;
        if path.segments.is_empty() && matches!(path.root, Root::Root | Root::These) {
            return Err(self.expected("'/'"));
        }
        Ok(Expr::Path(path))
    }

    pub(super) fn path_from_name(&mut self, name: &str) -> Result<Expr> {
        let mut segments = vec![Segment::Name(name.to_owned())];
        self.steps(&mut segments)?;
        Ok(Expr::Path(Path { root: Root::Member, segments }))
    }

    /// A path that begins with `name(`.
    pub(super) fn path_from_call(&mut self, name: &str, start: usize) -> Result<Expr> {
        let unknown = || {
            let problem = Problem::UnknownFunction { name: name.to_owned() };
            Error { at: start, problem }
        };
        let before = self.at();
        let arguments = match self.arguments() {
            Err(Error { at, problem: Problem::Expected("a key" | "')'") })
                if at > before && !self.rest().is_empty() =>
            {
                return Err(unknown());
            }
            other => other?,
        };
        let mut segments = vec![Segment::Call(name.to_owned(), arguments)];
        self.keys(&mut segments)?;
        self.steps(&mut segments)?;
        Ok(Expr::Path(Path { root: Root::Member, segments }))
    }

    /// Further segments, each behind a slash.
    fn steps(&mut self, segments: &mut Vec<Segment>) -> Result<()> {
        while self.eat(b'/') {
            self.node()?;
            let segment = self.step()?;
            segments.push(segment);
            self.keys(segments)?;
            if segments.len() > limits::SEGMENTS {
                let limit = limits::SEGMENTS;
                return Err(self.error(Problem::Limit { of: "segments", limit }));
            }
        }
        Ok(())
    }

    fn step(&mut self) -> Result<Segment> {
        if self.eat(b'@') {
            let name = self.qualified()?.to_owned();
            return self.annotation(name);
        }
        if self.eat(b'$') {
            return self.dollar_step();
        }
        let name = self.qualified()?;
        if self.peek() != Some(b'(') {
            return Ok(Segment::Name(name.to_owned()));
        }
        match name {
            _ if name.eq_ignore_ascii_case("any") => {
                self.open()?;
                let lambda = if self.peek() == Some(b')') { None } else { Some(self.lambda()?) };
                self.close()?;
                Ok(Segment::Any(lambda))
            }
            _ if name.eq_ignore_ascii_case("all") => {
                self.open()?;
                let lambda = self.lambda()?;
                self.close()?;
                Ok(Segment::All(lambda))
            }
            "aggregate" => {
                self.open()?;
                let aggregate = self.deeper(|cursor| cursor.aggregate(false))?;
                self.close()?;
                Ok(Segment::Aggregate(Box::new(aggregate)))
            }
            _ => Ok(Segment::Call(name.to_owned(), self.arguments()?)),
        }
    }

    fn dollar_step(&mut self) -> Result<Segment> {
        let start = self.at();
        match self.identifier()? {
            "count" if self.peek() == Some(b'(') => {
                let options = self.nested_options(Place::Count)?;
                Ok(Segment::CountOf(Box::new(options)))
            }
            "count" => Ok(Segment::Count),
            "filter" => {
                self.open()?;
                let condition = self.expr()?;
                self.close()?;
                Ok(Segment::Filter(Box::new(condition)))
            }
            _ => Err(Error { at: start, problem: Problem::Expected("'count' or 'filter'") }),
        }
    }

    /// Parentheses behind a call or a filter: a key.
    pub(super) fn keys(&mut self, segments: &mut Vec<Segment>) -> Result<()> {
        while self.peek() == Some(b'(')
            && matches!(
                segments.last(),
                Some(Segment::Call(..) | Segment::Filter(_) | Segment::Key(_))
            )
        {
            self.node()?;
            if segments.len() >= limits::SEGMENTS {
                let limit = limits::SEGMENTS;
                return Err(self.error(Problem::Limit { of: "segments", limit }));
            }
            let key = self.arguments()?;
            segments.push(Segment::Key(key));
        }
        Ok(())
    }

    fn annotation(&mut self, name: String) -> Result<Segment> {
        let qualifier = if self.eat(b'#') { Some(self.identifier()?.to_owned()) } else { None };
        Ok(Segment::Annotation(name, qualifier))
    }

    fn lambda(&mut self) -> Result<Lambda> {
        let variable = self.identifier()?.to_owned();
        self.blanks();
        self.expect(b':', "':'")?;
        self.blanks();
        Ok(Lambda { variable, condition: Box::new(self.expr()?) })
    }

    /// `()`, `(value)`, `(name=value,…)`.
    pub(super) fn arguments(&mut self) -> Result<Arguments> {
        self.open()?;
        if self.eat(b')') {
            return Ok(Arguments::Named(Vec::new()));
        }
        if !self.at_named_argument() {
            let start = self.at();
            let value = self.expr()?;
            if !(matches!(value, Expr::Literal(_)) || value.as_alias().is_some()) {
                return Err(Error { at: start, problem: Problem::Expected("a key") });
            }
            self.close()?;
            return Ok(Arguments::Value(Box::new(value)));
        }
        let list = self.list(|cursor| {
            let name = cursor.identifier()?.to_owned();
            cursor.blanks();
            cursor.expect(b'=', "'='")?;
            cursor.blanks();
            Ok((name, cursor.expr()?))
        })?;
        self.close()?;
        Ok(Arguments::Named(list))
    }

    pub(super) fn at_named_argument(&mut self) -> bool {
        let start = self.at();
        let named = self.identifier().is_ok() && {
            self.blanks();
            self.peek() == Some(b'=')
        };
        self.back_to(start);
        named
    }
}
