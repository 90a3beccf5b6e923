use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::{Problem, csv::Row};

fn back(bytes: &[u8]) -> Result<Vec<(u64, Vec<String>)>, Problem> {
    let mut rows = Vec::new();
    read(bytes, &mut |row: Row| {
        rows.push((row.number, row.cells().map(str::to_owned).collect()));
        Ok(())
    })?;
    Ok(rows)
}

fn sheet(rows: &[Vec<Cell>]) -> Vec<u8> {
    let heads =
        [("accountid".to_owned(), Width::Hidden), ("Nom".to_owned(), Width::Characters(20))];
    let mut sheet = Sheet::new("Comptes: actifs/tous", &heads);
    for row in rows {
        sheet.push(row.iter().cloned());
    }
    assert!(sheet.finish());
    sheet.take()
}

#[test]
fn what_is_written_is_read_with_dates_and_numbers_as_they_were() {
    let moment = date(2026, 11, 22).at(19, 26, 7, 0);
    let rows = [
        vec![
            Cell::Text("=1+1 <&> _x0041_ \u{1}\r\n é".to_owned()),
            Cell::Number("12.5".to_owned(), true),
        ],
        vec![Cell::Empty, Cell::Date(date(2024, 2, 29)), Cell::Moment(moment)],
        vec![Cell::Date(date(1753, 1, 1)), Cell::Number("-3".to_owned(), false)],
    ];
    let seen = back(&sheet(&rows)).unwrap();
    assert_eq!(seen[0], (1, vec!["accountid".to_owned(), "Nom".to_owned()]));
    assert_eq!(seen[1].1, ["=1+1 <&> _x0041_ \u{1}\r\n é", "12.5"]);
    assert_eq!(seen[2].1, ["", "2024-02-29", "2026-11-22 19:26:07"]);
    assert_eq!(seen[3].1, ["1753-01-01", "-3"]);
}

#[test]
fn a_text_that_fits_no_cell_is_cut_and_says_so() {
    let seen = back(&sheet(&[vec![Cell::Text("é".repeat(40_000))]])).unwrap();
    assert!(seen[1].1[0].ends_with(CUT));
    assert_eq!(seen[1].1[0].encode_utf16().count(), crate::limits::MAX_SHEET_CELL);
}

/// A workbook with one sheet of this XML.
fn book(sheet: &str, shared: &str) -> Vec<u8> {
    let mut stream = crate::zip::Stream::default();
    stream.part("xl/workbook.xml", "<workbook><sheets><sheet id=\"r1\"/></sheets></workbook>");
    let rels =
        "<Relationships><Relationship Id=\"r1\" Target=\"worksheets/a.xml\"/></Relationships>";
    stream.part("xl/_rels/workbook.xml.rels", rels);
    stream.part("xl/sharedStrings.xml", shared);
    stream.part("xl/worksheets/a.xml", sheet);
    stream.finish();
    stream.take()
}

fn rows(inner: &str) -> Result<Vec<(u64, Vec<String>)>, Problem> {
    back(&book(&format!("<worksheet><sheetData>{inner}</sheetData></worksheet>"), "<sst/>"))
}

#[test]
fn a_formula_is_its_result_and_without_one_says_that_it_has_none() {
    let cells = "<row><c><f>1000*2</f><v>2000</v></c><c><f>A2&amp;\"x\"</f><v/></c>\
                 <c t=\"e\"><f>1/0</f><v>#DIV/0!</v></c></row>";
    let seen = rows(cells).unwrap();
    let none = |text: &str| format!("{UNCOMPUTED}{text}");
    assert_eq!(seen[0].1, ["2000".to_owned(), none("=A2&\"x\""), none("#DIV/0!")]);
    let long = format!("<row><c><f>{}</f></c></row>", "A".repeat(9000));
    assert!(rows(&long).unwrap()[0].1[0].len() < 200, "bounded, whatever comes");
}

#[test]
fn a_sheet_ends_where_spreadsheets_end() {
    let last = "<row r=\"1048576\"><c r=\"XFD1048576\" t=\"str\"><v>end</v></c></row>";
    let seen = rows(last).unwrap();
    assert_eq!((seen[0].0, seen[0].1.len(), &*seen[0].1[16_383]), (1_048_576, 16_384, "end"));
    let below = "<row r=\"1048577\"><c t=\"str\"><v>x</v></c></row>";
    assert_eq!(rows(below), Err(Problem::Rows { most: 1_048_576 }));
    let beside = "<row r=\"1\"><c r=\"XFE1\" t=\"str\"><v>x</v></c></row>";
    assert!(matches!(rows(beside), Err(Problem::Columns { most: 16_384, .. })));
}

#[test]
fn a_cell_of_a_workbook_that_is_too_long_is_named_with_its_row() {
    let long = "lorem ipsum ".repeat(crate::limits::MAX_CELL_BYTES / 12 + 1);
    let cell = format!("<row r=\"7\"><c t=\"inlineStr\"><is><t>{long}</t></is></c></row>");
    let seen = rows(&cell);
    // it packs so well that the archive may refuse it before the cell is read
    assert!(matches!(seen, Err(Problem::Cell { row: 7, .. } | Problem::Unpacked)), "{seen:?}");
    let shared = format!("<sst><si><t>{long}</t></si></sst>");
    assert_eq!(back(&book("<worksheet/>", &shared)), Err(Problem::Unpacked));
}

#[test]
fn a_text_that_is_shared_and_not_there_is_an_empty_cell() {
    let seen = rows("<row><c t=\"s\"><v>99999</v></c><c t=\"str\"><v>b</v></c></row>").unwrap();
    assert_eq!(seen[0].1, ["", "b"]);
}

proptest! {
    #[test]
    fn every_second_comes_back(seconds in 0_i64..6_000_000_000) {
        let at = date(1901, 1, 1).at(0, 0, 0, 0) + jiff::SignedDuration::from_secs(seconds);
        let seen = back(&sheet(&[vec![Cell::Moment(at)]])).unwrap();
        let expected = if seconds % 86_400 == 0 {
            at.date().to_string()
        } else {
            at.strftime("%Y-%m-%d %H:%M:%S").to_string()
        };
        prop_assert_eq!(&seen[1].1[0], &expected);
    }

    #[test]
    fn no_damage_makes_it_panic(flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut bytes = sheet(&[vec![Cell::Text("a".to_owned())]]);
        for (at, to) in flips {
            let at = at.index(bytes.len());
            bytes[at] = to;
        }
        let _ = back(&bytes);
    }
}
