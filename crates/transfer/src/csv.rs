//! Comma-separated values: a reader that takes text in pieces, and what is written so that spreadsheets run nothing.
//!
//! RFC 4180 is what is written. What is read is what programs really write: any of four delimiters, any line end,
//! quotes in the middle of a cell, a first line `sep=;`.

use std::borrow::Cow;

use crate::{
    Problem,
    limits::{MAX_CELL_BYTES, MAX_COLUMNS, MAX_ROW_BYTES},
};

/// The delimiters that are looked for, the most usual first.
pub const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

/// A row of a file.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number in the file as spreadsheets count: the heading is 1.
    pub number: u64,
    text: String,
    ends: Vec<usize>,
}

impl Row {
    /// A row of these cells.
    pub fn of<'c>(number: u64, cells: impl IntoIterator<Item = &'c str>) -> Self {
        let mut row = Self { number, ..Self::default() };
        for cell in cells {
            row.push(cell);
        }
        row
    }

    /// Adds a cell.
    pub fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends.push(self.text.len());
    }

    /// How many cells it has.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether nothing stands in it.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// A cell; nothing where the row is shorter.
    pub fn cell(&self, at: usize) -> &str {
        let Some(end) = self.ends.get(at) else { return "" };
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
        self.text.get(start.unwrap_or_default()..*end).unwrap_or_default()
    }

    /// Its cells.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|at| self.cell(at))
    }

    /// How many bytes its cells have.
    pub const fn bytes(&self) -> usize {
        self.text.len()
    }
}

/// The delimiter of a file, from how it begins: the one that parts its lines most evenly.
pub fn delimiter(start: &str) -> char {
    if let Some(said) = said(start) {
        return said;
    }
    let mut best = (0, ',');
    for delimiter in DELIMITERS {
        let counts = counts(start, delimiter);
        let Some(first) = counts.first().copied().filter(|count| *count > 0) else { continue };
        let alike = counts.iter().filter(|count| **count == first).count();
        // an even file beats one with many of them
        let score = alike * 1000 / counts.len() + first.min(400);
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    best.1
}

/// What a first line `sep=;` says.
fn said(start: &str) -> Option<char> {
    let line = start.lines().next()?;
    let mut rest = line.strip_prefix("sep=")?.chars();
    let found = rest.next().filter(|found| DELIMITERS.contains(found))?;
    rest.next().is_none().then_some(found)
}

/// How often a delimiter stands in each of the first lines, outside of quotes.
fn counts(start: &str, delimiter: char) -> Vec<usize> {
    let (mut all, mut count, mut quoted, mut any) = (Vec::new(), 0, false, false);
    for one in start.chars() {
        match one {
            '"' => quoted = !quoted,
            '\n' | '\r' if !quoted => {
                if any {
                    all.push(count);
                }
                (count, any) = (0, false);
                if all.len() == 50 {
                    return all;
                }
                continue;
            }
            _ if one == delimiter && !quoted => count += 1,
            _ => {}
        }
        any = true;
    }
    if all.is_empty() && any {
        all.push(count);
    }
    all
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first character of a cell.
    Start,
    Plain,
    Quoted,
    /// Behind a quote inside quotes: another one is a quote, anything else the end.
    Quote,
}

/// Parts text into rows, piece by piece; bounded, whatever comes.
#[derive(Debug)]
pub struct Reader {
    delimiter: u8,
    state: State,
    row: Row,
    /// Where the current cell begins.
    from: usize,
    number: u64,
    /// A line feed that belongs to the carriage return before it.
    after_return: bool,
}

impl Reader {
    /// A reader of cells with this delimiter.
    pub fn new(delimiter: char) -> Self {
        let delimiter = u8::try_from(delimiter).unwrap_or(b',');
        Self {
            delimiter,
            state: State::Start,
            row: Row::default(),
            from: 0,
            number: 1,
            after_return: false,
        }
    }

    /// Takes a piece of text and gives every row that ends in it.
    ///
    /// # Errors
    /// [`Problem`] with the row, when a limit is passed.
    pub fn feed(
        &mut self,
        piece: &str,
        give: &mut dyn FnMut(Row) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let bytes = piece.as_bytes();
        let mut at = 0;
        while let Some(byte) = bytes.get(at).copied() {
            if std::mem::take(&mut self.after_return) && byte == b'\n' {
                at += 1;
                continue;
            }
            let is_end = byte == b'\n' || byte == b'\r';
            match self.state {
                State::Start if byte == b'"' => self.state = State::Quoted,
                State::Quote if byte == b'"' => {
                    self.row.text.push('"');
                    self.state = State::Quoted;
                }
                State::Quoted if byte == b'"' => self.state = State::Quote,
                State::Start | State::Plain | State::Quote if byte == self.delimiter => {
                    self.cell()?;
                }
                State::Start | State::Plain | State::Quote if is_end => {
                    self.after_return = byte == b'\r';
                    self.line(give)?;
                }
                state => {
                    let stops = |byte: &u8| match state {
                        State::Quoted => *byte == b'"',
                        _ => *byte == self.delimiter || *byte == b'\n' || *byte == b'\r',
                    };
                    let rest = bytes.get(at..).unwrap_or_default();
                    let length = rest.iter().position(stops).unwrap_or(rest.len());
                    self.row.text.push_str(piece.get(at..at + length).unwrap_or_default());
                    if state != State::Quoted {
                        self.state = State::Plain;
                    }
                    self.check()?;
                    at += length;
                    continue;
                }
            }
            at += 1;
        }
        Ok(())
    }

    /// Says that nothing more comes: the last row needs no line end.
    ///
    /// # Errors
    /// [`Problem::OpenQuote`] when the text ends inside quotes, and as [`Reader::feed`].
    pub fn end(&mut self, give: &mut dyn FnMut(Row) -> Result<(), Problem>) -> Result<(), Problem> {
        if self.state == State::Quoted {
            return Err(Problem::OpenQuote { row: self.number });
        }
        if self.state != State::Start || !self.row.ends.is_empty() {
            self.line(give)?;
        }
        Ok(())
    }

    fn cell(&mut self) -> Result<(), Problem> {
        self.check()?;
        self.row.ends.push(self.row.text.len());
        self.from = self.row.text.len();
        self.state = State::Start;
        if self.row.ends.len() > MAX_COLUMNS {
            return Err(Problem::Columns { row: self.number, most: MAX_COLUMNS });
        }
        Ok(())
    }

    fn line(&mut self, give: &mut dyn FnMut(Row) -> Result<(), Problem>) -> Result<(), Problem> {
        self.cell()?;
        let mut row = std::mem::take(&mut self.row);
        row.number = self.number;
        self.number += 1;
        self.from = 0;
        if row.len() == 1 && row.is_empty() {
            return Ok(());
        }
        give(row)
    }

    const fn check(&self) -> Result<(), Problem> {
        let length = self.row.text.len();
        if length - self.from > MAX_CELL_BYTES {
            return Err(Problem::Cell { row: self.number, most: MAX_CELL_BYTES });
        }
        if length > MAX_ROW_BYTES {
            return Err(Problem::Row { row: self.number, most: MAX_ROW_BYTES });
        }
        Ok(())
    }
}

/// Whether spreadsheets may take what begins here for a formula (OWASP, CSV injection), also behind a guard. At the very
/// start of a cell white space counts too, which they may leave out.
fn runs(part: &str, is_first: bool) -> bool {
    match part.trim_start_matches('\'').chars().next() {
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠') => true,
        Some('\t' | '\r' | '\n') => is_first,
        _ => false,
    }
}

/// The parts of a cell that a program with another delimiter takes for cells: it ends them at what it believes to be a
/// delimiter, at a quote and at a line end.
fn parts(cell: &str) -> impl Iterator<Item = (bool, &str)> {
    let ends = |one: char| DELIMITERS.contains(&one) || matches!(one, '"' | '\r' | '\n');
    cell.split_inclusive(ends).enumerate().map(|(at, part)| (at == 0, part))
}

/// A text so that no spreadsheet runs it, whichever delimiter it believes in: an apostrophe stands before everything that
/// looks like the beginning of a formula.
pub fn guarded(cell: &str) -> Cow<'_, str> {
    if !parts(cell).any(|(is_first, part)| runs(part, is_first)) {
        return Cow::Borrowed(cell);
    }
    let mut safe = String::with_capacity(cell.len() + 4);
    for (is_first, part) in parts(cell) {
        if runs(part, is_first) {
            safe.push('\'');
        }
        safe.push_str(part);
    }
    Cow::Owned(safe)
}

/// A part without its guard.
fn unguarded((is_first, part): (bool, &str)) -> &str {
    part.strip_prefix('\'').filter(|rest| runs(rest, is_first)).unwrap_or(part)
}

/// The text that was guarded; every other one as it is.
pub fn bare(cell: &str) -> Cow<'_, str> {
    if cell.contains('\'') { parts(cell).map(unguarded).collect() } else { Cow::Borrowed(cell) }
}

/// Writes a cell behind what `out` holds, in quotes where it needs them (RFC 4180 §2).
pub fn write(out: &mut String, cell: &str, delimiter: char) {
    let needs = |one: char| one == delimiter || matches!(one, '"' | '\n' | '\r');
    if !cell.contains(needs) && !cell.starts_with([' ', '\t']) && !cell.ends_with([' ', '\t']) {
        out.push_str(cell);
        return;
    }
    out.push('"');
    for (at, part) in cell.split('"').enumerate() {
        if at > 0 {
            out.push_str("\"\"");
        }
        out.push_str(part);
    }
    out.push('"');
}

#[cfg(test)]
mod tests;
