//! Files of rows: uploaded piece by piece, shown once they are whole, read in parts.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use db::{Row, Tx};
use queries::Verb;
use record_tables::names;
use tables::{ColumnKind, Table, Value};
use uuid::Uuid;

use crate::{
    Condition, Entry, Error, Operation, Reference, Result, Session, Update,
    write::{Cells, Work},
};

/// A part of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    /// The file: another one when the column gets another.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// Its media type.
    pub kind: String,
    /// How long the whole file is.
    pub size: u64,
    /// Where the part begins.
    pub start: u64,
    /// The part.
    pub bytes: Vec<u8>,
}

/// What a file is called, and of which media type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName {
    /// The name.
    pub name: String,
    /// The media type.
    pub kind: String,
}

/// A file under way, or one that is there.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) id: Uuid,
    pub(crate) code: i64,
    pub(crate) row: Uuid,
    pub(crate) column: String,
    pub(crate) file: FileName,
    size: i64,
    stored: i64,
    pub(crate) user: Uuid,
}

impl Session {
    /// Begins a file in a column of a row; the answer names it for [`Session::upload_block`]. Its length may come with
    /// the first block. The row shows it when its last byte has come.
    ///
    /// # Errors
    /// [`Error::RowMissing`], [`Error::Right`], [`Error::ColumnUnknown`] when the column holds no files,
    /// [`Error::Limit`] when the file is larger than the column allows.
    pub async fn begin_upload(
        &self,
        row: &Reference,
        column: &str,
        file: FileName,
        size: Option<u64>,
    ) -> Result<Uuid> {
        let id: Uuid = self.records.0.ids.fresh();
        let (row, column) = (row.clone(), column.to_owned());
        self.administer(move |work| {
            let (table, row) = work.resolve(&row)?;
            let most = work.file_column(&table, &column)?;
            if size.is_some_and(|size| size > most) {
                return Err(too_large(most));
            }
            let loaded = work.visible(&table, row)?.ok_or_else(|| Work::missing(&table, row))?;
            work.require(&table, Verb::Write, &loaded)?;
            let sql = format!(
                "INSERT INTO {} (file_id, table_code, row_id, column_name, name, kind, size, stored, \
                 complete, user_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8, $9)",
                work.side("files")
            );
            work.tx.execute(
                &sql,
                &[
                    id.into(),
                    i64::from(table.code).into(),
                    row.into(),
                    (&column).into(),
                    (&file.name).into(),
                    (&file.kind).into(),
                    size.map_or(UNKNOWN, signed).into(),
                    work.session.user().into(),
                    work.now().into(),
                ],
            )?;
            Ok(())
        })
        .await?;
        if size == Some(0) {
            self.finish(id).await?;
        }
        Ok(id)
    }

    /// Adds the bytes from `start` on; whether the file is whole now. Blocks come in their order.
    ///
    /// # Errors
    /// [`Error::RowMissing`] for an unknown file, [`Error::Limit`] for a block that does not begin where the last one
    /// ended, or is longer than the file.
    pub async fn upload_block(
        &self,
        file: Uuid,
        start: u64,
        total: Option<u64>,
        bytes: &[u8],
    ) -> Result<bool> {
        let mut at = signed(start);
        let mut whole = false;
        let mut rest = bytes;
        while !rest.is_empty() {
            let room = CHUNK - usize::try_from(at).unwrap_or_default() % CHUNK;
            let (piece, more) = rest.split_at(rest.len().min(room));
            let held: Arc<[u8]> = piece.into();
            whole = self.administer(move |work| work.store(file, (at, total), &held)).await?;
            at = at.saturating_add(length(piece));
            rest = more;
        }
        if whole {
            self.finish(file).await?;
        }
        Ok(whole)
    }

    /// Forgets a file under way.
    ///
    /// # Errors
    /// [`Error::RowMissing`] for an unknown file.
    pub async fn abandon_upload(&self, file: Uuid) -> Result<()> {
        self.administer(move |work| {
            work.file(file)?;
            work.drop_file(file)
        })
        .await
    }

    /// Where a file stands: its row and its column. None when there is no such file.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn place_of_file(&self, file: Uuid) -> Result<Option<(Reference, String)>> {
        self.look(move |reading| {
            let sql = format!(
                "SELECT table_code, row_id, column_name FROM {} WHERE file_id = $1 AND complete = 1",
                names::side(reading.session.number(), "files")
            );
            let Some(found) = reading.tx.first(&sql, &[file.into()])? else { return Ok(None) };
            let code: i64 = found.get(0)?;
            let code = i32::try_from(code).unwrap_or_default();
            let table = reading.session.model().table_by_code(code);
            let Some(table) = table else { return Ok(None) };
            let row = Reference::id(table.logical.clone(), found.get(1)?);
            Ok(Some((row, found.get(2)?)))
        })
        .await
    }

    /// The row shows the file from now on; the one before is gone.
    pub(crate) async fn finish(&self, file: Uuid) -> Result<()> {
        let picture = self.administer(move |work| work.take_picture(file)).await?;
        if let Some((row, column, bytes)) = picture {
            let entry = Entry::of(&row.table).with(column, Value::Text(STANDARD.encode(bytes)));
            let update = Update { key: row.key, entry, condition: Condition::Present };
            return self.one(Operation::Update(update)).await.map(drop);
        }
        self.administer(move |work| {
            let stored = work.file(file)?;
            let (table, row) = work.place(&stored)?;
            let loaded = work.visible(&table, row)?.ok_or_else(|| Work::missing(&table, row))?;
            work.require(&table, Verb::Write, &loaded)?;
            if let Value::Guid(before) = loaded.value(&table, &stored.column) {
                work.drop_file(*before)?;
            }
            let sql = format!("UPDATE {} SET complete = 1 WHERE file_id = $1", work.side("files"));
            work.tx.execute(&sql, &[file.into()])?;
            let mut after = Cells::of(loaded.values.clone());
            after.set(&table, &stored.column, Value::Guid(file));
            let named = format!("{}_name", stored.column);
            after.set(&table, &named, Value::Text(stored.file.name.clone()));
            work.write_changes(&table, &loaded, &mut after).map(drop)
        })
        .await
    }

    /// A part of a file, at most four MiB; none when the column is empty. Of a picture it is what came, none where the
    /// row itself holds that.
    ///
    /// # Errors
    /// [`Error::RowMissing`], [`Error::ColumnUnknown`], [`Error::ColumnSecured`].
    pub async fn download(
        &self,
        row: &Reference,
        column: &str,
        start: u64,
        most: usize,
    ) -> Result<Option<Download>> {
        let (row, column) = (row.clone(), column.to_owned());
        self.look(move |reading| {
            let session = reading.session;
            let (table, id) = reading.resolve(&row)?;
            reading.visible(&table, id)?;
            let known = table.column(&column).ok_or_else(|| unknown(&table, &column))?;
            if !session.access().reads(&table, known) {
                return Err(Error::ColumnSecured { table: table.logical.clone(), column: column.clone() });
            }
            let sql = format!(
                "SELECT file_id, table_code, row_id, column_name, name, kind, size, stored, user_id \
                 FROM {} WHERE table_code = $1 AND row_id = $2 AND column_name = $3 AND complete = 1",
                names::side(session.number(), "files")
            );
            let params = [i64::from(table.code).into(), id.into(), (&column).into()];
            let Some(found) = reading.tx.first(&sql, &params)? else { return Ok(None) };
            part(reading.tx, session.number(), &stored(&found)?, (start, most)).map(Some)
        })
        .await
    }

    /// Empties a column of files.
    ///
    /// # Errors
    /// As [`Session::begin_upload`].
    pub async fn clear_file(&self, row: &Reference, column: &str) -> Result<()> {
        let (row, column) = (row.clone(), column.to_owned());
        self.administer(move |work| {
            let (table, id) = work.resolve(&row)?;
            work.file_column(&table, &column)?;
            let loaded = work.visible(&table, id)?.ok_or_else(|| Work::missing(&table, id))?;
            work.require(&table, Verb::Write, &loaded)?;
            if let Value::Guid(before) = loaded.value(&table, &column) {
                work.drop_file(*before)?;
            }
            let mut after = Cells::of(loaded.values.clone());
            after.set(&table, &column, Value::Null);
            after.set(&table, &format!("{column}_name"), Value::Null);
            work.write_changes(&table, &loaded, &mut after).map(drop)
        })
        .await
    }
}

impl Work<'_> {
    pub(crate) fn side(&self, name: &str) -> String {
        names::side(self.snapshot().number(), name)
    }

    /// How many bytes a file of a column may have.
    pub(crate) fn file_column(&self, table: &Table, name: &str) -> Result<u64> {
        let column = table.column(name).ok_or_else(|| unknown(table, name))?;
        let (ColumnKind::File { max_kb } | ColumnKind::Image { max_kb }) = column.kind else {
            return Err(unknown(table, name));
        };
        if !self.session.access().writes(table, column) {
            let (table, column) = (table.logical.clone(), name.to_owned());
            return Err(Error::ColumnSecured { table, column });
        }
        Ok(u64::from(max_kb) * 1024)
    }

    /// A file under way of the caller.
    pub(crate) fn file(&self, file: Uuid) -> Result<Stored> {
        let missing = || Error::RowMissing { table: "file".to_owned(), key: file.to_string() };
        let sql = under_way_sql(self.snapshot().number());
        let found = self.tx.first(&sql, &[file.into()])?.ok_or_else(missing)?;
        let stored = stored(&found)?;
        if stored.user == self.session.user() { Ok(stored) } else { Err(missing()) }
    }

    pub(crate) fn place(&self, stored: &Stored) -> Result<(Arc<Table>, Uuid)> {
        let code = i32::try_from(stored.code).unwrap_or_default();
        let table = self.snapshot().model.table_by_code(code).cloned();
        let unknown = || Error::TableUnknown { table: stored.code.to_string() };
        Ok((table.ok_or_else(unknown)?, stored.row))
    }

    /// A picture that has come in blocks, out of them: it is opened like any other before the row shows it. None for
    /// other files.
    fn take_picture(&self, file: Uuid) -> Result<Option<(Reference, String, Vec<u8>)>> {
        let stored = self.file(file)?;
        let (table, row) = self.place(&stored)?;
        let column = table.column(&stored.column).map(|column| &column.kind);
        if !matches!(column, Some(ColumnKind::Image { .. })) {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        loop {
            let at = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            let next = part(self.tx, self.snapshot().number(), &stored, (at, MOST_READ))?;
            if next.bytes.is_empty() {
                break;
            }
            bytes.extend_from_slice(&next.bytes);
        }
        self.drop_file(file)?;
        Ok(Some((Reference::id(&table.logical, row), stored.column, bytes)))
    }

    /// Keeps a picture as it came beside its row.
    pub(crate) fn keep_whole(
        &self,
        file: Uuid,
        (code, row, column): (i64, Uuid, &str),
        (name, kind): (&str, &str),
        bytes: &[u8],
    ) -> Result<()> {
        let sql = format!(
            "INSERT INTO {} (file_id, table_code, row_id, column_name, name, kind, size, stored, \
             complete, user_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, 1, $8, $9)",
            self.side("files")
        );
        let params = [
            file.into(),
            code.into(),
            row.into(),
            column.into(),
            name.into(),
            kind.into(),
            length(bytes).into(),
            self.session.user().into(),
            self.now().into(),
        ];
        self.tx.execute(&sql, &params)?;
        let sql = format!(
            "INSERT INTO {} (file_id, part, bytes) VALUES ($1, $2, $3)",
            self.side("chunks")
        );
        for (part, chunk) in (0_i64..).zip(bytes.chunks(CHUNK)) {
            self.tx.execute(&sql, &[file.into(), part.into(), chunk.to_vec().into()])?;
        }
        Ok(())
    }

    /// Stores bytes that do not go over the end of a chunk; whether the file is whole.
    fn store(&self, file: Uuid, (at, total): (i64, Option<u64>), bytes: &[u8]) -> Result<bool> {
        let mut stored = self.file(file)?;
        if stored.size == UNKNOWN {
            let (table, _) = self.place(&stored)?;
            let most = self.file_column(&table, &stored.column)?;
            let total = total.filter(|total| *total <= most).ok_or_else(|| too_large(most))?;
            stored.size = signed(total);
            let sql = format!("UPDATE {} SET size = $2 WHERE file_id = $1", self.side("files"));
            self.tx.execute(&sql, &[file.into(), stored.size.into()])?;
        }
        let end = at.saturating_add(length(bytes));
        if at != stored.stored || end > stored.size {
            let most = usize::try_from(stored.size).unwrap_or_default();
            return Err(Error::Limit { what: "bytes of a file, in their order", most });
        }
        let size = i64::try_from(CHUNK).unwrap_or(i64::MAX);
        let chunks = self.side("chunks");
        let part = at / size;
        let mut whole: Vec<u8> = Vec::with_capacity(bytes.len());
        if at % size != 0 {
            let sql = format!("SELECT bytes FROM {chunks} WHERE file_id = $1 AND part = $2");
            if let Some(mut row) = self.tx.first(&sql, &[file.into(), part.into()])? {
                whole = row.take_bytes(0)?.unwrap_or_default();
            }
        }
        whole.extend_from_slice(bytes);
        let sql = format!(
            "INSERT INTO {chunks} (file_id, part, bytes) VALUES ($1, $2, $3) \
             ON CONFLICT (file_id, part) DO UPDATE SET bytes = excluded.bytes"
        );
        self.tx.execute(&sql, &[file.into(), part.into(), whole.into()])?;
        let sql =
            format!("UPDATE {} SET stored = $2, at = $3 WHERE file_id = $1", self.side("files"));
        self.tx.execute(&sql, &[file.into(), end.into(), self.now().into()])?;
        Ok(end == stored.size)
    }

    pub(crate) fn drop_file(&self, file: Uuid) -> Result<()> {
        for side in ["chunks", "files"] {
            let sql = format!("DELETE FROM {} WHERE file_id = $1", self.side(side));
            self.tx.execute(&sql, &[file.into()])?;
        }
        Ok(())
    }
}

/// Reads a part of a file.
fn part(
    tx: &Tx<'_>,
    number: i64,
    stored: &Stored,
    (start, most): (u64, usize),
) -> Result<Download> {
    let bytes = bytes(tx, number, (stored.id, stored.size), (start, most))?;
    let size = u64::try_from(stored.size).unwrap_or_default();
    let FileName { name, kind } = stored.file.clone();
    Ok(Download { id: stored.id, name, kind, size, start, bytes })
}

/// Bytes of a file of this length, at most four MiB.
pub(crate) fn bytes(
    tx: &Tx<'_>,
    number: i64,
    (file, size): (Uuid, i64),
    (start, most): (u64, usize),
) -> Result<Vec<u8>> {
    let size = u64::try_from(size).unwrap_or_default();
    let most = u64::try_from(most.min(MOST_READ)).unwrap_or(u64::MAX);
    let end = start.saturating_add(most).min(size);
    let mut bytes = Vec::new();
    let chunk = u64::try_from(CHUNK).unwrap_or(u64::MAX);
    let mut at = start;
    let sql = format!(
        "SELECT bytes FROM {} WHERE file_id = $1 AND part = $2",
        names::side(number, "chunks")
    );
    while at < end {
        let params = [file.into(), i64::try_from(at / chunk).unwrap_or(i64::MAX).into()];
        let row = tx.first(&sql, &params)?;
        let held = row.map(|mut row| row.take_bytes(0)).transpose()?.flatten().unwrap_or_default();
        let from = usize::try_from(at % chunk).unwrap_or(usize::MAX);
        let to = held.len().min(usize::try_from(end - at + at % chunk).unwrap_or(usize::MAX));
        let Some(some) = held.get(from..to).filter(|some| !some.is_empty()) else { break };
        bytes.extend_from_slice(some);
        at += u64::try_from(some.len()).unwrap_or(u64::MAX);
    }
    Ok(bytes)
}

/// The statement that finds a file under way.
pub(crate) fn under_way_sql(number: i64) -> String {
    format!(
        "SELECT file_id, table_code, row_id, column_name, name, kind, size, stored, user_id \
         FROM {} WHERE file_id = $1 AND complete = 0",
        names::side(number, "files")
    )
}

pub(crate) fn stored(row: &Row) -> Result<Stored> {
    Ok(Stored {
        id: row.get(0)?,
        code: row.get(1)?,
        row: row.get(2)?,
        column: row.get(3)?,
        file: FileName { name: row.get(4)?, kind: row.get(5)? },
        size: row.get(6)?,
        stored: row.get(7)?,
        user: row.get(8)?,
    })
}

pub(crate) fn too_large(most: u64) -> Error {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    Error::Limit { what: "bytes of a file", most }
}

pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn length(bytes: &[u8]) -> i64 {
    i64::try_from(bytes.len()).unwrap_or(i64::MAX)
}

fn unknown(table: &Table, column: &str) -> Error {
    Error::ColumnUnknown { table: table.logical.clone(), column: column.to_owned() }
}

/// The length of a file that has not said it yet.
const UNKNOWN: i64 = -1;
/// Bytes of one chunk.
pub(crate) const CHUNK: usize = 1024 * 1024;
/// Bytes that are read at once.
pub(crate) const MOST_READ: usize = 4 * CHUNK;
/// A block of a file under way has this word instead of whether it is whole; its kind names the file.
pub(crate) const BLOCK_OF: i64 = 2;
