//! The archive of a backup: one tar file, its manifest last.
//!
//! ```text
//! database          the database, in the engine's own form
//! files/…           the folder of uploaded files
//! seal.key.json     the sealing key under a passphrase, with --with-key
//! manifest.json     what is in it, with checksums
//! ```

use std::{
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::{Component, Path, PathBuf},
};

use aws_lc_rs::digest::{Context, SHA256};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tar::{Builder, EntryType, Header};

use crate::{
    exit::{Exit, Failure, Result},
    storage::Engine,
};

pub(crate) mod locked_key;

/// Name of the database in an archive.
pub(crate) const DATABASE: &str = "database";
/// Name of the locked key in an archive.
pub(crate) const KEY: &str = "seal.key.json";
/// Folder of the files in an archive.
pub(crate) const FILES: &str = "files";
const MANIFEST: &str = "manifest.json";
const FORMAT: u32 = 1;

/// What is in an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The form of the archive.
    pub(crate) format: u32,
    /// The version of the program that wrote it.
    pub(crate) version: String,
    /// The engine that the database is for.
    pub(crate) engine: Engine,
    /// When the backup was begun.
    pub(crate) taken_at: Timestamp,
    /// Whether the sealing key is in it, under a passphrase.
    pub(crate) with_key: bool,
    /// A value that only the right sealing key opens, in base 64.
    pub(crate) key_check: String,
    /// Every entry before the manifest.
    pub(crate) entries: Vec<Entry>,
}

/// What the manifest says of the whole.
#[derive(Debug, Clone)]
pub(crate) struct About {
    pub(crate) engine: Engine,
    pub(crate) taken_at: Timestamp,
    pub(crate) key_check: String,
}

/// One entry of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) path: String,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

/// Writes an archive beside its name; [`Writer::finish`] gives it the name.
pub(crate) struct Writer {
    tar: Builder<tempfile::NamedTempFile>,
    target: PathBuf,
    manifest: Manifest,
}

impl Writer {
    pub(crate) fn create(target: &Path, about: About) -> Result<Self> {
        if target.exists() {
            let text = format!("{} is already there: choose another name", target.display());
            return Err(Failure::new(Exit::Refused, text));
        }
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
        let file = tempfile::NamedTempFile::new_in(folder.unwrap_or_else(|| Path::new(".")));
        let file = file.map_err(|error| wrong(target, &error))?;
        let manifest = Manifest {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            engine: about.engine,
            taken_at: about.taken_at,
            with_key: false,
            key_check: about.key_check,
            entries: Vec::new(),
        };
        Ok(Self { tar: Builder::new(file), target: target.to_owned(), manifest })
    }

    /// Adds a file under a name.
    pub(crate) fn file(&mut self, name: &str, path: &Path) -> Result {
        let target = self.target.clone();
        self.add(name, path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => wrong(path, &error),
            _ => wrong(&target, &error),
        })
    }

    fn add(&mut self, name: &str, path: &Path) -> io::Result<()> {
        let file = File::open(path)?;
        let bytes = file.metadata()?.len();
        let mut hashed = Hashed { inner: file.take(bytes), hash: Context::new(&SHA256) };
        self.tar.append_data(&mut header(bytes), name, &mut hashed)?;
        let sha256 = hashed.finish();
        self.manifest.entries.push(Entry { path: name.to_owned(), bytes, sha256 });
        Ok(())
    }

    /// Adds every file of a folder. Files that vanish meanwhile were deleted and are left out.
    pub(crate) fn folder(&mut self, name: &str, folder: &Path) -> Result {
        let mut waiting = vec![(name.to_owned(), folder.to_owned())];
        while let Some((name, folder)) = waiting.pop() {
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(wrong(&folder, &error)),
            };
            for entry in entries {
                let entry = entry.map_err(|error| wrong(&folder, &error))?;
                let Ok(own) = entry.file_name().into_string() else { continue };
                let kind = entry.file_type().map_err(|error| wrong(&entry.path(), &error))?;
                let inner = format!("{name}/{own}");
                if kind.is_dir() {
                    waiting.push((inner, entry.path()));
                } else if kind.is_file() && entry.path().exists() {
                    self.file(&inner, &entry.path())?;
                }
            }
        }
        Ok(())
    }

    /// Adds the locked key.
    pub(crate) fn key(&mut self, locked: &locked_key::LockedKey) -> Result {
        let bytes = serde_json::to_vec_pretty(locked).map_err(|error| Failure::plain(&error))?;
        self.bytes(KEY, &bytes).map_err(|error| wrong(&self.target, &error))?;
        let sha256 = hash(&bytes);
        self.manifest.entries.push(Entry {
            path: KEY.to_owned(),
            bytes: bytes.len() as u64,
            sha256,
        });
        self.manifest.with_key = true;
        Ok(())
    }

    fn bytes(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.tar.append_data(&mut header(bytes.len() as u64), name, bytes)
    }

    /// Adds the manifest, syncs, and gives the archive its name.
    pub(crate) fn finish(mut self) -> Result<Manifest> {
        let manifest =
            serde_json::to_vec_pretty(&self.manifest).map_err(|error| Failure::plain(&error))?;
        let target = self.target.clone();
        let failed = |error: io::Error| wrong(&target, &error);
        self.bytes(MANIFEST, &manifest).map_err(failed)?;
        let mut file = self.tar.into_inner().map_err(failed)?;
        file.flush().map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist_noclobber(&target).map_err(|error| wrong(&target, &error.error))?;
        Ok(self.manifest)
    }
}

/// Unpacks an archive into an empty folder and checks every byte of it against the manifest.
pub(crate) fn unpack(archive: &Path, into: &Path) -> Result<Manifest> {
    let failed = |error: io::Error| wrong(archive, &error);
    let damaged = |text: &str| {
        Failure::new(Exit::Refused, format!("{} is not a whole backup: {text}", archive.display()))
    };
    let file = File::open(archive).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            Failure::new(Exit::NotFound, format!("{}: {error}", archive.display()))
        }
        _ => failed(error),
    })?;
    let mut seen = Vec::new();
    let mut manifest: Option<Manifest> = None;
    let mut tar = tar::Archive::new(io::BufReader::new(file));
    for entry in tar.entries().map_err(failed)? {
        let mut entry = entry.map_err(|error| damaged(&error.to_string()))?;
        if manifest.is_some() {
            return Err(damaged("something follows the manifest"));
        }
        if entry.header().entry_type() != EntryType::Regular {
            return Err(damaged("it holds something that is no file"));
        }
        let path = entry.path().map_err(|error| damaged(&error.to_string()))?.into_owned();
        let name = safe(&path).ok_or_else(|| damaged("a name leads out of the folder"))?;
        if name == MANIFEST {
            let mut text = String::new();
            let read = entry.by_ref().take(MANIFEST_BYTES).read_to_string(&mut text);
            read.map_err(|error| damaged(&error.to_string()))?;
            let read = serde_json::from_str(&text).map_err(|error| damaged(&error.to_string()))?;
            manifest = Some(read);
            continue;
        }
        let target = into.join(&path);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).map_err(|error| wrong(folder, &error))?;
        }
        let file = File::create_new(&target).map_err(|error| wrong(&target, &error))?;
        let mut hashed = Hashed { inner: entry, hash: Context::new(&SHA256) };
        let mut file = io::BufWriter::new(file);
        let bytes =
            io::copy(&mut hashed, &mut file).map_err(|error| damaged(&error.to_string()))?;
        let file = file.into_inner().map_err(|error| failed(error.into_error()))?;
        file.sync_all().map_err(failed)?;
        seen.push(Entry { path: name, bytes, sha256: hashed.finish() });
    }
    let manifest = manifest.ok_or_else(|| damaged("the manifest at its end is missing"))?;
    if manifest.format != FORMAT {
        return Err(damaged("its form is of a newer program"));
    }
    if manifest.entries != seen {
        return Err(damaged("its content differs from the manifest"));
    }
    Ok(manifest)
}

/// The name of an entry, when it is relative and goes down only.
fn safe(path: &Path) -> Option<String> {
    let down = path.components().all(|part| matches!(part, Component::Normal(_)));
    path.to_str().filter(|name| down && !name.is_empty()).map(str::to_owned)
}

fn header(bytes: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_size(bytes);
    header.set_mode(0o600);
    header.set_entry_type(EntryType::Regular);
    header
}

fn wrong(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Exit::Failure, format!("{}: {error}", path.display()))
}

fn hash(bytes: &[u8]) -> String {
    let mut hash = Context::new(&SHA256);
    hash.update(bytes);
    hex(hash.finish().as_ref())
}

fn hex(bytes: &[u8]) -> String {
    let digit = |four: u8| char::from_digit(four.into(), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Hashes what is read through it.
struct Hashed<R> {
    inner: R,
    hash: Context,
}

impl<R> Hashed<R> {
    fn finish(self) -> String {
        hex(self.hash.finish().as_ref())
    }
}

impl<R: io::Read> io::Read for Hashed<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(into)?;
        self.hash.update(into.get(..count).unwrap_or_default());
        Ok(count)
    }
}

/// Longest manifest that is read; one line a file.
const MANIFEST_BYTES: u64 = 1 << 30;

#[cfg(test)]
mod tests;
