//! Expressions.

use std::fmt::Write as _;

use crate::tree::expr::{Arguments, BinaryOp, Expr, Lambda, Literal, Path, Root, Segment, UnaryOp};

const OR: u8 = 1;
const AND: u8 = 2;
const UNARY: u8 = 7;
const ALONE: u8 = 9;

pub(super) fn write(expr: &Expr, out: &mut String) {
    within(expr, 0, out);
}

const fn binding(expr: &Expr) -> u8 {
    match expr {
        Expr::Or(_) => OR,
        Expr::And(_) => AND,
        Expr::Binary(op, ..) => op.binding(),
        Expr::Unary(..) => UNARY,
        _ => ALONE,
    }
}

/// In parentheses if it binds less tightly than its place asks for.
fn within(expr: &Expr, least: u8, out: &mut String) {
    if binding(expr) < least {
        out.push('(');
        plain(expr, out);
        out.push(')');
    } else {
        plain(expr, out);
    }
}

fn plain(expr: &Expr, out: &mut String) {
    match expr {
        Expr::Literal(value) => literal(value, out),
        Expr::Path(path) => self::path(path, out),
        Expr::Unary(UnaryOp::Not, operand) => {
            out.push_str("not ");
            within(operand, UNARY, out);
        }
        Expr::Unary(UnaryOp::Negate, operand) => {
            let mut text = String::new();
            within(operand, UNARY, &mut text);
            // behind a minus, these begin a literal of their own
            let literal = text.starts_with(|c: char| c.is_ascii_digit()) || text.starts_with("INF");
            out.push('-');
            if literal {
                out.push('(');
            }
            out.push_str(&text);
            if literal {
                out.push(')');
            }
        }
        Expr::Binary(op, left, right) => {
            // the published grammar has nothing behind `in` and `has` but `and` and `or`
            let ends = matches!(**left, Expr::Binary(BinaryOp::In | BinaryOp::Has, ..));
            within(left, if ends { u8::MAX } else { op.binding() }, out);
            out.push(' ');
            out.push_str(op.as_str());
            out.push(' ');
            within(right, op.binding() + 1, out);
        }
        Expr::And(operands) => joined(operands, " and ", AND + 1, out),
        Expr::Or(operands) => joined(operands, " or ", OR + 1, out),
        Expr::Method(method, arguments) => {
            out.push_str(method.as_str());
            out.push('(');
            joined(arguments, ",", 0, out);
            out.push(')');
        }
        Expr::Cast(value, name) => type_test("cast", value.as_deref(), name, out),
        Expr::IsOf(value, name) => type_test("isof", value.as_deref(), name, out),
        Expr::Case(cases) => {
            out.push_str("case(");
            for (index, (condition, value)) in cases.iter().enumerate() {
                comma(index, out);
                write(condition, out);
                out.push(':');
                write(value, out);
            }
            out.push(')');
        }
        Expr::List(items) => {
            out.push('(');
            joined(items, ",", 0, out);
            out.push(')');
        }
        Expr::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                comma(index, out);
                json_value(item, out);
            }
            out.push(']');
        }
        Expr::Object(members) => {
            out.push('{');
            for (index, (name, value)) in members.iter().enumerate() {
                comma(index, out);
                json_string(name, out);
                out.push(':');
                json_value(value, out);
            }
            out.push('}');
        }
    }
}

pub(super) fn comma(index: usize, out: &mut String) {
    if index > 0 {
        out.push(',');
    }
}

fn joined(items: &[Expr], between: &str, least: u8, out: &mut String) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(between);
        }
        within(item, least, out);
    }
}

fn type_test(word: &str, value: Option<&Expr>, name: &str, out: &mut String) {
    out.push_str(word);
    out.push('(');
    if let Some(value) = value {
        write(value, out);
        out.push(',');
    }
    out.push_str(name);
    out.push(')');
}

fn json_value(value: &Expr, out: &mut String) {
    match value.as_str() {
        Some(text) => json_string(text, out),
        None => write(value, out),
    }
}

fn json_string(text: &str, out: &mut String) {
    out.push_str(&serde_json::Value::from(text).to_string());
}

fn quoted(text: &str, out: &mut String) {
    out.push('\'');
    out.push_str(&text.replace('\'', "''"));
    out.push('\'');
}

fn literal(value: &Literal, out: &mut String) {
    let done = match value {
        Literal::Null => write!(out, "null"),
        Literal::Boolean(value) => write!(out, "{value}"),
        Literal::Integer(value) => write!(out, "{value}"),
        Literal::Decimal(value) => write!(out, "{value}"),
        Literal::NaN => write!(out, "NaN"),
        Literal::Infinity(negative) => write!(out, "{}INF", if *negative { "-" } else { "" }),
        Literal::String(text) => {
            quoted(text, out);
            Ok(())
        }
        Literal::Guid(value) => write!(out, "{value}"),
        Literal::Date(value) => write!(out, "{value}"),
        Literal::DateTimeOffset(value) => write!(out, "{value}"),
        Literal::TimeOfDay(value) => write!(out, "{value}"),
        Literal::Duration(value) => write!(out, "duration'{value}'"),
        Literal::Enum { type_name, members } => write!(out, "{type_name}'{}'", members.join(",")),
        Literal::Binary(bytes) => write!(out, "binary'{}'", base64url(bytes)),
        Literal::Spatial { geography, text } => {
            write!(out, "{}'{text}'", if *geography { "geography" } else { "geometry" })
        }
    };
    // a string takes everything
    debug_assert!(done.is_ok(), "text could not be written");
}

fn base64url(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::with_capacity(bytes.len() * 4 / 3 + 2);
    for chunk in bytes.chunks(3) {
        let value = chunk.iter().fold(0_u32, |value, byte| value << 8 | u32::from(*byte));
        let value = value << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            let digit = usize::try_from(value >> (18 - 6 * place) & 63).unwrap_or_default();
            text.extend(DIGITS.get(digit).map(|digit| char::from(*digit)));
        }
    }
    text
}

fn path(path: &Path, out: &mut String) {
    let root = match &path.root {
        Root::Member => "",
        Root::It => "$it",
        Root::This => "$this",
        Root::These => "$these",
        Root::Root => "$root",
        Root::Alias(name) => {
            out.push('@');
            name
        }
    };
    out.push_str(root);
    for (index, step) in path.segments.iter().enumerate() {
        if (index > 0 || !root.is_empty()) && !matches!(step, Segment::Key(_)) {
            out.push('/');
        }
        segment(step, out);
    }
}

pub(super) fn segment(segment: &Segment, out: &mut String) {
    match segment {
        Segment::Name(name) | Segment::Text(name) => out.push_str(name),
        Segment::Call(name, list) => {
            out.push_str(name);
            arguments(list, out);
        }
        Segment::Key(list) => arguments(list, out),
        Segment::Annotation(term, qualifier) => {
            out.push('@');
            out.push_str(term);
            if let Some(qualifier) = qualifier {
                out.push('#');
                out.push_str(qualifier);
            }
        }
        Segment::Count => out.push_str("$count"),
        Segment::CountOf(options) => {
            out.push_str("$count");
            super::options::nested(options, out);
        }
        Segment::Ref => out.push_str("$ref"),
        Segment::Value => out.push_str("$value"),
        Segment::Each => out.push_str("$each"),
        Segment::Query => out.push_str("$query"),
        Segment::Filter(condition) => {
            out.push_str("$filter(");
            write(condition, out);
            out.push(')');
        }
        Segment::Any(None) => out.push_str("any()"),
        Segment::Any(Some(inner)) => lambda("any", inner, out),
        Segment::All(inner) => lambda("all", inner, out),
        Segment::Aggregate(aggregate) => {
            out.push_str("aggregate(");
            super::apply::aggregate(aggregate, out);
            out.push(')');
        }
        Segment::ContentId(id) => {
            out.push('$');
            out.push_str(id);
        }
    }
}

fn lambda(word: &str, lambda: &Lambda, out: &mut String) {
    out.push_str(word);
    out.push('(');
    out.push_str(&lambda.variable);
    out.push(':');
    write(&lambda.condition, out);
    out.push(')');
}

fn arguments(list: &Arguments, out: &mut String) {
    out.push('(');
    match list {
        Arguments::Value(value) => write(value, out),
        Arguments::Named(list) => {
            for (index, (name, value)) in list.iter().enumerate() {
                comma(index, out);
                out.push_str(name);
                out.push('=');
                write(value, out);
            }
        }
    }
    out.push(')');
}

const _: () =
    assert!(BinaryOp::In.binding() < ALONE, "nothing binds as tightly as what stands alone");
