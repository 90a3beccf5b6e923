//! FetchXML as a query.

pub mod cookie;

use std::sync::Arc;

use fetchxml::fetch::{
    self, Attribute, DateGrouping, Entity, Fetch, Filter, Link as FetchLink, LinkKind, Operator,
};
use tables::{ColumnKind, Model, Table};

use crate::{
    Error, Result,
    functions::{Call, Caller, Operand},
    limits,
    query::{
        Aggregate, Comparison, Condition, DatePart, Exists, Field, Function, Group, GroupKey, Join,
        Link, Order, OrderBy, Output, Query, Shape, Source, all_columns,
    },
    sql::Paging,
    values::{Op, compare, edm, read},
};

/// What a FetchXML document or a `SELECT` asks for.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// The query.
    pub query: Query,
    /// The page.
    pub paging: Paging,
    /// Its number, from 1.
    pub page: u32,
    /// Whether the number of all rows is asked for.
    pub total: bool,
}

/// The query that a FetchXML document asks for. Columns of links are called `alias.column`.
///
/// # Errors
/// [`Error::Table`], [`Error::Property`], [`Error::Literal`], [`Error::Unsupported`], [`Error::Invalid`],
/// [`Error::Limit`], [`Error::Cursor`].
pub fn from_fetch(model: &Model, fetch: &Fetch, caller: &Caller<'_>) -> Result<Fetched> {
    let table = model
        .table(&fetch.entity.name)
        .ok_or_else(|| Error::Table { name: fetch.entity.name.clone() })?;
    let mut query = Query::of(table);
    query.names = caller.names;
    query.distinct = fetch.distinct && !fetch.aggregate;
    query.top = fetch.top.map(u64::from);
    let mut reader = Reader {
        model,
        caller,
        query,
        aliases: Vec::new(),
        unnamed: Vec::new(),
        shown: Vec::new(),
        group: fetch.aggregate.then(Group::default),
        conditions: 0,
    };
    let looked = reader.entity(&fetch.entity, 0, None)?;
    let filter = reader.filters(&fetch.entity.filters, 0)?;
    reader.query.filter = filter.and(looked);
    reader.orders(&fetch.entity, 0, &mut 0)?;
    let mut query = reader.query;
    if let Some(mut group) = reader.group {
        let limit = fetch.aggregate_limit.unwrap_or(limits::AGGREGATED);
        group.limit = Some(limit.min(limits::AGGREGATED));
        query.group = Some(group);
        query.shape = Shape::default();
    } else if !query.distinct {
        key(&mut query)?;
    }
    query.count = fetch.total_record_count;
    let page = fetch.page.unwrap_or(1).max(1);
    let size = fetch.count.unwrap_or(limits::PAGE).clamp(1, limits::PAGE);
    let mut paging = Paging::first(size);
    if page > 1 {
        let cursor = fetch.paging_cookie.as_deref().and_then(cookie::read);
        let by_number = query.group.is_some() || query.distinct;
        match cursor {
            Some(cursor) if !by_number => paging.after = Some(cursor),
            _ => paging.skip = u64::from(page - 1) * u64::from(size),
        }
    }
    Ok(Fetched { query, paging, page, total: fetch.total_record_count })
}

/// The primary key always comes.
fn key(query: &mut Query) -> Result<()> {
    let field = query.key_of(0)?;
    let there = |output: &Output| output.field == field && output.name.is_none();
    if !query.shape.outputs.iter().any(there) {
        query.shape.outputs.push(Output { field, name: None });
    }
    Ok(())
}

struct Reader<'r> {
    model: &'r Model,
    caller: &'r Caller<'r>,
    query: Query,
    /// The aliases of links and their sources.
    aliases: Vec<(String, usize)>,
    /// The tables of links without an alias, by which conditions may name them too.
    unnamed: Vec<(String, usize)>,
    /// The sources of links whose rows are shown, as they stand in the document.
    shown: Vec<usize>,
    group: Option<Group>,
    conditions: usize,
}

impl Reader<'_> {
    fn table(&self, source: usize) -> Result<Arc<Table>> {
        Ok(Arc::clone(&self.query.source(source)?.table))
    }

    /// The columns and links of an entity; what the links that show nothing ask of its rows.
    fn entity(&mut self, entity: &Entity, source: usize, alias: Option<&str>) -> Result<Condition> {
        let table = self.table(source)?;
        let all = entity.all_attributes || (alias.is_none() && entity.attributes.is_empty());
        if all && self.group.is_none() {
            for output in all_columns(source, &table) {
                self.output(output.field, None, alias)?;
            }
        }
        for attribute in &entity.attributes {
            let field = self.query.field_of(source, &attribute.name)?;
            if self.group.is_some() {
                self.grouped(attribute, field)?;
            } else {
                self.output(field, attribute.alias.as_deref(), alias)?;
            }
        }
        let mut looked = Condition::always();
        for link in &entity.links {
            match link.kind {
                LinkKind::Exists | LinkKind::In => {
                    looked = looked.and(self.look(link, source, true)?);
                }
                _ => self.link(link, source)?,
            }
        }
        Ok(looked)
    }

    fn output(&mut self, field: Field, named: Option<&str>, alias: Option<&str>) -> Result<()> {
        let outputs = &self.query.shape.outputs;
        if outputs.len() >= limits::OUTPUTS {
            return Err(Error::Limit { of: "columns", most: limits::OUTPUTS });
        }
        let name: Option<Arc<str>> = match (named, alias) {
            (Some(name), _) => Some(name.into()),
            (None, Some(alias)) => {
                Some(format!("{alias}.{}", self.query.column(field)?.logical).into())
            }
            (None, None) => None,
        };
        if outputs.iter().any(|one| one.field == field && one.name == name) {
            return Ok(());
        }
        self.query.shape.outputs.push(Output { field, name });
        Ok(())
    }

    /// The table of a link, hung on another.
    fn hang(&mut self, link: &FetchLink, parent: usize, inside: bool) -> Result<usize> {
        let table = self
            .model
            .table(&link.entity.name)
            .ok_or_else(|| Error::Table { name: link.entity.name.clone() })?;
        let near = self.query.field_of(parent, &link.to)?;
        let far = table
            .position(&link.from)
            .filter(|column| crate::query::readable(table, *column))
            .ok_or_else(|| Error::property(&link.from, table))?;
        let (a, b) =
            (edm(&self.query.column(near)?.kind), table.columns().get(far).map(|c| edm(&c.kind)));
        if Some(a) != b {
            return Err(Error::Types { left: a, right: b.unwrap_or(a), operator: "Equal" });
        }
        let links = Link::Columns { from: near.column, to: far };
        let (outer, filter) = (link.kind == LinkKind::Outer, Condition::always());
        let join = Join { from: parent, link: links, outer, filter };
        self.query.add(Source { table: Arc::clone(table), join: Some(join), inside })
    }

    /// Conditions may name a link: by its alias or, where it has none, by its table.
    fn named(&mut self, link: &FetchLink, source: usize) -> Result<String> {
        let alias = link.alias.clone().unwrap_or_else(|| {
            self.unnamed.push((link.entity.name.clone(), source));
            format!("{}{}", link.entity.name, self.aliases.len() + 1)
        });
        if self.aliases.iter().any(|(known, _)| *known == alias) {
            return Err(Error::invalid(format!("The alias '{alias}' stands twice.")));
        }
        self.aliases.push((alias.clone(), source));
        Ok(alias)
    }

    /// A link whose rows are shown.
    fn link(&mut self, link: &FetchLink, parent: usize) -> Result<()> {
        let source = self.hang(link, parent, false)?;
        self.shown.push(source);
        let alias = self.named(link, source)?;
        let mut filter = self.filters(&link.entity.filters, source)?;
        let looked = self.entity(&link.entity, source, Some(&alias))?;
        filter = filter.and(looked);
        if link.kind == LinkKind::MatchFirst {
            filter = filter.and(self.first(link, parent, source)?);
        }
        self.restrict(source, filter);
        Ok(())
    }

    fn restrict(&mut self, source: usize, filter: Condition) {
        if let Some(join) = self.query.sources.get_mut(source).and_then(|one| one.join.as_mut()) {
            join.filter = filter;
        }
    }

    /// That no partner with a lesser key fulfils the same: of several the first is taken.
    fn first(&mut self, link: &FetchLink, parent: usize, source: usize) -> Result<Condition> {
        let other = self.hang(link, parent, true)?;
        let filter = self.filters(&link.entity.filters, other)?;
        let (lesser, key) = (self.query.key_of(other)?, self.query.key_of(source)?);
        let filter = filter.and(Condition::Columns(lesser, Comparison::Less, key));
        let sources = vec![other];
        let exists = Exists { sources, filter: Box::new(filter), selective: false };
        Ok(Condition::Exists(exists).negated())
    }

    /// That there are rows of a link, with what it asks of them or whatever they are.
    fn look(&mut self, link: &FetchLink, parent: usize, asked: bool) -> Result<Condition> {
        let source = self.hang(link, parent, true)?;
        let mut sources = vec![source];
        let mut filter = Condition::always();
        if asked {
            // nobody outside may name what is not joined there
            let known = (self.aliases.len(), self.unnamed.len());
            self.named(link, source)?;
            filter = self.within(&link.entity, source, &mut sources)?;
            self.aliases.truncate(known.0);
            self.unnamed.truncate(known.1);
        }
        Ok(Condition::Exists(Exists { sources, filter: Box::new(filter), selective: false }))
    }

    /// What a table that is looked into must fulfil, with the tables that hang on it.
    fn within(
        &mut self,
        entity: &Entity,
        source: usize,
        sources: &mut Vec<usize>,
    ) -> Result<Condition> {
        let mut filter = self.filters(&entity.filters, source)?;
        for link in &entity.links {
            if matches!(link.kind, LinkKind::Inner | LinkKind::Outer | LinkKind::MatchFirst) {
                let next = self.hang(link, source, true)?;
                self.named(link, next)?;
                sources.push(next);
                let inner = self.within(&link.entity, next, sources)?;
                self.restrict(next, inner);
            } else {
                filter = filter.and(self.look(link, source, true)?);
            }
        }
        Ok(filter)
    }

    /// A link of a filter. `all` asks that none of the rows fulfils the filters, and `not all` is `any`
    /// (FetchXML reference, filter link types).
    fn looked(&mut self, link: &FetchLink, parent: usize) -> Result<Condition> {
        let found = self.look(link, parent, true)?;
        Ok(match link.kind {
            LinkKind::NotAny => found.negated(),
            LinkKind::All => self.look(link, parent, false)?.and(found.negated()),
            _ => found,
        })
    }

    fn grouped(&mut self, attribute: &Attribute, field: Field) -> Result<()> {
        let Some(group) = &mut self.group else { return Err(Error::Malformed) };
        let name: Arc<str> = match &attribute.alias {
            Some(alias) => alias.as_str().into(),
            None => {
                return Err(Error::invalid(format!(
                    "The attribute '{}' of an aggregate needs an alias.",
                    attribute.name
                )));
            }
        };
        if attribute.group_by {
            let fiscal = self.caller.moment.fiscal_start.0;
            let part = attribute.date_grouping.map(|grouping| part(grouping, fiscal));
            group.keys.push(GroupKey { field, part, name });
            return Ok(());
        }
        let of = Some(field);
        let (function, field) = match attribute.aggregate {
            Some(fetch::Aggregate::Count) => (Function::Count, None),
            Some(fetch::Aggregate::CountColumn) => (Function::Count, Some(field)),
            Some(fetch::Aggregate::Sum) => (Function::Sum, Some(field)),
            Some(fetch::Aggregate::Avg) => (Function::Average, Some(field)),
            Some(fetch::Aggregate::Min) => (Function::Minimum, Some(field)),
            Some(fetch::Aggregate::Max) => (Function::Maximum, Some(field)),
            None => {
                return Err(Error::invalid(format!(
                    "The attribute '{}' is neither aggregated nor grouped by.",
                    attribute.name
                )));
            }
        };
        let distinct = attribute.distinct && field.is_some();
        group.aggregates.push(Aggregate { function, field, of, distinct, name });
        Ok(())
    }

    /// The orders of a table and of its links, `place` being the next of those that are shown.
    fn orders(&mut self, entity: &Entity, source: usize, place: &mut usize) -> Result<()> {
        for order in &entity.orders {
            let by = match (&self.group, &order.alias, &order.attribute) {
                (Some(group), Some(alias), _) => {
                    let key = group.keys.iter().position(|key| *key.name == **alias);
                    let all = || group.aggregates.iter().position(|one| *one.name == **alias);
                    let place = key.or_else(|| all().map(|place| place + group.keys.len()));
                    OrderBy::Group(place.ok_or_else(|| {
                        Error::invalid(format!("There is no attribute with the alias '{alias}'."))
                    })?)
                }
                (Some(_), None, _) => {
                    return Err(Error::invalid("An aggregate is sorted by aliases."));
                }
                (None, _, Some(attribute)) => {
                    let source = match &order.entity_name {
                        Some(alias) => self.aliased(alias)?,
                        None => source,
                    };
                    OrderBy::Field(self.query.field_of(source, attribute)?)
                }
                (None, Some(alias), None) => {
                    let named = |output: &&Output| output.name.as_deref() == Some(alias);
                    let output = self.query.shape.outputs.iter().find(named);
                    OrderBy::Field(output.map(|output| output.field).ok_or_else(|| {
                        Error::invalid(format!("There is no attribute with the alias '{alias}'."))
                    })?)
                }
                (None, None, None) => return Err(Error::invalid("An order names an attribute.")),
            };
            self.query.order.push(Order { by, descending: order.descending });
        }
        for link in &entity.links {
            if matches!(link.kind, LinkKind::Exists | LinkKind::In) {
                continue;
            }
            let next = self.shown.get(*place).copied().ok_or(Error::Malformed)?;
            *place += 1;
            self.orders(&link.entity, next, place)?;
        }
        Ok(())
    }

    fn aliased(&self, alias: &str) -> Result<usize> {
        let all = self.aliases.iter().chain(&self.unnamed);
        let found = all.into_iter().find(|(known, _)| known == alias);
        found.map(|(_, source)| *source).ok_or_else(|| {
            Error::invalid(format!("There is no link-entity with the alias '{alias}'."))
        })
    }

    fn filters(&mut self, filters: &[Filter], source: usize) -> Result<Condition> {
        let mut all = Vec::new();
        for filter in filters {
            all.push(self.filter(filter, source, 0)?);
        }
        Ok(all.into_iter().fold(Condition::always(), Condition::and))
    }

    fn filter(&mut self, filter: &Filter, source: usize, depth: usize) -> Result<Condition> {
        if depth > limits::DEPTH {
            return Err(Error::Limit { of: "levels of conditions", most: limits::DEPTH });
        }
        let mut list = Vec::new();
        for condition in &filter.conditions {
            list.push(self.condition(condition, source)?);
        }
        for inner in &filter.filters {
            list.push(self.filter(inner, source, depth + 1)?);
        }
        for link in &filter.links {
            list.push(self.looked(link, source)?);
        }
        // An empty filter says nothing, whatever its type.
        Ok(match list.is_empty() {
            true => Condition::always(),
            false if filter.or => Condition::Any(list),
            false => Condition::All(list),
        })
    }

    fn condition(&mut self, condition: &fetch::Condition, source: usize) -> Result<Condition> {
        self.conditions += 1;
        if self.conditions > limits::CONDITIONS {
            return Err(Error::Limit { of: "conditions", most: limits::CONDITIONS });
        }
        let of = match &condition.entity_name {
            Some(alias) => self.aliased(alias)?,
            None => source,
        };
        if of > source && source != 0 {
            return Err(Error::unsupported(
                "A condition of a link-entity on another one that comes later",
            ));
        }
        let field = self.query.field_of(of, &condition.attribute)?;
        let column = self.query.column(field)?;
        let operator = condition.operator;
        let value = || {
            condition.values.first().map(String::as_str).ok_or_else(|| {
                Error::invalid(format!("The operator '{}' takes one value.", operator.as_str()))
            })
        };
        let simple = match operator {
            Operator::Eq => Some(Op::Equal),
            Operator::Ne => Some(Op::NotEqual),
            Operator::Lt => Some(Op::Less),
            Operator::Le => Some(Op::LessOrEqual),
            Operator::Gt => Some(Op::Greater),
            Operator::Ge => Some(Op::GreaterOrEqual),
            _ => None,
        };
        if let Some(other) = &condition.value_of {
            let op = simple.ok_or_else(|| Error::unsupported("This operator with 'valueof'"))?;
            return self.value_of(field, op, other, of);
        }
        if let Some(op) = simple {
            let given = read(column, value()?, self.caller.moment)?;
            return compare(field, column, op, &given);
        }
        let like = |before: &str, after: &str| -> Result<Condition> {
            if !matches!(column.kind, ColumnKind::Text { .. } | ColumnKind::Memo { .. }) {
                let (left, operator) = (edm(&column.kind), operator.as_str());
                return Err(Error::Types { left, right: "Edm.String", operator });
            }
            let text = value()?;
            if text.contains('\0') {
                return Ok(Condition::never());
            }
            Ok(Condition::Like(field, format!("{before}{text}{after}")))
        };
        match operator {
            Operator::Like => like("", ""),
            Operator::NotLike => Ok(like("", "")?.negated()),
            Operator::BeginsWith => like("", "%"),
            Operator::NotBeginWith => Ok(like("", "%")?.negated()),
            Operator::EndsWith => like("%", ""),
            Operator::NotEndWith => Ok(like("%", "")?.negated()),
            Operator::Null => Ok(Condition::Null(field)),
            Operator::NotNull => Ok(Condition::Null(field).negated()),
            other => {
                let name = other.as_str();
                let call = Call::of_operator(name)
                    .ok_or_else(|| Error::unsupported(format!("The operator '{name}'")))?;
                let values: Vec<&str> = condition.values.iter().map(String::as_str).collect();
                let operand =
                    Operand { query: &self.query, model: self.model, caller: self.caller, field };
                operand.apply(call, name, &values)
            }
        }
    }

    fn value_of(&self, left: Field, op: Op, other: &str, of: usize) -> Result<Condition> {
        let right = match other.split_once('.') {
            Some((alias, column)) => self.query.field_of(self.aliased(alias)?, column)?,
            None => self.query.field_of(of, other)?,
        };
        columns(&self.query, left, op, right)
    }
}

/// Two columns beside each other.
pub(crate) fn columns(query: &Query, left: Field, op: Op, right: Field) -> Result<Condition> {
    let (a, b) = (query.column(left)?, query.column(right)?);
    let ordered = !matches!(op, Op::Equal | Op::NotEqual);
    let scale = crate::physical::scale;
    let choices = |kind: &ColumnKind| matches!(kind, ColumnKind::Choices { .. });
    let fits = edm(&a.kind) == edm(&b.kind)
        && scale(&a.kind) == scale(&b.kind)
        && choices(&a.kind) == choices(&b.kind)
        && !(ordered && matches!(edm(&a.kind), "Edm.Guid" | "Edm.Boolean"));
    if !fits {
        let (left, right) = (edm(&a.kind), edm(&b.kind));
        return Err(Error::Types { left, right, operator: op.name() });
    }
    let comparison = match op {
        Op::Equal | Op::NotEqual => Comparison::Equal,
        Op::Less => Comparison::Less,
        Op::LessOrEqual => Comparison::LessOrEqual,
        Op::Greater => Comparison::Greater,
        Op::GreaterOrEqual => Comparison::GreaterOrEqual,
    };
    let condition = Condition::Columns(left, comparison, right);
    Ok(if op == Op::NotEqual { condition.negated() } else { condition })
}

const fn part(grouping: DateGrouping, fiscal: i8) -> DatePart {
    match grouping {
        DateGrouping::Day => DatePart::Day,
        DateGrouping::Week => DatePart::Week,
        DateGrouping::Month => DatePart::Month,
        DateGrouping::Quarter => DatePart::Quarter,
        DateGrouping::Year => DatePart::Year,
        DateGrouping::FiscalPeriod => DatePart::FiscalPeriod(fiscal),
        DateGrouping::FiscalYear => DatePart::FiscalYear(fiscal),
    }
}
