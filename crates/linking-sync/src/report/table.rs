//! The report as a table for other programs.

use std::{borrow::Cow, fmt::Write as _};

use i18n::Translator;

use super::{Finding, Report};

impl Report {
    /// The findings as CSV (RFC 4180), with a line of names first, in the words of a language.
    pub fn csv(&self, texts: Translator<'_>) -> String {
        let mut text = HEADER.to_owned();
        for found in &self.findings {
            line(&mut text, found, texts);
        }
        text
    }
}

const HEADER: &str = "found_at,kind,title,about,remedy,link_id,subject,can_be_mended\r\n";

fn line(text: &mut String, found: &Finding, texts: Translator<'_>) {
    let key = found.trouble.key();
    let cells = [
        found.found_at.to_string(),
        found.trouble.as_str().to_owned(),
        texts.text(format!("linking-sync.trouble-{key}")),
        found.detail.clone(),
        texts.text(format!("linking-sync.trouble-{key}-what")),
        found.link.map(|link| link.to_string()).unwrap_or_default(),
        found.subject.clone(),
        found.trouble.can_be_mended().to_string(),
    ];
    for (at, cell) in cells.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        // writing to a text does not fail
        let _ = write!(text, "{comma}\"{}\"", harmless(cell).replace('"', "\"\""));
    }
    text.push_str("\r\n");
}

/// A cell that no spreadsheet takes for a formula: names of records come from outside.
fn harmless(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

#[cfg(test)]
mod tests {
    use i18n::Texts;
    use jiff::Timestamp;
    use kernel::{EnvironmentId, Ids};

    use super::*;
    use crate::Trouble;

    #[test]
    fn a_row_stays_one_row_and_no_formula_whatever_a_record_is_called() {
        let ids = Ids::seeded(1);
        let finding = Finding {
            id: ids.fresh(),
            environment: EnvironmentId::from(ids.fresh::<uuid::Uuid>()),
            link: None,
            trouble: Trouble::TabGone,
            subject: "x".to_owned(),
            detail: "=cmd|' /C calc'!A0 \"quoted\"\r\n, more".to_owned(),
            found_at: Timestamp::UNIX_EPOCH,
            mended_at: None,
        };
        let report = Report { findings: vec![finding], walked_at: None, walking: false, seen: 1 };
        let text = report.csv(Texts::global().speak("en"));
        let mut lines = text.splitn(2, "\r\n");
        assert_eq!(lines.next(), HEADER.strip_suffix("\r\n"));
        let row = lines.next().unwrap();
        assert!(row.contains("\"'=cmd|' /C calc'!A0 \"\"quoted\"\"\r\n, more\""), "{row}");
        assert!(row.starts_with("\"1970-01-01T00:00:00Z\",\"tab_gone\",\"The tab was deleted\""));
        assert!(row.ends_with("\"x\",\"true\"\r\n"), "{row}");
    }
}
