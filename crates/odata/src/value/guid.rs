//! `Edm.Guid`.

use std::{fmt, str::FromStr};

/// A GUID; written in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Guid(pub u128);

/// Characters of a GUID.
pub(crate) const CHARS: usize = 36;

impl FromStr for Guid {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if text.len() != CHARS {
            return Err(());
        }
        let mut value = 0_u128;
        for (at, byte) in text.bytes().enumerate() {
            if matches!(at, 8 | 13 | 18 | 23) {
                if byte != b'-' {
                    return Err(());
                }
                continue;
            }
            let digit = char::from(byte).to_digit(16).ok_or(())?;
            value = (value << 4) | u128::from(digit);
        }
        Ok(Self(value))
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let v = self.0;
        write!(
            f,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            v >> 96,
            (v >> 80) & 0xffff,
            (v >> 64) & 0xffff,
            (v >> 48) & 0xffff,
            v & 0xffff_ffff_ffff
        )
    }
}
