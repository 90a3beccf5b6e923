//! What the program says on the terminal.

use std::io::{self, IsTerminal as _, Write as _};

use serde::Serialize;

/// Writes a line for people or scripts to standard output. A reader that went away is no failure.
pub(crate) fn say(line: impl AsRef<str>) {
    let mut out = io::stdout().lock();
    drop(writeln!(out, "{}", line.as_ref()).and_then(|()| out.flush()));
}

/// Writes a line to standard error.
pub(crate) fn complain(line: impl AsRef<str>) {
    drop(writeln!(io::stderr().lock(), "{}", line.as_ref()));
}

/// Writes a document for machines.
pub(crate) fn json(document: &impl Serialize) {
    say(serde_json::to_string_pretty(document).unwrap_or_default());
}

/// Whether a person reads standard error.
pub(crate) fn is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// A table for people: columns as wide as their longest cell, a headline in capitals.
pub(crate) fn table(heads: &[&str], rows: &[Vec<String>]) {
    let mut widths: Vec<usize> = heads.iter().map(|head| head.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: &mut dyn Iterator<Item = String>| {
        let padded = cells.zip(&widths).map(|(cell, width)| {
            let missing = width.saturating_sub(cell.chars().count());
            cell + &" ".repeat(missing)
        });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    say(line(&mut heads.iter().map(|head| head.to_uppercase())));
    for row in rows {
        say(line(&mut row.iter().map(|cell| printable(cell))));
    }
}

/// Text of others, without what could move the cursor or change the terminal.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
