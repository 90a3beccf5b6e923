//! Pictures of rows: opened before a run begins, kept small in the row and whole beside it.
//!
//! What a row shows is a thumbnail (Dataverse Web API, image columns); the picture as it came is a file of the row,
//! under the identifier that stands in the companion `{column}id`.

use std::collections::HashMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use pictures::{Kind, Refusal, Thumbnail};
use tables::{ColumnKind, Table, Value};
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::{Cells, Work};
use crate::{
    Entry, Error, Failure, Operation, Result, Session,
    operation::{Link, LinkTo},
};

/// Pictures of a run by the text that entries have for them.
pub(super) type Pictures = HashMap<String, Picture>;

/// A picture that was opened.
#[derive(Debug)]
pub(super) struct Picture {
    kind: Kind,
    /// What stands in the row.
    small: String,
    /// The picture as it came, where it is another.
    whole: Option<Vec<u8>>,
}

/// Pictures are opened one after another, over all callers: one takes as much memory as a thousand requests.
static OPENING: Semaphore = Semaphore::const_new(1);

impl Session {
    /// Opens the pictures of operations; nothing is to be computed inside a transaction.
    pub(super) async fn open_pictures(
        &self,
        operations: &[Operation],
    ) -> Result<Pictures, Failure> {
        let mut found = Vec::new();
        for (index, operation) in operations.iter().enumerate() {
            let mut of = |entry: &Entry| self.collect(entry, index, &mut found);
            match operation {
                Operation::Create(entry) => of(entry),
                Operation::Update(update) | Operation::Upsert(update) => of(&update.entry),
                Operation::Merge(merge) => of(&merge.content),
                Operation::Delete(_) | Operation::Associate(_) | Operation::Disassociate(_) => {}
            }
        }
        let mut pictures = Pictures::new();
        for (index, column, text) in found {
            if pictures.contains_key(&text) {
                continue;
            }
            let refused = |refusal| Failure {
                index,
                error: Error::Picture { column: column.clone(), refusal },
            };
            let one = OPENING.acquire().await.map_err(|_closed| Error::Stale)?;
            let opening = tokio::task::spawn_blocking(move || {
                let opened = open(&text);
                drop(one);
                (text, opened)
            });
            let (text, opened) = opening.await.map_err(|_gone| refused(Refusal::Damaged))?;
            pictures.insert(text, opened.map_err(refused)?);
        }
        Ok(pictures)
    }

    /// The pictures of an entry and of the rows that are nested in it.
    fn collect(&self, entry: &Entry, index: usize, found: &mut Vec<(usize, String, String)>) {
        if let Some(table) = self.model().table(&entry.table) {
            for (name, value) in &entry.values {
                let Value::Text(text) = value else { continue };
                if text.is_empty() || !text.len().is_multiple_of(4) {
                    continue;
                }
                let is_picture = table
                    .column(name)
                    .is_some_and(|column| matches!(column.kind, ColumnKind::Image { .. }));
                if is_picture {
                    found.push((index, name.clone(), text.clone()));
                }
            }
        }
        for Link { to, .. } in &entry.links {
            match to {
                LinkTo::New(one) => self.collect(one, index, found),
                LinkTo::NewMany(all) => {
                    for one in all {
                        self.collect(one, index, found);
                    }
                }
                LinkTo::Clear | LinkTo::Row(_) | LinkTo::Rows(_) => {}
            }
        }
    }
}

fn open(text: &str) -> Result<Picture, Refusal> {
    let bytes = STANDARD.decode(text).map_err(|_not_base64| Refusal::Damaged)?;
    let kind = Kind::of(&bytes).ok_or(Refusal::Unknown)?;
    Ok(match pictures::thumbnail(&bytes)? {
        Thumbnail::Own => Picture { kind, small: text.to_owned(), whole: None },
        Thumbnail::Png(small) => {
            Picture { kind, small: STANDARD.encode(small), whole: Some(bytes) }
        }
    })
}

impl Work<'_> {
    /// What is known of the pictures of a row that has got others. `before` is none for a new row.
    pub(super) fn settle_images(
        &mut self,
        table: &Table,
        (id, before): (Uuid, Option<&[Value]>),
        cells: &mut Cells,
    ) -> Result<()> {
        let run = self.run;
        for (at, column) in table.columns().iter().enumerate() {
            if !matches!(column.kind, ColumnKind::Image { .. }) {
                continue;
            }
            let now = cells.values.get(at).cloned().unwrap_or_default();
            let was = before.and_then(|before| before.get(at)).cloned().unwrap_or_default();
            let name = &column.logical;
            let companions =
                [format!("{name}id"), format!("{name}_timestamp"), format!("{name}_url")];
            let is_ours =
                |one: &String| table.column(one).is_some_and(|one| one.of.as_deref() == Some(name));
            if now == was || !companions.iter().all(is_ours) {
                continue;
            }
            if let Some(Value::Guid(old)) =
                before.and_then(|before| before.get(table.position(companions.first()?)?))
            {
                self.drop_file(*old)?;
            }
            let values = if let Value::Text(text) = &now {
                let picture = self.derived();
                if let Some(opened) = run.pictures.get(text) {
                    if let Some(whole) = &opened.whole {
                        let file = format!("{name}.{}", opened.kind.ending());
                        let of = (i64::from(table.code), id, name.as_str());
                        self.keep_whole(picture, of, (&file, opened.kind.media_type()), whole)?;
                    }
                    cells.set(table, name, Value::Text(opened.small.clone()));
                } else if !text.len().is_multiple_of(4) {
                    let column = name.clone();
                    return Err(Error::Picture { column, refusal: Refusal::Damaged });
                }
                // ticks of a tenth of a microsecond since the year 1, as the platform counts them
                let ticks = self.now().as_microsecond().saturating_mul(10) + YEAR_ONE;
                let url = format!(
                    "/Image/download.aspx?Entity={}&Attribute={name}&Id={id}&Timestamp={ticks}",
                    table.logical
                );
                [Value::Guid(picture), Value::Whole(ticks), Value::Text(url)]
            } else {
                [Value::Null, Value::Null, Value::Null]
            };
            for (companion, value) in companions.iter().zip(values) {
                cells.set(table, companion, value);
            }
        }
        Ok(())
    }
}

/// From the year 1 to 1970, in ticks.
const YEAR_ONE: i64 = 621_355_968_000_000_000;
