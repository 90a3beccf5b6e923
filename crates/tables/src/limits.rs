//! Limits of definitions, with their sources: what the real service documents, less where an
//! exact whole number of 64 bits is smaller.

/// `MaxLength` of a text of one line.
pub const TEXT: u32 = 4000;
/// `MaxLength` of a text of several lines.
pub const MEMO: u32 = 1_048_576;
/// Digits after the point of a decimal number.
pub const DECIMAL_PRECISION: u8 = 10;
/// The greatest decimal and floating point number, before the point.
pub const DECIMAL: i64 = 100_000_000_000;
/// Digits after the point of a floating point number.
pub const DOUBLE_PRECISION: u8 = 5;
/// Digits after the point of an amount.
pub const MONEY_PRECISION: u8 = 4;
/// The greatest amount, in ten-thousandths: 922,337,203,685,477.
pub const MONEY: i64 = 922_337_203_685_477 * 10_000;
/// `MaxSizeInKB` of a file.
pub const FILE_KB: u32 = 10_485_760;
/// Characters of the name of a file. Our own choice: what file systems hold.
pub const FILE_NAME: u32 = 255;
/// `MaxSizeInKB` of a picture.
pub const IMAGE_KB: u32 = 30_720;
/// Columns of an alternate key.
pub const KEY_COLUMNS: usize = 16;
/// Bytes of an alternate key, counted as the real service does (two for each character).
pub const KEY_BYTES: u32 = 900;
/// Alternate keys of a table.
pub const KEYS: usize = 10;
/// Columns of a table. Our own choice: both engines hold more.
pub const COLUMNS: usize = 900;
/// Tables of an environment. Our own choice.
pub const TABLES: usize = 2_000;
/// Entries of a choice. Our own choice.
pub const OPTIONS: usize = 2_000;
/// Tables that one lookup may refer to. Our own choice.
pub const TARGETS: usize = 100;
/// Characters of a label. Our own choice.
pub const LABEL: usize = 300;
/// Characters of a description. Our own choice.
pub const DESCRIPTION: usize = 2_000;
/// The first type code of a table made in an environment.
pub const FIRST_CUSTOM_CODE: i32 = 10_000;

/// The range of a decimal number at a precision, in its units: the documented one, or what fits.
pub const fn decimal_range(precision: u8) -> i64 {
    let mut range = DECIMAL;
    let mut left = precision;
    while left > 0 {
        range = range.saturating_mul(10);
        left -= 1;
    }
    range
}
