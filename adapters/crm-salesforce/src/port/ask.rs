//! The port's queries as those of the organisation.

use crm::{Comparison, Cursor, Direction, Error, Filter, Page, Query, Result, Value};
use serde_json::Value as Json;

use super::{Asked, cells, kind};
use crate::{Field, FieldPath, Object, Record, RecordId, Select, soql};

/// Conditions inside conditions.
const MAX_DEPTH: usize = 20;

fn wrong(reason: impl Into<String>) -> Error {
    Error::Query { reason: reason.into() }
}

fn field<'a>(object: &'a Object, name: &str) -> Result<&'a Field> {
    object.field(name).ok_or_else(|| Error::FieldHidden {
        object: object.name.to_string(),
        fields: vec![name.to_owned()],
    })
}

fn path(field: &Field) -> FieldPath {
    FieldPath::from(field.name.clone())
}

/// What pages are sorted by: what was asked for, then the id.
fn order<'a>(object: &'a Object, query: &Query) -> Result<Vec<(&'a Field, Direction)>> {
    let asked = query.order.iter();
    let mut order: Vec<_> = asked
        .map(|(name, direction)| Ok((field(object, name)?, *direction)))
        .collect::<Result<_>>()?;
    order.push((field(object, "Id")?, Direction::Ascending));
    Ok(order)
}

/// The query for a page and one record more.
pub(super) fn select(asked: &Asked, query: &Query) -> Result<Select> {
    let object = &*asked.object;
    let order = order(object, query)?;
    let mut paths = asked.paths();
    for (field, _) in &order {
        let path = path(field);
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    let mut all = Vec::new();
    if let Some(filter) = &query.filter {
        all.push(condition(object, filter, MAX_DEPTH)?);
    }
    if let Some(after) = &query.after {
        all.push(behind(&order, after)?);
    }
    let mut select = Select::new(object.name.clone(), paths).limit(query.page_size() + 1);
    if !all.is_empty() {
        select = select.where_(soql::Filter::All(all));
    }
    for (field, direction) in &order {
        let direction = match direction {
            Direction::Ascending => soql::Direction::Ascending,
            Direction::Descending => soql::Direction::Descending,
        };
        select = select.order_by(path(field), direction);
    }
    Ok(select)
}

/// The page among the records that were found.
pub(super) fn page(asked: &Asked, query: &Query, mut rows: Vec<Record>) -> Result<Page> {
    let size = usize::try_from(query.page_size()).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    let next = match rows.last() {
        Some(last) if more => {
            let order = order(&asked.object, query)?;
            let cell = |(field, _): &(&Field, Direction)| {
                last.get(field.name.as_str()).cloned().unwrap_or_default()
            };
            Some(Cursor(Json::Array(order.iter().map(cell).collect()).to_string()))
        }
        _ => None,
    };
    let records = rows.iter().map(|row| asked.record(row)).collect::<Result<_>>()?;
    Ok(Page { records, next })
}

/// What comes behind the record of a cursor. Its values only become literals.
fn behind(order: &[(&Field, Direction)], after: &Cursor) -> Result<soql::Filter> {
    let foreign = || wrong("no place between pages of this query");
    let cells: Vec<Json> = serde_json::from_str(&after.0).map_err(|_odd| foreign())?;
    let id = cells.last().and_then(Json::as_str).and_then(RecordId::parse);
    if cells.len() != order.len() || id.is_none() {
        return Err(foreign());
    }
    let (mut any, mut same) = (Vec::new(), Vec::new());
    for ((field, direction), cell) in order.iter().zip(&cells) {
        let path = || path(field);
        let value = cells::value(field, cell);
        if value == Value::Null {
            if !cell.is_null() {
                return Err(foreign());
            }
            // Empty ones come first ascending and last descending.
            if *direction == Direction::Ascending {
                let later = soql::Filter::Not(Box::new(soql::Filter::Empty(path())));
                any.push(both(&same, later));
            }
            same.push(soql::Filter::Empty(path()));
            continue;
        }
        let literal = cells::literal(field, &value)?;
        let so = |comparison| soql::Filter::Compare(path(), comparison, literal.clone());
        let later = match direction {
            Direction::Ascending => so(soql::Comparison::Greater),
            Direction::Descending => {
                soql::Filter::Any(vec![so(soql::Comparison::Less), soql::Filter::Empty(path())])
            }
        };
        any.push(both(&same, later));
        same.push(so(soql::Comparison::Equal));
    }
    Ok(soql::Filter::Any(any))
}

fn both(same: &[soql::Filter], later: soql::Filter) -> soql::Filter {
    let mut all = same.to_vec();
    all.push(later);
    soql::Filter::All(all)
}

fn condition(object: &Object, filter: &Filter, depth: usize) -> Result<soql::Filter> {
    let Some(depth) = depth.checked_sub(1) else {
        return Err(wrong("conditions are nested too deep"));
    };
    let each = |filters: &[Filter]| -> Result<Vec<soql::Filter>> {
        filters.iter().map(|filter| condition(object, filter, depth)).collect()
    };
    let text = |name: &str| -> Result<FieldPath> {
        let field = field(object, name)?;
        if matches!(kind(field), crm::FieldKind::Text(_)) {
            return Ok(path(field));
        }
        Err(wrong(format!("{name} is no text")))
    };
    Ok(match filter {
        Filter::All(all) => soql::Filter::All(each(all)?),
        Filter::Any(any) => soql::Filter::Any(each(any)?),
        Filter::Empty(name) => soql::Filter::Empty(path(field(object, name)?)),
        Filter::StartsWith(name, start) => soql::Filter::StartsWith(text(name)?, start.clone()),
        Filter::Contains(name, part) => soql::Filter::Contains(text(name)?, part.clone()),
        Filter::OneOf(name, values) => {
            let field = field(object, name)?;
            let values = values.iter().map(|value| cells::literal(field, value));
            soql::Filter::OneOf(path(field), values.collect::<Result<_>>()?)
        }
        Filter::Compare(name, comparison, value) => {
            compare(field(object, name)?, *comparison, value)?
        }
    })
}

fn compare(field: &Field, comparison: Comparison, value: &Value) -> Result<soql::Filter> {
    let empty = || soql::Filter::Empty(path(field));
    if *value == Value::Null {
        return Ok(match comparison {
            Comparison::Equal => empty(),
            Comparison::NotEqual => soql::Filter::Not(Box::new(empty())),
            _ => soql::Filter::Any(Vec::new()),
        });
    }
    let literal = cells::literal(field, value)?;
    let so = |comparison| soql::Filter::Compare(path(field), comparison, literal);
    Ok(match comparison {
        Comparison::Equal => so(soql::Comparison::Equal),
        Comparison::NotEqual => soql::Filter::Any(vec![so(soql::Comparison::NotEqual), empty()]),
        Comparison::Less => so(soql::Comparison::Less),
        Comparison::LessOrEqual => so(soql::Comparison::LessOrEqual),
        Comparison::Greater => so(soql::Comparison::Greater),
        Comparison::GreaterOrEqual => so(soql::Comparison::GreaterOrEqual),
    })
}
