//! Finds, groups, sorts and cuts.

use std::cmp::Ordering;

use doubles_salesforce_schema::Object;
use doubles_soql::{Direction, Expression, Order, Query, Select};
use serde_json::Value;

use super::{
    Ask, Found,
    compare::{Moment, holds, order},
    field::evaluate,
    group, shape,
};
use crate::{
    fault::{Fault, Result},
    org::{Org, Row, is_deleted, text},
    rights::Caller,
};

/// A row with its id.
pub(super) type Entry<'a> = (&'a String, &'a Row);

/// Runs a query whose names are bound.
pub(super) fn run(org: &mut Org, caller: &Caller, query: &Query, ask: Ask<'_>) -> Result<Found> {
    let object = org.schema.object(query.from.field()).cloned().ok_or_else(Fault::not_found)?;
    let all = Ask { all: ask.all || query.all_rows, ..ask };
    if query.locks {
        let rows = matching(org, caller, &object, query, all);
        if let Some((id, _)) = rows.iter().find(|(id, _)| org.held.contains(*id)) {
            return Err(Fault::new(
                "UNABLE_TO_LOCK_ROW",
                format!("unable to obtain exclusive access to this record or 1 records: {id}"),
            ));
        }
    }
    let rows = matching(org, caller, &object, query, all);
    if query.select.contains(&Select::Count) {
        return Ok(Found { total: cut(query, rows).len(), rows: Vec::new() });
    }
    if group::is_grouped(query) {
        let rows = group::rows(org, caller, (&object, rows), query);
        return Ok(Found { total: rows.len(), rows });
    }
    let rows = sorted(org, caller, &object, query, rows);
    let rows: Vec<Row> = cut(query, rows).into_iter().map(|(_, row)| row.clone()).collect();
    let shaped: Vec<Value> =
        rows.iter().map(|row| shape::row(org, caller, (&object, row), query, all)).collect();
    Ok(Found { total: shaped.len(), rows: shaped })
}

/// The rows of a search: as [`run`], and as `matches` wants them.
pub(super) fn search(
    org: &mut Org,
    caller: &Caller,
    query: &Query,
    ask: Ask<'_>,
    matches: &dyn Fn(&Object, &Row) -> bool,
) -> Result<Vec<Value>> {
    let object = org.schema.object(query.from.field()).cloned().ok_or_else(Fault::not_found)?;
    let mut rows = matching(org, caller, &object, query, ask);
    rows.retain(|(_, row)| matches(&object, row));
    let rows = sorted(org, caller, &object, query, rows);
    let rows: Vec<Row> = cut(query, rows).into_iter().map(|(_, row)| row.clone()).collect();
    Ok(rows.iter().map(|row| shape::row(org, caller, (&object, row), query, ask)).collect())
}

/// The rows that are there for the caller and as the condition wants them.
pub(super) fn matching<'a>(
    org: &'a Org,
    caller: &Caller,
    object: &Object,
    query: &Query,
    ask: Ask<'_>,
) -> Vec<Entry<'a>> {
    let moment = Moment::of(org, caller);
    org.rows(object.name)
        .filter(|(_, row)| ask.all || !is_deleted(row))
        .filter(|(_, row)| caller.sees_row(org, object, row))
        .filter(|(_, row)| !query.mine || text(row, "OwnerId") == Some(&caller.user))
        .filter(|(_, row)| {
            let condition = query.condition.as_ref();
            condition.is_none_or(|c| holds(org, caller, (object, row), (c, &moment)))
        })
        .collect()
}

pub(super) fn sorted<'a>(
    org: &Org,
    caller: &Caller,
    object: &Object,
    query: &Query,
    rows: Vec<Entry<'a>>,
) -> Vec<Entry<'a>> {
    if query.order.is_empty() {
        return rows;
    }
    let key = |row: &Row| -> Vec<Value> {
        let value = |order: &Order| evaluate(org, caller, (object, row), &order.expression);
        query.order.iter().map(value).collect()
    };
    let mut keyed: Vec<(Vec<Value>, Entry<'a>)> =
        rows.into_iter().map(|entry| (key(entry.1), entry)).collect();
    keyed.sort_by(|(one, _), (other, _)| by_order(&query.order, one, other));
    keyed.into_iter().map(|(_, entry)| entry).collect()
}

/// The order of two rows by their sort values.
pub(super) fn by_order(orders: &[Order], one: &[Value], other: &[Value]) -> Ordering {
    for (how, (one, other)) in orders.iter().zip(one.iter().zip(other)) {
        let empty = (one.is_null(), other.is_null());
        let found = match empty {
            (true, true) => Ordering::Equal,
            (true, false) | (false, true) => {
                let first = if empty.0 { Ordering::Less } else { Ordering::Greater };
                if how.nulls_last { first.reverse() } else { first }
            }
            (false, false) => match how.direction {
                Direction::Ascending => order(one, other),
                Direction::Descending => order(other, one),
            },
        };
        if found != Ordering::Equal {
            return found;
        }
    }
    Ordering::Equal
}

/// `OFFSET` and `LIMIT`.
pub(super) fn cut<T>(query: &Query, rows: Vec<T>) -> Vec<T> {
    rows.into_iter().skip(query.offset).take(query.limit.unwrap_or(usize::MAX)).collect()
}

/// The name under which an expression is sent; `number` counts the nameless ones.
pub(super) fn name_of(expression: &Expression, alias: Option<&str>, number: &mut usize) -> String {
    if let Some(alias) = alias {
        return alias.to_owned();
    }
    match expression {
        Expression::Field(path) => path.field().to_owned(),
        Expression::Call(_) => {
            *number += 1;
            format!("expr{}", *number - 1)
        }
    }
}
