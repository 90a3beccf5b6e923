//! `$filter` as a condition.

use std::borrow::Cow;

use jiff::{Timestamp, civil};
use odata::{
    tree::expr::{Arguments, BinaryOp, Expr, Lambda, Literal, Method, Path, Segment, UnaryOp},
    value::Decimal,
};
use tables::ColumnKind;
use uuid::Uuid;

use super::Reader;
use crate::{
    Error, Result,
    from_fetch::columns,
    functions::{Call, Operand},
    limits,
    physical::CellType,
    query::{Comparison, Condition, Exists, Field, Query},
    values::{Given, Op, compare, edm, one_of},
};

/// One side of a comparison.
enum Side<'e> {
    Field(Field),
    Given(Given<'e>),
}

impl Reader<'_> {
    /// The condition of an expression whose names begin at a source.
    pub(crate) fn condition(&mut self, expr: &Expr, base: usize) -> Result<Condition> {
        *self.conditions += 1;
        if *self.conditions > limits::CONDITIONS {
            return Err(Error::Limit { of: "conditions", most: limits::CONDITIONS });
        }
        match expr {
            Expr::And(list) => Ok(Condition::All(self.conditions(list, base)?)),
            Expr::Or(list) => Ok(Condition::Any(self.conditions(list, base)?)),
            Expr::Unary(UnaryOp::Not, inner) => Ok(self.condition(inner, base)?.negated()),
            Expr::Literal(Literal::Boolean(true)) => Ok(Condition::always()),
            Expr::Literal(Literal::Boolean(false)) => Ok(Condition::never()),
            Expr::Binary(op, left, right) => self.binary(*op, (left, right), base),
            Expr::Method(method, arguments) => self.method(*method, arguments, base),
            Expr::Path(path) => self.path_condition(expr, path, base),
            _ => Err(Error::unsupported("This form of expression in $filter")),
        }
    }

    fn conditions(&mut self, list: &[Expr], base: usize) -> Result<Vec<Condition>> {
        list.iter().map(|one| self.condition(one, base)).collect()
    }

    fn binary(
        &mut self,
        op: BinaryOp,
        (left, right): (&Expr, &Expr),
        base: usize,
    ) -> Result<Condition> {
        let comparison = match op {
            BinaryOp::Eq => Op::Equal,
            BinaryOp::Ne => Op::NotEqual,
            BinaryOp::Lt => Op::Less,
            BinaryOp::Le => Op::LessOrEqual,
            BinaryOp::Gt => Op::Greater,
            BinaryOp::Ge => Op::GreaterOrEqual,
            BinaryOp::In => return self.within(left, right, base),
            other => {
                return Err(Error::unsupported(format!("The operator '{}'", other.as_str())));
            }
        };
        // `(condition) eq true` is what some clients write.
        if let (Some(inner), Expr::Literal(Literal::Boolean(wanted))) =
            (condition_like(left), right)
            && matches!(comparison, Op::Equal | Op::NotEqual)
        {
            let condition = self.condition(inner, base)?;
            let same = *wanted == (comparison == Op::Equal);
            return Ok(if same { condition } else { condition.negated() });
        }
        match (self.side(left, base)?, self.side(right, base)?) {
            (Side::Field(field), Side::Given(given)) => {
                compare(field, self.query.column(field)?, comparison, &given)
            }
            (Side::Given(given), Side::Field(field)) => {
                compare(field, self.query.column(field)?, comparison.flipped(), &given)
            }
            (Side::Field(left), Side::Field(right)) => {
                columns(&self.query, left, comparison, right)
            }
            (Side::Given(_), Side::Given(_)) => {
                Err(Error::unsupported("A comparison of two constants"))
            }
        }
    }

    fn within(&mut self, left: &Expr, right: &Expr, base: usize) -> Result<Condition> {
        let Side::Field(field) = self.side(left, base)? else {
            return Err(Error::unsupported("This form of the operator 'in'"));
        };
        let list = match self.resolved(right)? {
            Expr::List(list) | Expr::Array(list) => list.clone(),
            _ => return Err(Error::unsupported("This form of the operator 'in'")),
        };
        let given: Result<Vec<_>> = list.iter().map(literal).collect();
        one_of(field, self.query.column(field)?, &given?)
    }

    fn side<'e>(&mut self, expr: &'e Expr, base: usize) -> Result<Side<'e>> {
        if expr.as_alias().is_some() {
            let value = self.resolved(expr)?.clone();
            return Ok(Side::Given(owned(&literal(&value)?)));
        }
        match expr {
            Expr::Path(path) => Ok(Side::Field(self.path(path, base)?)),
            Expr::Method(method, _) => {
                Err(Error::unsupported(format!("The function '{}'", method.as_str())))
            }
            Expr::Binary(op, ..) => {
                Err(Error::unsupported(format!("The operator '{}'", op.as_str())))
            }
            other => Ok(Side::Given(literal(other)?)),
        }
    }

    fn method(&mut self, method: Method, arguments: &[Expr], base: usize) -> Result<Condition> {
        let (before, after) = match method {
            Method::Contains => ("%", "%"),
            Method::StartsWith => ("", "%"),
            Method::EndsWith => ("%", ""),
            other => {
                return Err(Error::unsupported(format!("The function '{}'", other.as_str())));
            }
        };
        let [column, text] = arguments else { return Err(Error::Malformed) };
        let Side::Field(field) = self.side(column, base)? else {
            return Err(Error::unsupported(format!(
                "The function '{}' of a constant",
                method.as_str()
            )));
        };
        let kind = &self.query.column(field)?.kind;
        if !matches!(kind, ColumnKind::Text { .. } | ColumnKind::Memo { .. }) {
            return Err(Error::Types {
                left: edm(kind),
                right: "Edm.String",
                operator: method.as_str(),
            });
        }
        match literal(self.resolved(text)?)? {
            Given::Text(text) if text.contains('\0') => Ok(Condition::never()),
            Given::Text(text) => Ok(Condition::Like(field, format!("{before}{text}{after}"))),
            Given::Null => Ok(Condition::never()),
            other => Err(Error::Types {
                left: "Edm.String",
                right: other.edm(),
                operator: method.as_str(),
            }),
        }
    }

    /// A path that is a condition: a lambda operator, a function, a column of yes and no.
    fn path_condition(&mut self, expr: &Expr, path: &Path, base: usize) -> Result<Condition> {
        if expr.as_alias().is_some() {
            let value = self.resolved(expr)?.clone();
            return self.condition(&value, base);
        }
        let Some((last, steps)) = path.segments.split_last() else {
            return Err(Error::unsupported("A whole row as a condition"));
        };
        match last {
            Segment::Any(lambda) => self.any(steps, lambda.as_ref(), base),
            Segment::All(lambda) => self.all(steps, lambda, base),
            Segment::Call(name, arguments) => self.function(steps, name, arguments, base),
            _ => {
                let field = self.path(path, base)?;
                let column = self.query.column(field)?;
                compare(field, column, Op::Equal, &Given::Bool(true))
            }
        }
    }

    fn any(
        &mut self,
        steps: &[Segment],
        lambda: Option<&Lambda>,
        base: usize,
    ) -> Result<Condition> {
        self.lambda(steps, base, lambda, false)
    }

    fn all(&mut self, steps: &[Segment], lambda: &Lambda, base: usize) -> Result<Condition> {
        Ok(self.lambda(steps, base, Some(lambda), true)?.negated())
    }

    /// That there is a row behind a navigation property that fulfils the condition, or does not.
    fn lambda(
        &mut self,
        steps: &[Segment],
        base: usize,
        lambda: Option<&Lambda>,
        negated: bool,
    ) -> Result<Condition> {
        let mut names = Vec::with_capacity(steps.len());
        for step in steps {
            match step {
                Segment::Name(name) => names.push(name.as_str()),
                _ => return Err(Error::unsupported("This form of a path")),
            }
        }
        let mut from = base;
        let mut rest = names.as_slice();
        if let Some((first, others)) = rest.split_first()
            && let Some((_, of)) = self.variables.iter().rev().find(|(name, _)| name == first)
        {
            (from, rest) = (*of, others);
        }
        let (navigation, rest) = rest
            .split_last()
            .ok_or_else(|| Error::unsupported("A lambda operator on a whole row"))?;
        for step in rest {
            from = self.query.follow(self.model, from, step)?;
        }
        let table = &self.query.source(from)?.table;
        let known = self.model.navigation(&table.logical, navigation);
        if known.is_some_and(|known| !known.collection()) {
            return Err(Error::invalid(format!(
                "Any/All may only be used following a collection, and '{navigation}' is a single-valued navigation property."
            )));
        }
        let first = self.query.look_into(self.model, from, navigation)?;
        let mut filter = Condition::always();
        if let Some(lambda) = lambda {
            self.variables.push((lambda.variable.clone(), first));
            let condition = self.condition(&lambda.condition, first);
            self.variables.pop();
            filter = condition?;
            if negated {
                filter = filter.negated();
            }
        }
        let mut sources = vec![first];
        for (place, source) in self.query.sources.iter().enumerate().skip(first + 1) {
            if let Some(join) = &source.join
                && join.outer
                && sources.contains(&join.from)
            {
                sources.push(place);
            }
        }
        let selective = selective(&self.query, &filter, &sources) && within(&filter, &sources);
        let filter = Box::new(filter);
        Ok(Condition::Exists(Exists { sources, filter, selective }))
    }

    /// `Microsoft.Dynamics.CRM.In(PropertyName='c',PropertyValues=["1","2"])` and its sisters.
    fn function(
        &mut self,
        steps: &[Segment],
        name: &str,
        arguments: &Arguments,
        base: usize,
    ) -> Result<Condition> {
        let unknown = || Error::unsupported(format!("The function '{name}'"));
        let short = name.strip_prefix("Microsoft.Dynamics.CRM.").ok_or_else(unknown)?;
        let call = Call::of_function(short).ok_or_else(unknown)?;
        let missing = |parameter: &str| {
            Error::invalid(format!("The function '{name}' needs the parameter '{parameter}'."))
        };
        let property = arguments.value("PropertyName").ok_or_else(|| missing("PropertyName"))?;
        let property = self.resolved(property)?.as_str().ok_or_else(|| missing("PropertyName"))?;
        let property = property.to_owned();
        // `o/Microsoft.Dynamics.CRM.In(…)` in a lambda operator, and `PropertyName='o/c'`.
        let mut names: Vec<&str> = steps.iter().filter_map(Segment::name).collect();
        names.extend(property.split('/'));
        let field = self.names(&names, base)?;
        let mut values: Vec<String> = Vec::new();
        for parameter in ["PropertyValue", "PropertyValue1", "PropertyValue2", "PropertyValues"] {
            let Some(value) = arguments.value(parameter) else { continue };
            match self.resolved(value)? {
                Expr::Array(list) | Expr::List(list) => {
                    for one in list {
                        values.push(text(one)?);
                    }
                }
                other => values.push(text(other)?),
            }
        }
        // without it NotIn would let every row through
        let takes_many = matches!(
            call,
            Call::In | Call::NotIn | Call::ContainValues | Call::DoesNotContainValues
        );
        if takes_many && values.is_empty() && arguments.value("PropertyValues").is_none() {
            return Err(missing("PropertyValues"));
        }
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let operand = Operand { query: &self.query, model: self.model, caller: self.caller, field };
        operand.apply(call, short, &values)
    }
}

/// Whether few rows fulfil a condition, by its form: a text, an id or an instant is asked for.
fn selective(query: &Query, condition: &Condition, sources: &[usize]) -> bool {
    let asks = |field: &Field| {
        let kind = query.column(*field).map(|column| CellType::of(&column.kind));
        sources.contains(&field.source)
            && matches!(kind, Ok(CellType::Text | CellType::Id | CellType::Instant))
    };
    match condition {
        Condition::All(list) => list.iter().any(|one| selective(query, one, sources)),
        Condition::Any(list) => {
            !list.is_empty() && list.iter().all(|one| selective(query, one, sources))
        }
        Condition::Compare(field, Comparison::Equal, _) | Condition::In(field, _) => asks(field),
        Condition::Like(field, pattern) => asks(field) && !pattern.starts_with(['%', '_']),
        Condition::Hierarchy(tree) => asks(&tree.field),
        _ => false,
    }
}

/// Whether a condition asks for nothing but these sources: then its rows can be found by themselves.
fn within(condition: &Condition, sources: &[usize]) -> bool {
    let own = |field: &Field| sources.contains(&field.source);
    match condition {
        Condition::All(list) | Condition::Any(list) => list.iter().all(|one| within(one, sources)),
        Condition::Not(inner) => within(inner, sources),
        Condition::Null(field)
        | Condition::Compare(field, ..)
        | Condition::Like(field, _)
        | Condition::In(field, _)
        | Condition::ContainsAny(field, _) => own(field),
        Condition::Columns(left, _, right) => own(left) && own(right),
        Condition::Hierarchy(tree) => own(&tree.field),
        Condition::Exists(_) => false,
    }
}

/// An expression that is a condition by its form.
fn condition_like(expr: &Expr) -> Option<&Expr> {
    match expr {
        Expr::Method(Method::Contains | Method::StartsWith | Method::EndsWith, _)
        | Expr::And(_)
        | Expr::Or(_)
        | Expr::Unary(UnaryOp::Not, _) => Some(expr),
        Expr::Path(path) => match path.segments.last() {
            Some(Segment::Any(_) | Segment::All(_) | Segment::Call(..)) => Some(expr),
            _ => None,
        },
        _ => None,
    }
}

fn owned(given: &Given<'_>) -> Given<'static> {
    match given {
        Given::Null => Given::Null,
        Given::Bool(yes) => Given::Bool(*yes),
        Given::Number(number) => Given::Number(*number),
        Given::Text(text) => Given::Text(Cow::Owned(text.clone().into_owned())),
        Given::Id(id) => Given::Id(*id),
        Given::Date(date) => Given::Date(*date),
        Given::Instant(at) => Given::Instant(*at),
    }
}

fn literal(expr: &Expr) -> Result<Given<'_>> {
    let literal = match expr {
        Expr::Literal(literal) => literal,
        Expr::Unary(UnaryOp::Negate, inner) => {
            return match literal(inner)? {
                Given::Number(number) => {
                    let coefficient = number.coefficient.checked_neg().ok_or(Error::Malformed)?;
                    Ok(Given::Number(Decimal { coefficient, ..number }))
                }
                _ => Err(Error::unsupported("The operator '-'")),
            };
        }
        Expr::Method(method, _) => {
            return Err(Error::unsupported(format!("The function '{}'", method.as_str())));
        }
        _ => return Err(Error::unsupported("This form of expression in $filter")),
    };
    let wrong = |text: String, expected| Error::Literal { literal: text, expected };
    Ok(match literal {
        Literal::Null => Given::Null,
        Literal::Boolean(yes) => Given::Bool(*yes),
        Literal::Integer(n) => Given::Number(Decimal { coefficient: (*n).into(), scale: 0 }),
        Literal::Decimal(number) => Given::Number(*number),
        Literal::String(text) => Given::Text(Cow::Borrowed(text)),
        Literal::Guid(guid) => Given::Id(Uuid::from_u128(guid.0)),
        Literal::Date(date) => {
            let read = || {
                let year = i16::try_from(date.year).ok()?;
                let (month, day) = (i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?);
                civil::Date::new(year, month, day).ok()
            };
            Given::Date(read().ok_or_else(|| wrong(date.to_string(), "Edm.Date"))?)
        }
        Literal::DateTimeOffset(at) => {
            let (seconds, picos) = at.unix();
            let read = || {
                let nanos = i32::try_from(picos / 1000).ok()?;
                Timestamp::new(seconds, nanos).ok()
            };
            Given::Instant(read().ok_or_else(|| wrong(at.to_string(), "Edm.DateTimeOffset"))?)
        }
        _ => return Err(Error::unsupported("This kind of literal in $filter")),
    })
}

/// A value of a function's parameter: a string, or what somebody wrote without quotes.
fn text(expr: &Expr) -> Result<String> {
    Ok(match literal(expr)? {
        Given::Text(text) => text.into_owned(),
        Given::Number(number) if number.scale == 0 => number.coefficient.to_string(),
        Given::Number(number) => number.to_string(),
        Given::Bool(yes) => yes.to_string(),
        Given::Id(id) => id.to_string(),
        Given::Date(date) => date.to_string(),
        Given::Instant(at) => at.to_string(),
        Given::Null => return Err(Error::unsupported("null as a value of a function")),
    })
}
