//! The order of rows, and what comes behind a cursor.

use db::Value;
use tables::ColumnKind;

use super::source::{Select, folds};
use crate::{
    Error, Result,
    cursor::Cursor,
    limits,
    physical::CellType,
    query::{Comparison, Field, Link, OrderBy, Query},
};

/// One column of the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) field: Field,
    pub(crate) descending: bool,
    /// Whether cells may be empty.
    pub(crate) nullable: bool,
    pub(crate) kind: CellType,
}

/// The columns of the order with the keys that make every row's place its own. The keys go the way of the last
/// column, so that one index can serve all.
pub(crate) fn terms(query: &Query) -> Result<Vec<Term>> {
    if query.order.len() > limits::ORDERS {
        return Err(Error::Limit { of: "terms of its order", most: limits::ORDERS });
    }
    let mut terms: Vec<Term> = Vec::with_capacity(query.order.len() + 1);
    let mut add = |field: Field, descending: bool| -> Result<()> {
        if terms.iter().any(|term| term.field == field) {
            return Ok(());
        }
        let kind = &query.column(field)?.kind;
        let nullable = field.source != 0 || !matches!(kind, ColumnKind::Key);
        terms.push(Term { field, descending, nullable, kind: CellType::of(kind) });
        Ok(())
    };
    for order in &query.order {
        let OrderBy::Field(field) = order.by else { return Err(Error::Malformed) };
        add(field, order.descending)?;
    }
    let descending = query.order.last().is_some_and(|order| order.descending);
    add(query.key_of(0)?, descending)?;
    for (place, source) in query.sources.iter().enumerate() {
        if !source.inside && source.join.is_some() && !is_single(query, place)? {
            add(query.key_of(place)?, descending)?;
        }
    }
    Ok(terms)
}

/// Whether a joined source has at most one row for each row it hangs on.
pub(crate) fn is_single(query: &Query, source: usize) -> Result<bool> {
    let source = query.source(source)?;
    Ok(match &source.join {
        Some(join) => match join.link {
            Link::Columns { to, .. } => source.table.position(&source.table.primary_id) == Some(to),
            Link::ManyToMany { .. } => false,
        },
        None => true,
    })
}

/// `ASC NULLS FIRST` and the like; nothing to say where cells are never empty.
pub(crate) const fn direction(descending: bool, nullable: bool) -> &'static str {
    match (descending, nullable) {
        (false, true) => " ASC NULLS FIRST",
        (true, true) => " DESC NULLS LAST",
        (false, false) => "",
        (true, false) => " DESC",
    }
}

impl Select<'_> {
    pub(crate) fn order_by(&mut self, terms: &[Term]) -> Result<()> {
        for (place, term) in terms.iter().enumerate() {
            self.writer.push(if place == 0 { " ORDER BY " } else { ", " });
            self.folded(term.field)?;
            self.writer.push(direction(term.descending, term.nullable));
        }
        Ok(())
    }

    /// The same behind another term.
    pub(crate) fn further_terms(&mut self, terms: &[Term]) -> Result<()> {
        for term in terms {
            self.writer.push(", ");
            self.folded(term.field)?;
            self.writer.push(direction(term.descending, term.nullable));
        }
        Ok(())
    }

    /// The same out of the cells of the page.
    pub(crate) fn further_order(&mut self, terms: &[Term], order: &[usize]) {
        for (term, cell) in terms.iter().zip(order) {
            self.writer.index(", p.c", *cell);
            self.writer.push(direction(term.descending, term.nullable));
        }
    }

    /// What comes behind the cursor: further in the first column, or equal there and further in the next …
    pub(crate) fn behind(&mut self, terms: &[Term], cursor: &Cursor) -> Result<()> {
        let fits = |(term, value): (&Term, &Value<'static>)| {
            term.kind.fits(value) && (term.nullable || *value != Value::Null)
        };
        if cursor.0.len() != terms.len() || !terms.iter().zip(&cursor.0).all(fits) {
            return Err(Error::Cursor);
        }
        let all: Vec<_> = terms.iter().zip(&cursor.0).collect();
        let Some(((first, value), _)) = all.split_first() else { return Err(Error::Cursor) };
        if all.len() > 1 && !first.descending && **value != Value::Null {
            // Says nothing new, but lets an index begin at the right place.
            self.term(first, Comparison::GreaterOrEqual, value)?;
            self.writer.push(" AND ");
        }
        self.beyond(&all)
    }

    fn beyond(&mut self, rest: &[(&Term, &Value<'static>)]) -> Result<()> {
        let Some(((term, value), rest)) = rest.split_first() else {
            self.writer.push("FALSE");
            return Ok(());
        };
        self.writer.push("(");
        match (term.descending, **value == Value::Null) {
            (false, true) => {
                self.folded(term.field)?;
                self.writer.push(" IS NOT NULL");
            }
            (true, true) => self.writer.push("FALSE"),
            (false, false) => self.term(term, Comparison::Greater, value)?,
            (true, false) => {
                self.term(term, Comparison::Less, value)?;
                if term.nullable {
                    self.writer.push(" OR ");
                    self.folded(term.field)?;
                    self.writer.push(" IS NULL");
                }
            }
        }
        if !rest.is_empty() {
            self.writer.push(" OR (");
            if **value == Value::Null {
                self.folded(term.field)?;
                self.writer.push(" IS NULL");
            } else {
                self.term(term, Comparison::Equal, value)?;
            }
            self.writer.push(" AND ");
            self.beyond(rest)?;
            self.writer.push(")");
        }
        self.writer.push(")");
        Ok(())
    }

    /// A column beside a value of a cursor, which is folded already.
    fn term(&mut self, term: &Term, comparison: Comparison, value: &Value<'static>) -> Result<()> {
        self.folded(term.field)?;
        self.writer.push(super::condition::operator(comparison));
        self.writer.param(value.clone());
        Ok(())
    }

    /// Whether the cell of a term's column is what the order compares.
    pub(crate) fn is_plain(&self, term: &Term) -> Result<bool> {
        Ok(!folds(self.query.column(term.field)?))
    }
}
