//! Values that stand in addresses, as JSON.

use odata::tree::{
    expr::{Expr, Literal, UnaryOp},
    options::QueryOptions,
};
use serde_json::{Map, Number, Value};

use crate::fault::Fault;

/// The value of a key or of a parameter, with aliases resolved. Objects and arrays are JSON already; members of
/// enumerations become their names.
pub(crate) fn value(expr: &Expr, options: &QueryOptions) -> Result<Value, Fault> {
    read(expr, options, true)
}

fn read(expr: &Expr, options: &QueryOptions, aliases: bool) -> Result<Value, Fault> {
    if let Some(name) = expr.as_alias() {
        // an alias that stands for another one would go round
        let named = options.alias(name).filter(|_| aliases);
        let named = named.ok_or_else(|| {
            Fault::malformed(format!("The parameter alias '@{name}' has no value."))
        })?;
        return read(named, options, false);
    }
    Ok(match expr {
        Expr::Literal(literal) => self::literal(literal),
        Expr::Unary(UnaryOp::Negate, inner) => match read(inner, options, aliases)? {
            Value::Number(number) => {
                format!("-{number}").parse::<Number>().map_or(Value::Null, Value::Number)
            }
            _ => return Err(unreadable()),
        },
        Expr::Array(items) | Expr::List(items) => Value::Array(
            items.iter().map(|item| read(item, options, aliases)).collect::<Result<_, _>>()?,
        ),
        Expr::Object(members) => {
            let mut object = Map::with_capacity(members.len());
            for (name, member) in members {
                object.insert(name.clone(), read(member, options, aliases)?);
            }
            Value::Object(object)
        }
        _ => return Err(unreadable()),
    })
}

fn unreadable() -> Fault {
    Fault::malformed("A value is expected in the parentheses, or as value of a parameter alias.")
}

fn literal(literal: &Literal) -> Value {
    match literal {
        Literal::Null
        | Literal::NaN
        | Literal::Infinity(_)
        | Literal::Binary(_)
        | Literal::Spatial { .. } => Value::Null,
        Literal::Boolean(flag) => Value::Bool(*flag),
        Literal::Integer(number) => Value::from(*number),
        Literal::Decimal(number) => {
            number.to_string().parse::<Number>().map_or(Value::Null, Value::Number)
        }
        Literal::String(text) => Value::from(text.as_str()),
        Literal::Guid(guid) => Value::from(guid.to_string()),
        Literal::Date(date) => Value::from(date.to_string()),
        Literal::DateTimeOffset(instant) => Value::from(instant.to_string()),
        Literal::TimeOfDay(time) => Value::from(time.to_string()),
        Literal::Duration(duration) => Value::from(duration.to_string()),
        Literal::Enum { members, .. } => Value::from(members.join(",")),
    }
}
