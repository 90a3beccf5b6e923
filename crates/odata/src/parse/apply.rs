//! `$apply`.

use crate::{
    error::{Error, Problem, Result},
    limits,
    tree::{
        apply::{
            Aggregate, AggregateOf, From, Grouping, Hierarchy, Nested, Ranked, Transformation,
        },
        expr::{Expr, Root, Segment},
    },
};

use super::cursor::Cursor;

impl Cursor<'_> {
    pub(super) fn apply(&mut self) -> Result<Vec<Transformation>> {
        self.deeper(|cursor| {
            let mut sequence = Vec::new();
            loop {
                cursor.node()?;
                sequence.push(cursor.transformation()?);
                if sequence.len() > limits::SEGMENTS {
                    let limit = limits::SEGMENTS;
                    return Err(cursor.error(Problem::Limit { of: "transformations", limit }));
                }
                if !cursor.eat(b'/') {
                    return Ok(sequence);
                }
            }
        })
    }

    fn transformation(&mut self) -> Result<Transformation> {
        let start = self.at();
        let name = self.qualified()?;
        if name == "identity" {
            return Ok(Transformation::Identity);
        }
        if name.contains('.') {
            if self.peek() != Some(b'(') {
                return Err(self.expected("'('"));
            }
            return Ok(Transformation::Custom(Segment::Call(name.to_owned(), self.arguments()?)));
        }
        self.open()?;
        let transformation = self.known_transformation(name).unwrap_or_else(|| {
            let problem = Problem::UnknownFunction { name: name.to_owned() };
            Err(Error { at: start, problem })
        })?;
        self.close()?;
        Ok(transformation)
    }

    fn known_transformation(&mut self, name: &str) -> Option<Result<Transformation>> {
        let done = match name {
            "aggregate" => {
                self.list(|cursor| cursor.aggregate(true)).map(Transformation::Aggregate)
            }
            "groupby" => self.groupby(),
            "filter" => self.expr().map(Transformation::Filter),
            "search" => self.search().map(Transformation::Search),
            "orderby" => self.orderby().map(Transformation::OrderBy),
            "top" => self.unsigned().map(Transformation::Top),
            "skip" => self.unsigned().map(Transformation::Skip),
            "compute" => self.compute().map(Transformation::Compute),
            "concat" => self.concat(),
            "nest" => self.nested().map(Transformation::Nest),
            "addnested" => self.addnested(),
            "join" => self.join(false),
            "outerjoin" => self.join(true),
            "ancestors" => self.relatives(false),
            "descendants" => self.relatives(true),
            "traverse" => self.traverse(),
            _ => {
                let kind = *Ranked::ALL.iter().find(|kind| kind.as_str() == name)?;
                self.ranked(kind)
            }
        };
        Some(done)
    }

    fn ranked(&mut self, kind: Ranked) -> Result<Transformation> {
        let amount = self.expr()?;
        self.expect_comma()?;
        let by = self.expr()?;
        Ok(Transformation::Ranked { kind, amount, by })
    }

    fn concat(&mut self) -> Result<Transformation> {
        let sequences = self.list(Self::apply)?;
        if sequences.len() < 2 {
            return Err(self.expected("','"));
        }
        Ok(Transformation::Concat(sequences))
    }

    fn nested(&mut self) -> Result<Vec<Nested>> {
        self.list(|cursor| Ok(Nested { then: cursor.apply()?, alias: cursor.alias()? }))
    }

    fn addnested(&mut self) -> Result<Transformation> {
        let path = self.plain_path()?;
        self.expect_comma()?;
        Ok(Transformation::AddNested { path, nested: self.nested()? })
    }

    fn join(&mut self, outer: bool) -> Result<Transformation> {
        let path = self.plain_path()?;
        let alias = self.alias()?;
        let then = if self.comma() { self.apply()? } else { Vec::new() };
        Ok(Transformation::Join { outer, path, alias, then })
    }

    fn hierarchy(&mut self) -> Result<Hierarchy> {
        let start = self.at();
        let nodes = self.expr()?;
        if !matches!(&nodes, Expr::Path(path) if path.root == Root::Root) {
            return Err(Error { at: start, problem: Problem::Expected("'$root/'") });
        }
        self.expect_comma()?;
        let qualifier = self.identifier()?.to_owned();
        self.expect_comma()?;
        Ok(Hierarchy { nodes, qualifier, path: self.plain_path()? })
    }

    fn relatives(&mut self, descendants: bool) -> Result<Transformation> {
        let hierarchy = self.hierarchy()?;
        self.expect_comma()?;
        let start = self.apply()?;
        let mut distance = None;
        let mut keep_start = false;
        if self.comma() {
            if self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                distance = Some(self.unsigned()?);
                keep_start = self.comma();
            } else {
                keep_start = true;
            }
            if keep_start && !self.eat_text("keep start") {
                return Err(self.expected("'keep start'"));
            }
        }
        Ok(Transformation::Relatives { descendants, hierarchy, start, distance, keep_start })
    }

    fn traverse(&mut self) -> Result<Transformation> {
        let hierarchy = self.hierarchy()?;
        self.expect_comma()?;
        let postorder = self.eat_word("postorder");
        if !postorder && !self.eat_word("preorder") {
            return Err(self.expected("'preorder' or 'postorder'"));
        }
        let mut start = Vec::new();
        let mut orderby = Vec::new();
        if self.comma() {
            let here = self.at();
            // a transformation, else the order: both may begin with a name and a parenthesis
            match self.apply() {
                Ok(sequence) if matches!(self.after_blanks(), Some(b',' | b')')) => {
                    start = sequence;
                    if self.comma() {
                        orderby = self.orderby()?;
                    }
                }
                _ => {
                    self.back_to(here);
                    orderby = self.orderby()?;
                }
            }
        }
        Ok(Transformation::Traverse { hierarchy, postorder, start, orderby })
    }

    fn after_blanks(&mut self) -> Option<u8> {
        let start = self.at();
        self.blanks();
        let next = self.peek();
        self.back_to(start);
        next
    }

    fn groupby(&mut self) -> Result<Transformation> {
        self.open()?;
        let by = self.list(Self::grouping)?;
        self.close()?;
        let then = if self.comma() { self.apply()? } else { Vec::new() };
        Ok(Transformation::GroupBy { by, then })
    }

    fn grouping(&mut self) -> Result<Grouping> {
        if self.eat_text("rolluprecursive(") {
            self.blanks();
            let hierarchy = self.hierarchy()?;
            let start = if self.comma() { self.apply()? } else { Vec::new() };
            self.close()?;
            return Ok(Grouping::RollupRecursive { hierarchy, start });
        }
        if self.eat_text("rollup(") {
            self.blanks();
            let mut levels = self.list(Self::name_path)?;
            self.close()?;
            return match (levels.len(), levels.pop()) {
                (1, Some(mut names)) if names.len() == 1 => {
                    Ok(Grouping::RollupHierarchy(names.remove(0)))
                }
                (1, _) => Err(self.expected("','")),
                (_, last) => {
                    levels.extend(last);
                    Ok(Grouping::Rollup(levels))
                }
            };
        }
        Ok(Grouping::Path(self.name_path()?))
    }

    /// One aggregation; `aliased` where an alias is asked for.
    pub(super) fn aggregate(&mut self, aliased: bool) -> Result<Aggregate> {
        let of = if self.eat_text("$count") {
            AggregateOf::Count
        } else {
            AggregateOf::Expr(self.expr()?)
        };
        let method = self.word_then("with", |cursor| Ok(cursor.qualified()?.to_owned()))?;
        let mut from = Vec::new();
        let mut unmethodical = false;
        while let Some(properties) =
            self.word_then("from", |cursor| cursor.list(Self::name_path))?
        {
            let method_from =
                self.word_then("with", |cursor| Ok(cursor.qualified()?.to_owned()))?;
            unmethodical |= method_from.is_none();
            from.push(From { properties, method: method_from });
            self.node()?;
        }
        let custom = matches!(&of, AggregateOf::Expr(Expr::Path(path)) if method.is_none()
            && path.segments.iter().all(|segment| matches!(segment, Segment::Name(_))));
        let counts = matches!(&of, AggregateOf::Count)
            || matches!(&of, AggregateOf::Expr(Expr::Path(path)) if path.segments.last() == Some(&Segment::Count));
        if (method.is_none() && !custom && !counts) || (unmethodical && !custom) {
            return Err(self.expected("'with'"));
        }
        if of == AggregateOf::Count && method.is_some() {
            return Err(self.expected("'as'"));
        }
        let here = self.at();
        let alias = match self.alias() {
            Ok(alias) if aliased => Some(alias),
            Err(error) if aliased && !custom => return Err(error),
            _ => {
                self.back_to(here);
                None
            }
        };
        Ok(Aggregate { of, method, from, alias })
    }

    /// Blanks, this word, blanks, and what follows; nothing if the word is not there.
    fn word_then<T>(
        &mut self,
        word: &str,
        read: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<Option<T>> {
        let start = self.at();
        if self.blanks() && self.eat_word(word) && self.blanks() {
            return read(self).map(Some);
        }
        self.back_to(start);
        Ok(None)
    }
}
