//! `$filter` over definitions, which are few and in memory.

use odata::tree::{
    expr::{BinaryOp, Expr, Method, UnaryOp},
    options::QueryOptions,
};
use serde_json::Value;
use std::cmp::Ordering;

use crate::{fault::Fault, literal};

/// Whether a definition fulfils a condition.
pub(crate) fn fulfils(
    condition: &Expr,
    definition: &Value,
    options: &QueryOptions,
) -> Result<bool, Fault> {
    Ok(match condition {
        Expr::And(all) => {
            for one in all {
                if !fulfils(one, definition, options)? {
                    return Ok(false);
                }
            }
            true
        }
        Expr::Or(all) => {
            for one in all {
                if fulfils(one, definition, options)? {
                    return Ok(true);
                }
            }
            false
        }
        Expr::Unary(UnaryOp::Not, inner) => !fulfils(inner, definition, options)?,
        Expr::Binary(operator, left, right) => {
            let (left, right) =
                (operand(left, definition, options)?, operand(right, definition, options)?);
            compare(*operator, &left, &right)?
        }
        Expr::Method(method, arguments) => {
            let [text, part] = arguments.as_slice() else { return Err(unsupported()) };
            let (text, part) =
                (operand(text, definition, options)?, operand(part, definition, options)?);
            let (Some(text), Some(part)) = (text.as_str(), part.as_str()) else { return Ok(false) };
            let (text, part) = (text.to_lowercase(), part.to_lowercase());
            match method {
                Method::Contains => text.contains(&part),
                Method::StartsWith => text.starts_with(&part),
                Method::EndsWith => text.ends_with(&part),
                _ => return Err(unsupported()),
            }
        }
        Expr::Path(_) => operand(condition, definition, options)? == Value::Bool(true),
        _ => return Err(unsupported()),
    })
}

/// A property of the definition, or a value.
fn operand(expr: &Expr, definition: &Value, options: &QueryOptions) -> Result<Value, Fault> {
    if let Expr::Path(path) = expr
        && expr.as_alias().is_none()
    {
        let names = path.names().ok_or_else(unsupported)?;
        let mut found = definition;
        for name in names {
            match found.get(name) {
                Some(inner) => found = inner,
                // what one kind of definition has, another one lacks
                None => return Ok(Value::Null),
            }
        }
        return Ok(found.clone());
    }
    literal::value(expr, options)
}

fn compare(operator: BinaryOp, left: &Value, right: &Value) -> Result<bool, Fault> {
    let order = match (left, right) {
        (Value::Number(a), Value::Number(b)) => {
            a.as_f64().zip(b.as_f64()).and_then(|(a, b)| a.partial_cmp(&b))
        }
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        _ => None,
    };
    Ok(match operator {
        BinaryOp::Eq => left == right || order == Some(Ordering::Equal),
        BinaryOp::Ne => left != right && order != Some(Ordering::Equal),
        BinaryOp::Lt => order == Some(Ordering::Less),
        BinaryOp::Le => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        BinaryOp::Gt => order == Some(Ordering::Greater),
        BinaryOp::Ge => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        BinaryOp::In => right.as_array().is_some_and(|list| list.contains(left)),
        _ => return Err(unsupported()),
    })
}

fn unsupported() -> Fault {
    Fault::unsupported(
        "The $filter of definitions takes comparisons of their properties, and, or, not, contains, startswith and endswith.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn holds(filter: &str) -> bool {
        let definition = json!({"LogicalName": "account", "IsPrivate": false, "ObjectTypeCode": 1,
            "OwnershipType": "UserOwned", "RequiredLevel": {"Value": "None"}});
        let condition = odata::parse::expression(filter).unwrap();
        fulfils(&condition, &definition, &QueryOptions::default()).unwrap()
    }

    #[test]
    fn properties_are_compared() {
        for filter in [
            "LogicalName eq 'account'",
            "IsPrivate eq false",
            "not IsPrivate",
            "ObjectTypeCode ge 1 and ObjectTypeCode lt 2",
            "OwnershipType eq Microsoft.Dynamics.CRM.OwnershipTypes'UserOwned'",
            "RequiredLevel/Value eq 'None' or LogicalName eq 'x'",
            "startswith(LogicalName,'ACC') and contains(LogicalName,'cou')",
            "Nothing eq null and Nothing/Deep eq null",
            "LogicalName in ('contact','account')",
        ] {
            assert!(holds(filter), "{filter}");
        }
        for filter in [
            "LogicalName eq 'Account'",
            "LogicalName ne 'account'",
            "Nothing gt 1",
            "LogicalName eq 1",
        ] {
            assert!(!holds(filter), "{filter}");
        }
    }
}
