//! The small `SELECT` as a query.

use std::sync::Arc;

use fetchxml::sql::{
    Aggregate as SqlAggregate, Compare, Condition as SqlCondition, Literal, Name, Operand, Select,
    Value as SqlValue,
};
use tables::{Column, ColumnKind, Model};

use crate::{
    Error, Result,
    from_fetch::{Fetched, columns},
    functions::Caller,
    limits,
    query::{
        Aggregate, Condition, Field, Function, Group, GroupKey, Join, Link, Order, OrderBy, Output,
        Query, Source, all_columns,
    },
    sql::Paging,
    values::{Given, Op, compare, edm, one_of, read},
};

/// The query that a `SELECT` asks for. Tables and columns are called by their logical names.
///
/// # Errors
/// [`Error::Table`], [`Error::Property`], [`Error::Literal`], [`Error::Unsupported`], [`Error::Invalid`],
/// [`Error::Limit`].
pub fn from_sql(model: &Model, select: &Select, caller: &Caller<'_>) -> Result<Fetched> {
    let table = model
        .table(&select.from.table.to_lowercase())
        .ok_or_else(|| Error::Table { name: select.from.table.clone() })?;
    let mut query = Query::of(table);
    query.names = caller.names;
    query.top = select.top.map(u64::from);
    let aliases = vec![(select.from.name().to_lowercase(), 0)];
    let mut reader = Reader { model, caller, query, aliases, conditions: 0 };
    for join in &select.joins {
        reader.join(join)?;
    }
    if let Some(filter) = &select.filter {
        reader.query.filter = reader.condition(filter, 0)?;
    }
    let aggregates = |value: &SqlValue| matches!(value, SqlValue::Aggregate { .. });
    let grouped = !select.group_by.is_empty()
        || select.columns.iter().any(|column| aggregates(&column.value));
    if grouped {
        reader.group(select)?;
    } else {
        reader.query.distinct = select.distinct;
        reader.outputs(select)?;
        reader.order(select)?;
    }
    let mut paging = Paging::first(limits::PAGE);
    paging.skip = select.offset.map_or(0, u64::from);
    Ok(Fetched { query: reader.query, paging, page: 1, total: false })
}

struct Reader<'r> {
    model: &'r Model,
    caller: &'r Caller<'r>,
    query: Query,
    /// What tables are called here, in lower case.
    aliases: Vec<(String, usize)>,
    conditions: usize,
}

impl Reader<'_> {
    fn join(&mut self, join: &fetchxml::sql::Join) -> Result<()> {
        let table = self
            .model
            .table(&join.source.table.to_lowercase())
            .ok_or_else(|| Error::Table { name: join.source.table.clone() })?;
        let alias = join.source.name().to_lowercase();
        if self.aliases.iter().any(|(known, _)| *known == alias) {
            return Err(Error::invalid(format!("The table name '{alias}' stands twice.")));
        }
        let source = self.query.sources.len();
        // The names of the condition are of this table or of earlier ones: it must be there to find them.
        let filter = Condition::always();
        let link = Link::Columns { from: 0, to: 0 };
        let joined = Join { from: 0, link, outer: join.outer, filter };
        self.query.add(Source { table: Arc::clone(table), join: Some(joined), inside: false })?;
        self.aliases.push((alias, source));
        let mut pairs = Vec::new();
        for (left, right) in &join.on {
            let (left, right) = (self.name(left)?, self.name(right)?);
            let (near, far) = if right.source == source { (left, right) } else { (right, left) };
            if far.source != source || near.source == source {
                return Err(Error::unsupported("A JOIN on anything but two tables' columns"));
            }
            let (a, b) = (self.query.column(near)?, self.query.column(far)?);
            if edm(&a.kind) != edm(&b.kind) {
                let (left, right) = (edm(&a.kind), edm(&b.kind));
                return Err(Error::Types { left, right, operator: "Equal" });
            }
            pairs.push((near, far));
        }
        let Some(((near, far), rest)) = pairs.split_first() else {
            return Err(Error::unsupported("A JOIN without columns"));
        };
        let mut filter = Condition::always();
        for (near, far) in rest {
            let both = columns(&self.query, *near, Op::Equal, *far)?;
            let there = Condition::Null(*far).negated();
            filter = filter.and(both).and(there);
        }
        let link = Link::Columns { from: near.column, to: far.column };
        if let Some(place) = self.query.sources.get_mut(source) {
            place.join = Some(Join { from: near.source, link, outer: join.outer, filter });
        }
        Ok(())
    }

    /// A column by its name, in any case.
    fn name(&self, name: &Name) -> Result<Field> {
        let column = name.column.to_lowercase();
        let column = match column.strip_prefix('_').and_then(|one| one.strip_suffix("_value")) {
            Some(lookup) => lookup,
            None => &column,
        };
        if let Some(qualifier) = &name.qualifier {
            let wanted = qualifier.to_lowercase();
            let found = self.aliases.iter().find(|(known, _)| *known == wanted);
            let (_, source) = found.ok_or_else(|| Error::Table { name: qualifier.clone() })?;
            return self.query.field_of(*source, column);
        }
        let mut found = (0..self.query.sources.len())
            .filter_map(|source| self.query.field_of(source, column).ok());
        match (found.next(), found.next()) {
            (Some(field), None) => Ok(field),
            (Some(_), Some(_)) => Err(Error::invalid(format!("Ambiguous column name '{column}'."))),
            (None, _) => self.query.field_of(0, column),
        }
    }

    fn outputs(&mut self, select: &Select) -> Result<()> {
        for column in &select.columns {
            match &column.value {
                SqlValue::All(qualifier) => self.all(qualifier.as_deref())?,
                SqlValue::Column(name) => {
                    let field = self.name(name)?;
                    self.output(field, column.alias.as_deref())?;
                }
                SqlValue::Aggregate { .. } => return Err(Error::Malformed),
            }
            if self.query.shape.outputs.len() > limits::OUTPUTS {
                return Err(Error::Limit { of: "columns", most: limits::OUTPUTS });
            }
        }
        Ok(())
    }

    fn all(&mut self, qualifier: Option<&str>) -> Result<()> {
        let wanted = qualifier.map(str::to_lowercase);
        for (alias, source) in self.aliases.clone() {
            if wanted.as_ref().is_some_and(|wanted| *wanted != alias) {
                continue;
            }
            let table = Arc::clone(&self.query.source(source)?.table);
            for output in all_columns(source, &table) {
                self.output(output.field, None)?;
            }
        }
        Ok(())
    }

    fn output(&mut self, field: Field, alias: Option<&str>) -> Result<()> {
        let logical = &self.query.column(field)?.logical;
        let name: Option<Arc<str>> = match alias {
            Some(alias) => Some(alias.into()),
            None if field.source == 0 => None,
            None => {
                let taken = self.query.shape.outputs.iter().any(|one| match &one.name {
                    Some(name) => **name == **logical,
                    None => self.query.column(one.field).is_ok_and(|c| c.logical == *logical),
                });
                let alias = self.aliases.iter().find(|(_, source)| *source == field.source);
                Some(match alias {
                    Some((alias, _)) if taken => format!("{alias}.{logical}").into(),
                    _ => logical.as_str().into(),
                })
            }
        };
        self.query.shape.outputs.push(Output { field, name });
        Ok(())
    }

    fn order(&mut self, select: &Select) -> Result<()> {
        for order in &select.order_by {
            let SqlValue::Column(name) = &order.value else {
                return Err(Error::unsupported("ORDER BY of this expression"));
            };
            let aliased = self.query.shape.outputs.iter().find(|output| {
                name.qualifier.is_none() && output.name.as_deref() == Some(&*name.column)
            });
            let field = match aliased {
                Some(output) => output.field,
                None => self.name(name)?,
            };
            let by = OrderBy::Field(field);
            self.query.order.push(Order { by, descending: order.descending });
        }
        Ok(())
    }

    fn group(&mut self, select: &Select) -> Result<()> {
        let mut group = Group { limit: Some(limits::AGGREGATED), ..Group::default() };
        let fields: Result<Vec<Field>> =
            select.group_by.iter().map(|name| self.name(name)).collect();
        let fields = fields?;
        let mut taken: Vec<Field> = Vec::new();
        for column in &select.columns {
            match &column.value {
                SqlValue::All(_) => return Err(Error::unsupported("'*' beside aggregates")),
                SqlValue::Column(name) => {
                    let field = self.name(name)?;
                    if !fields.contains(&field) {
                        return Err(Error::invalid(format!(
                            "Column '{}' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.",
                            name.column
                        )));
                    }
                    taken.push(field);
                    let own = &self.query.column(field)?.logical;
                    let name = column.alias.as_ref().unwrap_or(own).as_str().into();
                    group.keys.push(GroupKey { field, part: None, name });
                }
                SqlValue::Aggregate { function, distinct, of } => {
                    let field = of.as_ref().map(|name| self.name(name)).transpose()?;
                    let name = match (&column.alias, field) {
                        (Some(alias), _) => alias.clone(),
                        (None, None) => word(*function).to_owned(),
                        (None, Some(field)) => {
                            format!("{}_{}", word(*function), self.query.column(field)?.logical)
                        }
                    };
                    group.aggregates.push(Aggregate {
                        function: function_of(*function),
                        field,
                        of: field,
                        distinct: *distinct,
                        name: name.into(),
                    });
                }
            }
        }
        if fields.iter().any(|field| !taken.contains(field)) {
            return Err(Error::unsupported("GROUP BY of a column that is not selected"));
        }
        for order in &select.order_by {
            let place = self.group_place(&group, &order.value)?;
            let by = OrderBy::Group(place);
            self.query.order.push(Order { by, descending: order.descending });
        }
        self.query.group = Some(group);
        Ok(())
    }

    fn group_place(&self, group: &Group, value: &SqlValue) -> Result<usize> {
        let keys = group.keys.len();
        let place = match value {
            SqlValue::All(_) => None,
            SqlValue::Column(name) => {
                let named = |one: &Arc<str>| name.qualifier.is_none() && **one == *name.column;
                let key = group.keys.iter().position(|key| named(&key.name));
                let aggregate = group.aggregates.iter().position(|one| named(&one.name));
                let there = key.or(aggregate.map(|place| place + keys));
                if there.is_some() {
                    there
                } else {
                    let field = self.name(name)?;
                    group.keys.iter().position(|key| key.field == field)
                }
            }
            SqlValue::Aggregate { function, distinct, of } => {
                let field = of.as_ref().map(|name| self.name(name)).transpose()?;
                let same = |one: &Aggregate| {
                    one.function == function_of(*function)
                        && one.field == field
                        && one.distinct == *distinct
                };
                group.aggregates.iter().position(same).map(|place| place + keys)
            }
        };
        place.ok_or_else(|| Error::unsupported("ORDER BY of what is not selected"))
    }

    fn condition(&mut self, condition: &SqlCondition, depth: usize) -> Result<Condition> {
        self.conditions += 1;
        if self.conditions > limits::CONDITIONS {
            return Err(Error::Limit { of: "conditions", most: limits::CONDITIONS });
        }
        if depth > limits::DEPTH {
            return Err(Error::Limit { of: "levels of conditions", most: limits::DEPTH });
        }
        let negate = |condition: Condition, negated: bool, field: Field| {
            if negated {
                // What is empty is neither like a pattern nor unlike it (SQL).
                condition.negated().and(Condition::Null(field).negated())
            } else {
                condition
            }
        };
        match condition {
            SqlCondition::And(list) => {
                let list: Result<_> =
                    list.iter().map(|one| self.condition(one, depth + 1)).collect();
                Ok(Condition::All(list?))
            }
            SqlCondition::Or(list) => {
                let list: Result<_> =
                    list.iter().map(|one| self.condition(one, depth + 1)).collect();
                Ok(Condition::Any(list?))
            }
            SqlCondition::Not(inner) => Ok(self.condition(inner, depth + 1)?.negated()),
            SqlCondition::Compare(name, operator, operand) => {
                let field = self.name(name)?;
                let op = match operator {
                    Compare::Eq => Op::Equal,
                    Compare::Ne => Op::NotEqual,
                    Compare::Lt => Op::Less,
                    Compare::Le => Op::LessOrEqual,
                    Compare::Gt => Op::Greater,
                    Compare::Ge => Op::GreaterOrEqual,
                };
                match operand {
                    Operand::Column(other) => columns(&self.query, field, op, self.name(other)?),
                    Operand::Value(literal) => {
                        let column = self.query.column(field)?;
                        let given = given(column, literal, self.caller)?;
                        compare(field, column, op, &given)
                    }
                }
            }
            SqlCondition::Like { column, pattern, negated } => {
                let field = self.name(column)?;
                let kind = &self.query.column(field)?.kind;
                if !matches!(kind, ColumnKind::Text { .. } | ColumnKind::Memo { .. }) {
                    let left = edm(kind);
                    return Err(Error::Types { left, right: "Edm.String", operator: "LIKE" });
                }
                if pattern.contains('\0') {
                    return Ok(Condition::never());
                }
                Ok(negate(Condition::Like(field, pattern.clone()), *negated, field))
            }
            SqlCondition::In { column, values, negated } => {
                let field = self.name(column)?;
                let column = self.query.column(field)?;
                let given: Result<Vec<_>> =
                    values.iter().map(|value| given(column, value, self.caller)).collect();
                Ok(negate(one_of(field, column, &given?)?, *negated, field))
            }
            SqlCondition::Between { column, least, most, negated } => {
                let field = self.name(column)?;
                let column = self.query.column(field)?;
                let least = given(column, least, self.caller)?;
                let most = given(column, most, self.caller)?;
                let both = Condition::All(vec![
                    compare(field, column, Op::GreaterOrEqual, &least)?,
                    compare(field, column, Op::LessOrEqual, &most)?,
                ]);
                Ok(negate(both, *negated, field))
            }
            SqlCondition::Null { column, negated } => {
                let condition = Condition::Null(self.name(column)?);
                Ok(if *negated { condition.negated() } else { condition })
            }
        }
    }
}

fn given<'v>(column: &Column, literal: &'v Literal, caller: &Caller<'_>) -> Result<Given<'v>> {
    match literal {
        Literal::String(text) | Literal::Number(text) => read(column, text, caller.moment),
        Literal::Boolean(yes) => Ok(Given::Bool(*yes)),
        Literal::Null => Ok(Given::Null),
    }
}

const fn function_of(function: SqlAggregate) -> Function {
    match function {
        SqlAggregate::Count => Function::Count,
        SqlAggregate::Sum => Function::Sum,
        SqlAggregate::Avg => Function::Average,
        SqlAggregate::Min => Function::Minimum,
        SqlAggregate::Max => Function::Maximum,
    }
}

const fn word(function: SqlAggregate) -> &'static str {
    match function {
        SqlAggregate::Count => "count",
        SqlAggregate::Sum => "sum",
        SqlAggregate::Avg => "avg",
        SqlAggregate::Min => "min",
        SqlAggregate::Max => "max",
    }
}
