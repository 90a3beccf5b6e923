//! Writing: one sheet, cell after cell, in as much memory as a page of rows takes.

use std::fmt::Write as _;

use jiff::civil::DateTime;

use super::EPOCH_DAYS;
use crate::{limits::MAX_SHEET_CELL, zip::Stream};

/// What is written to a cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Empty,
    Text(String),
    /// A number as it is written, and whether it is an amount.
    Number(String, bool),
    Date(jiff::civil::Date),
    Moment(DateTime),
}

/// How wide a column is; hidden ones are for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Width {
    Hidden,
    Characters(u16),
}

/// A sheet that is written.
#[derive(Debug)]
pub(crate) struct Sheet {
    zip: Stream,
    rows: u64,
    columns: usize,
}

impl Sheet {
    /// Begins a sheet with a heading.
    pub(crate) fn new(title: &str, heads: &[(String, Width)]) -> Self {
        let mut zip = Stream::default();
        zip.part("[Content_Types].xml", CONTENT);
        zip.part("_rels/.rels", RELATIONS);
        let mut book = BOOK.0.to_owned();
        escape(&mut book, &name(title));
        book.push_str(BOOK.1);
        zip.part("xl/workbook.xml", &book);
        zip.part("xl/_rels/workbook.xml.rels", BOOK_RELATIONS);
        zip.part("xl/styles.xml", STYLES);
        zip.begin("xl/worksheets/sheet1.xml");
        zip.write(SHEET);
        let mut columns = "<cols>".to_owned();
        for (at, (_, width)) in heads.iter().enumerate() {
            let at = at + 1;
            // writing into a text cannot fail
            let _ = match width {
                Width::Hidden => {
                    write!(
                        columns,
                        r#"<col min="{at}" max="{at}" width="10" hidden="1" customWidth="1"/>"#
                    )
                }
                Width::Characters(wide) => {
                    write!(
                        columns,
                        r#"<col min="{at}" max="{at}" width="{wide}" customWidth="1"/>"#
                    )
                }
            };
        }
        columns.push_str("</cols><sheetData>");
        zip.write(&columns);
        let mut sheet = Self { zip, rows: 0, columns: heads.len() };
        let heads = heads.iter().map(|(name, _)| Cell::Text(name.clone()));
        sheet.row(heads, Some(1));
        sheet
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.row(cells, None);
    }

    fn row(&mut self, cells: impl IntoIterator<Item = Cell>, style: Option<u8>) {
        self.rows += 1;
        let mut text = format!(r#"<row r="{}">"#, self.rows);
        for (at, cell) in cells.into_iter().enumerate() {
            write_cell(&mut text, (at, self.rows), &cell, style);
        }
        text.push_str("</row>");
        self.zip.write(&text);
    }

    /// What is written by now.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        self.zip.take()
    }

    /// Ends the sheet; false when it grew too large for a workbook.
    pub(crate) fn finish(&mut self) -> bool {
        let last = reference(self.columns.max(1) - 1, self.rows);
        let end = format!(r#"</sheetData><autoFilter ref="A1:{last}"/></worksheet>"#);
        self.zip.write(&end);
        let whole = self.zip.end();
        self.zip.finish();
        whole
    }
}

fn write_cell(out: &mut String, (column, row): (usize, u64), cell: &Cell, style: Option<u8>) {
    let place = reference(column, row);
    let style = style.map(|style| format!(r#" s="{style}""#)).unwrap_or_default();
    // writing into a text cannot fail
    let _ = match cell {
        Cell::Empty => Ok(()),
        Cell::Text(text) => {
            let _ =
                write!(out, r#"<c r="{place}"{style} t="inlineStr"><is><t xml:space="preserve">"#);
            escape(out, &cut(text));
            write!(out, "</t></is></c>")
        }
        Cell::Number(text, false) => write!(out, r#"<c r="{place}"><v>{text}</v></c>"#),
        Cell::Number(text, true) => write!(out, r#"<c r="{place}" s="4"><v>{text}</v></c>"#),
        Cell::Date(date) => match serial(date.at(0, 0, 0, 0)) {
            Some(serial) => write!(out, r#"<c r="{place}" s="2"><v>{serial}</v></c>"#),
            None => {
                write!(out, r#"<c r="{place}" t="inlineStr"><is><t>{date}</t></is></c>"#)
            }
        },
        Cell::Moment(at) => {
            if let Some(serial) = serial(*at) {
                write!(out, r#"<c r="{place}" s="3"><v>{serial}</v></c>"#)
            } else {
                let text = at.strftime("%Y-%m-%d %H:%M:%S");
                write!(out, r#"<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>"#)
            }
        }
    };
}

/// Days since the beginning of the calendar; none before March 1900, where spreadsheets count wrongly.
fn serial(at: DateTime) -> Option<String> {
    let stamp = at.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second();
    let seconds = stamp + EPOCH_DAYS * 86_400;
    if seconds < 61 * 86_400 {
        return None;
    }
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // eleven digits are finer than a second
    let part = (rest * 100_000_000_000 + 43_200) / 86_400;
    Some(if rest == 0 { days.to_string() } else { format!("{days}.{part:011}") })
}

/// A text that fits a cell; what was cut ends in a sign that an import refuses.
fn cut(text: &str) -> std::borrow::Cow<'_, str> {
    if text.len() <= MAX_SHEET_CELL || text.encode_utf16().count() <= MAX_SHEET_CELL {
        return text.into();
    }
    let (mut out, mut units) = (String::new(), CUT.encode_utf16().count());
    for one in text.chars() {
        units += one.len_utf16();
        if units > MAX_SHEET_CELL {
            break;
        }
        out.push(one);
    }
    out.push_str(CUT);
    out.into()
}

/// What stands at the end of a text that did not fit.
pub(crate) const CUT: &str = " […]";

/// `AB12`.
fn reference(column: usize, row: u64) -> String {
    let (mut letters, mut rest) = (Vec::new(), column + 1);
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or_default()));
        rest /= 26;
    }
    letters.iter().rev().collect::<String>() + &row.to_string()
}

/// A name that a sheet may have: 31 characters, none of a path.
fn name(title: &str) -> String {
    let fits = |one: &char| !matches!(one, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'');
    let name: String =
        title.chars().filter(fits).filter(|one| !one.is_control()).take(31).collect();
    if name.trim().is_empty() { "Data".to_owned() } else { name }
}

/// Text for XML; characters that it has no place for as workbooks write them.
fn escape(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(one) = rest.chars().next() {
        let after = rest.get(one.len_utf8()..).unwrap_or_default();
        match one {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // a text that looks like such an escape
            '_' if after.starts_with('x')
                && after.chars().nth(5) == Some('_')
                && after.chars().skip(1).take(4).all(|it| it.is_ascii_hexdigit()) =>
            {
                out.push_str("_x005F_");
            }
            '\n' | '\t' => out.push(one),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ if u32::from(one) < 0x20 => {
                // writing into a text cannot fail
                let _ = write!(out, "_x{:04X}_", u32::from(one));
            }
            _ => out.push(one),
        }
        rest = after;
    }
}

const CONTENT: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#;
const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: (&str, &str) = (
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name=""#,
    r#"" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
);
const BOOK_RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="165" formatCode="yyyy\-mm\-dd\ hh:mm"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"#;
const SHEET: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>"#;
