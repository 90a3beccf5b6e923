//! Exact decimal numbers: reading, writing, changing the scale.

use std::fmt;

/// An exact decimal number: `units` times `10^-scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// The whole number of units.
    pub units: i64,
    /// Digits after the point, at most 18.
    pub scale: u8,
}

/// What [`Fixed::parse`] read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// The number at the wanted scale.
    pub value: Fixed,
    /// Whether nothing was rounded away.
    pub exact: bool,
}

/// Digits after the point that a number may be written with.
const MAX_SCALE: u8 = 18;

impl Fixed {
    /// A number of so many units.
    pub const fn new(units: i64, scale: u8) -> Self {
        Self { units, scale }
    }

    /// Reads a number such as `-12.50` or `1.5e3` at this scale, and rounds what does not fit into it
    /// half away from zero; `None` where it is no number or too large.
    pub fn parse(text: &str, scale: u8) -> Option<Parsed> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (negative, mantissa) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let mut units: i128 = 0;
        let mut exact = true;
        let mut round_up = false;
        // the digit at `place` counts 10^place units; what is below 0 only rounds
        let first = i32::try_from(whole.len()).ok()?.checked_add(exponent)?;
        let mut place = first.checked_add(i32::from(scale))?.checked_sub(1)?;
        for byte in whole.bytes().chain(fraction.bytes()) {
            if !byte.is_ascii_digit() {
                return None;
            }
            let digit = i128::from(byte - b'0');
            if place >= 0 {
                if digit != 0 || units != 0 {
                    let weight = 10_i128.checked_pow(u32::try_from(place).ok()?)?;
                    units = units.checked_add(digit.checked_mul(weight)?)?;
                }
            } else if digit != 0 {
                exact = false;
                round_up |= place == -1 && digit >= 5;
            }
            place = place.checked_sub(1)?;
        }
        units += i128::from(round_up);
        let units = i64::try_from(if negative { -units } else { units }).ok()?;
        Some(Parsed { value: Self { units, scale }, exact })
    }

    /// The same number at another scale, rounded half away from zero; `None` where it does not fit.
    pub fn rescaled(self, scale: u8) -> Option<Self> {
        if scale > MAX_SCALE {
            return None;
        }
        let units = if scale >= self.scale {
            let factor = 10_i64.checked_pow(u32::from(scale - self.scale))?;
            self.units.checked_mul(factor)?
        } else {
            let factor = 10_i64.checked_pow(u32::from(self.scale - scale))?;
            let (whole, rest) = (self.units / factor, self.units % factor);
            if rest.unsigned_abs() * 2 >= factor.unsigned_abs() {
                whole + self.units.signum()
            } else {
                whole
            }
        };
        Some(Self { units, scale })
    }

    /// The nearest floating point number: for charts and sums that need not be exact.
    #[expect(clippy::cast_precision_loss, reason = "it says so")]
    pub fn to_f64(self) -> f64 {
        self.units as f64 / 10_f64.powi(i32::from(self.scale))
    }
}

impl fmt::Display for Fixed {
    /// Without zeros at the end: `12.5`, `-0.01`, `3`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let power = 10_u64.saturating_pow(u32::from(self.scale.min(MAX_SCALE)));
        let magnitude = self.units.unsigned_abs();
        let sign = if self.units < 0 { "-" } else { "" };
        let (whole, mut rest) = (magnitude / power, magnitude % power);
        if rest == 0 {
            return write!(f, "{sign}{whole}");
        }
        let mut digits = usize::from(self.scale);
        while rest.is_multiple_of(10) {
            rest /= 10;
            digits -= 1;
        }
        write!(f, "{sign}{whole}.{rest:0digits$}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn units(text: &str, scale: u8) -> Option<i64> {
        Fixed::parse(text, scale).map(|parsed| parsed.value.units)
    }

    #[test]
    fn numbers_are_read_exactly_and_rounded_half_away_from_zero() {
        assert_eq!(units("922337203685477.5807", 4), Some(i64::MAX));
        assert_eq!(units("922337203685477.5808", 4), None);
        assert_eq!(units("1.5e3", 2), Some(150_000));
        assert_eq!(units("15e-1", 0), Some(2));
        assert_eq!(units("-0.005", 2), Some(-1));
        assert_eq!(units("0.0049999", 2), Some(0));
        assert_eq!(units(".5", 1), Some(5));
        assert_eq!(units("1e400000000", 4), None);
        assert_eq!(units("0e400000000", 4), Some(0));
        assert_eq!(units("1e-400000000", 4), Some(0));
        for no in ["", ".", "-", "1.2.3", "1_000", "0x10", "NaN", "1e", "٣"] {
            assert_eq!(units(no, 2), None, "{no}");
        }
    }

    #[test]
    fn a_number_is_written_without_zeros_at_the_end() {
        assert_eq!(Fixed::new(125_000, 4).to_string(), "12.5");
        assert_eq!(Fixed::new(-1, 2).to_string(), "-0.01");
        assert_eq!(Fixed::new(30_000, 4).to_string(), "3");
        assert_eq!(Fixed::new(i64::MIN, 4).to_string(), "-922337203685477.5808");
        assert_eq!(Fixed::new(0, 10).to_string(), "0");
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_as_the_same(units in any::<i64>(), scale in 0_u8..=10) {
            let number = Fixed::new(units, scale);
            let back = Fixed::parse(&number.to_string(), scale);
            prop_assert_eq!(back, Some(Parsed { value: number, exact: true }));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[-+0-9.eE]{0,20}", scale in 0_u8..=10) {
            if let Some(parsed) = Fixed::parse(&text, scale) {
                let near: f64 = text.parse().unwrap_or_default();
                let unit = 10_f64.powi(-i32::from(scale));
                prop_assert!((parsed.value.to_f64() - near).abs() <= unit.max(near.abs() * 1e-9));
            }
        }
    }
}
