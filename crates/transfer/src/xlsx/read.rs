//! Reading: the first sheet that is not hidden. Dates become ISO 8601, as the formats of cells say.

use jiff::civil::DateTime;

use super::{EPOCH_DAYS, EPOCH_DAYS_1904};
use crate::{
    Problem,
    csv::Row,
    limits::{MAX_CELL_BYTES, MAX_COLUMNS, MAX_ROW_BYTES, MAX_SHARED_BYTES, MAX_SHEET_ROWS},
    xml::{Event, Reader, Tag},
    zip::Archive,
};

/// Gives every row of the first visible sheet.
///
/// # Errors
/// [`Problem`] when this is no workbook, or one beyond the limits.
pub(crate) fn read(
    bytes: &[u8],
    give: &mut dyn FnMut(Row) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let archive = Archive::open(bytes)?;
    let (id, is_1904) = first_sheet(&archive)?;
    let path = target(&archive, &id)?;
    let formats = formats(&archive)?;
    let shared = shared(&archive)?;
    let sheet = open(&archive, &path)?.ok_or(Problem::Sheet)?;
    let epoch = if is_1904 { EPOCH_DAYS_1904 } else { EPOCH_DAYS };
    Cells { formats, shared, epoch }.rows(sheet, give)
}

fn open<'a>(archive: &Archive<'a>, path: &str) -> Result<Option<Reader<'a>>, Problem> {
    Ok(archive.part(path)?.map(Reader::new))
}

/// The relation of the first sheet that is shown, and whether days count from 1904.
fn first_sheet(archive: &Archive<'_>) -> Result<(String, bool), Problem> {
    let mut book = open(archive, "xl/workbook.xml")?.ok_or(Problem::Sheet)?;
    let (mut found, mut is_1904) = (None, false);
    while let Some(event) = book.next()? {
        let Event::Start(tag) = event else { continue };
        match &*tag.name {
            "workbookPr" => {
                is_1904 = matches!(tag.get("date1904").as_deref(), Some("1" | "true"));
            }
            "sheet" if found.is_none() && tag.get("state").is_none_or(|it| it == "visible") => {
                found = tag.get("id");
            }
            _ => {}
        }
    }
    Ok((found.ok_or(Problem::Sheet)?, is_1904))
}

fn target(archive: &Archive<'_>, id: &str) -> Result<String, Problem> {
    let mut all = open(archive, "xl/_rels/workbook.xml.rels")?.ok_or(Problem::Sheet)?;
    while let Some(event) = all.next()? {
        if let Event::Start(tag) = event
            && tag.name == "Relationship"
            && tag.get("Id").as_deref() == Some(id)
            && let Some(target) = tag.get("Target")
        {
            return Ok(match target.strip_prefix('/') {
                Some(whole) => whole.to_owned(),
                None => format!("xl/{target}"),
            });
        }
    }
    Err(Problem::Sheet)
}

/// What a number of a cell stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Number,
    Date,
}

/// For each style of cells, whether its numbers are dates.
fn formats(archive: &Archive<'_>) -> Result<Vec<Format>, Problem> {
    let Some(mut styles) = open(archive, "xl/styles.xml")? else { return Ok(Vec::new()) };
    let (mut own, mut all, mut inside) = (Vec::new(), Vec::new(), false);
    while let Some(event) = styles.next()? {
        match event {
            Event::Start(tag) if tag.name == "numFmt" && own.len() < MOST_FORMATS => {
                let code = tag.get("formatCode").unwrap_or_default();
                own.push((tag.get("numFmtId").unwrap_or_default(), is_date(&code)));
            }
            Event::Start(tag) if tag.name == "cellXfs" => inside = true,
            Event::End(name) if name == "cellXfs" => inside = false,
            Event::Start(tag) if inside && tag.name == "xf" && all.len() < MOST_FORMATS => {
                let id = tag.get("numFmtId").unwrap_or_default();
                let said = own.iter().find(|(own, _)| *own == id).map(|(_, is)| *is);
                // the built-in formats of dates and times (ECMA-376 part 1, 18.8.30)
                let number = id.parse::<u16>().unwrap_or_default();
                let built_in = matches!(number, 14..=22 | 27..=36 | 45..=47 | 50..=58);
                let is = said.unwrap_or(built_in);
                all.push(if is { Format::Date } else { Format::Number });
            }
            _ => {}
        }
    }
    Ok(all)
}

/// Whether a format shows dates or times: a letter of one, outside of quotes and brackets.
fn is_date(code: &str) -> bool {
    let (mut quoted, mut bracket, mut escaped) = (false, false, false);
    for one in code.chars() {
        match one {
            _ if escaped => escaped = false,
            '\\' | '_' | '*' => escaped = true,
            '"' => quoted = !quoted,
            '[' => bracket = true,
            ']' => bracket = false,
            'd' | 'm' | 'y' | 'h' | 's' | 'D' | 'M' | 'Y' | 'H' | 'S' if !quoted && !bracket => {
                return true;
            }
            ';' if !quoted && !bracket => return false,
            _ => {}
        }
    }
    false
}

/// Texts that cells share.
#[derive(Debug, Default)]
struct Shared {
    text: String,
    ends: Vec<usize>,
}

impl Shared {
    fn get(&self, at: usize) -> Option<&str> {
        let end = *self.ends.get(at)?;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
        self.text.get(start.unwrap_or_default()..end)
    }
}

fn shared(archive: &Archive<'_>) -> Result<Shared, Problem> {
    let mut all = Shared::default();
    let Some(mut strings) = open(archive, "xl/sharedStrings.xml")? else { return Ok(all) };
    let (mut inside, mut spoken) = (false, 0_u32);
    let mut one = String::new();
    while let Some(event) = strings.next()? {
        match event {
            Event::Start(tag) => match &*tag.name {
                "t" => inside = true,
                "rPh" => spoken += 1,
                _ => {}
            },
            Event::End(name) => match &*name {
                "t" => inside = false,
                "rPh" => spoken = spoken.saturating_sub(1),
                "si" => {
                    all.text.push_str(&unescaped(&std::mem::take(&mut one)));
                    all.ends.push(all.text.len());
                    if all.text.len() + all.ends.len() * 8 > MAX_SHARED_BYTES {
                        return Err(Problem::Unpacked);
                    }
                }
                _ => {}
            },
            Event::Text(text) if inside && spoken == 0 => {
                one.push_str(&text);
                if one.len() > MAX_CELL_BYTES {
                    return Err(Problem::Unpacked);
                }
            }
            Event::Text(_) => {}
        }
    }
    Ok(all)
}

/// Characters that XML has no place for (`_x000D_`).
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("_x") {
        out.push_str(before);
        let code = after.split_at_checked(4).filter(|(_, more)| more.starts_with('_'));
        let code = code.and_then(|(hex, more)| {
            let code = u32::from_str_radix(hex, 16).ok().and_then(char::from_u32)?;
            Some((code, more.strip_prefix('_')?))
        });
        if let Some((one, more)) = code {
            out.push(one);
            rest = more;
        } else {
            out.push_str("_x");
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// What it takes to read cells.
struct Cells {
    formats: Vec<Format>,
    shared: Shared,
    epoch: i64,
}

/// A cell while it is read.
#[derive(Debug, Default)]
struct Open {
    at: usize,
    kind: String,
    style: usize,
    value: String,
    text: bool,
    /// Inside of its formula, and what that is.
    calculating: bool,
    formula: String,
    spoken: u32,
}

impl Cells {
    fn rows(
        &self,
        mut sheet: Reader<'_>,
        give: &mut dyn FnMut(Row) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let (mut row, mut number) = (Row::default(), 0_u64);
        let mut open: Option<Open> = None;
        while let Some(event) = sheet.next()? {
            match event {
                Event::Start(tag) => match (&*tag.name, &mut open) {
                    ("row", _) => {
                        let said = tag.get("r").and_then(|text| text.parse().ok());
                        // rows come in their order; one that claims otherwise is simply the next
                        number = said.filter(|said| *said > number).unwrap_or(number + 1);
                        if number > MAX_SHEET_ROWS {
                            return Err(Problem::Rows { most: MAX_SHEET_ROWS });
                        }
                        row = Row::of(number, []);
                    }
                    ("c", _) => open = Some(begun(&tag, &row)?),
                    ("v" | "t", Some(cell)) => cell.text = true,
                    ("f", Some(cell)) => cell.calculating = true,
                    ("rPh", Some(cell)) => cell.spoken += 1,
                    _ => {}
                },
                Event::Text(text) => {
                    if let Some(cell) = open.as_mut().filter(|cell| cell.text && cell.spoken == 0) {
                        cell.value.push_str(&text);
                        if cell.value.len() > MAX_CELL_BYTES {
                            return Err(Problem::Cell { row: number, most: MAX_CELL_BYTES });
                        }
                    }
                    if let Some(cell) = open.as_mut().filter(|cell| cell.calculating) {
                        let room = SHOWN_FORMULA.saturating_sub(cell.formula.len());
                        cell.formula.extend(text.chars().take(room));
                    }
                }
                Event::End(name) => match (&*name, &mut open) {
                    ("v" | "t", Some(cell)) => cell.text = false,
                    ("f", Some(cell)) => cell.calculating = false,
                    ("rPh", Some(cell)) => cell.spoken = cell.spoken.saturating_sub(1),
                    ("c", Some(_)) => {
                        let cell = open.take().unwrap_or_default();
                        while row.len() < cell.at {
                            row.push("");
                        }
                        row.push(&self.said(&cell));
                        if row.bytes() > MAX_ROW_BYTES {
                            return Err(Problem::Row { row: number, most: MAX_ROW_BYTES });
                        }
                    }
                    ("row", _) => {
                        let done = std::mem::take(&mut row);
                        if !done.is_empty() {
                            give(done)?;
                        }
                    }
                    ("sheetData", _) => return Ok(()),
                    _ => {}
                },
            }
        }
        Ok(())
    }

    /// What a cell says, as text.
    fn said(&self, cell: &Open) -> String {
        if cell.value.is_empty() && !cell.formula.is_empty() {
            // whoever wrote the file left the calculating to whoever opens it
            return format!("{UNCOMPUTED}={}", cell.formula);
        }
        match &*cell.kind {
            "s" => {
                let at = cell.value.trim().parse().unwrap_or(usize::MAX);
                self.shared.get(at).unwrap_or_default().to_owned()
            }
            "inlineStr" | "str" => unescaped(&cell.value),
            "b" => (if cell.value.trim() == "1" { "true" } else { "false" }).to_owned(),
            "d" => cell.value.trim().to_owned(),
            "e" => format!("{UNCOMPUTED}{}", cell.value),
            _ => {
                let raw = cell.value.trim();
                let Ok(number) = raw.parse::<f64>() else { return raw.to_owned() };
                let is_date = self.formats.get(cell.style) == Some(&Format::Date);
                if is_date && let Some(text) = date(number, self.epoch) {
                    return text;
                }
                // what a double keeps exactly stays as it was written
                let plain = raw.bytes().all(|byte| byte.is_ascii_digit()) && raw.len() <= 15;
                if plain || !number.is_finite() { raw.to_owned() } else { number.to_string() }
            }
        }
    }
}

fn begun(tag: &Tag, row: &Row) -> Result<Open, Problem> {
    let at = tag.get("r").and_then(|name| column(&name)).unwrap_or(row.len());
    if at >= MAX_COLUMNS {
        return Err(Problem::Columns { row: row.number, most: MAX_COLUMNS });
    }
    Ok(Open {
        // a cell that stands before its neighbour is put behind it
        at: at.max(row.len()),
        kind: tag.get("t").unwrap_or_default(),
        style: tag.get("s").and_then(|text| text.parse().ok()).unwrap_or_default(),
        ..Open::default()
    })
}

/// The place of a column from the name of a cell: `B7` is 1.
fn column(name: &str) -> Option<usize> {
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic).take(4);
    let add = |sum: usize, byte: u8| sum * 26 + usize::from(byte.to_ascii_uppercase() - b'A') + 1;
    letters.fold(0, add).checked_sub(1)
}

/// A number of days as ISO 8601; a time alone where there is no day.
fn date(days: f64, epoch: i64) -> Option<String> {
    if !(0.0..3_000_000.0).contains(&days) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "it was seen to be in range")]
    let seconds = (days * 86_400.0).round() as i64;
    // spreadsheets believe in 29 February 1900
    let seconds = if epoch == EPOCH_DAYS && (86_400..60 * 86_400).contains(&seconds) {
        seconds + 86_400
    } else {
        seconds
    };
    let at = jiff::Timestamp::from_second(seconds - epoch * 86_400).ok()?;
    let at: DateTime = at.to_zoned(jiff::tz::TimeZone::UTC).datetime();
    Some(if seconds < 86_400 {
        at.strftime("%H:%M:%S").to_string()
    } else if seconds % 86_400 == 0 {
        at.date().to_string()
    } else {
        at.strftime("%Y-%m-%d %H:%M:%S").to_string()
    })
}

/// What stands before a formula without a result, and before an error: a character that no text has (Unicode, section
/// 23.7).
pub(crate) const UNCOMPUTED: char = '\u{fdd0}';

/// So much of a formula that it can be recognised.
const SHOWN_FORMULA: usize = 100;

/// Formats of a workbook (Excel: 65,490).
const MOST_FORMATS: usize = 70_000;
