//! Groups, aggregates and distinct rows: answers that page by number.

use std::sync::Arc;

use db::Dialect;

use super::{
    Page, Paging,
    order::direction,
    page::{Cell, Cells},
    source::{Select, folds},
};
use crate::{
    Error, Result,
    physical::{self, CellType},
    plan::{Content, Plan, Property, Shown},
    query::{Aggregate, DatePart, Field, Function, Group, GroupKey, OrderBy, Query},
};

impl Select<'_> {
    /// Each row of outputs once. Order and page come behind, out of what is shown.
    pub(crate) fn distinct(mut self, core: &[bool], paging: &Paging) -> Result<Page> {
        let query = self.query;
        if paging.after.is_some() {
            return Err(Error::Cursor);
        }
        let mut cells = Cells::default();
        let mut properties = Vec::new();
        for output in &query.shape.outputs {
            properties.push(self.property(output, true, &mut cells)?);
        }
        if cells.early.is_empty() {
            return Err(Error::invalid("A distinct query shows at least one column."));
        }
        self.writer.push("WITH p AS MATERIALIZED (SELECT DISTINCT ");
        self.early(&cells, true)?;
        self.from(core)?;
        self.writer.push(") SELECT ");
        cells.outer(&mut self)?;
        self.writer.push(" FROM p");
        let mut ordered = Vec::new();
        for order in &query.order {
            let OrderBy::Field(field) = order.by else { return Err(Error::Malformed) };
            let cell = cells.early.iter().position(|cell| *cell == Cell::Field(field));
            let cell = cell.ok_or_else(|| {
                Error::invalid("A distinct query is sorted by columns that it shows.")
            })?;
            ordered.push((cell, order.descending, folds(query.column(field)?)));
        }
        for place in 0..cells.early.len() {
            ordered.push((place, false, false));
        }
        self.by_cells(&ordered);
        let size = self.bounds(paging)?;
        let table = Arc::clone(query.table()?);
        let (singles, collections) = (Vec::new(), Vec::new());
        let mut shown = Shown { table, key: None, version: None, properties, singles, collections };
        cells.settle_all(&mut shown);
        let plan = Plan { shown, parent: None, size, order: Vec::new(), aggregated: None };
        Ok(Page { statement: self.writer.finish(), plan })
    }

    fn by_cells(&mut self, ordered: &[(usize, bool, bool)]) {
        for (place, (cell, descending, folded)) in ordered.iter().enumerate() {
            self.writer.push(if place == 0 { " ORDER BY " } else { ", " });
            self.writer.push(if *folded { "plain(" } else { "" });
            self.writer.index("p.c", *cell);
            self.writer.push(if *folded { ")" } else { "" });
            self.writer.push(direction(*descending, true));
        }
    }

    /// Groups and their aggregates.
    pub(crate) fn grouped(mut self, group: &Group, core: &[bool], paging: &Paging) -> Result<Page> {
        let query = self.query;
        if paging.after.is_some() {
            return Err(Error::Cursor);
        }
        if group.keys.is_empty() && group.aggregates.is_empty() {
            return Err(Error::invalid("A group shows at least one column."));
        }
        let mut cells = Cells::default();
        let mut properties = Vec::new();
        self.writer.push("WITH p AS MATERIALIZED (SELECT ");
        for key in &group.keys {
            properties.push(self.group_key(key, &mut cells)?);
        }
        for aggregate in &group.aggregates {
            let place = cells.early.len();
            self.writer.push(if place > 0 { ", " } else { "" });
            let content = self.aggregate(aggregate)?;
            self.writer.index(" AS c", place);
            // Never found again: only columns of groups are.
            let none = Field { source: usize::MAX, column: place };
            let cell = cells.add(Cell::Folded(none), true);
            let named = Some(Arc::clone(&aggregate.name));
            properties.push(Property {
                named,
                cell,
                type_cell: None,
                code: 0,
                name_cell: None,
                content,
                of: aggregate.of.map(|of| name_of(query, of)).transpose()?,
            });
        }
        let aggregated = group.limit.map(|limit| {
            let place = cells.early.len();
            let whole = group.keys.is_empty();
            self.writer.push(if whole { ", COUNT(*)" } else { ", SUM(COUNT(*)) OVER ()" });
            self.writer.index(" AS c", place);
            let none = Field { source: usize::MAX, column: place };
            (cells.add(Cell::Folded(none), true), limit)
        });
        self.from(core)?;
        for (place, key) in group.keys.iter().enumerate() {
            self.writer.push(if place > 0 { ", " } else { " GROUP BY " });
            self.key(key)?;
        }
        self.writer.push(") SELECT ");
        cells.outer(&mut self)?;
        self.writer.push(" FROM p");
        let mut ordered = Vec::new();
        let text = |place: usize| -> Result<bool> {
            Ok(match group.keys.get(place) {
                Some(key) => folds(query.column(key.field)?),
                None => false,
            })
        };
        for order in &query.order {
            let OrderBy::Group(place) = order.by else { return Err(Error::Malformed) };
            let cell = properties.get(place).ok_or(Error::Malformed)?.cell;
            ordered.push((cell, order.descending, text(place)?));
        }
        for (place, property) in properties.iter().enumerate().take(group.keys.len()) {
            ordered.push((property.cell, false, text(place)?));
        }
        self.by_cells(&ordered);
        let size = self.bounds(paging)?;
        let table = Arc::clone(query.table()?);
        let (singles, collections) = (Vec::new(), Vec::new());
        let mut shown = Shown { table, key: None, version: None, properties, singles, collections };
        cells.settle_all(&mut shown);
        let plan = Plan { shown, parent: None, size, order: Vec::new(), aggregated };
        Ok(Page { statement: self.writer.finish(), plan })
    }

    fn group_key(&mut self, key: &GroupKey, cells: &mut Cells) -> Result<Property> {
        let query = self.query;
        let column = query.column(key.field)?;
        let place = cells.early.len();
        self.writer.push(if place > 0 { ", " } else { "" });
        let named = Some(Arc::clone(&key.name));
        if let Some(part) = key.part {
            self.part(key.field, part)?;
            self.writer.index(" AS c", place);
            let none = Field { source: usize::MAX, column: place };
            let cell = cells.add(Cell::Folded(none), true);
            let content = Content::Whole;
            return Ok(Property {
                named,
                cell,
                type_cell: None,
                code: 0,
                name_cell: None,
                content,
                of: Some(name_of(query, key.field)?),
            });
        }
        // Texts that differ by case are one group; the least stands for it.
        let text = folds(column);
        self.writer.push(if text { "MIN(" } else { "" });
        self.field(key.field)?;
        self.writer.push(if text { ")" } else { "" });
        self.writer.index(" AS c", place);
        let cell = cells.add(Cell::Field(key.field), true);
        let mut type_cell = None;
        if column.kind.is_polymorphic() {
            self.writer.push(", ");
            self.type_of(key.field)?;
            let place = cells.add(Cell::Type(key.field), true);
            self.writer.index(" AS c", place);
            type_cell = Some(place);
        }
        let named_rows = query.names && column.kind.is_reference();
        let name_cell =
            named_rows.then(|| cells.add(Cell::Name(key.field, cell, type_cell), false));
        let table = Arc::clone(&query.source(key.field.source)?.table);
        let content = Content::Column { table, column: key.field.column };
        let code = physical::sole_target(self.context.model, column);
        Ok(Property { named, cell, type_cell, code, name_cell, content, of: None })
    }

    /// What makes the groups.
    pub(crate) fn key(&mut self, key: &GroupKey) -> Result<()> {
        if let Some(part) = key.part {
            return self.part(key.field, part);
        }
        let column = self.query.column(key.field)?;
        self.folded(key.field)?;
        if column.kind.is_polymorphic() {
            self.writer.push(", ");
            self.type_of(key.field)?;
        }
        Ok(())
    }

    /// A part of a date, in UTC.
    fn part(&mut self, field: Field, part: DatePart) -> Result<()> {
        if CellType::of(&self.query.column(field)?.kind) != CellType::Instant {
            return Err(Error::invalid("Only dates are grouped by parts of dates."));
        }
        match part {
            DatePart::Day => self.extract(field, ("%d", "DAY")),
            DatePart::Week => self.extract(field, ("%V", "WEEK")),
            DatePart::Month => self.extract(field, MONTH),
            DatePart::Year => self.extract(field, YEAR),
            DatePart::Quarter => {
                self.writer.push("((");
                self.extract(field, MONTH)?;
                self.writer.push(" + 2) / 3)");
                Ok(())
            }
            DatePart::FiscalPeriod(start) => {
                self.writer.push("(((");
                self.extract(field, MONTH)?;
                self.writer.push(" + ");
                self.writer.number(12 - i64::from(start));
                self.writer.push(") % 12) / 3 + 1)");
                Ok(())
            }
            DatePart::FiscalYear(start) => {
                self.writer.push("(");
                self.extract(field, YEAR)?;
                self.writer.push(" - CASE WHEN ");
                self.extract(field, MONTH)?;
                self.writer.push(" < ");
                self.writer.number(start.into());
                self.writer.push(" THEN 1 ELSE 0 END)");
                Ok(())
            }
        }
    }

    fn extract(&mut self, field: Field, (sqlite, postgres): (&str, &str)) -> Result<()> {
        self.writer.push("CAST(");
        match self.context.dialect {
            Dialect::Sqlite => {
                self.writer.push("strftime('");
                self.writer.push(sqlite);
                self.writer.push("', ");
                self.field(field)?;
                self.writer.push(" / 1000000, 'unixepoch')");
            }
            Dialect::Postgres => {
                self.writer.push("EXTRACT(");
                self.writer.push(postgres);
                self.writer.push(" FROM ");
                self.field(field)?;
                self.writer.push(" AT TIME ZONE 'UTC')");
            }
        }
        self.writer.push(" AS BIGINT)");
        Ok(())
    }

    fn aggregate(&mut self, aggregate: &Aggregate) -> Result<Content> {
        let Some(field) = aggregate.field else {
            self.writer.push("COUNT(*)");
            return Ok(Content::Whole);
        };
        let query = self.query;
        let column = query.column(field)?;
        let kind = CellType::of(&column.kind);
        let number = matches!(kind, CellType::Int | CellType::Real);
        let content = Content::Column {
            table: Arc::clone(&query.source(field.source)?.table),
            column: field.column,
        };
        let (word, allowed) = match aggregate.function {
            Function::Count => ("COUNT(", true),
            Function::Sum => ("SUM(", number),
            Function::Average => ("AVG(", number),
            Function::Minimum => ("MIN(", number || kind == CellType::Instant),
            Function::Maximum => ("MAX(", number || kind == CellType::Instant),
        };
        if !allowed {
            return Err(Error::invalid(format!(
                "The column '{}' cannot be aggregated in this way.",
                column.logical
            )));
        }
        self.writer.push(word);
        self.writer.push(if aggregate.distinct { "DISTINCT " } else { "" });
        match aggregate.function {
            Function::Count => self.folded(field)?,
            Function::Average => {
                self.writer.push("CAST(");
                self.field(field)?;
                self.writer.push(" AS DOUBLE PRECISION)");
            }
            _ => self.field(field)?,
        }
        self.writer.push(")");
        Ok(match aggregate.function {
            Function::Count => Content::Whole,
            Function::Average => {
                let units = 10_i64.saturating_pow(physical::scale(&column.kind).into());
                if units > 1 {
                    self.writer.push(" / ");
                    self.writer.number(units);
                    self.writer.push(".0");
                }
                Content::Real
            }
            _ => content,
        })
    }
}

fn name_of(query: &Query, field: Field) -> Result<Arc<str>> {
    Ok(query.column(field)?.logical.as_str().into())
}

const MONTH: (&str, &str) = ("%m", "MONTH");
const YEAR: (&str, &str) = ("%Y", "YEAR");
