//! What was wrong with the rows of a file, as a file: the row, the column, and what to do.

use bytes::Bytes;
use futures_util::stream;
use i18n::Texts;
use kernel::{Language, Scope};
use tables::{ENGLISH, FRENCH, Table};
use uuid::Uuid;

use crate::{Finding, Result, Transfer, csv, export::Pieces, store};

/// The code of a language among labels.
pub const fn language_code(language: Language) -> u16 {
    match language {
        Language::Fr => FRENCH,
        Language::En => ENGLISH,
    }
}

impl Transfer {
    /// Every mistake that is kept, in the order of the file, as comma-separated values that spreadsheets open.
    ///
    /// # Errors
    /// As [`Transfer::import`].
    pub async fn report(&self, scope: &Scope, id: Uuid) -> Result<Pieces> {
        let import = self.import(scope, id).await?;
        let session = self.records.session_in(scope, import.environment).await.ok();
        let table = session.and_then(|session| session.model().table(&import.table).cloned());
        let (language, db, scope) = (scope.language(), self.db.clone(), scope.clone());
        let texts = Texts::global();
        let mut head = "\u{feff}".to_owned();
        let names = ["row", "column", "code", "problem", "remedy", "found"];
        let names = names.map(|name| texts.text(language, &format!("transfer.report-{name}"), &[]));
        line(&mut head, &names);
        let begin = (Some(head), (0_u64, String::new()), table);
        let pieces = stream::try_unfold(Some(begin), move |state| {
            let (db, scope) = (db.clone(), scope.clone());
            async move {
                let Some((head, (row, column), table)) = state else { return Ok(None) };
                let last = column.clone();
                let page =
                    db.read_one(&scope, move |tx| store::findings(tx, id, (row, &column), PAGE));
                let page: Vec<Finding> = page.await?;
                let mut text = head.unwrap_or_default();
                for finding in &page {
                    let problem = texts.title_of_code(language, &finding.code);
                    let remedy = texts.detail_of_code(language, &finding.code, &[]);
                    let row =
                        if finding.row == 0 { String::new() } else { finding.row.to_string() };
                    line(
                        &mut text,
                        &[
                            row,
                            label(table.as_deref(), &finding.column, language),
                            finding.code.clone(),
                            problem.unwrap_or_else(|| finding.code.clone()),
                            remedy.unwrap_or_default(),
                            finding.detail.clone(),
                        ],
                    );
                }
                let next = match page.last() {
                    Some(end) if (end.row, &end.column) != (row, &last) => {
                        Some((None, (end.row, end.column.clone()), table))
                    }
                    _ => None,
                };
                if text.is_empty() {
                    return Ok(None);
                }
                Ok(Some((Bytes::from(text), next)))
            }
        });
        Ok(Box::pin(pieces))
    }
}

/// What people call a column; several of a key with commas between.
pub fn label(table: Option<&Table>, column: &str, language: Language) -> String {
    let one = |name: &str| {
        let found = table.and_then(|table| table.column(name));
        found.map_or(name, |found| found.labels.text(language_code(language))).to_owned()
    };
    let all: Vec<String> = column.split(", ").map(one).collect();
    all.join(", ")
}

fn line(out: &mut String, cells: &[String]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        csv::write(out, &csv::guarded(cell), ',');
    }
    out.push_str("\r\n");
}

/// Mistakes that are read at once.
const PAGE: u64 = 500;
