//! Rows as they wait to be imported: many in one packed block, so that a step can begin anywhere.

use std::io::{Read as _, Write as _};

use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};

use crate::{csv::Row, limits::MAX_ROW_BYTES};

/// Rows that are stored together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// How many rows of the file stand before it, without the heading.
    pub first: u64,
    /// How many it has.
    pub rows: u64,
    /// The rows, packed.
    pub bytes: Vec<u8>,
}

/// Gathers rows to blocks.
#[derive(Debug, Default)]
pub(crate) struct Packer {
    raw: Vec<u8>,
    first: u64,
    rows: u64,
}

impl Packer {
    /// Adds a row; gives a block when it is full.
    pub(crate) fn push(&mut self, row: &Row) -> Option<Block> {
        number(&mut self.raw, row.number);
        number(&mut self.raw, u64::try_from(row.len()).unwrap_or_default());
        for cell in row.cells() {
            number(&mut self.raw, u64::try_from(cell.len()).unwrap_or_default());
            self.raw.extend_from_slice(cell.as_bytes());
        }
        self.rows += 1;
        if self.raw.len() >= BLOCK_BYTES || self.rows >= BLOCK_ROWS { self.take() } else { None }
    }

    /// What is left.
    pub(crate) fn take(&mut self) -> Option<Block> {
        if self.rows == 0 {
            return None;
        }
        let raw = std::mem::take(&mut self.raw);
        let mut packed = DeflateEncoder::new(Vec::new(), Compression::fast());
        // writing into memory cannot fail
        let bytes = packed.write_all(&raw).and_then(|()| packed.finish()).unwrap_or_default();
        let block = Block { first: self.first, rows: self.rows, bytes };
        self.first += self.rows;
        self.rows = 0;
        Some(block)
    }
}

/// The rows of a block; none of one that is damaged.
pub(crate) fn unpack(bytes: &[u8]) -> Option<Vec<Row>> {
    let mut raw = Vec::new();
    let most = u64::try_from(BLOCK_BYTES + 2 * MAX_ROW_BYTES).ok()?;
    DeflateDecoder::new(bytes).take(most).read_to_end(&mut raw).ok()?;
    let mut rest = raw.as_slice();
    let mut rows = Vec::new();
    while !rest.is_empty() {
        let mut row = Row::of(read(&mut rest)?, []);
        for _ in 0..read(&mut rest)? {
            let length = usize::try_from(read(&mut rest)?).ok()?;
            let (cell, more) = rest.split_at_checked(length)?;
            row.push(std::str::from_utf8(cell).ok()?);
            rest = more;
        }
        rows.push(row);
    }
    Some(rows)
}

/// A number, seven bits a byte.
fn number(out: &mut Vec<u8>, mut number: u64) {
    while let Ok(low @ 0x80..) = u8::try_from(number & 0x7f).map(|low| low | 0x80)
        && number > 0x7f
    {
        out.push(low);
        number >>= 7;
    }
    out.push(u8::try_from(number & 0x7f).unwrap_or_default());
}

fn read(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (byte, more) = rest.split_first()?;
        *rest = more;
        number |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// Bytes of rows after which a block ends.
const BLOCK_BYTES: usize = 256 << 10;
/// Rows after which a block ends.
const BLOCK_ROWS: u64 = 2048;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn rows_come_back_from_blocks(
            rows in proptest::collection::vec(proptest::collection::vec("\\PC{0,300}", 0..4), 0..30),
        ) {
            let mut packer = Packer::default();
            let rows: Vec<Row> = rows
                .iter()
                .enumerate()
                .map(|(at, cells)| Row::of(at as u64 * 1000, cells.iter().map(String::as_str)))
                .collect();
            let mut blocks: Vec<Block> = rows.iter().filter_map(|row| packer.push(row)).collect();
            blocks.extend(packer.take());
            let back: Vec<Row> =
                blocks.iter().flat_map(|block| unpack(&block.bytes).unwrap()).collect();
            prop_assert_eq!(back, rows);
        }

        #[test]
        fn damaged_blocks_are_none(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = unpack(&bytes);
        }
    }
}
