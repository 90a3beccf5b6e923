//! Rows as files: a query's rows with the rights of who asks, page by page, as fast as they are taken.

mod cells;
mod view;

use std::{fmt, pin::Pin};

use bytes::Bytes;
use futures_util::{Stream, stream};
use jiff::tz::TimeZone;
use queries::{Cursor, Paging, Query};
use records::{Rows, Session};
use tables::Table;

use crate::{
    Error, Result, Transfer, csv,
    limits::MAX_SHEET_ROWS,
    plan::VERSION,
    xlsx::{Cell, Sheet, Width},
};
use cells::Reader;
pub use view::{Asked, Shown};

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values in UTF-8 (RFC 4180).
    Csv {
        /// What stands between cells.
        delimiter: char,
        /// Whether a mark tells spreadsheets that it is UTF-8.
        mark: bool,
        /// Whether decimals stand behind a comma.
        decimal_comma: bool,
    },
    /// A workbook.
    Xlsx,
}

impl Format {
    /// What a program expects that reads any CSV.
    pub const CSV: Self = Self::Csv { delimiter: ',', mark: false, decimal_comma: false };
    /// What spreadsheets open with a double click, where English is spoken.
    pub const CSV_MARKED: Self = Self::Csv { delimiter: ',', mark: true, decimal_comma: false };
    /// The same where decimals stand behind a comma.
    pub const CSV_SEMICOLON: Self = Self::Csv { delimiter: ';', mark: true, decimal_comma: true };

    /// The ending of a file's name.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Csv { .. } => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// The media type (RFC 4180, ECMA-376).
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv { .. } => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// The names of the columns of a file, in their order: of columns of the table, or `alias.column`.
pub type Columns = Vec<String>;

/// What is to be written.
#[derive(Debug, Clone)]
pub struct Export {
    /// The rows; display names are asked for whatever it says.
    pub query: Query,
    /// The columns.
    pub columns: Columns,
    /// How.
    pub format: Format,
    /// Whether the key and the version of each row are written too, so that the file can be brought back.
    pub with_keys: bool,
    /// The language of labels.
    pub language: u16,
    /// The time zone of times.
    pub zone: TimeZone,
    /// The name of the sheet.
    pub title: String,
}

/// A file, piece by piece.
pub type Pieces = Pin<Box<dyn Stream<Item = Result<Bytes>> + Send>>;

impl Transfer {
    /// The rows of a query as a file, at most [`crate::Settings::max_export_rows`] of them. The first page is asked for
    /// at once, so that what is refused is refused before anything is written.
    ///
    /// # Errors
    /// [`Error::Records`].
    pub async fn export(&self, session: &Session, export: Export) -> Result<Pieces> {
        let mut query = export.query.clone();
        query.names = true;
        query.count = false;
        let most = match export.format {
            Format::Csv { .. } => self.settings.max_export_rows,
            Format::Xlsx => self.settings.max_export_rows.min(MAX_SHEET_ROWS - 1),
        };
        let first = session.query(&query, &Paging::first(PAGE)).await?;
        let writer = Writer::new(session, &export, &first);
        let state = Flow {
            session: session.clone(),
            query,
            export,
            writer,
            page: Some(first),
            next: None,
            left: most,
            done: false,
        };
        Ok(Box::pin(stream::try_unfold(state, Flow::step)))
    }
}

/// An export while it is taken.
struct Flow {
    session: Session,
    query: Query,
    export: Export,
    writer: Writer,
    page: Option<Rows>,
    next: Option<Next>,
    left: u64,
    done: bool,
}

/// Where the next page begins.
enum Next {
    After(Cursor),
    Skip(u64),
}

impl Flow {
    async fn step(mut self) -> Result<Option<(Bytes, Self)>> {
        if self.done {
            return Ok(None);
        }
        let page = match (self.page.take(), self.next.take()) {
            (Some(page), _) => page,
            (None, Some(next)) => {
                let mut paging = Paging::first(PAGE);
                match next {
                    Next::After(cursor) => paging.after = Some(cursor),
                    Next::Skip(rows) => paging.skip = rows,
                }
                self.session.query(&self.query, &paging).await?
            }
            (None, None) => return Ok(None),
        };
        let most = usize::try_from(self.left).unwrap_or(usize::MAX);
        let rows = page.rows.len().min(most);
        self.left -= u64::try_from(rows).unwrap_or_default();
        let reader = Reader::new(&self.session, &self.export, &page);
        for row in page.rows.iter().take(rows) {
            self.writer.row(&reader.row(row)?);
        }
        let written = self.writer.rows;
        self.next = match &page.next {
            _ if !page.more || self.left == 0 => None,
            Some(cursor) => Some(Next::After(cursor.clone())),
            None => Some(Next::Skip(written)),
        };
        if self.next.is_none() {
            self.done = true;
            if !self.writer.finish() {
                return Err(Error::Sheet);
            }
        }
        let bytes = self.writer.take();
        Ok(Some((bytes.into(), self)))
    }
}

/// What writes cells.
struct Writer {
    way: Way,
    rows: u64,
}

enum Way {
    Csv { out: String, delimiter: char, decimal_comma: bool },
    Xlsx(Box<Sheet>),
}

impl Writer {
    fn new(session: &Session, export: &Export, first: &Rows) -> Self {
        let heads = heads(session, export, first);
        let way = match export.format {
            Format::Csv { delimiter, mark, decimal_comma } => {
                let mut out = if mark { "\u{feff}".to_owned() } else { String::new() };
                for (at, (name, _)) in heads.iter().enumerate() {
                    if at > 0 {
                        out.push(delimiter);
                    }
                    csv::write(&mut out, &csv::guarded(name), delimiter);
                }
                out.push_str("\r\n");
                Way::Csv { out, delimiter, decimal_comma }
            }
            Format::Xlsx => Way::Xlsx(Box::new(Sheet::new(&export.title, &heads))),
        };
        Self { way, rows: 0 }
    }

    fn row(&mut self, cells: &[Cell]) {
        self.rows += 1;
        match &mut self.way {
            Way::Xlsx(sheet) => sheet.push(cells.iter().cloned()),
            Way::Csv { out, delimiter, decimal_comma } => {
                for (at, cell) in cells.iter().enumerate() {
                    if at > 0 {
                        out.push(*delimiter);
                    }
                    let text = match cell {
                        Cell::Empty => continue,
                        Cell::Text(text) => csv::guarded(text),
                        Cell::Number(text, _) if *decimal_comma => text.replace('.', ",").into(),
                        Cell::Number(text, _) => text.into(),
                        Cell::Date(date) => date.to_string().into(),
                        Cell::Moment(at) => at.strftime("%Y-%m-%d %H:%M:%S").to_string().into(),
                    };
                    csv::write(out, &text, *delimiter);
                }
                out.push_str("\r\n");
            }
        }
    }

    fn finish(&mut self) -> bool {
        match &mut self.way {
            Way::Csv { .. } => true,
            Way::Xlsx(sheet) => sheet.finish(),
        }
    }

    fn take(&mut self) -> Vec<u8> {
        match &mut self.way {
            Way::Csv { out, .. } => std::mem::take(out).into_bytes(),
            Way::Xlsx(sheet) => sheet.take(),
        }
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("rows", &self.rows).finish_non_exhaustive()
    }
}

/// The names over the columns, each but once: two of the same label say their logical names too.
fn heads(session: &Session, export: &Export, first: &Rows) -> Vec<(String, Width)> {
    let reader = Reader::new(session, export, first);
    let mut heads = Vec::new();
    if export.with_keys {
        let table: &Table = &first.plan.shown.table;
        let name = table.labels.text(export.language);
        heads.push((format!("{name} ({})", table.primary_id), Width::Hidden));
        heads.push((format!("Version ({VERSION})"), Width::Hidden));
    }
    let labels: Vec<String> = export.columns.iter().map(|name| reader.label(name)).collect();
    for (name, label) in export.columns.iter().zip(&labels) {
        let twice = labels.iter().filter(|other| *other == label).count() > 1;
        let text =
            if twice || label.is_empty() { format!("{label} ({name})") } else { label.clone() };
        let wide = u16::try_from(text.chars().count()).unwrap_or(40).clamp(12, 40);
        heads.push((text.trim().to_owned(), Width::Characters(wide + 4)));
    }
    heads
}

/// Rows that are asked for at once.
const PAGE: u32 = 500;
