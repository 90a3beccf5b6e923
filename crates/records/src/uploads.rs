//! Uploads under way: they stand in the database alone, so that every node knows them and none is lost with one.
//!
//! A file that comes in named blocks is put together when it is committed. Until then each block is kept as a file of
//! its own that belongs to it. What nobody touches for a day is taken away ([`crate::Records::sweep`]).

use std::collections::HashMap;

use db::{Row, Tx};
use jiff::{SignedDuration, Timestamp};
use kernel::Scope;
use record_tables::{names, registry::Registered};
use tables::ColumnKind;
use uuid::Uuid;

use crate::{
    Error, FileName, Records, Reference, Result, Session,
    files::{self, BLOCK_OF, CHUNK, MOST_READ, Stored},
    read::Reading,
    write::Work,
};

/// A file that is not whole yet.
#[derive(Debug, Clone, PartialEq)]
pub struct UnderWay {
    /// The row that it is for.
    pub row: Reference,
    /// The column.
    pub column: String,
    /// What it is called.
    pub name: FileName,
}

impl Session {
    /// A file that the caller has begun and that is not whole yet; none when there is no such file.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn under_way(&self, file: Uuid) -> Result<Option<UnderWay>> {
        self.look(move |reading| {
            let Some(stored) = reading.upload(file)? else { return Ok(None) };
            let code = i32::try_from(stored.code).unwrap_or_default();
            let Some(table) = reading.session.model().table_by_code(code) else { return Ok(None) };
            let row = Reference::id(table.logical.clone(), stored.row);
            Ok(Some(UnderWay { row, column: stored.column, name: stored.file }))
        })
        .await
    }

    /// Adds a named block to a file that was begun without a length; one of the same name is replaced. Blocks come in
    /// any order, and several at once.
    ///
    /// # Errors
    /// [`Error::RowMissing`] for an unknown file, [`Error::Limit`] for too many blocks, or too many bytes.
    pub async fn add_block(&self, file: Uuid, name: &str, bytes: &[u8]) -> Result<()> {
        let fresh: Uuid = self.records.0.ids.fresh();
        let (called, more) = (name.to_owned(), files::length(bytes));
        let found = move |reading: &Reading<'_>| reading.place_of_block(file, &called, more);
        let (stored, block) = self.look(found).await?;
        let block = block.unwrap_or(fresh);
        let (name, pieces) = (name.to_owned(), bytes.chunks(CHUNK).map(<[u8]>::to_vec));
        let last = pieces.len().saturating_sub(1);
        for (part, piece) in pieces.enumerate() {
            let (name, stored) = (name.clone(), stored.clone());
            self.administer(move |work| {
                work.file(file)?;
                if part == 0 {
                    work.begin_block(&stored, block, &name)?;
                }
                work.keep_chunk(block, part, &piece)?;
                if part == last { work.end_block((file, block), part, more) } else { Ok(()) }
            })
            .await?;
        }
        Ok(())
    }

    /// Puts a file together out of these of its blocks, in this order, and has the row show it. Gives its length. What
    /// was interrupted can be done again.
    ///
    /// # Errors
    /// [`Error::RowMissing`] for an unknown file, [`Error::Refused`] for a block that has not come, [`Error::Limit`]
    /// for a file that is larger than the column allows; or as [`Session::begin_upload`].
    pub async fn commit_blocks(
        &self,
        file: Uuid,
        blocks: &[String],
        named: FileName,
    ) -> Result<u64> {
        let come = self.look(move |reading| reading.blocks(file)).await?;
        let mut wanted = Vec::new();
        for name in blocks {
            let missing = || Error::Refused {
                code: "0x80040203",
                message: format!("The block '{name}' has not come."),
            };
            wanted.push(*come.get(name).ok_or_else(missing)?);
        }
        let size: i64 = wanted.iter().map(|(_, length)| length).sum();
        self.administer(move |work| work.begin_again(file, size, &named)).await?;
        if size == 0 {
            self.finish(file).await?;
        }
        let mut end = 0;
        for (block, length) in wanted {
            let mut at = 0;
            while at < length {
                let from = u64::try_from(at).unwrap_or_default();
                let piece =
                    self.look(move |reading| reading.bytes_of((block, length), from)).await?;
                if piece.is_empty() {
                    return Err(Error::RowMissing { table: "file".into(), key: file.to_string() });
                }
                self.upload_block(file, end, None, &piece).await?;
                at += files::length(&piece);
                end += u64::try_from(piece.len()).unwrap_or_default();
            }
        }
        for (block, _) in come.into_values() {
            // the file is there; a block that stays is taken away with what was abandoned
            drop(self.administer(move |work| work.drop_file(block)).await);
        }
        Ok(end)
    }
}

impl Reading<'_> {
    /// A file under way of the caller.
    fn upload(&self, file: Uuid) -> Result<Option<Stored>> {
        let found = self.tx.first(&files::under_way_sql(self.session.number()), &[file.into()])?;
        let stored = found.as_ref().map(files::stored).transpose()?;
        Ok(stored.filter(|stored| stored.user == self.session.user()))
    }

    fn upload_or_missing(&self, file: Uuid) -> Result<Stored> {
        let missing = || Error::RowMissing { table: "file".to_owned(), key: file.to_string() };
        self.upload(file)?.ok_or_else(missing)
    }

    /// The file, and the block of this name where it has come before.
    fn place_of_block(&self, file: Uuid, name: &str, more: i64) -> Result<(Stored, Option<Uuid>)> {
        let stored = self.upload_or_missing(file)?;
        let most = self.most(&stored)?;
        let (mut count, mut sum, mut known) = (0, more, None);
        for row in self.rows_of_blocks(&stored)? {
            let (of, block, size): (String, Uuid, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            if of == name {
                known = Some(block);
                continue;
            }
            count += 1;
            sum += size.max(0);
        }
        if count >= MOST_BLOCKS {
            return Err(Error::Limit { what: "blocks of a file", most: MOST_BLOCKS });
        }
        if sum > files::signed(most) {
            return Err(files::too_large(most));
        }
        Ok((stored, known))
    }

    /// How many bytes the column of a file holds.
    fn most(&self, stored: &Stored) -> Result<u64> {
        let code = i32::try_from(stored.code).unwrap_or_default();
        let table = self.session.model().table_by_code(code);
        match table.and_then(|table| table.column(&stored.column)).map(|column| &column.kind) {
            Some(ColumnKind::File { max_kb } | ColumnKind::Image { max_kb }) => {
                Ok(u64::from(*max_kb) * 1024)
            }
            _ => Err(Error::ColumnUnknown {
                table: stored.code.to_string(),
                column: stored.column.clone(),
            }),
        }
    }

    fn rows_of_blocks(&self, stored: &Stored) -> Result<Vec<Row>> {
        let sql = format!(
            "SELECT name, file_id, size FROM {} \
             WHERE table_code = $1 AND row_id = $2 AND complete = {BLOCK_OF} AND kind = $3 ORDER BY at",
            names::side(self.session.number(), "files")
        );
        let params = [stored.code.into(), stored.row.into(), stored.id.to_string().into()];
        Ok(self.tx.all(&sql, &params)?)
    }

    /// The blocks of a file that have come whole, by their names.
    fn blocks(&self, file: Uuid) -> Result<HashMap<String, (Uuid, i64)>> {
        let stored = self.upload_or_missing(file)?;
        let mut all = HashMap::new();
        for row in self.rows_of_blocks(&stored)? {
            let size: i64 = row.get(2)?;
            if size >= 0 {
                all.insert(row.get::<String>(0)?, (row.get(1)?, size));
            }
        }
        Ok(all)
    }

    fn bytes_of(&self, (block, size): (Uuid, i64), start: u64) -> Result<Vec<u8>> {
        files::bytes(self.tx, self.session.number(), (block, size), (start, MOST_READ))
    }
}

impl Work<'_> {
    /// Begins a block, or begins it again.
    fn begin_block(&self, of: &Stored, block: Uuid, name: &str) -> Result<()> {
        let sql = format!(
            "INSERT INTO {} (file_id, table_code, row_id, column_name, name, kind, size, stored, \
             complete, user_id, at) VALUES ($1, $2, $3, $4, $5, $6, -1, 0, {BLOCK_OF}, $7, $8) \
             ON CONFLICT (file_id) DO UPDATE SET size = -1, at = excluded.at",
            self.side("files")
        );
        let params = [
            block.into(),
            of.code.into(),
            of.row.into(),
            (&of.column).into(),
            name.into(),
            of.id.to_string().into(),
            self.session.user().into(),
            self.now().into(),
        ];
        self.tx.execute(&sql, &params)?;
        Ok(())
    }

    fn keep_chunk(&self, file: Uuid, part: usize, bytes: &[u8]) -> Result<()> {
        let sql = format!(
            "INSERT INTO {} (file_id, part, bytes) VALUES ($1, $2, $3) \
             ON CONFLICT (file_id, part) DO UPDATE SET bytes = excluded.bytes",
            self.side("chunks")
        );
        let part = i64::try_from(part).unwrap_or(i64::MAX);
        self.tx.execute(&sql, &[file.into(), part.into(), bytes.to_vec().into()])?;
        Ok(())
    }

    /// A block is whole: nothing stays of a longer one of the same name, and its file is still under way.
    fn end_block(&self, (file, block): (Uuid, Uuid), last: usize, size: i64) -> Result<()> {
        let sql = format!("DELETE FROM {} WHERE file_id = $1 AND part > $2", self.side("chunks"));
        let last = i64::try_from(last).unwrap_or(i64::MAX);
        self.tx.execute(&sql, &[block.into(), last.into()])?;
        let files = self.side("files");
        let sql = format!("UPDATE {files} SET size = $2, stored = $2 WHERE file_id = $1");
        self.tx.execute(&sql, &[block.into(), size.into()])?;
        let sql = format!("UPDATE {files} SET at = $2 WHERE file_id = $1");
        self.tx.execute(&sql, &[file.into(), self.now().into()])?;
        Ok(())
    }

    /// A file gets its length and its name; what was stored of it before is gone.
    fn begin_again(&self, file: Uuid, size: i64, named: &FileName) -> Result<()> {
        let stored = self.file(file)?;
        let (table, _) = self.place(&stored)?;
        let most = self.file_column(&table, &stored.column)?;
        if size > files::signed(most) {
            return Err(files::too_large(most));
        }
        let sql = format!("DELETE FROM {} WHERE file_id = $1", self.side("chunks"));
        self.tx.execute(&sql, &[file.into()])?;
        let sql = format!(
            "UPDATE {} SET size = $2, stored = 0, name = $3, kind = $4, at = $5 WHERE file_id = $1",
            self.side("files")
        );
        let (name, kind) = ((&named.name).into(), (&named.kind).into());
        self.tx.execute(&sql, &[file.into(), size.into(), name, kind, self.now().into()])?;
        Ok(())
    }
}

impl Records {
    /// Takes away what was begun and not touched for a day, a file after the other.
    pub(crate) async fn forget_uploads(&self, root: &Scope, registered: &Registered) -> Result<()> {
        let id = registered.environment.uuid();
        let (files, chunks) =
            (names::side(registered.number, "files"), names::side(registered.number, "chunks"));
        let before = self.0.clock.now().checked_sub(ABANDONED).unwrap_or(Timestamp::MIN);
        loop {
            let sql = format!(
                "SELECT file_id FROM {files} WHERE complete <> 1 AND at < $1 ORDER BY at LIMIT 1"
            );
            let next = move |tx: &Tx<'_>| tx.first(&sql, &[before.into()]);
            let Some(row) = self.0.db.read(root, next).await? else { return Ok(()) };
            let file: Uuid = row.get(0)?;
            // from here on nobody goes on with it
            let sql = format!(
                "UPDATE {files} SET complete = {GOING} \
                 WHERE file_id = $1 AND complete <> 1 AND at < $2"
            );
            let mark = move |tx: &Tx<'_>| tx.execute(&sql, &[file.into(), before.into()]);
            if self.0.db.append(root, id, mark).await? == 0 {
                continue;
            }
            loop {
                let sql = format!(
                    "DELETE FROM {chunks} WHERE (file_id, part) IN \
                     (SELECT file_id, part FROM {chunks} WHERE file_id = $1 LIMIT {SLICE})"
                );
                let slice = move |tx: &Tx<'_>| tx.execute(&sql, &[file.into()]);
                if self.0.db.append(root, id, slice).await? < SLICE {
                    break;
                }
            }
            let sql = format!("DELETE FROM {files} WHERE file_id = $1 AND complete = {GOING}");
            let gone = move |tx: &Tx<'_>| tx.execute(&sql, &[file.into()]);
            self.0.db.append(root, id, gone).await?;
        }
    }
}

/// How long a file that is not whole waits for its next byte; our own choice.
const ABANDONED: SignedDuration = SignedDuration::from_hours(24);
/// Blocks of a file (Azure Blob Storage: 50,000).
const MOST_BLOCKS: usize = 50_000;
/// What is taken away has this word instead of whether it is whole.
const GOING: i64 = 3;
/// Chunks that are taken away at once.
const SLICE: u64 = 16;
