use proptest::prelude::*;

use super::*;

fn read(text: &str, delimiter: char, piece: usize) -> Result<Vec<Vec<String>>, Problem> {
    let mut rows = Vec::new();
    let mut reader = Reader::new(delimiter);
    let mut give = |row: Row| {
        rows.push(row.cells().map(str::to_owned).collect::<Vec<_>>());
        Ok(())
    };
    let all: Vec<char> = text.chars().collect();
    for piece in all.chunks(piece) {
        reader.feed(&piece.iter().collect::<String>(), &mut give)?;
    }
    reader.end(&mut give)?;
    Ok(rows)
}

#[test]
fn what_programs_write_is_read() {
    let rows = read("a,\"b, \"\"c\"\"\"\r\n\r\n1,x\"y\r\"l1\nl2\",\n", ',', 3).unwrap();
    assert_eq!(rows, [vec!["a", "b, \"c\""], vec!["1", "x\"y"], vec!["l1\nl2", ""]]);
}

#[test]
fn rows_are_numbered_as_spreadsheets_do() {
    let mut numbers = Vec::new();
    let mut reader = Reader::new(',');
    let mut give = |row: Row| {
        numbers.push(row.number);
        Ok(())
    };
    reader.feed("a,b\n\n1,2\n", &mut give).unwrap();
    reader.feed("3,4", &mut give).unwrap();
    reader.end(&mut give).unwrap();
    assert_eq!(numbers, [1, 3, 4]);
}

#[test]
fn the_delimiter_is_found() {
    assert_eq!(delimiter("Nom;Ville\n\"Dupont, SA\";Paris\n"), ';');
    assert_eq!(delimiter("name,amount\nA,\"1;2;3\"\n"), ',');
    assert_eq!(delimiter("a\tb\n1,5\t2,5\n"), '\t');
    assert_eq!(delimiter("sep=|\na,b|c"), '|');
    assert_eq!(delimiter("name\nContoso\n"), ',');
}

#[test]
fn a_quote_that_nobody_closes_is_named_with_its_row() {
    assert_eq!(read("a\n\"b,c\n", ',', 4), Err(Problem::OpenQuote { row: 2 }));
}

#[test]
fn limits_hold_for_cells_and_columns() {
    let wide = ",".repeat(MAX_COLUMNS + 1);
    assert!(matches!(read(&wide, ',', 4096), Err(Problem::Columns { row: 1, .. })));
    let mut reader = Reader::new(',');
    let piece = "x".repeat(1 << 20);
    let mut all = (0..9).map(|_| reader.feed(&piece, &mut |_row| Ok(())));
    assert!(all.any(|fed| matches!(fed, Err(Problem::Cell { row: 1, .. }))));
}

proptest! {
    #[test]
    fn what_is_written_comes_back(
        rows in proptest::collection::vec(proptest::collection::vec("[\\PC\n\r\t\"',;=+@-]{0,12}", 2..5), 1..6),
        piece in 1_usize..20,
        delimiter in proptest::sample::select(DELIMITERS.to_vec()),
    ) {
        let mut text = String::new();
        for row in &rows {
            for (at, cell) in row.iter().enumerate() {
                if at > 0 {
                    text.push(delimiter);
                }
                write(&mut text, &guarded(cell), delimiter);
            }
            text.push_str("\r\n");
        }
        let back = read(&text, delimiter, piece).unwrap();
        let back: Vec<Vec<String>> = back
            .into_iter()
            .map(|row| row.iter().map(|cell| bare(cell).into_owned()).collect())
            .collect();
        prop_assert_eq!(back, rows);
    }

    #[test]
    fn no_written_cell_begins_a_formula(cell in "['=+@\t\r\n -]{0,4}[a-z(]{0,3}") {
        let guarded = guarded(&cell);
        prop_assert!(!guarded.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']));
        prop_assert_eq!(bare(&guarded), cell.as_str());
    }

    #[test]
    fn no_part_of_a_cell_begins_a_formula_for_another_delimiter(
        cell in "[a;,|\t\n\"'=+@ -]{0,12}",
        (here, there) in (
            proptest::sample::select(DELIMITERS.to_vec()),
            proptest::sample::select(DELIMITERS.to_vec()),
        ),
    ) {
        let mut text = String::new();
        write(&mut text, &guarded(&cell), here);
        // a program that knows no quotes at all sees the most cells
        for part in text.split([there, '"', '\r', '\n']) {
            prop_assert!(!part.starts_with(['=', '+', '-', '@']), "{text:?} holds {part:?}");
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "[\\PC\n\r\"',;]{0,200}", piece in 1_usize..40) {
        let found = delimiter(&text);
        let _ = read(&text, found, piece);
    }
}
