//! Values of literals, exactly as they were written: no floating point, no calendar but the proleptic Gregorian.

mod decimal;
mod guid;
mod time;

pub use self::{
    decimal::Decimal,
    guid::Guid,
    time::{Date, DateTimeOffset, Duration, TimeOfDay},
};
