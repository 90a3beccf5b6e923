//! Values of cells.

use jiff::{Timestamp, civil::Date};
use uuid::Uuid;

use crate::{Fixed, json};

/// Digits after the point of stored money: amounts are whole numbers of ten-thousandths.
pub const MONEY_SCALE: u8 = 4;

/// What a cell holds.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Value {
    /// Nothing.
    #[default]
    Null,
    /// Text and memo; an image as base64.
    Text(String),
    /// Whole numbers of 32 and 64 bits, a choice, a state, a status, a version.
    Whole(i64),
    /// Decimal (at the column's precision) and money (at [`MONEY_SCALE`]).
    Fixed(Fixed),
    /// A floating point number, finite.
    Double(f64),
    /// Yes or no.
    Boolean(bool),
    /// A date without a time (behaviour `DateOnly`).
    Date(Date),
    /// A date and a time; for `TimeZoneIndependent` as if it were UTC.
    Instant(Timestamp),
    /// Several entries of a choice, ascending, none twice, at least one.
    Choices(Vec<i32>),
    /// A primary key, a UUID, a file.
    Guid(Uuid),
    /// A reference: lookup, customer, owner.
    Row(RowRef),
}

/// A row that a cell refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RowRef {
    /// The type code of its table.
    pub code: i32,
    /// Its primary key.
    pub id: Uuid,
}

impl Value {
    /// Whether it is nothing.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Writes it as JSON the way rows carry it; a reference as its bare UUID.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.extend_from_slice(b"null"),
            Self::Text(text) => json::write_text(text, out),
            Self::Whole(number) => json::write_whole(*number, out),
            Self::Fixed(number) => json::write_fixed(*number, out),
            Self::Double(number) => json::write_double(*number, out),
            Self::Boolean(yes) => {
                out.extend_from_slice(if *yes { b"true".as_slice() } else { b"false" });
            }
            Self::Date(date) => json::write_date(*date, out),
            Self::Instant(instant) => json::write_instant(*instant, out),
            Self::Choices(values) => json::write_choices(values, out),
            Self::Guid(id) => json::write_guid(*id, out),
            Self::Row(row) => json::write_guid(row.id, out),
        }
    }
}
