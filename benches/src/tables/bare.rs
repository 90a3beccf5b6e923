//! The same rows by bare prepared inserts into a table with the same columns and indexes, in a file of its own.

use std::{path::Path, time::Instant};

use anyhow::{Context as _, Result};
use rusqlite::{params_from_iter, types::Value as Cell};

use super::{
    client::{CONTACTS, SLICE},
    hand,
};

/// How many seconds `rows` rows take, a transaction for each thousand.
///
/// The cells are those of a row that the hub made, so that every index has as much to hold; only the key, the version
/// and what tells the rows apart are other ones.
pub(super) fn inserts(from: &Path, folder: &Path, rows: u32) -> Result<f64> {
    let source = hand::open(from)?;
    let name: String = source.query_row(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB 'r[0-9]*_account' ORDER BY name LIMIT 1",
        [],
        |row| row.get(0),
    )?;
    let path = folder.join("bare.sqlite");
    let target = hand::open(&path)?;
    let mut statement = source.prepare(
        "SELECT sql FROM sqlite_master WHERE tbl_name = ?1 AND sql IS NOT NULL ORDER BY type DESC",
    )?;
    let made: Vec<String> =
        statement.query_map([&name], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for sql in &made {
        target.execute_batch(sql)?;
    }
    let mut statement = source.prepare(&format!(
        "SELECT * FROM \"{name}\" WHERE primarycontactid IS NOT NULL AND name GLOB 'Customer *' LIMIT 1"
    ))?;
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let template: Vec<Cell> = statement.query_row([], |row| {
        (0..names.len()).map(|at| row.get::<_, Cell>(at)).collect::<rusqlite::Result<_>>()
    })?;
    let place = |wanted: &str| names.iter().position(|one| one == wanted).context("a column");
    let (key, version, text) = (place("accountid")?, place("versionnumber")?, place("name")?);
    let (number, contact) = (place("accountnumber")?, place("primarycontactid")?);
    let marks: Vec<String> = (1..=names.len()).map(|at| format!("?{at}")).collect();
    let mut insert =
        target.prepare(&format!("INSERT INTO \"{name}\" VALUES ({})", marks.join(", ")))?;
    let began = Instant::now();
    let mut cells = template;
    for slice in 0..rows.div_ceil(SLICE) {
        target.execute_batch("BEGIN IMMEDIATE")?;
        for row in slice * SLICE..rows.min((slice + 1) * SLICE) {
            // keys that grow with time, as the hub draws them
            let id =
                (u128::from(row) << 80 | u128::from(row.wrapping_mul(2_654_435_761))).to_be_bytes();
            set(&mut cells, key, Cell::Blob(id.to_vec()));
            set(&mut cells, version, Cell::Integer(row.into()));
            set(&mut cells, text, Cell::Text(format!("Customer {row:07}")));
            set(&mut cells, number, Cell::Text(format!("C-{row}")));
            let of = u128::from(row % CONTACTS).to_be_bytes();
            set(&mut cells, contact, Cell::Blob(of.to_vec()));
            insert.execute(params_from_iter(cells.iter()))?;
        }
        target.execute_batch("COMMIT")?;
    }
    let took = began.elapsed().as_secs_f64();
    drop(insert);
    drop(target);
    std::fs::remove_file(&path)?;
    Ok(took)
}

fn set(cells: &mut [Cell], at: usize, to: Cell) {
    if let Some(cell) = cells.get_mut(at) {
        *cell = to;
    }
}
