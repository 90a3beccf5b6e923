//! The archive of an export: a ZIP with a JSON file for each table, and what rooms add.
//!
//! It is written as it is made, part by part, straight to where it is kept: how much there is of a person says nothing of
//! how much memory it takes.

use std::{
    fmt, io,
    io::Write,
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use file_store::{Incoming, Kept};
use serde_json::Value as Json;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use zip::{
    ZipWriter,
    write::{SimpleFileOptions, StreamWriter},
};

use crate::{Error, Result};

type Zip = ZipWriter<StreamWriter<Shelf>>;
type Step = Box<dyn FnOnce(&mut Zip) -> io::Result<()> + Send>;

/// An archive that is being made: files come one after another, each in as many parts as its maker likes.
pub struct Archive {
    zip: Option<Box<Zip>>,
    shelf: Shelf,
    incoming: Box<Incoming>,
    folder: &'static str,
    items: u64,
    held: usize,
}

impl fmt::Debug for Archive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Archive").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Archive {
    pub(crate) fn new(incoming: Incoming) -> Self {
        let shelf = Shelf::default();
        let zip = Some(Box::new(ZipWriter::new_stream(shelf.clone())));
        let incoming = Box::new(incoming);
        Self { zip, shelf, incoming, folder: "", items: 0, held: 0 }
    }

    /// Files go to this folder from now on.
    pub(crate) fn enter(&mut self, folder: &'static str) {
        self.folder = folder;
    }

    /// Begins a file; its name is the room's own, nothing that anybody typed.
    ///
    /// # Errors
    /// [`Error::Files`].
    pub async fn begin(&mut self, name: &str) -> Result<()> {
        let name = if self.folder.is_empty() {
            name.to_owned()
        } else {
            format!("{}/{name}", self.folder)
        };
        self.items = 0;
        self.step(Box::new(move |zip| {
            zip.start_file(name, SimpleFileOptions::default()).map_err(io::Error::other)
        }))
        .await
    }

    /// Adds to the file that was begun.
    ///
    /// # Errors
    /// [`Error::Files`], also when the archive is as large as one may be.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        for part in bytes.chunks(PART) {
            let part = part.to_vec();
            self.step(Box::new(move |zip| zip.write_all(&part))).await?;
        }
        Ok(())
    }

    /// Adds everything that can be read there to the file that was begun.
    ///
    /// # Errors
    /// As [`Archive::write`].
    pub async fn copy(&mut self, from: &mut (dyn AsyncRead + Unpin + Send)) -> Result<()> {
        let mut part = vec![0; PART];
        loop {
            let read = from.read(&mut part).await.map_err(Error::Files)?;
            if read == 0 {
                return Ok(());
            }
            self.write(part.get(..read).unwrap_or_default()).await?;
        }
    }

    /// Adds an entry to a JSON list, which begins with its first and ends with [`Archive::end_list`]; its bytes.
    ///
    /// # Errors
    /// As [`Archive::write`].
    pub async fn item(&mut self, value: &Json) -> Result<usize> {
        let mut bytes = if self.items == 0 { b"[\n".to_vec() } else { b",\n".to_vec() };
        self.items += 1;
        bytes.append(&mut pretty(value));
        self.write(&bytes).await?;
        Ok(bytes.len())
    }

    /// Ends a JSON list.
    ///
    /// # Errors
    /// As [`Archive::write`].
    pub async fn end_list(&mut self) -> Result<()> {
        self.write(if self.items == 0 { b"[]\n" } else { b"\n]\n" }).await
    }

    /// The most bytes that waited at any time to be written to where the archive is kept.
    pub fn held(&self) -> usize {
        self.held
    }

    /// Ends the archive.
    pub(crate) async fn keep(mut self) -> Result<Kept> {
        let zip = self.zip.take().ok_or_else(gone)?;
        let finish = move || (*zip).finish().map(drop).map_err(io::Error::other);
        let finished = tokio::task::spawn_blocking(finish).await;
        finished.map_err(io::Error::other).and_then(|done| done).map_err(Error::Files)?;
        self.put_down().await?;
        Box::pin((*self.incoming).keep()).await.map_err(Error::Files)
    }

    /// Does a step where packing holds nobody up, and puts what came of it where it is kept.
    async fn step(&mut self, step: Step) -> Result<()> {
        let mut zip = self.zip.take().ok_or_else(gone)?;
        let done = tokio::task::spawn_blocking(move || step(&mut zip).map(|()| zip)).await;
        let zip = done.map_err(io::Error::other).and_then(|done| done).map_err(Error::Files)?;
        self.zip = Some(zip);
        self.put_down().await
    }

    async fn put_down(&mut self) -> Result<()> {
        let part = mem::take(&mut *self.shelf.0.lock().unwrap_or_else(PoisonError::into_inner));
        self.held = self.held.max(part.len());
        if part.is_empty() || self.incoming.write(&Bytes::from(part)).await.map_err(Error::Files)? {
            return Ok(());
        }
        Err(Error::Files(io::ErrorKind::FileTooLarge.into()))
    }
}

/// Between packing, which waits for nobody, and the disk.
#[derive(Debug, Clone, Default)]
struct Shelf(Arc<Mutex<Vec<u8>>>);

impl Write for Shelf {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn gone() -> Error {
    Error::Files(io::ErrorKind::BrokenPipe.into())
}

/// JSON that people can read.
pub(crate) fn pretty(value: &Json) -> Vec<u8> {
    serde_json::to_vec_pretty(value).unwrap_or_default()
}

/// What is packed at once.
const PART: usize = 64 << 10;
