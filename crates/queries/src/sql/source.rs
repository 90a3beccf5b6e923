//! Tables, joins and columns in a statement.

use tables::{Column, ColumnKind, Table};

use super::{Context, Writer, security, writer::Conjunction};
use crate::{
    Error, Result,
    access::Verb,
    physical::CellType,
    query::{Comparison, Condition, Field, Hierarchy, Join, Link, Query, Source},
};

/// A statement over a query's sources.
pub(crate) struct Select<'a> {
    pub(crate) query: &'a Query,
    pub(crate) context: &'a Context<'a>,
    pub(crate) writer: Writer,
    /// Sources without which no row fulfils the filter: the engine may begin with them.
    needed: Vec<bool>,
}

impl<'a> Select<'a> {
    pub(crate) fn new(query: &'a Query, context: &'a Context<'a>) -> Self {
        let mut needed = vec![false; query.sources.len()];
        rejecting(query, &query.filter, &mut needed);
        Self { query, context, writer: Writer::new(context.dialect), needed }
    }

    /// The column of a source; an empty cell where the caller may not read it.
    pub(crate) fn field(&mut self, field: Field) -> Result<()> {
        let query = self.query;
        let table = &query.source(field.source)?.table;
        let column = query.column(field)?;
        if !self.context.access.reads(table, column) {
            self.null(CellType::of(&column.kind));
            return Ok(());
        }
        self.alias(field.source);
        self.writer.push(".");
        self.writer.name(&column.logical);
        Ok(())
    }

    /// The table code of a reference to one of several tables.
    pub(crate) fn type_of(&mut self, field: Field) -> Result<()> {
        let query = self.query;
        let table = &query.source(field.source)?.table;
        let column = query.column(field)?;
        if !self.context.access.reads(table, column) {
            self.null(CellType::Int);
            return Ok(());
        }
        self.alias(field.source);
        self.writer.push(".");
        self.writer.type_name(&column.logical);
        Ok(())
    }

    /// The column in the form in which it is compared and sorted.
    pub(crate) fn folded(&mut self, field: Field) -> Result<()> {
        if !folds(self.query.column(field)?) {
            return self.field(field);
        }
        self.writer.push("plain(");
        self.field(field)?;
        self.writer.push(")");
        Ok(())
    }

    pub(crate) fn null(&mut self, kind: CellType) {
        self.writer.push("CAST(NULL AS ");
        self.writer.push(kind.sql(self.context.dialect));
        self.writer.push(")");
    }

    pub(crate) fn alias(&mut self, source: usize) {
        self.writer.index("t", source);
    }

    /// The table of a source with its alias.
    pub(crate) fn table(&mut self, source: usize) -> Result<()> {
        self.table_for(source, None)
    }

    /// The same; of a table that shows others' rows only those that a cell of the page refers to.
    pub(crate) fn table_for(&mut self, source: usize, cell: Option<usize>) -> Result<()> {
        let query = self.query;
        let table = &query.source(source)?.table;
        if table.is_union() {
            self.members(table, cell);
        } else {
            self.writer.table(self.context.number, &table.logical);
        }
        self.writer.push(" AS ");
        self.alias(source);
        Ok(())
    }

    /// Adds the condition that the caller may read the row of a source.
    pub(crate) fn readable(&mut self, source: usize, conjunction: &mut Conjunction) -> Result<()> {
        let query = self.query;
        let table = &query.source(source)?.table;
        let alias = alias_of(source);
        let guarded = (&**table, alias.as_str());
        security::guard(&mut self.writer, self.context, guarded, Verb::Read, conjunction);
        Ok(())
    }

    /// `JOIN` of a source with the one it hangs on.
    pub(crate) fn join(&mut self, source: usize) -> Result<()> {
        let Source { join: Some(join), .. } = self.query.source(source)? else {
            return Err(Error::Malformed);
        };
        let outer = join.outer && !self.needed.get(source).copied().unwrap_or(false);
        self.writer.push(if outer { " LEFT JOIN " } else { " JOIN " });
        let mut on = Conjunction::after(" ON ");
        match &join.link {
            Link::Columns { .. } => {
                self.table(source)?;
                self.linked(source, join, &mut on)?;
            }
            Link::ManyToMany { intersect, near, far } => {
                // The two tables in parentheses are one partner: a row that is not visible is none.
                self.writer.push("(");
                self.writer.table(self.context.number, &intersect.logical);
                self.writer.push(" AS ");
                self.writer.index("i", source);
                self.writer.push(" JOIN ");
                self.table(source)?;
                let mut inner = Conjunction::after(" ON ");
                inner.next(&mut self.writer);
                self.field(self.query.key_of(source)?)?;
                self.writer.push(" = ");
                self.writer.index("i", source);
                self.writer.push(".");
                self.writer.name(name(intersect, *far)?);
                self.readable(source, &mut inner)?;
                self.further(&join.filter, &mut inner)?;
                self.writer.push(")");
                on.next(&mut self.writer);
                self.writer.index("i", source);
                self.writer.push(".");
                self.writer.name(name(intersect, *near)?);
                self.writer.push(" = ");
                self.field(self.query.key_of(join.from)?)?;
                return Ok(());
            }
        }
        self.readable(source, &mut on)?;
        self.further(&join.filter, &mut on)
    }

    /// That two columns are equal and, where one refers to several tables, that it refers to the other's.
    pub(crate) fn linked(
        &mut self,
        source: usize,
        join: &Join,
        on: &mut Conjunction,
    ) -> Result<()> {
        let Link::Columns { from, to } = join.link else { return Err(Error::Malformed) };
        let near = Field { source: join.from, column: from };
        let far = Field { source, column: to };
        on.next(&mut self.writer);
        self.field(far)?;
        self.writer.push(" = ");
        self.field(near)?;
        self.refers(near, far, on)?;
        self.refers(far, near, on)
    }

    /// That a reference to one of several tables refers to the table of the other column.
    pub(crate) fn refers(
        &mut self,
        reference: Field,
        other: Field,
        on: &mut Conjunction,
    ) -> Result<()> {
        let query = self.query;
        let target = &query.source(other.source)?.table;
        if !query.column(reference)?.kind.is_polymorphic() || target.is_union() {
            return Ok(());
        }
        // Two references may be compared with each other in FetchXML.
        if !matches!(query.column(other)?.kind, ColumnKind::Key) {
            return Ok(());
        }
        on.next(&mut self.writer);
        self.type_of(reference)?;
        self.writer.push(" = ");
        self.writer.number(target.code.into());
        Ok(())
    }

    pub(crate) fn further(&mut self, filter: &Condition, on: &mut Conjunction) -> Result<()> {
        if filter.is_always() {
            return Ok(());
        }
        on.next(&mut self.writer);
        self.condition(filter, 0)
    }

    /// The rows of a table without rows of its own: those of its members that the caller may see.
    fn members(&mut self, union: &Table, cell: Option<usize>) {
        self.writer.push("(");
        let mut any = false;
        for member in &union.union_of {
            let Some(member) = self.context.model.table(member) else { continue };
            if !security::may_reach(self.context, member, Verb::Read) {
                continue;
            }
            if any {
                self.writer.push(" UNION ALL ");
            }
            any = true;
            self.writer.push("SELECT ");
            self.member(union, Some(member));
            self.writer.push(" FROM ");
            self.writer.table(self.context.number, &member.logical);
            self.writer.push(" AS m");
            let mut conjunction = Conjunction::after(" WHERE ");
            if let Some(cell) = cell {
                conjunction.next(&mut self.writer);
                self.writer.push("m.");
                self.writer.name(&member.primary_id);
                self.writer.index(" IN (SELECT p.c", cell);
                self.writer.push(" FROM p)");
            }
            let guarded = (&**member, "m");
            security::guard(&mut self.writer, self.context, guarded, Verb::Read, &mut conjunction);
        }
        if !any {
            self.writer.push("SELECT ");
            self.member(union, None);
            self.writer.push(" WHERE FALSE");
        }
        self.writer.push(")");
    }

    fn member(&mut self, union: &Table, member: Option<&Table>) {
        for (place, column) in union.columns().iter().enumerate() {
            if place > 0 {
                self.writer.push(", ");
            }
            let found = member.and_then(|member| {
                let logical = if column.logical == union.primary_id {
                    &member.primary_id
                } else if union.primary_name.as_ref() == Some(&column.logical) {
                    member.primary_name.as_ref()?
                } else {
                    &column.logical
                };
                let found = member.column(logical)?;
                let same = CellType::of(&found.kind) == CellType::of(&column.kind);
                (same && self.context.access.reads(member, found)).then_some(found)
            });
            match found {
                Some(found) => {
                    self.writer.push("m.");
                    self.writer.name(&found.logical);
                }
                None => self.null(CellType::of(&column.kind)),
            }
            self.writer.push(" AS ");
            self.writer.name(&column.logical);
            if !column.kind.is_polymorphic() {
                continue;
            }
            self.writer.push(", ");
            let code = found.and_then(|found| match found.kind.targets().as_slice() {
                [target] => self.context.model.table(target).map(|target| target.code),
                _ => None,
            });
            match (found, code) {
                (Some(found), _) if found.kind.is_polymorphic() => {
                    self.writer.push("m.");
                    self.writer.type_name(&found.logical);
                }
                (Some(_), Some(code)) => {
                    self.writer.push("CAST(");
                    self.writer.number(code.into());
                    self.writer.push(" AS BIGINT)");
                }
                _ => self.null(CellType::Int),
            }
            self.writer.push(" AS ");
            self.writer.type_name(&column.logical);
        }
    }
}

/// Marks the sources whose columns are not empty where the condition is true, and those they hang on.
fn rejecting(query: &Query, condition: &Condition, needed: &mut [bool]) {
    let mut field = |field: &Field| {
        let mut at = Some(field.source);
        while let Some(place) = at {
            match needed.get_mut(place) {
                Some(mark @ false) => *mark = true,
                _ => return,
            }
            let source = query.sources.get(place);
            at = source.and_then(|one| one.join.as_ref()).map(|join| join.from);
        }
    };
    match condition {
        Condition::All(list) => {
            for one in list {
                rejecting(query, one, needed);
            }
        }
        Condition::Any(list) => {
            if let [one] = list.as_slice() {
                rejecting(query, one, needed);
            }
        }
        Condition::Not(inner) => {
            if let Condition::Null(of) = &**inner {
                field(of);
            }
        }
        Condition::Compare(of, ..)
        | Condition::Like(of, _)
        | Condition::In(of, _)
        | Condition::ContainsAny(of, _)
        | Condition::Hierarchy(Hierarchy { field: of, .. }) => field(of),
        Condition::Columns(left, comparison, right) if *comparison != Comparison::Equal => {
            field(left);
            field(right);
        }
        Condition::Columns(..) | Condition::Null(_) | Condition::Exists(_) => {}
    }
}

/// Whether text is compared whatever its case.
pub(crate) const fn folds(column: &Column) -> bool {
    matches!(column.kind, ColumnKind::Text { .. } | ColumnKind::Memo { .. })
}

pub(crate) fn name(table: &Table, column: usize) -> Result<&str> {
    table.columns().get(column).map(|column| column.logical.as_str()).ok_or(Error::Malformed)
}

fn alias_of(source: usize) -> String {
    format!("t{source}")
}
