//! Values on their way to the server and back, in its binary formats.

use std::{borrow::Cow, error::Error};

use bytes::{BufMut as _, BytesMut};
use db::Value;
use jiff::Timestamp;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

type Failure = Box<dyn Error + Sync + Send>;

/// A parameter, written as the type that the server expects at its place.
#[derive(Debug)]
pub(crate) struct Param<'v>(pub(crate) &'v Value<'v>);

impl ToSql for Param<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
        match self.0 {
            Value::Null => return Ok(IsNull::Yes),
            Value::Bool(b) => match *ty {
                Type::BOOL => out.put_u8((*b).into()),
                _ => return mismatch("a boolean", ty),
            },
            Value::Int(n) => integer(*n, ty, out)?,
            Value::Real(n) => match *ty {
                Type::FLOAT8 => out.put_f64(*n),
                _ => return mismatch("a number", ty),
            },
            Value::Text(text) => match *ty {
                Type::JSONB => jsonb(text, out),
                Type::TEXT
                | Type::VARCHAR
                | Type::BPCHAR
                | Type::NAME
                | Type::UNKNOWN
                | Type::JSON => out.put_slice(text.as_bytes()),
                _ => return mismatch("a text", ty),
            },
            Value::Bytes(bytes) => match *ty {
                Type::BYTEA => out.put_slice(bytes),
                _ => return mismatch("bytes", ty),
            },
            Value::Uuid(uuid) => match *ty {
                Type::UUID => out.put_slice(uuid.as_bytes()),
                _ => return mismatch("an identifier", ty),
            },
            Value::Instant(at) => match *ty {
                Type::TIMESTAMPTZ => out.put_i64(at.as_microsecond() - EPOCH_MICROS),
                _ => return mismatch("an instant", ty),
            },
            Value::Json(text) => match *ty {
                Type::JSONB => jsonb(text, out),
                Type::JSON | Type::TEXT => out.put_slice(text.as_bytes()),
                _ => return mismatch("a JSON document", ty),
            },
        }
        Ok(IsNull::No)
    }

    fn accepts(_ty: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn mismatch<T>(what: &'static str, ty: &Type) -> Result<T, Failure> {
    Err(format!("{what} was given where the statement expects {ty}").into())
}

fn jsonb(text: &str, out: &mut BytesMut) {
    out.put_u8(JSONB_VERSION);
    out.put_slice(text.as_bytes());
}

fn integer(n: i64, ty: &Type, out: &mut BytesMut) -> Result<(), Failure> {
    match *ty {
        Type::INT8 => out.put_i64(n),
        Type::INT4 => out.put_i32(i32::try_from(n)?),
        Type::INT2 => out.put_i16(i16::try_from(n)?),
        #[expect(clippy::cast_precision_loss, reason = "the statement compares with a double")]
        Type::FLOAT8 => out.put_f64(n as f64),
        Type::NUMERIC => numeric(n, out)?,
        _ => return mismatch("an integer", ty),
    }
    Ok(())
}

/// Base 10,000 digits after a head of count, weight, sign and scale.
fn numeric(n: i64, out: &mut BytesMut) -> Result<(), Failure> {
    let mut rest = n.unsigned_abs();
    let mut digits = Vec::new();
    while rest > 0 {
        digits.push(i16::try_from(rest % 10_000)?);
        rest /= 10_000;
    }
    let count = i16::try_from(digits.len())?;
    out.put_i16(count);
    out.put_i16(if count == 0 { 0 } else { count - 1 });
    out.put_u16(if n < 0 { NUMERIC_NEGATIVE } else { 0 });
    out.put_i16(0);
    for digit in digits.into_iter().rev() {
        out.put_i16(digit);
    }
    Ok(())
}

/// A cell of an answer.
pub(crate) struct Cell(pub(crate) Value<'static>);

impl<'a> FromSql<'a> for Cell {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Failure> {
        Ok(Self(match *ty {
            Type::BOOL => Value::Bool(raw != [0]),
            Type::INT8 => Value::Int(i64::from_be_bytes(raw.try_into()?)),
            Type::INT4 => Value::Int(i32::from_be_bytes(raw.try_into()?).into()),
            Type::INT2 => Value::Int(i16::from_be_bytes(raw.try_into()?).into()),
            Type::OID => Value::Int(u32::from_be_bytes(raw.try_into()?).into()),
            Type::FLOAT8 => Value::Real(f64::from_be_bytes(raw.try_into()?)),
            Type::FLOAT4 => Value::Real(f32::from_be_bytes(raw.try_into()?).into()),
            Type::NUMERIC => read_numeric(raw).ok_or("a numeric value is cut short")?,
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN => {
                Value::Text(text(raw)?)
            }
            Type::BYTEA => Value::Bytes(Cow::Owned(raw.to_vec())),
            Type::UUID => Value::Uuid(Uuid::from_slice(raw)?),
            Type::TIMESTAMPTZ => {
                let micros = i64::from_be_bytes(raw.try_into()?);
                let micros =
                    micros.checked_add(EPOCH_MICROS).ok_or("an instant is out of range")?;
                Value::Instant(Timestamp::from_microsecond(micros)?)
            }
            Type::JSON => Value::Json(text(raw)?),
            Type::JSONB => match raw.split_first() {
                Some((&JSONB_VERSION, document)) => Value::Json(text(document)?),
                _ => return Err("an unknown version of jsonb".into()),
            },
            Type::VOID => Value::Null,
            _ => return Err(format!("a column of type {ty} has no place in a row").into()),
        }))
    }

    fn from_sql_null(_ty: &Type) -> Result<Self, Failure> {
        Ok(Self(Value::Null))
    }

    fn accepts(_ty: &Type) -> bool {
        true
    }
}

fn text(raw: &[u8]) -> Result<Cow<'static, str>, Failure> {
    Ok(Cow::Owned(str::from_utf8(raw)?.to_owned()))
}

/// An integer if it is one (sums of integers are numeric), a double otherwise.
fn read_numeric(raw: &[u8]) -> Option<Value<'static>> {
    let (head, digits) = raw.split_first_chunk::<8>()?;
    let [_, _, w0, w1, s0, s1, _, _] = *head;
    let (weight, sign) = (i16::from_be_bytes([w0, w1]), u16::from_be_bytes([s0, s1]));
    let (mut whole, mut real, mut exact) = (0_i128, 0_f64, true);
    let mut power = i32::from(weight);
    for pair in digits.chunks_exact(2) {
        let digit = i16::from_be_bytes(pair.try_into().ok()?);
        real += f64::from(digit) * 10_000_f64.powi(power);
        if power >= 0 {
            whole = whole.checked_mul(10_000)?.checked_add(digit.into())?;
        } else if digit != 0 {
            exact = false;
        }
        power -= 1;
    }
    // Trailing zero digits are left out on the wire.
    for _ in 0..=power {
        whole = whole.checked_mul(10_000)?;
    }
    let negative = sign == NUMERIC_NEGATIVE;
    match (exact, i64::try_from(if negative { -whole } else { whole })) {
        (true, Ok(n)) => Some(Value::Int(n)),
        _ => Some(Value::Real(if negative { -real } else { real })),
    }
}

/// 2000-01-01 in microseconds of the Unix epoch: where the server counts from.
const EPOCH_MICROS: i64 = 946_684_800_000_000;
const JSONB_VERSION: u8 = 1;
const NUMERIC_NEGATIVE: u16 = 0x4000;

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: &Value<'_>, ty: &Type) -> Result<Vec<u8>, Failure> {
        let mut out = BytesMut::new();
        Param(value).to_sql(ty, &mut out)?;
        Ok(out.to_vec())
    }

    fn there_and_back(value: &Value<'static>, ty: &Type) -> Value<'static> {
        Cell::from_sql(ty, &written(value, ty).unwrap()).unwrap().0
    }

    #[test]
    fn values_come_back_as_they_went() {
        let at = "1969-12-31T23:59:59.999999Z".parse::<Timestamp>().unwrap();
        for (value, ty) in [
            (Value::Bool(true), Type::BOOL),
            (Value::Int(i64::MIN), Type::INT8),
            (Value::Real(-0.5), Type::FLOAT8),
            (Value::Text("é\n".into()), Type::TEXT),
            (Value::Bytes(vec![0, 255].into()), Type::BYTEA),
            (Value::Uuid(Uuid::from_u128(7)), Type::UUID),
            (Value::Instant(at), Type::TIMESTAMPTZ),
            (Value::Json("{}".into()), Type::JSONB),
        ] {
            assert_eq!(there_and_back(&value, &ty), value, "{ty}");
        }
    }

    #[test]
    fn integers_pass_through_numeric() {
        for n in [0, 1, -1, 9_999, 10_000, -100_000_000, 123_456_789, i64::MAX, i64::MIN] {
            assert_eq!(there_and_back(&Value::Int(n), &Type::NUMERIC), Value::Int(n));
        }
    }

    #[test]
    fn a_fraction_is_a_double() {
        // 12.5: digits 12 and 5000, weight 0, scale 1.
        let raw = [0, 2, 0, 0, 0, 0, 0, 1, 0, 12, 0x13, 0x88];
        assert_eq!(read_numeric(&raw), Some(Value::Real(12.5)));
        assert_eq!(read_numeric(&raw[..7]), None);
    }

    #[test]
    fn a_value_of_another_type_is_refused() {
        assert!(written(&Value::Int(i64::MAX), &Type::INT4).is_err());
        assert!(written(&Value::Text("1".into()), &Type::INT8).is_err());
        assert!(written(&Value::Uuid(Uuid::nil()), &Type::TEXT).is_err());
        assert!(written(&Value::Bytes(vec![1].into()), &Type::UUID).is_err());
    }
}
