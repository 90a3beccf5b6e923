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
