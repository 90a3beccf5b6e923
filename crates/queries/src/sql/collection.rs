//! The rows of a collection for many parents at once.

use db::{Dialect, Value};
use uuid::Uuid;

use super::{
    Context, Page, Statement,
    order::terms,
    page::{Cells, core},
    source::{Select, name},
    writer::{self, Conjunction},
};
use crate::{
    Error, Result,
    access::Verb,
    limits,
    plan::Plan,
    query::{Collection, Field, Link},
};

impl Collection {
    /// The statement for the rows of these parents, at most `size` each (fewer if the query says so) and one more
    /// to tell whether there are others. Rows come parent by parent; [`Plan::parent`] says whose.
    ///
    /// Each parent's rows are found by themselves, so that a parent with a million of them costs one page.
    ///
    /// # Errors
    /// [`Error::Limit`]. A table that the caller may not read at all has no rows.
    pub fn page(&self, context: &Context<'_>, parents: &[Uuid], size: u32) -> Result<Page> {
        let query = &self.query;
        if parents.len() > limits::VALUES {
            return Err(Error::Limit { of: "parents", most: limits::VALUES });
        }
        if query.group.is_some() || query.distinct {
            return Err(Error::unsupported("Grouping inside $expand"));
        }
        let mut select = Select::new(query, context);
        let core = core(query)?;
        let terms = terms(query)?;
        let mut cells = Cells::default();
        let mut shown = select.shown(&query.shape, &core, &mut cells)?;
        let order = select.order_cells(&terms, &mut cells)?;
        let staged = !cells.late.is_empty();

        select.writer.push("WITH k AS MATERIALIZED (SELECT ");
        let ids = writer::list(context.dialect, parents.iter().copied());
        let key = query.key_of(0)?;
        let table = query.table()?;
        match context.dialect {
            Dialect::Sqlite => {
                select.writer.push("j.key AS place, t0.");
                select.writer.name(&table.primary_id);
                select.writer.push(" AS id FROM json_each(");
                select.writer.param(ids);
                select.writer.push(") AS j CROSS JOIN ");
                select.table(0)?;
                select.writer.push(" WHERE t0.");
                select.writer.name(&table.primary_id);
                select.writer.push(" IN (SELECT ");
            }
            Dialect::Postgres => {
                select.writer.push("j.place - 1 AS place, x.id FROM unnest(CAST(CAST(");
                select.writer.param(ids);
                select.writer.push(" AS TEXT) AS UUID[])) WITH ORDINALITY AS j(value, place)");
                select.writer.push(" CROSS JOIN LATERAL (SELECT ");
            }
        }
        select.field(key)?;
        select.writer.push(" AS id FROM ");
        self.behind(&mut select, &core)?;
        select.order_by(&terms)?;
        let (size, asked) = match query.top {
            Some(top) if top <= u64::from(size) => {
                let top = u32::try_from(top).unwrap_or(limits::PAGE);
                (top, top)
            }
            _ => (size, size.saturating_add(1)),
        };
        select.writer.push(" LIMIT ");
        select.writer.param(Value::Int(asked.into()));
        select.writer.push(match context.dialect {
            Dialect::Sqlite => "))",
            Dialect::Postgres => ") AS x)",
        });

        select.writer.push(if staged { ", p AS MATERIALIZED (SELECT " } else { " SELECT " });
        select.early(&cells, staged)?;
        select.writer.push(if cells.early.is_empty() { "" } else { ", " });
        select.writer.push("k.place AS place FROM k JOIN ");
        select.table(0)?;
        select.writer.push(" ON ");
        select.field(key)?;
        select.writer.push(" = k.id");
        select.joins(&core)?;
        let parent = if staged {
            select.writer.push(") SELECT ");
            cells.outer(&mut select)?;
            select.writer.push(", p.place FROM p");
            select.late_joins(&query.shape, &core, &cells)?;
            select.writer.push(" ORDER BY p.place");
            select.further_order(&terms, &order);
            cells.early.len() + cells.late.len()
        } else {
            select.writer.push(" ORDER BY k.place");
            select.further_terms(&terms)?;
            cells.early.len()
        };
        cells.settle_all(&mut shown);
        let order = order.iter().zip(&terms).map(|(cell, term)| (*cell, term.kind)).collect();
        let plan = Plan { shown, parent: Some(parent), size, order, aggregated: None };
        Ok(Page { statement: select.writer.finish(), plan })
    }

    /// How many rows stand behind each of these parents, as far as [`limits::COUNT`] and one more: the place of the
    /// parent among those asked for, and the count.
    ///
    /// # Errors
    /// As [`Collection::page`].
    pub fn counts(&self, context: &Context<'_>, parents: &[Uuid]) -> Result<Statement> {
        if parents.len() > limits::VALUES {
            return Err(Error::Limit { of: "parents", most: limits::VALUES });
        }
        let mut select = Select::new(&self.query, context);
        let core = core(&self.query)?;
        select.writer.push(match context.dialect {
            Dialect::Sqlite => "SELECT j.key",
            Dialect::Postgres => "SELECT j.place - 1",
        });
        select.writer.push(", (SELECT COUNT(*) FROM (SELECT 1 AS x FROM ");
        self.behind(&mut select, &core)?;
        select.writer.push(" LIMIT ");
        select.writer.number(limits::COUNT + 1);
        let ids = writer::list(context.dialect, parents.iter().copied());
        match context.dialect {
            Dialect::Sqlite => {
                select.writer.push(") AS x) FROM json_each(");
                select.writer.param(ids);
                select.writer.push(") AS j");
            }
            Dialect::Postgres => {
                select.writer.push(") AS x) FROM unnest(CAST(CAST(");
                select.writer.param(ids);
                select.writer.push(" AS TEXT) AS UUID[])) WITH ORDINALITY AS j(value, place)");
            }
        }
        Ok(select.writer.finish())
    }

    /// The tables, and which of their rows are those of the parent `j`.
    fn behind(&self, select: &mut Select<'_>, core: &[bool]) -> Result<()> {
        let (query, context) = (&self.query, select.context);
        let (key, table) = (query.key_of(0)?, query.table()?);
        let mut conjunction = Conjunction::after(" WHERE ");
        match &self.link {
            Link::Columns { to, .. } => {
                select.table(0)?;
                select.joins(core)?;
                let reference = Field { source: 0, column: *to };
                conjunction.next(&mut select.writer);
                select.field(reference)?;
                select.parent();
                let target = &self.of;
                let column = query.column(reference)?;
                if column.kind.is_polymorphic() && !target.is_union() {
                    conjunction.next(&mut select.writer);
                    select.type_of(reference)?;
                    select.writer.push(" = ");
                    select.writer.number(target.code.into());
                }
            }
            Link::ManyToMany { intersect, near, far } => {
                select.writer.table(context.number, &intersect.logical);
                select.writer.push(" AS l JOIN ");
                select.table(0)?;
                select.writer.push(" ON ");
                select.field(key)?;
                select.writer.push(" = l.");
                select.writer.name(name(intersect, *far)?);
                select.joins(core)?;
                conjunction.next(&mut select.writer);
                select.writer.push("l.");
                select.writer.name(name(intersect, *near)?);
                select.parent();
            }
        }
        if !super::security::may_reach(context, table, Verb::Read) && !table.is_union() {
            conjunction.next(&mut select.writer);
            select.writer.push("FALSE");
        } else {
            select.readable(0, &mut conjunction)?;
        }
        select.further(&query.filter, &mut conjunction)?;
        Ok(())
    }
}

impl Select<'_> {
    fn parent(&mut self) {
        self.writer.push(match self.context.dialect {
            Dialect::Sqlite => " = unhex(j.value)",
            Dialect::Postgres => " = j.value",
        });
    }
}
