//! The port's queries as addresses.
//!
//! Trees only: names come from the description, values become literals, and `odata` writes both.

use crm::{Comparison, Cursor, Direction, Error, Field, Filter, Query, Result, Value};
use odata::tree::{
    expr::{BinaryOp, Expr, Literal, Method, Path},
    options::{OrderBy, QueryOptions},
};

use crate::{address, cells, describe::About};

/// Conditions inside conditions.
const MAX_DEPTH: usize = 20;
/// The longest place between pages that is believed.
const MAX_TOKEN: usize = 8 * 1024;

/// What is asked of a table.
pub(crate) struct Asked {
    pub(crate) about: std::sync::Arc<About>,
    /// The fields that are wanted.
    pub(crate) fields: Vec<String>,
}

impl Asked {
    /// `$select`: something at least, for without it everything comes.
    pub(crate) fn options(&self) -> QueryOptions {
        let mut names = vec![self.about.table.id_field.clone()];
        for name in &self.fields {
            let property = self.about.field(name).map(About::property);
            names.extend(property.filter(|property| !names.contains(property)));
        }
        let select = Some(address::select(names.iter().map(String::as_str)));
        QueryOptions { select, ..QueryOptions::default() }
    }

    /// The options of a query; nothing where no record can be so.
    pub(crate) fn query(&self, query: &Query) -> Result<Option<QueryOptions>> {
        let mut options = self.options();
        let mut order = Vec::with_capacity(query.order.len() + 1);
        for (name, direction) in &query.order {
            let by = path(self.field(name)?);
            order.push(OrderBy { by, descending: *direction == Direction::Descending });
        }
        let id = self.field(&self.about.table.id_field)?;
        if !query.order.iter().any(|(name, _)| name.eq_ignore_ascii_case(&id.name)) {
            order.push(OrderBy { by: path(id), descending: false });
        }
        options.orderby = Some(order);
        let filter = query.filter.as_ref().map(|filter| self.condition(filter, MAX_DEPTH));
        options.filter = match filter.transpose()? {
            Some(Condition::Never) => return Ok(None),
            Some(Condition::So(so)) => Some(so),
            Some(Condition::Always) | None => None,
        };
        options.skiptoken = query.after.as_ref().map(token).transpose()?;
        Ok(Some(options))
    }

    fn field(&self, name: &str) -> Result<&Field> {
        self.about.field(name).ok_or_else(|| Error::FieldHidden {
            object: self.about.table.name.clone(),
            fields: vec![name.to_owned()],
        })
    }

    fn text(&self, name: &str) -> Result<&Field> {
        let field = self.field(name)?;
        match field.kind {
            crm::FieldKind::Text(_) => Ok(field),
            _ => Err(wrong(format!("{name} is no text"))),
        }
    }

    fn condition(&self, filter: &Filter, depth: usize) -> Result<Condition> {
        let Some(depth) = depth.checked_sub(1) else {
            return Err(wrong("conditions are nested too deep"));
        };
        let each = |filters: &[Filter]| -> Result<Vec<Condition>> {
            filters.iter().map(|filter| self.condition(filter, depth)).collect()
        };
        Ok(match filter {
            Filter::All(filters) => all(each(filters)?),
            Filter::Any(filters) => any(each(filters)?),
            Filter::Empty(name) => Condition::So(empty(self.field(name)?)),
            Filter::StartsWith(name, start) => holds(Method::StartsWith, self.text(name)?, start),
            Filter::Contains(name, part) => holds(Method::Contains, self.text(name)?, part),
            Filter::OneOf(name, values) => {
                let field = self.field(name)?;
                let equal = values.iter().map(|value| compare(field, Comparison::Equal, value));
                any(equal.collect::<Result<_>>()?)
            }
            Filter::Compare(name, comparison, value) => {
                compare(self.field(name)?, *comparison, value)?
            }
        })
    }
}

fn wrong(reason: impl Into<String>) -> Error {
    Error::Query { reason: reason.into() }
}

/// A place between pages, as an environment writes it (an XML cookie).
fn token(after: &Cursor) -> Result<String> {
    let cookie = after.0.starts_with("<cookie ") && after.0.len() <= MAX_TOKEN;
    cookie.then(|| after.0.clone()).ok_or_else(|| wrong("no place between pages of this query"))
}

/// What a filter comes to: environments have no words for everything and for nothing.
enum Condition {
    Always,
    Never,
    So(Expr),
}

fn all(conditions: Vec<Condition>) -> Condition {
    let mut so = Vec::new();
    for condition in conditions {
        match condition {
            Condition::Always => {}
            Condition::Never => return Condition::Never,
            Condition::So(one) => so.push(one),
        }
    }
    joined(so, Expr::And, Condition::Always)
}

fn any(conditions: Vec<Condition>) -> Condition {
    let mut so = Vec::new();
    for condition in conditions {
        match condition {
            Condition::Always => return Condition::Always,
            Condition::Never => {}
            Condition::So(one) => so.push(one),
        }
    }
    joined(so, Expr::Or, Condition::Never)
}

fn joined(mut so: Vec<Expr>, join: fn(Vec<Expr>) -> Expr, none: Condition) -> Condition {
    match (so.pop(), so.is_empty()) {
        (None, _) => none,
        (Some(one), true) => Condition::So(one),
        (Some(last), false) => {
            so.push(last);
            Condition::So(join(so))
        }
    }
}

fn path(field: &Field) -> Expr {
    Expr::Path(Path::of([About::property(field).as_str()]))
}

fn stands(field: &Field, operator: BinaryOp, value: Expr) -> Expr {
    Expr::Binary(operator, Box::new(path(field)), Box::new(value))
}

fn empty(field: &Field) -> Expr {
    stands(field, BinaryOp::Eq, Expr::Literal(Literal::Null))
}

fn holds(method: Method, field: &Field, part: &str) -> Condition {
    if part.contains('\0') {
        return Condition::Never;
    }
    let part = Expr::Literal(Literal::String(part.to_owned()));
    Condition::So(Expr::Method(method, vec![path(field), part]))
}

fn compare(field: &Field, comparison: Comparison, value: &Value) -> Result<Condition> {
    if *value == Value::Null {
        return Ok(match comparison {
            Comparison::Equal => Condition::So(empty(field)),
            Comparison::NotEqual => {
                Condition::So(stands(field, BinaryOp::Ne, Expr::Literal(Literal::Null)))
            }
            _ => Condition::Never,
        });
    }
    let literal = cells::literal(field, value)?;
    let so = |operator| stands(field, operator, literal);
    Ok(Condition::So(match comparison {
        Comparison::Equal => so(BinaryOp::Eq),
        // Whether nothing is another value is not the same in every environment.
        Comparison::NotEqual => Expr::Or(vec![so(BinaryOp::Ne), empty(field)]),
        Comparison::Less => so(BinaryOp::Lt),
        Comparison::LessOrEqual => so(BinaryOp::Le),
        Comparison::Greater => so(BinaryOp::Gt),
        Comparison::GreaterOrEqual => so(BinaryOp::Ge),
    }))
}
