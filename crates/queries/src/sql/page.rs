//! One page of rows in one statement.

use std::sync::Arc;

use db::Value;
use tables::ColumnKind;

use super::{
    Context, Page, Paging, Statement,
    order::{Term, direction, is_single, terms},
    security,
    source::Select,
    writer::Conjunction,
};
use crate::{
    Error, Result,
    access::Verb,
    limits,
    physical::{self, CellType},
    plan::{Content, Plan, Property, Shown, ShownCollection, ShownSingle},
    query::{Condition, Field, Link, OrderBy, Output, Query, Shape},
};

impl Query {
    /// The statement of one page. It asks for one row more than the page has: [`Plan::cut`] tells whether another
    /// page follows.
    ///
    /// # Errors
    /// [`Error::Denied`] without any right to read the table, [`Error::Cursor`], [`Error::Limit`].
    pub fn page(&self, context: &Context<'_>, paging: &Paging) -> Result<Page> {
        context.require(self.table()?, Verb::Read)?;
        let select = Select::new(self, context);
        let core = core(self)?;
        if let Some(group) = &self.group {
            return select.grouped(group, &core, paging);
        }
        if self.distinct {
            return select.distinct(&core, paging);
        }
        select.rows(&core, paging)
    }

    /// The statement that counts the rows, as far as [`limits::COUNT`] and one more.
    ///
    /// # Errors
    /// As [`Query::page`].
    pub fn count(&self, context: &Context<'_>) -> Result<Statement> {
        context.require(self.table()?, Verb::Read)?;
        let mut select = Select::new(self, context);
        let core = core(self)?;
        select.writer.push("SELECT COUNT(*) FROM (SELECT ");
        let mut keys = Vec::new();
        if let Some(group) = &self.group {
            select.writer.push("COUNT(*) AS x");
            keys.extend(group.keys.iter());
        } else if self.distinct {
            select.writer.push("DISTINCT ");
            for (place, output) in self.shape.outputs.iter().enumerate() {
                select.writer.push(if place > 0 { ", " } else { "" });
                select.field(output.field)?;
                select.writer.index(" AS c", place);
            }
        } else {
            select.writer.push("1 AS x");
        }
        select.from(&core)?;
        for (place, key) in keys.into_iter().enumerate() {
            select.writer.push(if place > 0 { ", " } else { " GROUP BY " });
            select.key(key)?;
        }
        select.writer.push(" LIMIT ");
        select.writer.number(limits::COUNT + 1);
        select.writer.push(") AS x");
        Ok(select.writer.finish())
    }
}

/// What a cell of the answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cell {
    /// A column.
    Field(Field),
    /// The table code of a reference.
    Type(Field),
    /// A column as it is compared.
    Folded(Field),
    /// The display name of the row that a reference points to; the cells of the reference and its table code.
    Name(Field, usize, Option<usize>),
}

/// The cells of an answer: those that the rows are found with, and those that are added once the page is found.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    pub(crate) early: Vec<Cell>,
    pub(crate) late: Vec<Cell>,
}

/// Places from here on are of late cells, until all early ones are known.
const LATE: usize = 1 << 24;

impl Cells {
    pub(crate) fn add(&mut self, cell: Cell, early: bool) -> usize {
        let list = if early { &mut self.early } else { &mut self.late };
        list.push(cell);
        list.len() - 1 + if early { 0 } else { LATE }
    }

    fn find(&mut self, cell: Cell, early: bool) -> usize {
        let list = if early { &self.early } else { &self.late };
        match list.iter().position(|one| *one == cell) {
            Some(place) => place + if early { 0 } else { LATE },
            None => self.add(cell, early),
        }
    }

    fn settle(&self, place: &mut usize) {
        if *place >= LATE {
            *place = *place - LATE + self.early.len();
        }
    }

    pub(crate) fn settle_all(&self, shown: &mut Shown) {
        for place in [&mut shown.key, &mut shown.version].into_iter().flatten() {
            self.settle(place);
        }
        for property in &mut shown.properties {
            self.settle(&mut property.cell);
            for place in [&mut property.type_cell, &mut property.name_cell].into_iter().flatten() {
                self.settle(place);
            }
        }
        for single in &mut shown.singles {
            self.settle_all(&mut single.shown);
        }
        for collection in &mut shown.collections {
            self.settle(&mut collection.key);
        }
    }

    /// Writes all of them as the list of the last stage, out of `p` where they come from the page.
    pub(crate) fn outer(&self, select: &mut Select<'_>) -> Result<()> {
        for place in 0..self.early.len() {
            select.writer.index(if place > 0 { ", p.c" } else { "p.c" }, place);
        }
        for cell in &self.late {
            select.writer.push(", ");
            select.cell(*cell, self)?;
        }
        Ok(())
    }
}

/// Which sources the rows are found with: the table's own, those that filter, sort or multiply rows.
pub(crate) fn core(query: &Query) -> Result<Vec<bool>> {
    let mut core = vec![false; query.sources.len()];
    if let Some(first) = core.first_mut() {
        *first = true;
    }
    for (place, source) in query.sources.iter().enumerate() {
        if let Some(join) = &source.join
            && !source.inside
            && (!join.outer || !is_single(query, place)?)
        {
            mark(query, place, &mut core)?;
        }
    }
    marked(query, &query.filter, &mut core)?;
    for source in &query.sources {
        if let Some(join) = &source.join {
            marked(query, &join.filter, &mut core)?;
        }
    }
    for order in &query.order {
        if let OrderBy::Field(field) = order.by {
            mark(query, field.source, &mut core)?;
        }
    }
    for output in &query.shape.outputs {
        mark(query, output.field.source, &mut core)?;
    }
    if let Some(group) = &query.group {
        for key in &group.keys {
            mark(query, key.field.source, &mut core)?;
        }
        for field in group.aggregates.iter().filter_map(|one| one.field) {
            mark(query, field.source, &mut core)?;
        }
    }
    Ok(core)
}

/// Marks a source and those it hangs on.
fn mark(query: &Query, source: usize, core: &mut [bool]) -> Result<()> {
    let mut at = source;
    for _ in 0..=query.sources.len() {
        let one = query.source(at)?;
        if !one.inside
            && let Some(place) = core.get_mut(at)
        {
            *place = true;
        }
        match &one.join {
            Some(join) if join.from < at => at = join.from,
            Some(_) => return Err(Error::Malformed),
            None => return Ok(()),
        }
    }
    Err(Error::Malformed)
}

fn marked(query: &Query, condition: &Condition, core: &mut [bool]) -> Result<()> {
    match condition {
        Condition::All(list) | Condition::Any(list) => {
            list.iter().try_for_each(|one| marked(query, one, core))
        }
        Condition::Not(inner) => marked(query, inner, core),
        Condition::Null(field)
        | Condition::Compare(field, ..)
        | Condition::Like(field, _)
        | Condition::In(field, _)
        | Condition::ContainsAny(field, _)
        | Condition::Hierarchy(crate::query::Hierarchy { field, .. }) => {
            mark(query, field.source, core)
        }
        Condition::Columns(left, _, right) => {
            mark(query, left.source, core)?;
            mark(query, right.source, core)
        }
        Condition::Exists(exists) => {
            exists.sources.iter().try_for_each(|source| mark(query, *source, core))?;
            marked(query, &exists.filter, core)
        }
    }
}

impl Select<'_> {
    /// ` FROM … JOIN … WHERE …` with what the caller may see and the filter.
    pub(crate) fn from(&mut self, core: &[bool]) -> Result<Conjunction> {
        self.writer.push(" FROM ");
        self.table(0)?;
        self.joins(core)?;
        let mut conjunction = Conjunction::after(" WHERE ");
        self.readable(0, &mut conjunction)?;
        let query = self.query;
        self.further(&query.filter, &mut conjunction)?;
        Ok(conjunction)
    }

    pub(crate) fn joins(&mut self, core: &[bool]) -> Result<()> {
        for (place, joined) in core.iter().enumerate().skip(1) {
            if *joined {
                self.join(place)?;
            }
        }
        Ok(())
    }

    /// The list of the first stage.
    pub(crate) fn early(&mut self, cells: &Cells, named: bool) -> Result<()> {
        for (place, cell) in cells.early.iter().enumerate() {
            self.writer.push(if place > 0 { ", " } else { "" });
            self.cell(*cell, cells)?;
            if named {
                self.writer.index(" AS c", place);
            }
        }
        Ok(())
    }

    fn cell(&mut self, cell: Cell, cells: &Cells) -> Result<()> {
        match cell {
            Cell::Field(field) => self.field(field),
            Cell::Type(field) => self.type_of(field),
            Cell::Folded(field) => self.folded(field),
            Cell::Name(field, at, type_at) => self.display_name(field, (at, type_at), cells),
        }
    }

    /// A cell where it stands once the page is found.
    fn settled(&mut self, place: usize, cells: &Cells) -> Result<()> {
        if place < LATE {
            self.writer.index("p.c", place);
            return Ok(());
        }
        let cell = *cells.late.get(place - LATE).ok_or(Error::Malformed)?;
        self.cell(cell, cells)
    }

    /// The name of the row that a reference points to, if the caller may see it.
    fn display_name(
        &mut self,
        field: Field,
        (at, type_at): (usize, Option<usize>),
        cells: &Cells,
    ) -> Result<()> {
        let query = self.query;
        let column = query.column(field)?;
        let targets = column.kind.targets();
        if let Some(type_at) = type_at {
            self.writer.push("CASE ");
            self.settled(type_at, cells)?;
            let mut any = false;
            for target in &targets {
                let Some(table) = self.context.model.table(target) else { continue };
                any = true;
                self.writer.push(" WHEN ");
                self.writer.number(table.code.into());
                self.writer.push(" THEN ");
                self.name_of(target, at, cells)?;
            }
            self.writer.push(if any { " END" } else { " WHEN 0 THEN CAST(NULL AS TEXT) END" });
            return Ok(());
        }
        match targets.first() {
            Some(target) => self.name_of(target, at, cells),
            None => Err(Error::Malformed),
        }
    }

    fn name_of(&mut self, target: &str, at: usize, cells: &Cells) -> Result<()> {
        let shown = self.context.model.table(target).and_then(|table| {
            let name = table.column(table.primary_name.as_deref()?)?;
            let may = !table.is_union()
                && security::may_reach(self.context, table, Verb::Read)
                && self.context.access.reads(table, name)
                && CellType::of(&name.kind) == CellType::Text;
            may.then_some((table, name))
        });
        let Some((table, name)) = shown else {
            self.null(CellType::Text);
            return Ok(());
        };
        self.writer.push("(SELECT n.");
        self.writer.name(&name.logical);
        self.writer.push(" FROM ");
        self.writer.table(self.context.number, &table.logical);
        self.writer.push(" AS n WHERE n.");
        self.writer.name(&table.primary_id);
        self.writer.push(" = ");
        self.settled(at, cells)?;
        let mut conjunction = Conjunction::further();
        let guarded = (&**table, "n");
        security::guard(&mut self.writer, self.context, guarded, Verb::Read, &mut conjunction);
        self.writer.push(")");
        Ok(())
    }

    fn rows(mut self, core: &[bool], paging: &Paging) -> Result<Page> {
        let query = self.query;
        let terms = terms(query)?;
        let mut cells = Cells::default();
        let mut shown = self.shown(&query.shape, core, &mut cells)?;
        let order = self.order_cells(&terms, &mut cells)?;
        let staged = !cells.late.is_empty();
        self.writer.push(if staged { "WITH p AS MATERIALIZED (SELECT " } else { "SELECT " });
        self.early(&cells, staged)?;
        let mut conjunction = self.from(core)?;
        if let Some(cursor) = &paging.after {
            conjunction.next(&mut self.writer);
            self.behind(&terms, cursor)?;
        }
        self.order_by(&terms)?;
        let size = self.bounds(paging)?;
        if staged {
            self.writer.push(") SELECT ");
            cells.outer(&mut self)?;
            self.writer.push(" FROM p");
            self.late_joins(&query.shape, core, &cells)?;
            self.ordered(&terms, &order);
        }
        cells.settle_all(&mut shown);
        let order = order.iter().zip(&terms).map(|(cell, term)| (*cell, term.kind)).collect();
        let plan = Plan { shown, parent: None, size, order, aggregated: None };
        Ok(Page { statement: self.writer.finish(), plan })
    }

    /// The order of the last stage.
    pub(crate) fn ordered(&mut self, terms: &[Term], order: &[usize]) {
        for (place, (term, cell)) in terms.iter().zip(order).enumerate() {
            self.writer.index(if place == 0 { " ORDER BY p.c" } else { ", p.c" }, *cell);
            self.writer.push(direction(term.descending, term.nullable));
        }
    }

    pub(crate) fn order_cells(&self, terms: &[Term], cells: &mut Cells) -> Result<Vec<usize>> {
        let mut order = Vec::with_capacity(terms.len());
        for term in terms {
            let plain = self.is_plain(term)?;
            let cell = if plain { Cell::Field(term.field) } else { Cell::Folded(term.field) };
            order.push(cells.find(cell, true));
        }
        Ok(order)
    }

    /// ` LIMIT …`; how many rows belong to the page.
    pub(crate) fn bounds(&mut self, paging: &Paging) -> Result<u32> {
        if paging.skip > limits::SKIPPED {
            let most = usize::try_from(limits::SKIPPED).unwrap_or(usize::MAX);
            return Err(Error::Limit { of: "rows before the page", most });
        }
        let size = paging.size.clamp(1, limits::PAGE);
        let (size, asked) = match self.query.top {
            Some(top) => {
                let top = u32::try_from(top).unwrap_or(limits::PAGE).min(limits::PAGE);
                (top, top)
            }
            None => (size, size + 1),
        };
        self.writer.push(" LIMIT ");
        self.writer.param(Value::Int(asked.into()));
        if paging.skip > 0 {
            self.writer.push(" OFFSET ");
            self.writer.param(Value::Int(i64::try_from(paging.skip).unwrap_or(i64::MAX)));
        }
        Ok(size)
    }

    /// What a shape shows, and the cells for it.
    pub(crate) fn shown(&self, shape: &Shape, core: &[bool], cells: &mut Cells) -> Result<Shown> {
        let query = self.query;
        let table = Arc::clone(&query.source(shape.source)?.table);
        let early = core.get(shape.source).copied().unwrap_or(false);
        if shape.outputs.len() > limits::OUTPUTS || cells.early.len() > limits::OUTPUTS {
            return Err(Error::Limit { of: "columns", most: limits::OUTPUTS });
        }
        let mut properties = Vec::with_capacity(shape.outputs.len());
        let (mut key, mut version) = (None, None);
        for output in &shape.outputs {
            let property = self.property(output, early, cells)?;
            if output.field.source == shape.source && !property.is_named() {
                match property.column().map(|column| &column.kind) {
                    Some(ColumnKind::Key) => key = Some(property.cell),
                    Some(ColumnKind::Version) => version = Some(property.cell),
                    _ => {}
                }
            }
            properties.push(property);
        }
        if key.is_none() {
            key = Some(cells.add(Cell::Field(query.key_of(shape.source)?), early));
        }
        if version.is_none() {
            let is_version = |column: &tables::Column| matches!(column.kind, ColumnKind::Version);
            if let Some(column) = table.columns().iter().position(is_version) {
                let field = Field { source: shape.source, column };
                version = Some(cells.add(Cell::Field(field), early));
            }
        }
        let mut singles = Vec::with_capacity(shape.singles.len());
        for single in &shape.singles {
            let joined = query.source(single.shape.source)?.join.as_ref();
            let joined = joined.ok_or(Error::Malformed)?;
            let Link::Columns { from, .. } = joined.link else { return Err(Error::Malformed) };
            if early && !core.get(single.shape.source).copied().unwrap_or(false) {
                // The join of the last stage needs them.
                let near = Field { source: joined.from, column: from };
                cells.find(Cell::Field(near), true);
                if query.column(near)?.kind.is_polymorphic() {
                    cells.find(Cell::Type(near), true);
                }
            }
            singles.push(ShownSingle {
                navigation: Arc::clone(&single.navigation),
                reference: single.reference,
                shown: self.shown(&single.shape, core, cells)?,
            });
        }
        let mut collections = Vec::with_capacity(shape.collections.len());
        for collection in &shape.collections {
            let field = match collection.link {
                Link::Columns { from, .. } => Field { source: shape.source, column: from },
                Link::ManyToMany { .. } => query.key_of(shape.source)?,
            };
            collections.push(ShownCollection {
                navigation: Arc::clone(&collection.navigation),
                key: cells.find(Cell::Field(field), early),
            });
        }
        Ok(Shown { table, key, version, properties, singles, collections })
    }

    pub(crate) fn property(
        &self,
        output: &Output,
        early: bool,
        cells: &mut Cells,
    ) -> Result<Property> {
        let query = self.query;
        let field = output.field;
        let column = query.column(field)?;
        let cell = cells.add(Cell::Field(field), early);
        let polymorphic = column.kind.is_polymorphic();
        let type_cell = polymorphic.then(|| cells.add(Cell::Type(field), early));
        let known = |target: &&str| self.context.model.table(target).is_some();
        let name_cell =
            (query.names && column.kind.is_reference() && column.kind.targets().iter().any(known))
                .then(|| cells.add(Cell::Name(field, cell, type_cell), false));
        let table = Arc::clone(&query.source(field.source)?.table);
        Ok(Property {
            named: output.name.clone(),
            cell,
            type_cell,
            code: physical::sole_target(self.context.model, column),
            name_cell,
            content: Content::Column { table, column: field.column },
            of: None,
        })
    }

    /// Joins what is only shown, now that the page is found.
    pub(crate) fn late_joins(&mut self, shape: &Shape, core: &[bool], cells: &Cells) -> Result<()> {
        let query = self.query;
        for single in &shape.singles {
            let source = single.shape.source;
            if core.get(source).copied().unwrap_or(false) {
                self.late_joins(&single.shape, core, cells)?;
                continue;
            }
            let join = query.source(source)?.join.as_ref().ok_or(Error::Malformed)?;
            let Link::Columns { from, to } = join.link else { return Err(Error::Malformed) };
            let near = Field { source: join.from, column: from };
            let early = core.get(join.from).copied().unwrap_or(false);
            let place = |cell: Cell| cells.early.iter().position(|one| *one == cell);
            let known = if early { place(Cell::Field(near)) } else { None };
            self.writer.push(" LEFT JOIN ");
            self.table_for(source, known)?;
            let mut on = Conjunction::after(" ON ");
            on.next(&mut self.writer);
            self.field(Field { source, column: to })?;
            self.writer.push(" = ");
            if early {
                self.writer.index("p.c", known.ok_or(Error::Malformed)?);
            } else {
                self.field(near)?;
            }
            let target = &query.source(source)?.table;
            if query.column(near)?.kind.is_polymorphic() && !target.is_union() {
                on.next(&mut self.writer);
                if early {
                    let cell = place(Cell::Type(near)).ok_or(Error::Malformed)?;
                    self.writer.index("p.c", cell);
                } else {
                    self.type_of(near)?;
                }
                self.writer.push(" = ");
                self.writer.number(target.code.into());
            }
            self.readable(source, &mut on)?;
            self.further(&join.filter, &mut on)?;
            self.late_joins(&single.shape, core, cells)?;
        }
        Ok(())
    }
}
