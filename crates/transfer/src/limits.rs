//! What a file may be: our own choices, and those of spreadsheets.

/// Bytes of an XLSX file that comes in; it is held in memory while it is taken apart.
pub const MAX_XLSX_BYTES: usize = 32 << 20;
/// Columns of a file: what a spreadsheet has (ECMA-376: XFD).
pub const MAX_COLUMNS: usize = 16_384;
/// Columns of a file that is imported.
pub const MAX_IMPORT_COLUMNS: usize = 500;
/// Bytes of one cell: more than the longest column of any table holds.
pub const MAX_CELL_BYTES: usize = 4 << 20;
/// Bytes of one row.
pub const MAX_ROW_BYTES: usize = 8 << 20;
/// Rows of a sheet (ECMA-376: 1,048,576), its heading among them.
pub const MAX_SHEET_ROWS: u64 = 1_048_576;
/// Characters of a cell of a spreadsheet (ECMA-376: 32,767).
pub const MAX_SHEET_CELL: usize = 32_767;
/// Bytes that the parts of a packed file may unpack to.
pub const MAX_UNPACKED_BYTES: u64 = 1 << 30;
/// Bytes of the texts that a sheet shares; they are held in memory while it is read.
pub const MAX_SHARED_BYTES: usize = 64 << 20;
/// How many times larger than its packed bytes a part may be, once it is larger than [`RATIO_FREE_BYTES`].
pub const MAX_RATIO: u64 = 200;
/// Up to here nobody asks how well a part was packed.
pub const RATIO_FREE_BYTES: u64 = 4 << 20;
/// Files inside a packed file.
pub const MAX_PARTS: usize = 2_000;
/// Mistakes of one import that are kept.
pub const MAX_FINDINGS: u64 = 10_000;
