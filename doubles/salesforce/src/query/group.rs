//! Aggregates over groups of rows.

use std::collections::{HashMap, HashSet};

use doubles_salesforce_schema::Object;
use doubles_soql::{Aggregate, Call, Expression, Query, Select, Sums};
use serde_json::{Map, Value, json};

use super::{
    bind::same,
    compare::{Moment, order, truth},
    field::{evaluate, formatted, kind_of},
    run::{Entry, by_order, cut, name_of},
};
use crate::{org::Org, rights::Caller};

pub(super) fn is_grouped(query: &Query) -> bool {
    let aggregates = |select: &Select| matches!(select, Select::Value { expression, .. } if expression.is_aggregate());
    !query.group.is_empty() || query.select.iter().any(aggregates)
}

struct Group<'a> {
    keys: Vec<Value>,
    /// Which keys it is summed over.
    over: Vec<bool>,
    rows: Vec<Entry<'a>>,
}

/// The choices of keys that groups are made by: whether each is summed over.
fn choices(query: &Query) -> Vec<Vec<bool>> {
    let count = query.group.len();
    let whole = || vec![false; count];
    match query.sums {
        Sums::None => vec![whole()],
        Sums::Rollup => {
            (0..=count).rev().map(|kept| (0..count).map(|at| at >= kept).collect()).collect()
        }
        Sums::Cube => (0..(1_usize << count))
            .map(|choice| (0..count).map(|at| choice & (1 << at) != 0).collect())
            .collect(),
    }
}

/// The rows of a grouped query.
pub(super) fn rows(
    org: &Org,
    caller: &Caller,
    (object, rows): (&Object, Vec<Entry<'_>>),
    query: &Query,
) -> Vec<Value> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for over in choices(query) {
        for entry in &rows {
            let key = |(expression, over): (&Expression, &bool)| {
                if *over {
                    return Value::Null;
                }
                evaluate(org, caller, (object, entry.1), expression)
            };
            let keys: Vec<Value> = query.group.iter().zip(&over).map(key).collect();
            let text = format!("{over:?}{}", Value::from(keys.clone()).to_string().to_lowercase());
            let at = *known.entry(text).or_insert_with(|| {
                groups.push(Group { keys, over: over.clone(), rows: Vec::new() });
                groups.len() - 1
            });
            if let Some(group) = groups.get_mut(at) {
                group.rows.push(*entry);
            }
        }
    }
    if query.group.is_empty() && groups.is_empty() {
        // Aggregates over nothing are one row.
        groups.push(Group { keys: Vec::new(), over: Vec::new(), rows: Vec::new() });
    }
    let value = |group: &Group<'_>, expression: &Expression| {
        let key = query.group.iter().position(|own| same(own, expression));
        match (key, expression) {
            (Some(at), _) => group.keys.get(at).cloned().unwrap_or(Value::Null),
            (None, Expression::Call(Call { name, argument: Some(argument), .. }))
                if name == "GROUPING" =>
            {
                let at = query.group.iter().position(|own| same(own, argument));
                let over = at.and_then(|at| group.over.get(at)).copied().unwrap_or_default();
                u8::from(over).into()
            }
            (None, Expression::Call(call)) => {
                let rows = (object, group.rows.as_slice());
                match (call.name.as_str(), call.argument.as_deref()) {
                    ("FORMAT", Some(Expression::Call(inner))) => {
                        let kind = inner.argument.as_ref().and_then(|inner| kind_of(object, inner));
                        formatted(aggregate(org, caller, rows, inner), kind, &caller.zone)
                    }
                    _ => aggregate(org, caller, rows, call),
                }
            }
            (None, Expression::Field(_)) => Value::Null,
        }
    };
    let moment = Moment::of(org, caller);
    if let Some(having) = &query.having {
        groups.retain(|group| truth(having, &moment, &|expression| value(group, expression)));
    }
    let mut keyed: Vec<(Vec<Value>, Group<'_>)> = groups
        .into_iter()
        .map(|group| (query.order.iter().map(|o| value(&group, &o.expression)).collect(), group))
        .collect();
    keyed.sort_by(|(one, _), (other, _)| by_order(&query.order, one, other));
    let shape = |(_, group): (Vec<Value>, Group<'_>)| {
        let mut record = Map::new();
        record.insert("attributes".to_owned(), json!({ "type": "AggregateResult" }));
        let mut number = 0;
        for select in &query.select {
            if let Select::Value { expression, alias } = select {
                let name = name_of(expression, alias.as_deref(), &mut number);
                record.insert(name, value(&group, expression));
            }
        }
        Value::Object(record)
    };
    cut(query, keyed.into_iter().map(shape).collect())
}

fn aggregate(
    org: &Org,
    caller: &Caller,
    (object, rows): (&Object, &[Entry<'_>]),
    call: &Call,
) -> Value {
    let Some(kind) = call.aggregate() else { return Value::Null };
    let Some(argument) = &call.argument else { return rows.len().into() };
    let values = rows
        .iter()
        .map(|(_, row)| evaluate(org, caller, (object, row), argument))
        .filter(|value| !value.is_null());
    match kind {
        Aggregate::Count => values.count().into(),
        Aggregate::CountDistinct => values
            .map(|value| value.to_string().to_lowercase())
            .collect::<HashSet<_>>()
            .len()
            .into(),
        Aggregate::Minimum => values.min_by(order).unwrap_or(Value::Null),
        Aggregate::Maximum => values.max_by(order).unwrap_or(Value::Null),
        Aggregate::Sum | Aggregate::Average => {
            let numbers: Vec<f64> = values.filter_map(|value| value.as_f64()).collect();
            if numbers.is_empty() {
                return Value::Null;
            }
            let sum: f64 = numbers.iter().sum();
            #[expect(clippy::cast_precision_loss, reason = "no stand-in holds 2^52 rows")]
            let count = numbers.len() as f64;
            json!(if kind == Aggregate::Sum { sum } else { sum / count })
        }
    }
}
