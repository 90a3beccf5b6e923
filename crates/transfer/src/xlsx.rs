//! Workbooks (ECMA-376): the first sheet is read as a stream of rows, one sheet is written as a stream of cells.

mod read;
mod write;

pub(crate) use read::{UNCOMPUTED, read};
pub(crate) use write::{CUT, Cell, Sheet, Width};

/// Days from the beginning of a spreadsheet's calendar (1899-12-30) to that of the computer's.
const EPOCH_DAYS: i64 = 25_569;
/// The same for workbooks that count from 1904.
const EPOCH_DAYS_1904: i64 = 24_107;

#[cfg(test)]
mod tests;
