//! The tree of a query: what OData, FetchXML and SQL have in common, checked against the model.
//!
//! A query stands on *sources*: its table, and the tables that it joins or looks into. Everything else
//! names a column as a [`Field`]: a source and a place in that source's columns.

use std::sync::Arc;

use db::Value;
use jiff::Timestamp;
use tables::{Model, Navigation, Relationship, Side, Table};
use uuid::Uuid;

use crate::{Error, Result};

/// Rows of one table, what is shown of them and in which order.
#[derive(Debug, Clone)]
pub struct Query {
    /// The tables it stands on; the first is its own.
    pub sources: Vec<Source>,
    /// What is shown of a row; of a grouped query nothing but the group.
    pub shape: Shape,
    /// Which rows.
    pub filter: Condition,
    /// In which order; the primary key comes last by itself.
    pub order: Vec<Order>,
    /// How many rows at most, over all pages.
    pub top: Option<u64>,
    /// Whether the number of rows is asked for.
    pub count: bool,
    /// Each row of outputs once.
    pub distinct: bool,
    /// Groups and aggregates instead of rows.
    pub group: Option<Group>,
    /// Whether the display names of lookups are wanted (`FormattedValue`).
    pub names: bool,
}

/// A table that a query stands on.
#[derive(Debug, Clone)]
pub struct Source {
    /// The table.
    pub table: Arc<Table>,
    /// How it hangs on another source; none for the first.
    pub join: Option<Join>,
    /// Whether it belongs to a [`Condition::Exists`] and not to the rows themselves.
    pub inside: bool,
}

/// How a source hangs on another.
#[derive(Debug, Clone)]
pub struct Join {
    /// The other source.
    pub from: usize,
    /// Which rows belong together.
    pub link: Link,
    /// Whether rows without a partner stay.
    pub outer: bool,
    /// What partners must fulfil besides.
    pub filter: Condition,
}

/// Which rows of two sources belong together.
#[derive(Debug, Clone)]
pub enum Link {
    /// Equal values of two columns.
    Columns {
        /// The column of the other source.
        from: usize,
        /// The column of this source.
        to: usize,
    },
    /// A row of an intersect table names both keys.
    ManyToMany {
        /// The intersect table.
        intersect: Arc<Table>,
        /// Its column that holds the other source's key.
        near: usize,
        /// Its column that holds this source's key.
        far: usize,
    },
}

/// A column of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Field {
    /// The place in [`Query::sources`].
    pub source: usize,
    /// The place in the columns of the source's table.
    pub column: usize,
}

/// What is shown of a row of one source.
#[derive(Debug, Clone, Default)]
pub struct Shape {
    /// The source.
    pub source: usize,
    /// The columns, also of joined sources (FetchXML).
    pub outputs: Vec<Output>,
    /// Single navigation properties, from the same statement.
    pub singles: Vec<Single>,
    /// Collections, one more statement each.
    pub collections: Vec<Collection>,
}

/// One column that is shown.
#[derive(Debug, Clone)]
pub struct Output {
    /// Which.
    pub field: Field,
    /// The name in the answer if it is not the column's own: `alias.column`.
    pub name: Option<Arc<str>>,
}

/// A row behind a single navigation property, shown inside its row.
#[derive(Debug, Clone)]
pub struct Single {
    /// The navigation property.
    pub navigation: Arc<str>,
    /// Only a reference to it (`$expand=nav/$ref`).
    pub reference: bool,
    /// What is shown of it.
    pub shape: Shape,
}

/// Rows behind a collection navigation property, shown inside their row.
#[derive(Debug, Clone)]
pub struct Collection {
    /// The navigation property.
    pub navigation: Arc<str>,
    /// The table that it belongs to.
    pub of: Arc<Table>,
    /// How the rows hang on theirs: `from` is a column of `of`, `to` one of the query's table.
    pub link: Link,
    /// The rows; `top` counts for each parent.
    pub query: Query,
}

/// One term of an order. Nulls come first ascending and last descending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// By what.
    pub by: OrderBy,
    /// From the greatest to the least.
    pub descending: bool,
}

/// By what rows are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderBy {
    /// A column.
    Field(Field),
    /// A key or, behind the keys, an aggregate of the group, counted from 0.
    Group(usize),
}

/// A condition. It is true or false of every row: nothing compares as true with an empty cell, and `Not`
/// of what is not true is true.
#[derive(Debug, Clone)]
pub enum Condition {
    /// All of them; of none it is true.
    All(Vec<Self>),
    /// One of them; of none it is false.
    Any(Vec<Self>),
    /// Not true.
    Not(Box<Self>),
    /// The cell is empty.
    Null(Field),
    /// The cell holds a value that stands so to this one; the value fits the column.
    Compare(Field, Comparison, Value<'static>),
    /// Two columns of the same kind; empty cells are equal to each other.
    Columns(Field, Comparison, Field),
    /// Text like a pattern of `%` and `_`, whatever the case.
    Like(Field, String),
    /// The cell holds one of these; the values fit the column.
    In(Field, Vec<Value<'static>>),
    /// A multiple choice holds one of these.
    ContainsAny(Field, Vec<i32>),
    /// Rows of these sources exist, joined with the row in question and with each other.
    Exists(Exists),
    /// The row (or what the lookup refers to) stands in this place of a hierarchy.
    Hierarchy(Hierarchy),
}

/// See [`Condition::Exists`].
#[derive(Debug, Clone)]
pub struct Exists {
    /// The sources; the first hangs on the row, the others on earlier ones.
    pub sources: Vec<usize>,
    /// What they fulfil.
    pub filter: Box<Condition>,
    /// Whether few rows are expected, so that the search better begins with them.
    pub selective: bool,
}

/// See [`Condition::Hierarchy`].
#[derive(Debug, Clone)]
pub struct Hierarchy {
    /// The primary key or a lookup to the table of the hierarchy.
    pub field: Field,
    /// The table of the hierarchy.
    pub table: Arc<Table>,
    /// Its lookup to itself.
    pub parent: usize,
    /// From where.
    pub of: Uuid,
    /// Below it; else above.
    pub under: bool,
    /// Itself too.
    pub itself: bool,
}

/// How two values stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "they say it")]
pub enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Groups of rows and what is computed of each.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// What makes the groups; of none there is one group of all rows.
    pub keys: Vec<GroupKey>,
    /// What is computed.
    pub aggregates: Vec<Aggregate>,
    /// How many rows may be aggregated: more are refused by [`crate::Plan::too_many`].
    pub limit: Option<u32>,
}

/// What makes groups.
#[derive(Debug, Clone)]
pub struct GroupKey {
    /// The column.
    pub field: Field,
    /// The part of a date.
    pub part: Option<DatePart>,
    /// The name in the answer.
    pub name: Arc<str>,
}

/// A part of a date that makes groups (FetchXML `dategrouping`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "they say it")]
pub enum DatePart {
    Day,
    Week,
    Month,
    Quarter,
    Year,
    /// With the month that fiscal years begin with.
    FiscalPeriod(i8),
    /// With the month that fiscal years begin with; the year is called by the one it begins in.
    FiscalYear(i8),
}

/// What is computed of a group.
#[derive(Debug, Clone)]
pub struct Aggregate {
    /// How.
    pub function: Function,
    /// Of what; nothing for the number of rows.
    pub field: Option<Field>,
    /// The column that a number of rows was asked of (FetchXML `count`), for its name alone.
    pub of: Option<Field>,
    /// Of each value once.
    pub distinct: bool,
    /// The name in the answer.
    pub name: Arc<str>,
}

/// How values become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "they say it")]
pub enum Function {
    Count,
    Sum,
    Average,
    Minimum,
    Maximum,
}

/// What the time functions need to know about the one who asks.
#[derive(Debug, Clone)]
pub struct Moment {
    /// Now.
    pub now: Timestamp,
    /// Where days begin.
    pub zone: jiff::tz::TimeZone,
    /// The day that weeks begin with.
    pub week_start: jiff::civil::Weekday,
    /// The month and day that fiscal years begin with.
    pub fiscal_start: (i8, i8),
    /// The caller's language, by its number.
    pub language: u16,
}

impl Moment {
    /// In UTC, with weeks from Sunday, fiscal years from January, and in English.
    pub fn utc(now: Timestamp) -> Self {
        Self {
            now,
            zone: jiff::tz::TimeZone::UTC,
            week_start: jiff::civil::Weekday::Sunday,
            fiscal_start: (1, 1),
            language: tables::ENGLISH,
        }
    }
}

impl Condition {
    /// True of every row.
    pub const fn always() -> Self {
        Self::All(Vec::new())
    }

    /// True of none.
    pub const fn never() -> Self {
        Self::Any(Vec::new())
    }

    /// Whether it is true of every row by its form.
    pub fn is_always(&self) -> bool {
        matches!(self, Self::All(all) if all.is_empty())
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (this, other) if other.is_always() => this,
            (this, other) if this.is_always() => other,
            (Self::All(mut all), other) => {
                all.push(other);
                Self::All(all)
            }
            (this, other) => Self::All(vec![this, other]),
        }
    }

    /// Its opposite.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }
}

impl Query {
    /// All rows of a table with nothing shown but the primary key.
    pub fn of(table: &Arc<Table>) -> Self {
        let source = Source { table: Arc::clone(table), join: None, inside: false };
        Self {
            sources: vec![source],
            shape: Shape::default(),
            filter: Condition::always(),
            order: Vec::new(),
            top: None,
            count: false,
            distinct: false,
            group: None,
            names: false,
        }
    }

    /// The table.
    ///
    /// # Errors
    /// [`Error::Malformed`] when the query was put together wrongly.
    pub fn table(&self) -> Result<&Arc<Table>> {
        self.source(0).map(|source| &source.table)
    }

    pub(crate) fn source(&self, source: usize) -> Result<&Source> {
        self.sources.get(source).ok_or(Error::Malformed)
    }

    pub(crate) fn column(&self, field: Field) -> Result<&tables::Column> {
        self.source(field.source)?.table.columns().get(field.column).ok_or(Error::Malformed)
    }

    /// A column of the table by its logical name.
    ///
    /// # Errors
    /// [`Error::Property`].
    pub fn field(&self, logical: &str) -> Result<Field> {
        self.field_of(0, logical)
    }

    /// A column of a source by its logical name.
    ///
    /// # Errors
    /// [`Error::Property`].
    pub fn field_of(&self, source: usize, logical: &str) -> Result<Field> {
        let table = &self.source(source)?.table;
        match table.position(logical) {
            Some(column) if readable(table, column) => Ok(Field { source, column }),
            _ => Err(Error::property(logical, table)),
        }
    }

    /// Shows these columns, by logical name.
    ///
    /// # Errors
    /// [`Error::Property`].
    pub fn select<'n>(mut self, columns: impl IntoIterator<Item = &'n str>) -> Result<Self> {
        for column in columns {
            let field = self.field(column)?;
            self.shape.outputs.push(Output { field, name: None });
        }
        Ok(self)
    }

    /// Shows every readable column.
    #[must_use]
    pub fn select_all(mut self) -> Self {
        if let Ok(table) = self.table() {
            let all = all_columns(0, table);
            self.shape.outputs = all;
        }
        self
    }

    /// Adds a condition.
    #[must_use]
    pub fn and(mut self, condition: Condition) -> Self {
        self.filter = std::mem::replace(&mut self.filter, Condition::always()).and(condition);
        self
    }

    /// The row of this primary key only.
    ///
    /// # Errors
    /// [`Error::Malformed`].
    pub fn by_id(self, id: Uuid) -> Result<Self> {
        let field = self.key_of(0)?;
        Ok(self.and(Condition::Compare(field, Comparison::Equal, Value::Uuid(id))))
    }

    /// The primary key of a source.
    pub(crate) fn key_of(&self, source: usize) -> Result<Field> {
        let table = &self.source(source)?.table;
        let column = table.position(&table.primary_id).ok_or(Error::Malformed)?;
        Ok(Field { source, column })
    }

    /// The source behind a single navigation property of a source, joined so that rows without one stay.
    /// The same path gives the same source.
    ///
    /// # Errors
    /// [`Error::Property`] when there is no such single navigation property, [`Error::Limit`].
    pub fn follow(&mut self, model: &Model, from: usize, navigation: &str) -> Result<usize> {
        let table = Arc::clone(&self.source(from)?.table);
        let found = model
            .navigation(&table.logical, navigation)
            .filter(|found| !found.collection())
            .ok_or_else(|| Error::property(navigation, &table))?;
        let (target, link) = link(model, &table, found)?;
        let Link::Columns { from: column, .. } = link else { return Err(Error::Malformed) };
        let inside = self.source(from)?.inside;
        let same = |source: &Source| {
            source.table.logical == target.logical
                && source.join.as_ref().is_some_and(|join| {
                    join.from == from
                        && join.outer
                        && join.filter.is_always()
                        && matches!(join.link, Link::Columns { from, .. } if from == column)
                })
        };
        if let Some(known) = self.sources.iter().position(same) {
            return Ok(known);
        }
        let join = Join { from, link, outer: true, filter: Condition::always() };
        self.add(Source { table: target, join: Some(join), inside })
    }

    /// The source behind a collection navigation property, for a [`Condition::Exists`].
    ///
    /// # Errors
    /// [`Error::Property`] when there is no such navigation property, [`Error::Limit`].
    pub fn look_into(&mut self, model: &Model, from: usize, navigation: &str) -> Result<usize> {
        let table = Arc::clone(&self.source(from)?.table);
        let found = model
            .navigation(&table.logical, navigation)
            .ok_or_else(|| Error::property(navigation, &table))?;
        let (target, link) = link(model, &table, found)?;
        let join = Join { from, link, outer: false, filter: Condition::always() };
        self.add(Source { table: target, join: Some(join), inside: true })
    }

    pub(crate) fn add(&mut self, source: Source) -> Result<usize> {
        if self.sources.len() >= crate::limits::SOURCES {
            return Err(Error::Limit { of: "joined tables", most: crate::limits::SOURCES });
        }
        self.sources.push(source);
        Ok(self.sources.len() - 1)
    }

    /// Only the rows behind a navigation property of one row: `accounts(id)/contact_customer_accounts`.
    /// `self` is a query of the table that the property leads to. The caller must be allowed to read the row.
    ///
    /// # Errors
    /// [`Error::Property`] when there is no such navigation property.
    pub fn behind(mut self, model: &Model, of: &Arc<Table>, at: (&str, Uuid)) -> Result<Self> {
        let (name, id) = at;
        let found = model.navigation(&of.logical, name).ok_or_else(|| Error::property(name, of))?;
        let (_, link) = link(model, of, found)?;
        let link = match link {
            Link::Columns { from, to } => Link::Columns { from: to, to: from },
            Link::ManyToMany { intersect, near, far } => {
                Link::ManyToMany { intersect, near: far, far: near }
            }
        };
        let join = Join { from: 0, link, outer: false, filter: Condition::always() };
        let parent = self.add(Source { table: Arc::clone(of), join: Some(join), inside: true })?;
        let key = self.key_of(parent)?;
        let filter = Condition::Compare(key, Comparison::Equal, Value::Uuid(id));
        let filter = Box::new(filter);
        Ok(self.and(Condition::Exists(Exists { sources: vec![parent], filter, selective: true })))
    }
}

/// Where a navigation property leads and how.
pub(crate) fn link(
    model: &Model,
    table: &Arc<Table>,
    navigation: &Navigation,
) -> Result<(Arc<Table>, Link)> {
    let target = model.table(&navigation.target).ok_or(Error::Malformed)?;
    let place = |table: &Table, column: &str| table.position(column).ok_or(Error::Malformed);
    let link = match (&*navigation.relationship, navigation.side) {
        (Relationship::OneToMany(one), Side::Referencing) => Link::Columns {
            from: place(table, &one.referencing_column)?,
            to: place(target, &target.primary_id)?,
        },
        (Relationship::OneToMany(one), _) => Link::Columns {
            from: place(table, &table.primary_id)?,
            to: place(target, &one.referencing_column)?,
        },
        (Relationship::ManyToMany(many), side) => {
            let intersect = Arc::clone(model.table(&many.intersect).ok_or(Error::Malformed)?);
            let (first, second) =
                (place(&intersect, &many.first.column)?, place(&intersect, &many.second.column)?);
            let (near, far) = if side == Side::First { (first, second) } else { (second, first) };
            Link::ManyToMany { intersect, near, far }
        }
    };
    Ok((Arc::clone(target), link))
}

pub(crate) fn readable(table: &Table, column: usize) -> bool {
    table.columns().get(column).is_some_and(|column| column.for_read)
}

pub(crate) fn all_columns(source: usize, table: &Table) -> Vec<Output> {
    (0..table.columns().len())
        .filter(|column| readable(table, *column))
        .map(|column| Output { field: Field { source, column }, name: None })
        .collect()
}
