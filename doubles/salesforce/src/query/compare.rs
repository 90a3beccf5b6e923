//! Conditions on a row.

use std::cmp::Ordering;

use doubles_salesforce_schema::Object;
use doubles_soql::{Condition, DateLiteral, Expression, Items, Literal, Operator, instant, like};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::Value;

use super::field::evaluate;
use crate::{
    org::{Org, Row},
    rights::Caller,
};

/// The moment at which a query is asked, for literals that mean days around it.
#[derive(Debug, Clone)]
pub(super) struct Moment {
    now: Timestamp,
    zone: TimeZone,
}

impl Moment {
    pub(super) fn of(org: &Org, caller: &Caller) -> Self {
        Self { now: org.now(), zone: caller.zone.clone() }
    }

    fn today(&self) -> Date {
        self.now.to_zoned(self.zone.clone()).date()
    }

    fn start_of(&self, day: Date) -> Option<String> {
        let zoned = day.to_zoned(self.zone.clone()).ok()?;
        Some(instant::write(zoned.timestamp()))
    }
}

/// Whether a row is as a condition wants it.
pub(super) fn holds(
    org: &Org,
    caller: &Caller,
    place: (&Object, &Row),
    (condition, moment): (&Condition, &Moment),
) -> bool {
    truth(condition, moment, &|expression| evaluate(org, caller, place, expression))
}

/// The same of anything that has values.
pub(super) fn truth(
    condition: &Condition,
    moment: &Moment,
    value: &dyn Fn(&Expression) -> Value,
) -> bool {
    match condition {
        Condition::All(all) => all.iter().all(|inner| truth(inner, moment, value)),
        Condition::Any(all) => all.iter().any(|inner| truth(inner, moment, value)),
        Condition::Not(inner) => !truth(inner, moment, value),
        Condition::Compare { left, operator, right, .. } => {
            compare(&value(left), *operator, right, moment)
        }
        Condition::In { left, inside, items, .. } => {
            let value = value(left);
            let found = match items {
                Items::List(list) => {
                    list.iter().any(|right| compare(&value, Operator::Equal, right, moment))
                }
                Items::Ids(ids) => value.as_str().is_some_and(|id| ids.contains(id)),
                Items::Query(_) => false,
            };
            found == *inside
        }
        Condition::Includes { left, inside, values } => {
            let value = value(left);
            let chosen: Vec<&str> = value.as_str().unwrap_or_default().split(';').collect();
            // `'a;b'` wants both.
            let has = |wanted: &String| wanted.split(';').all(|one| chosen.contains(&one));
            values.iter().any(has) == *inside
        }
    }
}

fn compare(value: &Value, operator: Operator, right: &Literal, moment: &Moment) -> bool {
    match right {
        Literal::Null => value.is_null() == (operator == Operator::Equal),
        Literal::Text(pattern) if operator == Operator::Like => {
            value.as_str().is_some_and(|text| like(text, pattern))
        }
        // An empty text is no value.
        Literal::Text(text) if text.is_empty() => value.is_null() == (operator == Operator::Equal),
        Literal::Relative(literal) => relative(value, operator, literal, moment),
        _ => {
            let order = order_to(value, right);
            judge(order, operator)
        }
    }
}

fn judge(order: Option<Ordering>, operator: Operator) -> bool {
    match operator {
        Operator::Equal => order == Some(Ordering::Equal),
        Operator::NotEqual => order != Some(Ordering::Equal),
        Operator::Less => order == Some(Ordering::Less),
        Operator::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        Operator::Greater => order == Some(Ordering::Greater),
        Operator::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        Operator::Like => false,
    }
}

fn order_to(value: &Value, right: &Literal) -> Option<Ordering> {
    match right {
        Literal::Boolean(right) => value.as_bool().map(|own| own.cmp(right)),
        Literal::Number(right) => value.as_f64().and_then(|own| own.partial_cmp(right)),
        Literal::Text(right) => {
            value.as_str().map(|own| own.to_lowercase().cmp(&right.to_lowercase()))
        }
        Literal::Date(right) => value.as_str().map(|own| own.cmp(right.to_string().as_str())),
        Literal::DateTime(right) => {
            value.as_str().map(|own| own.cmp(instant::write(*right).as_str()))
        }
        Literal::Null | Literal::Relative(_) => None,
    }
}

fn relative(value: &Value, operator: Operator, literal: &DateLiteral, moment: &Moment) -> bool {
    let Some(span) = literal.span(moment.today()) else { return false };
    let Some(own) = value.as_str() else { return operator == Operator::NotEqual };
    let (from, to) = if own.contains('T') {
        let Some(from) = moment.start_of(span.from) else { return false };
        let end = if span.until_now {
            moment.now.checked_add(jiff::Span::new().milliseconds(1)).ok().map(instant::write)
        } else {
            moment.start_of(span.to)
        };
        let Some(to) = end else { return false };
        (from, to)
    } else {
        (span.from.to_string(), span.to.to_string())
    };
    let (from, to) = (from.as_str(), to.as_str());
    let inside = own >= from && own < to;
    match operator {
        Operator::Equal => inside,
        Operator::NotEqual => !inside,
        Operator::Less => own < from,
        Operator::LessOrEqual => own < to,
        Operator::Greater => own >= to,
        Operator::GreaterOrEqual => own >= from,
        Operator::Like => false,
    }
}

/// The order of two values; nothing comes first, case is ignored.
pub(super) fn order(one: &Value, other: &Value) -> Ordering {
    match (one, other) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Less,
        (_, Value::Null) => Ordering::Greater,
        (Value::Bool(one), Value::Bool(other)) => one.cmp(other),
        (Value::String(one), Value::String(other)) => one.to_lowercase().cmp(&other.to_lowercase()),
        _ => {
            let numbers = one.as_f64().zip(other.as_f64());
            numbers.and_then(|(one, other)| one.partial_cmp(&other)).unwrap_or(Ordering::Equal)
        }
    }
}
