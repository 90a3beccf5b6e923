//! Conditions in a statement.

use db::Value;
use tables::ColumnKind;

use super::{
    security,
    source::{Select, folds, name},
    writer::Conjunction,
};
use crate::{
    Error, Result,
    access::Verb,
    limits,
    physical::CellType,
    query::{Comparison, Condition, Exists, Field, Hierarchy, Link, Source},
};

impl Select<'_> {
    /// Writes a condition as one term.
    pub(crate) fn condition(&mut self, condition: &Condition, depth: usize) -> Result<()> {
        if depth > limits::DEPTH {
            return Err(Error::Limit { of: "levels of conditions", most: limits::DEPTH });
        }
        match condition {
            Condition::All(all) => self.list(all, (" AND ", "TRUE"), depth),
            Condition::Any(any) => self.list(any, (" OR ", "FALSE"), depth),
            Condition::Not(inner) => {
                if let Condition::Null(field) = &**inner {
                    self.field(*field)?;
                    self.writer.push(" IS NOT NULL");
                    return Ok(());
                }
                self.writer.push("(");
                self.condition(inner, depth + 1)?;
                self.writer.push(") IS NOT TRUE");
                Ok(())
            }
            Condition::Null(field) => {
                self.field(*field)?;
                self.writer.push(" IS NULL");
                Ok(())
            }
            Condition::Compare(field, comparison, value) => {
                self.compare(*field, *comparison, value)
            }
            Condition::Columns(left, comparison, right) => {
                let folds = folds(self.query.column(*left)?) && folds(self.query.column(*right)?);
                let side = |this: &mut Self, field| {
                    if folds { this.folded(field) } else { this.field(field) }
                };
                side(self, *left)?;
                self.writer.push(match comparison {
                    Comparison::Equal => " IS NOT DISTINCT FROM ",
                    other => operator(*other),
                });
                side(self, *right)
            }
            Condition::Like(field, pattern) => self.like(*field, pattern),
            Condition::In(field, values) => self.one_of(*field, values),
            Condition::ContainsAny(field, values) => {
                if CellType::of(&self.query.column(*field)?.kind) != CellType::Text {
                    return Err(Error::Malformed);
                }
                self.writer.push("(FALSE");
                for value in values {
                    self.writer.push(" OR ");
                    self.field(*field)?;
                    self.writer.push(" LIKE ");
                    self.writer.param(Value::Text(format!("%,{value},%").into()));
                }
                self.writer.push(")");
                Ok(())
            }
            Condition::Exists(exists) => self.exists(exists, depth),
            Condition::Hierarchy(hierarchy) => self.hierarchy(hierarchy),
        }
    }

    fn list(
        &mut self,
        list: &[Condition],
        (word, empty): (&str, &str),
        depth: usize,
    ) -> Result<()> {
        match list {
            [] => self.writer.push(empty),
            [one] => self.condition(one, depth + 1)?,
            list => {
                self.writer.push("(");
                for (place, one) in list.iter().enumerate() {
                    if place > 0 {
                        self.writer.push(word);
                    }
                    self.condition(one, depth + 1)?;
                }
                self.writer.push(")");
            }
        }
        Ok(())
    }

    fn compare(
        &mut self,
        field: Field,
        comparison: Comparison,
        value: &Value<'static>,
    ) -> Result<()> {
        let column = self.query.column(field)?;
        if !CellType::of(&column.kind).fits(value) {
            return Err(Error::Malformed);
        }
        let folds = folds(column);
        self.folded(field)?;
        self.writer.push(operator(comparison));
        self.writer.push(if folds { "plain(" } else { "" });
        self.writer.param(value.clone());
        self.writer.push(if folds { ")" } else { "" });
        Ok(())
    }

    fn like(&mut self, field: Field, pattern: &str) -> Result<()> {
        let column = self.query.column(field)?;
        if CellType::of(&column.kind) != CellType::Text {
            return Err(Error::Malformed);
        }
        let end = pattern.find(['%', '_']).unwrap_or(pattern.len());
        let prefix = pattern.get(..end).unwrap_or_default();
        self.writer.push("(");
        if !prefix.is_empty() {
            // An index on the folded column finds these; what is greater than every text with this beginning
            // ends them.
            self.folded(field)?;
            self.writer.push(" >= plain(");
            self.writer.param(Value::Text(prefix.to_owned().into()));
            self.writer.push(") AND ");
            self.folded(field)?;
            self.writer.push(" < plain(");
            self.writer.param(Value::Text(format!("{prefix}\u{10ffff}").into()));
            self.writer.push(") AND ");
        }
        self.folded(field)?;
        self.writer.push(" LIKE plain(");
        self.writer.param(Value::Text(pattern.replace('\\', "\\\\").into()));
        self.writer.push(") ESCAPE '\\')");
        Ok(())
    }

    fn one_of(&mut self, field: Field, values: &[Value<'static>]) -> Result<()> {
        let column = self.query.column(field)?;
        let kind = CellType::of(&column.kind);
        if !values.iter().all(|value| kind.fits(value)) {
            return Err(Error::Malformed);
        }
        if values.is_empty() {
            self.writer.push("FALSE");
            return Ok(());
        }
        let folds = folds(column);
        self.folded(field)?;
        self.writer.push(" ");
        if kind == CellType::Id {
            let ids = values.iter().filter_map(|value| match value {
                Value::Uuid(id) => Some(*id),
                _ => None,
            });
            self.writer.ids(ids);
            return Ok(());
        }
        self.writer.push("IN (");
        let (before, after) = if folds { ("plain(", ")") } else { ("", "") };
        self.writer.padded(values.iter().cloned(), before, after);
        self.writer.push(")");
        Ok(())
    }

    fn exists(&mut self, exists: &Exists, depth: usize) -> Result<()> {
        let query = self.query;
        let (first, others) = exists.sources.split_first().ok_or(Error::Malformed)?;
        let Source { table, join: Some(join), .. } = query.source(*first)? else {
            return Err(Error::Malformed);
        };
        if !table.is_union() && !security::may_reach(self.context, table, Verb::Read) {
            self.writer.push("FALSE");
            return Ok(());
        }
        let mut on = Conjunction::after(" WHERE ");
        if exists.selective {
            self.begin_selective(*first, join)?;
        } else {
            self.writer.push("EXISTS (SELECT 1 FROM ");
        }
        match &join.link {
            Link::Columns { from, to } => {
                self.table(*first)?;
                self.inner_joins(others)?;
                if exists.selective {
                    let near = Field { source: join.from, column: *from };
                    self.refers(Field { source: *first, column: *to }, near, &mut on)?;
                } else {
                    self.linked(*first, join, &mut on)?;
                }
            }
            Link::ManyToMany { intersect, near, far } => {
                self.writer.table(self.context.number, &intersect.logical);
                self.writer.push(" AS ");
                self.writer.index("i", *first);
                self.writer.push(" JOIN ");
                self.table(*first)?;
                self.writer.push(" ON ");
                self.field(query.key_of(*first)?)?;
                self.writer.push(" = ");
                self.writer.index("i", *first);
                self.writer.push(".");
                self.writer.name(name(intersect, *far)?);
                self.inner_joins(others)?;
                if !exists.selective {
                    on.next(&mut self.writer);
                    self.writer.index("i", *first);
                    self.writer.push(".");
                    self.writer.name(name(intersect, *near)?);
                    self.writer.push(" = ");
                    self.field(query.key_of(join.from)?)?;
                }
            }
        }
        self.readable(*first, &mut on)?;
        self.further(&join.filter, &mut on)?;
        if !exists.filter.is_always() {
            on.next(&mut self.writer);
            self.condition(&exists.filter, depth + 1)?;
        }
        self.writer.push(")");
        if exists.selective {
            self.writer.push(")");
        }
        Ok(())
    }

    /// `(key IN (SELECT … FROM `: the search begins with the rows inside.
    fn begin_selective(&mut self, first: usize, join: &crate::query::Join) -> Result<()> {
        self.writer.push("(");
        match &join.link {
            Link::Columns { from, to } => {
                let near = Field { source: join.from, column: *from };
                let far = Field { source: first, column: *to };
                let mut on = Conjunction::after("");
                self.refers(near, far, &mut on)?;
                on.next(&mut self.writer);
                self.field(near)?;
                self.writer.push(" IN (SELECT ");
                self.field(far)?;
            }
            Link::ManyToMany { intersect, near, .. } => {
                self.field(self.query.key_of(join.from)?)?;
                self.writer.push(" IN (SELECT ");
                self.writer.index("i", first);
                self.writer.push(".");
                self.writer.name(name(intersect, *near)?);
            }
        }
        self.writer.push(" FROM ");
        Ok(())
    }

    fn inner_joins(&mut self, sources: &[usize]) -> Result<()> {
        sources.iter().try_for_each(|source| self.join(*source))
    }

    /// The ids above or below one row, along visible rows only.
    fn hierarchy(&mut self, hierarchy: &Hierarchy) -> Result<()> {
        let table = &hierarchy.table;
        let parent = table.columns().get(hierarchy.parent).ok_or(Error::Malformed)?;
        if !matches!(parent.kind, ColumnKind::Lookup { .. }) || table.is_union() {
            return Err(Error::Malformed);
        }
        self.field(hierarchy.field)?;
        if !security::may_reach(self.context, table, Verb::Read)
            || !self.context.access.reads(table, parent)
        {
            // Nothing is above or below; only the row itself is known.
            self.writer.push(if hierarchy.itself { " = " } else { " IN (SELECT " });
            self.writer.param(Value::Uuid(hierarchy.of));
            self.writer.push(if hierarchy.itself { "" } else { " WHERE FALSE)" });
            return Ok(());
        }
        let (number, id, up) = (self.context.number, &table.primary_id, &parent.logical);
        // Under: from the row to those that refer to it. Above: from the row to what it refers to.
        let (begin, follow) = if hierarchy.under { (up, id) } else { (id, up) };
        self.writer.push(" IN (WITH RECURSIVE h(id, next) AS (SELECT h0.");
        self.writer.name(id);
        self.writer.push(", h0.");
        self.writer.name(follow);
        self.writer.push(" FROM ");
        self.writer.table(number, &table.logical);
        self.writer.push(" AS h0 WHERE h0.");
        self.writer.name(begin);
        self.writer.push(" = ");
        self.writer.param(Value::Uuid(hierarchy.of));
        let mut on = Conjunction::further();
        let guarded = (&**table, "h0");
        security::guard(&mut self.writer, self.context, guarded, Verb::Read, &mut on);
        self.writer.push(" UNION SELECT h1.");
        self.writer.name(id);
        self.writer.push(", h1.");
        self.writer.name(follow);
        self.writer.push(" FROM h JOIN ");
        self.writer.table(number, &table.logical);
        self.writer.push(" AS h1 ON h1.");
        self.writer.name(begin);
        self.writer.push(" = h.next");
        let guarded = (&**table, "h1");
        security::guard(&mut self.writer, self.context, guarded, Verb::Read, &mut on);
        self.writer.push(") SELECT h.id FROM h");
        self.without(hierarchy);
        Ok(())
    }

    /// The row itself belongs to its hierarchy only if that is asked for.
    fn without(&mut self, hierarchy: &Hierarchy) {
        if hierarchy.itself {
            self.writer.push(" UNION SELECT ");
            let cast = self.context.dialect == db::Dialect::Postgres;
            self.writer.push(if cast { "CAST(" } else { "" });
            self.writer.param(Value::Uuid(hierarchy.of));
            self.writer.push(if cast { " AS UUID)" } else { "" });
        } else {
            self.writer.push(" WHERE h.id <> ");
            self.writer.param(Value::Uuid(hierarchy.of));
        }
        self.writer.push(")");
    }
}

pub(crate) const fn operator(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => " = ",
        Comparison::Less => " < ",
        Comparison::LessOrEqual => " <= ",
        Comparison::Greater => " > ",
        Comparison::GreaterOrEqual => " >= ",
    }
}
