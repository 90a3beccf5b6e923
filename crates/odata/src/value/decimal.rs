//! Numbers that keep every digit.

use std::{cmp::Ordering, fmt, str::FromStr};

/// A number `coefficient × 10^-scale`, as many places behind the point as were written.
///
/// At most 38 digits with the point at most 400 places away are read (our own choice: wider than `Edm.Decimal`
/// columns and wide enough for every finite `Edm.Double`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    /// All digits, as a whole number.
    pub coefficient: i128,
    /// How many of them stand behind the point; negative for zeros to append.
    pub scale: i32,
}

/// How far the point may be from the digits.
const SCALE: i32 = 400;

impl Decimal {
    /// The nearest floating-point number.
    pub fn to_f64(self) -> f64 {
        format!("{}e{}", self.coefficient, -self.scale).parse().unwrap_or(f64::NAN)
    }

    /// The whole number that it is equal to, if there is one within 64 bits.
    pub fn to_i64(self) -> Option<i64> {
        let plain = self.normalised();
        let factor = 10_i128.checked_pow(u32::try_from(-plain.scale).ok()?)?;
        i64::try_from(plain.coefficient.checked_mul(factor)?).ok()
    }

    /// Without zeros at the end: equal numbers become identical.
    #[must_use]
    pub fn normalised(self) -> Self {
        let Self { mut coefficient, mut scale } = self;
        if coefficient == 0 {
            return Self { coefficient: 0, scale: 0 };
        }
        while coefficient % 10 == 0 {
            coefficient /= 10;
            scale -= 1;
        }
        Self { coefficient, scale }
    }

    /// Which of two is greater, exactly.
    pub fn compare(self, other: Self) -> Ordering {
        let (a, b) = (self.normalised(), other.normalised());
        let sign = a.coefficient.signum().cmp(&b.coefficient.signum());
        if sign != Ordering::Equal || a.coefficient == 0 {
            return sign;
        }
        let digits = |n: Self| (n.coefficient.unsigned_abs().to_string(), n.scale);
        let ((a_digits, a_scale), (b_digits, b_scale)) = (digits(a), digits(b));
        let magnitude =
            |digits: &str, scale: i32| i64::try_from(digits.len()).unwrap_or(0) - i64::from(scale);
        let by_size = magnitude(&a_digits, a_scale).cmp(&magnitude(&b_digits, b_scale));
        // of the same magnitude: digit by digit, a longer one with the same beginning is greater
        let order = by_size.then_with(|| a_digits.cmp(&b_digits));
        if a.coefficient < 0 { order.reverse() } else { order }
    }
}

impl FromStr for Decimal {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (negative, rest) = match text.as_bytes().first() {
            Some(b'-') => (true, text.get(1..).ok_or(())?),
            Some(b'+') => (false, text.get(1..).ok_or(())?),
            _ => (false, text),
        };
        let (number, exponent) = match rest.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, exponent.parse::<i32>().map_err(drop)?),
            None => (rest, 0),
        };
        let (whole, places) = match number.split_once('.') {
            Some((whole, places)) if !places.is_empty() => (whole, places),
            Some(_) => return Err(()),
            None => (number, ""),
        };
        if whole.is_empty() || places.len() > 400 {
            return Err(());
        }
        let mut coefficient = 0_i128;
        for byte in whole.bytes().chain(places.bytes()) {
            let digit = char::from(byte).to_digit(10).ok_or(())?;
            coefficient =
                coefficient.checked_mul(10).ok_or(())?.checked_add(i128::from(digit)).ok_or(())?;
        }
        let places = i32::try_from(places.len()).map_err(drop)?;
        let scale = places.checked_sub(exponent).filter(|scale| scale.abs() <= SCALE).ok_or(())?;
        Ok(Self { coefficient: if negative { -coefficient } else { coefficient }, scale })
    }
}

impl fmt::Display for Decimal {
    /// Always with a point or an exponent, so that it is read as a decimal again.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.coefficient < 0 { "-" } else { "" };
        let digits = self.coefficient.unsigned_abs().to_string();
        let Ok(scale) = usize::try_from(self.scale) else {
            return write!(f, "{sign}{digits}e{}", -self.scale);
        };
        if scale == 0 {
            return write!(f, "{sign}{digits}e0");
        }
        if scale > 60 {
            return write!(f, "{sign}{digits}e-{scale}");
        }
        let padded = format!("{digits:0>width$}", width = scale + 1);
        let (whole, places) = padded.split_at_checked(padded.len() - scale).unwrap_or_default();
        write!(f, "{sign}{whole}.{places}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn every_digit_is_kept() {
        assert_eq!(decimal("1234567890.0123456789").to_string(), "1234567890.0123456789");
        assert_eq!(decimal("-0.50").to_string(), "-0.50");
        assert_eq!(decimal("12e3").to_string(), "12e3");
        assert_eq!(decimal("1.5e2").to_i64(), Some(150));
        assert_eq!(decimal("1.25e-3").to_string(), "0.00125");
    }

    #[test]
    fn what_is_too_long_is_refused() {
        assert!("9".repeat(39).parse::<Decimal>().is_err());
        assert!("1e401".parse::<Decimal>().is_err());
        assert!("1.".parse::<Decimal>().is_err());
        assert!("".parse::<Decimal>().is_err());
    }

    #[test]
    fn numbers_compare_by_value() {
        for (a, b, order) in [
            ("1.50", "1.5", Ordering::Equal),
            ("0.10", "0.9", Ordering::Less),
            ("-2.0", "-1.9", Ordering::Less),
            ("1e10", "9999999999.9", Ordering::Greater),
            ("0.0", "-0.00", Ordering::Equal),
            ("12.0", "120.0", Ordering::Less),
        ] {
            assert_eq!(decimal(a).compare(decimal(b)), order, "{a} {b}");
        }
    }
}
