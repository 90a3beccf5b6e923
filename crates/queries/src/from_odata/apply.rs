//! `$apply` as groups.

use std::sync::Arc;

use odata::tree::{
    apply::{Aggregate as ODataAggregate, AggregateOf, Grouping, Transformation},
    expr::Expr,
    options::OrderBy as ODataOrder,
};

use super::Reader;
use crate::{
    Error, Result, limits,
    physical::CellType,
    query::{Aggregate, Field, Function, Group, GroupKey, Order, OrderBy},
};

impl Reader<'_> {
    pub(crate) fn apply(&mut self, list: &[Transformation], orders: &[ODataOrder]) -> Result<()> {
        let mut group: Option<Group> = None;
        let mut after: Vec<ODataOrder> = Vec::new();
        for transformation in list {
            match (transformation, &mut group) {
                (Transformation::Identity, _) => {}
                (Transformation::Filter(filter), None) => {
                    let condition = self.condition(filter, 0)?;
                    self.filter(condition);
                }
                (Transformation::Aggregate(aggregates), None) => {
                    let mut made = Group { limit: Some(limits::AGGREGATED), ..Group::default() };
                    self.aggregates(aggregates, &mut made)?;
                    group = Some(made);
                }
                (Transformation::GroupBy { by, then }, None) => {
                    let mut made = Group { limit: Some(limits::AGGREGATED), ..Group::default() };
                    self.keys(by, &mut made)?;
                    match then.as_slice() {
                        [] => {}
                        [Transformation::Aggregate(aggregates)] => {
                            self.aggregates(aggregates, &mut made)?;
                        }
                        _ => return Err(Error::unsupported("This transformation of a group")),
                    }
                    group = Some(made);
                }
                (Transformation::OrderBy(orders), Some(_)) => after.clone_from(orders),
                (Transformation::Top(top), Some(_)) if *top > 0 => {
                    let top = (*top).min(limits::PAGE.into());
                    self.query.top = Some(self.query.top.map_or(top, |one| one.min(top)));
                }
                (other, _) => {
                    return Err(Error::unsupported(format!(
                        "The transformation '{}' here",
                        name(other)
                    )));
                }
            }
        }
        let Some(group) = group else {
            // Only filters: rows.
            self.query.shape.outputs =
                crate::query::all_columns(0, &Arc::clone(self.query.table()?));
            return self.order(orders);
        };
        for order in if orders.is_empty() { &after } else { orders } {
            let unsupported = || Error::unsupported("The query node SingleValueOpenPropertyAccess");
            let path = order.path().ok_or_else(unsupported)?;
            let names = path.names().ok_or_else(unsupported)?;
            let place = match names.as_slice() {
                [one] => group.keys.iter().position(|key| &*key.name == *one),
                _ => None,
            };
            let place = if let Some(place) = place {
                place
            } else {
                let field = self.names(&names, 0).ok().ok_or_else(unsupported)?;
                let found = group.keys.iter().position(|key| key.field == field);
                found.ok_or_else(unsupported)?
            };
            let by = OrderBy::Group(place);
            self.query.order.push(Order { by, descending: order.descending });
        }
        self.query.group = Some(group);
        Ok(())
    }

    fn keys(&mut self, by: &[Grouping], group: &mut Group) -> Result<()> {
        for grouping in by {
            let Grouping::Path(names) = grouping else {
                return Err(Error::unsupported("rollup"));
            };
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let field = self.names(&names, 0)?;
            let column = self.query.column(field)?;
            if CellType::of(&column.kind) == CellType::Instant {
                return Err(Error::unsupported("Grouping by a date and time"));
            }
            let plain = if column.kind.is_reference() {
                format!("_{}_value", column.logical)
            } else {
                column.logical.clone()
            };
            let name = if names.len() > 1 {
                format!("{}_{plain}", self.query.source(field.source)?.table.logical)
            } else {
                plain
            };
            add_name(group, &name)?;
            group.keys.push(GroupKey { field, part: None, name: name.into() });
        }
        Ok(())
    }

    fn aggregates(&mut self, list: &[ODataAggregate], group: &mut Group) -> Result<()> {
        for aggregate in list {
            if !aggregate.from.is_empty() {
                return Err(Error::unsupported("'from' in $apply"));
            }
            let alias = aggregate
                .alias
                .as_deref()
                .ok_or_else(|| Error::unsupported("An aggregate without an alias"))?;
            add_name(group, alias)?;
            let (function, field) = match &aggregate.of {
                AggregateOf::Count => (Function::Count, None),
                AggregateOf::Expr(expr) => self.aggregate(expr, aggregate.method.as_deref())?,
            };
            let name = alias.into();
            group.aggregates.push(Aggregate { function, field, of: None, distinct: false, name });
        }
        Ok(())
    }

    fn aggregate(
        &mut self,
        expr: &Expr,
        method: Option<&str>,
    ) -> Result<(Function, Option<Field>)> {
        let function = match method {
            Some("sum") => Function::Sum,
            Some("average") => Function::Average,
            Some("min") => Function::Minimum,
            Some("max") => Function::Maximum,
            Some(other) => {
                return Err(Error::unsupported(format!("The aggregation method '{other}'")));
            }
            None => return Err(Error::unsupported("An aggregate without a method")),
        };
        let Expr::Path(path) = expr else {
            return Err(Error::unsupported("An expression in an aggregate"));
        };
        let field = self.path(path, 0)?;
        let column = self.query.column(field)?;
        let kind = CellType::of(&column.kind);
        let fits = match function {
            Function::Minimum | Function::Maximum => {
                matches!(kind, CellType::Int | CellType::Real | CellType::Instant)
            }
            _ => matches!(kind, CellType::Int | CellType::Real),
        };
        if !fits {
            return Err(Error::invalid(format!(
                "The column '{}' cannot be aggregated with '{}'.",
                column.logical,
                method.unwrap_or_default()
            )));
        }
        Ok((function, Some(field)))
    }
}

fn add_name(group: &Group, name: &str) -> Result<()> {
    let known = group.keys.iter().any(|key| &*key.name == name)
        || group.aggregates.iter().any(|one| &*one.name == name);
    if known {
        return Err(Error::invalid(format!("The name '{name}' stands twice in $apply.")));
    }
    if group.keys.len() + group.aggregates.len() >= MOST {
        return Err(Error::Limit { of: "columns in $apply", most: MOST });
    }
    Ok(())
}

const fn name(transformation: &Transformation) -> &'static str {
    match transformation {
        Transformation::Aggregate(_) => "aggregate",
        Transformation::GroupBy { .. } => "groupby",
        Transformation::Filter(_) => "filter",
        Transformation::Search(_) => "search",
        Transformation::OrderBy(_) => "orderby",
        Transformation::Top(_) => "top",
        Transformation::Skip(_) => "skip",
        Transformation::Compute(_) => "compute",
        Transformation::Concat(_) => "concat",
        Transformation::Identity => "identity",
        Transformation::Ranked { .. } => "topcount",
        Transformation::Nest(_) | Transformation::AddNested { .. } => "nest",
        Transformation::Join { .. } => "join",
        Transformation::Relatives { .. } => "descendants",
        Transformation::Traverse { .. } => "traverse",
        Transformation::Custom(_) => "function",
    }
}

/// Columns of one answer in groups (our own choice).
const MOST: usize = 100;
