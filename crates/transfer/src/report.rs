//! What was wrong with the rows of a file, as a file: the row, the column, and what to do.

use bytes::Bytes;
use futures_util::stream;
use i18n::Texts;
use kernel::{Language, Scope};
use tables::{Column, ColumnKind, DateFormat, ENGLISH, FRENCH, Fixed, Model, Table};
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
        let session =
            session.map(|session| (session.model().table(&import.table).cloned(), session));
        let (language, db, scope) = (scope.language(), self.db.clone(), scope.clone());
        let texts = Texts::global();
        let mut head = "\u{feff}".to_owned();
        let names = ["row", "column", "code", "problem", "remedy", "found"];
        let names = names.map(|name| texts.text(language, &format!("transfer.report-{name}"), &[]));
        line(&mut head, &names);
        let begin = (Some(head), (0_u64, String::new()), session);
        let pieces = stream::try_unfold(Some(begin), move |state| {
            let (db, scope) = (db.clone(), scope.clone());
            async move {
                let Some((head, (row, column), session)) = state else { return Ok(None) };
                let last = column.clone();
                let page =
                    db.read_one(&scope, move |tx| store::findings(tx, id, (row, &column), PAGE));
                let page: Vec<Finding> = page.await?;
                let mut text = head.unwrap_or_default();
                let table = session.as_ref().and_then(|(table, _)| table.as_deref());
                for finding in &page {
                    let problem = texts.title_of_code(language, &finding.code);
                    let model = session.as_ref().map(|(_, session)| session.model());
                    let remedy = remedy(language, model.map(AsRef::as_ref), table, finding);
                    let row =
                        if finding.row == 0 { String::new() } else { finding.row.to_string() };
                    line(
                        &mut text,
                        &[
                            row,
                            label(table, &finding.column, language),
                            finding.code.clone(),
                            problem.unwrap_or_else(|| finding.code.clone()),
                            remedy,
                            finding.detail.clone(),
                        ],
                    );
                }
                let next = match page.last() {
                    Some(end) if (end.row, &end.column) != (row, &last) => {
                        Some((None, (end.row, end.column.clone()), session))
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

/// What to do about a mistake: of a value that does not fit, what the column takes.
pub fn remedy(
    language: Language,
    model: Option<&Model>,
    table: Option<&Table>,
    finding: &Finding,
) -> String {
    let texts = Texts::global();
    let column = table.filter(|_| finding.code == "record.value");
    let column = column.and_then(|table| table.column(&finding.column));
    let takes = column.zip(model).and_then(|(column, model)| takes(language, model, column));
    let said = || texts.detail_of_code(language, &finding.code, &[]);
    takes.or_else(said).unwrap_or_default()
}

/// What a column takes; nothing where its kind says it all.
fn takes(language: Language, model: &Model, column: &Column) -> Option<String> {
    let say = |key: &str, args: &[(&str, i18n::Arg<'_>)]| {
        Some(Texts::global().text(language, &format!("transfer.takes-{key}"), args))
    };
    let code = language_code(language);
    let between = |min: String, max: String| {
        say("number", &[("min", min.as_str().into()), ("max", max.as_str().into())])
    };
    match &column.kind {
        ColumnKind::Text { max, .. } | ColumnKind::Memo { max, .. } => {
            say("text", &[("max", i64::from(*max).into())])
        }
        ColumnKind::Whole { min, max, .. } => {
            say("whole", &[("min", i64::from(*min).into()), ("max", i64::from(*max).into())])
        }
        ColumnKind::Decimal { precision, min, max } => {
            let fixed = |units| Fixed { units, scale: *precision }.to_string();
            between(fixed(*min), fixed(*max))
        }
        ColumnKind::Money { min, max, .. } => {
            let fixed = |units| Fixed { units, scale: 4 }.to_string();
            between(fixed(*min), fixed(*max))
        }
        ColumnKind::Double { min, max, .. } => between(min.to_string(), max.to_string()),
        ColumnKind::DateTime { format: DateFormat::DateOnly, .. } => say("date", &[]),
        ColumnKind::DateTime { .. } => say("moment", &[]),
        ColumnKind::Boolean { yes, no, .. } => {
            let both = format!("{}, {}", yes.text(code), no.text(code));
            say("boolean", &[("entries", both.as_str().into())])
        }
        ColumnKind::Key | ColumnKind::Guid => say("id", &[]),
        ColumnKind::Choice { .. } | ColumnKind::Choices { .. } => {
            let all = model.options(column);
            let named: Vec<&str> = all.iter().take(MOST).map(|it| it.labels.text(code)).collect();
            let more = if all.len() > MOST { ", …" } else { "" };
            let all = format!("{}{more}", named.join(", "));
            say("choice", &[("entries", all.as_str().into())])
        }
        _ => None,
    }
}

/// Entries of a choice that are named.
const MOST: usize = 12;

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
