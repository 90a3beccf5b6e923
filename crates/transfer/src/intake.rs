//! From the bytes of a file to its heading and to blocks of rows, as they come.

use crate::{
    Problem,
    block::{Block, Packer},
    csv::{self, Row},
    limits::{MAX_IMPORT_COLUMNS, MAX_XLSX_BYTES},
    text::{Decoder, Encoding},
    xlsx,
};

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// Comma-separated values, whatever the delimiter.
    Csv,
    /// A workbook.
    Xlsx,
}

impl FileKind {
    /// Its name in the database and in REST.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// The kind of that name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Csv, Self::Xlsx].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// How much a file may hold.
#[derive(Debug, Clone, Copy)]
pub struct Most {
    /// Bytes.
    pub bytes: u64,
    /// Rows below the heading.
    pub rows: u64,
}

/// Takes a file in pieces.
#[derive(Debug)]
pub struct Intake {
    most: Most,
    bytes: u64,
    way: Way,
    sheet: Sheet,
}

#[derive(Debug)]
enum Way {
    /// What has come so far, until it is enough to tell what it is.
    Start(Vec<u8>),
    Csv {
        decoder: Decoder,
        reader: csv::Reader,
        text: String,
    },
    Xlsx(Vec<u8>),
}

/// The rows so far.
#[derive(Debug, Default)]
pub struct Sheet {
    /// The names of the columns.
    pub heading: Vec<String>,
    /// Rows below the heading.
    pub rows: u64,
    /// Which delimiter parts the cells, of comma-separated values.
    pub delimiter: Option<char>,
    packer: Packer,
    ready: Vec<Block>,
    most: u64,
    guarded: bool,
}

impl Sheet {
    fn take(&mut self, row: Row) -> Result<(), Problem> {
        if self.heading.is_empty() {
            let names = row.cells().map(|name| {
                let name = name.trim().trim_start_matches(xlsx::UNCOMPUTED);
                csv::bare(name).trim().to_owned()
            });
            self.heading = names.collect();
            // cells that spreadsheets leave behind
            while self.heading.last().is_some_and(String::is_empty) {
                self.heading.pop();
            }
            if self.heading.len() > MAX_IMPORT_COLUMNS {
                return Err(Problem::Columns { row: row.number, most: MAX_IMPORT_COLUMNS });
            }
            return Ok(());
        }
        if row.cells().all(|cell| cell.trim().is_empty()) {
            return Ok(());
        }
        self.rows += 1;
        if self.rows > self.most {
            return Err(Problem::Rows { most: self.most });
        }
        let row = if self.guarded && row.cells().any(|cell| cell.contains('\'')) {
            let mut kept = Row::of(row.number, []);
            row.cells().for_each(|cell| kept.push(&csv::bare(cell)));
            kept
        } else {
            row
        };
        self.ready.extend(self.packer.push(&row));
        Ok(())
    }
}

impl Intake {
    /// Begins a file.
    pub fn new(most: Most) -> Self {
        let sheet = Sheet { most: most.rows, ..Sheet::default() };
        Self { most, bytes: 0, way: Way::Start(Vec::new()), sheet }
    }

    /// Takes a piece; gives the blocks that are full.
    ///
    /// # Errors
    /// [`Problem`] when the file cannot be one that is imported.
    pub fn feed(&mut self, piece: &[u8]) -> Result<Vec<Block>, Problem> {
        self.bytes += u64::try_from(piece.len()).unwrap_or_default();
        if self.bytes > self.most.bytes {
            return Err(Problem::Large { most: self.most.bytes });
        }
        match &mut self.way {
            Way::Start(start) => {
                start.extend_from_slice(piece);
                if start.len() >= SAMPLE {
                    self.begin()?;
                }
            }
            Way::Xlsx(bytes) => {
                bytes.extend_from_slice(piece);
                if bytes.len() > MAX_XLSX_BYTES {
                    let most = u64::try_from(MAX_XLSX_BYTES).unwrap_or_default();
                    return Err(Problem::Large { most });
                }
            }
            Way::Csv { .. } => self.text(piece)?,
        }
        Ok(std::mem::take(&mut self.sheet.ready))
    }

    /// Says that nothing more comes: the kind of file, what it holds, and the last blocks through `give`. Of a workbook
    /// all rows are read here.
    ///
    /// # Errors
    /// As [`Intake::feed`]; whatever `give` answers ends it.
    pub fn finish(
        mut self,
        give: &mut dyn FnMut(Block) -> Result<(), Problem>,
    ) -> Result<(FileKind, Sheet), Problem> {
        if matches!(self.way, Way::Start(_)) {
            self.begin()?;
        }
        let kind = match &mut self.way {
            Way::Start(_) => return Err(Problem::Empty),
            Way::Csv { decoder, reader, text } => {
                decoder.end(text)?;
                let sheet = &mut self.sheet;
                reader.feed(text, &mut |row| sheet.take(row))?;
                reader.end(&mut |row| sheet.take(row))?;
                FileKind::Csv
            }
            Way::Xlsx(bytes) => {
                let sheet = &mut self.sheet;
                xlsx::read(bytes, &mut |row| {
                    sheet.take(row)?;
                    std::mem::take(&mut sheet.ready).into_iter().try_for_each(&mut *give)
                })?;
                FileKind::Xlsx
            }
        };
        std::mem::take(&mut self.sheet.ready).into_iter().try_for_each(&mut *give)?;
        self.sheet.packer.take().into_iter().try_for_each(give)?;
        if self.sheet.heading.is_empty() || self.sheet.rows == 0 {
            return Err(Problem::Empty);
        }
        Ok((kind, self.sheet))
    }

    /// Finds out what the file is.
    fn begin(&mut self) -> Result<(), Problem> {
        let Way::Start(start) = &mut self.way else { return Ok(()) };
        let start = std::mem::take(start);
        if start.starts_with(b"PK\x03\x04") {
            self.way = Way::Xlsx(start);
            return Ok(());
        }
        // what older spreadsheets write, and documents of other kinds, is no text
        if start.starts_with(b"\xd0\xcf\x11\xe0") || start.starts_with(b"%PDF") {
            return Err(Problem::Sheet);
        }
        let sample = start.get(..SAMPLE).unwrap_or(&start);
        let encoding = Encoding::of(sample);
        let mut text = String::new();
        Decoder::new(encoding).feed(sample, &mut text)?;
        if text.contains('\0') {
            return Err(Problem::Encoding);
        }
        let delimiter = csv::delimiter(&text);
        self.sheet.delimiter = Some(delimiter);
        self.sheet.guarded = true;
        let mut decoder = Decoder::new(encoding);
        let mut begun = String::new();
        decoder.feed(&start, &mut begun)?;
        let mut reader = csv::Reader::new(delimiter);
        let sheet = &mut self.sheet;
        let says = begun.lines().next().is_some_and(|line| {
            line.strip_prefix("sep=").is_some_and(|rest| rest.chars().count() == 1)
        });
        let rest = if says { begun.split_once('\n').map_or("", |(_, rest)| rest) } else { &begun };
        reader.feed(rest, &mut |row| sheet.take(row))?;
        self.way = Way::Csv { decoder, reader, text: String::new() };
        Ok(())
    }

    fn text(&mut self, piece: &[u8]) -> Result<(), Problem> {
        let Way::Csv { decoder, reader, text } = &mut self.way else { return Ok(()) };
        text.clear();
        decoder.feed(piece, text)?;
        let sheet = &mut self.sheet;
        reader.feed(text, &mut |row| sheet.take(row))?;
        text.clear();
        Ok(())
    }
}

/// Bytes that tell what a file is.
const SAMPLE: usize = 64 << 10;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::block;

    const MOST: Most = Most { bytes: 1 << 20, rows: 1000 };

    fn take(bytes: &[u8], piece: usize) -> Result<(Sheet, Vec<Vec<String>>), Problem> {
        let mut intake = Intake::new(MOST);
        let mut blocks = Vec::new();
        for piece in bytes.chunks(piece.max(1)) {
            blocks.extend(intake.feed(piece)?);
        }
        let (_, sheet) = intake.finish(&mut |block| {
            blocks.push(block);
            Ok(())
        })?;
        let rows = blocks.iter().flat_map(|block| block::unpack(&block.bytes).unwrap());
        let rows = rows.map(|row| row.cells().map(str::to_owned).collect()).collect();
        Ok((sheet, rows))
    }

    #[test]
    fn a_french_spreadsheet_is_taken_with_its_delimiter_and_accents() {
        let file = b"Nom;T\xe9l\xe9phone;;\r\n\"Caf\xe9; SA\";'+33 1 23\r\n;;\r\n";
        let (sheet, rows) = take(file, 5).unwrap();
        assert_eq!(sheet.heading, ["Nom", "Téléphone"]);
        assert_eq!((sheet.delimiter, sheet.rows), (Some(';'), 1));
        assert_eq!(rows, [["Café; SA", "+33 1 23"]]);
    }

    #[test]
    fn what_is_no_table_is_refused() {
        assert_eq!(take(b"", 1).map(drop), Err(Problem::Empty));
        assert_eq!(take(b"name\n", 9).map(drop), Err(Problem::Empty));
        assert_eq!(take(b"PK\x03\x04nothing", 9).map(drop), Err(Problem::Packed));
        assert_eq!(take(b"%PDF-1.7", 9).map(drop), Err(Problem::Sheet));
        assert_eq!(take(b"a\0b\n1\n", 9).map(drop), Err(Problem::Encoding));
        let many = format!("n\n{}", "1\n".repeat(1001));
        assert_eq!(take(many.as_bytes(), 64).map(drop), Err(Problem::Rows { most: 1000 }));
        let large = vec![b'a'; (1 << 20) + 1];
        assert_eq!(take(&large, 4096).map(drop), Err(Problem::Large { most: 1 << 20 }));
    }

    #[test]
    fn a_heading_has_as_many_columns_as_an_import_takes_and_no_more() {
        let file = |columns: usize| {
            let names: Vec<String> = (0..columns).map(|at| format!("c{at}")).collect();
            format!("{}\n1\n", names.join(","))
        };
        let (sheet, _) = take(file(MAX_IMPORT_COLUMNS).as_bytes(), 999).unwrap();
        assert_eq!(sheet.heading.len(), MAX_IMPORT_COLUMNS);
        let most = MAX_IMPORT_COLUMNS;
        let refused = take(file(most + 1).as_bytes(), 999).map(drop);
        assert_eq!(refused, Err(Problem::Columns { row: 1, most }));
        // empty cells that spreadsheets leave behind a heading are none
        let padded = format!("a,b{}\n1,2\n", ",".repeat(most));
        assert_eq!(take(padded.as_bytes(), 64).unwrap().0.heading, ["a", "b"]);
    }

    #[test]
    fn a_file_may_hold_exactly_as_much_as_is_said() {
        let rows = format!("n\n{}", "1\n".repeat(1000));
        assert_eq!(take(rows.as_bytes(), 64).unwrap().0.rows, 1000);
        let full = format!("n\n{}\n", "x".repeat((1 << 20) - 3));
        assert_eq!(full.len(), 1 << 20);
        assert_eq!(take(full.as_bytes(), 4096).unwrap().0.rows, 1);
    }

    #[test]
    fn a_cell_that_is_too_long_is_named_with_its_row() {
        let most = crate::limits::MAX_CELL_BYTES;
        let mut intake = Intake::new(Most { bytes: 64 << 20, rows: 10 });
        let mut feed = |piece: &str| intake.feed(piece.as_bytes()).map(drop);
        feed(&format!("name,note\n{}", "a,b\n".repeat(20_000).get(..4).unwrap_or_default()))
            .unwrap();
        feed(&"#".repeat(SAMPLE)).unwrap();
        let refused = (0..6).map(|_| feed(&"x".repeat(1 << 20))).find(Result::is_err);
        assert_eq!(refused, Some(Err(Problem::Cell { row: 3, most })));
    }

    #[test]
    fn a_row_that_is_too_long_is_named_though_each_of_its_cells_is_not() {
        let most = crate::limits::MAX_ROW_BYTES;
        let mut intake = Intake::new(Most { bytes: 64 << 20, rows: 10 });
        intake.feed(b"a,b,c,d\n").unwrap();
        let cell = format!("{},", "x".repeat(3 << 20));
        let fed = (0..3).map(|_| intake.feed(cell.as_bytes()).map(drop)).find(Result::is_err);
        assert_eq!(fed, Some(Err(Problem::Row { row: 2, most })));
    }

    #[test]
    fn a_line_that_names_the_delimiter_is_no_heading() {
        let (sheet, rows) = take(b"sep=|\r\na,b|c\r\n1|2\r\n", 4).unwrap();
        assert_eq!(
            (sheet.heading, rows),
            (vec!["a,b".to_owned(), "c".to_owned()], vec![vec!["1".to_owned(), "2".to_owned()]])
        );
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), piece in 1_usize..50) {
            let _ = take(&bytes, piece);
        }
    }
}
