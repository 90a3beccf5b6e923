//! The key file: one line a key, the current one first.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Write as _},
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use kernel::{Ids, Secret};

use crate::{Error, Key, KeyId, Sealer};

impl Sealer {
    /// Reads the key file, or makes one with a new key (mode 0600) when there is none. The sealer follows
    /// the file: see [`Sealer::refresh`].
    ///
    /// # Errors
    /// [`Error::Exposed`], [`Error::Format`], [`Error::NoKey`], [`Error::File`].
    pub fn from_file(path: &Path, ids: &Ids) -> Result<Self, Error> {
        let keys = match KeyFile::read(path) {
            Err(Error::File { source, .. }) if source.kind() == ErrorKind::NotFound => {
                let key = Key::generate(ids);
                let failed = |source| Error::File { path: path.to_owned(), source };
                create(path, &render(&[Line { key: key.clone(), next: false }])).map_err(failed)?;
                FileKeys { used: vec![key], next: Vec::new() }
            }
            outcome => outcome?.into_keys(),
        };
        Self::of_file(keys, ids.clone(), path.to_owned())
    }

    /// Reads the lines of a key file that was given in another way.
    ///
    /// # Errors
    /// [`Error::Format`], [`Error::NoKey`].
    pub fn from_text(text: &Secret<String>, ids: Ids) -> Result<Self, Error> {
        let FileKeys { used, next } = keys(&parse(text)?);
        Self::new(used.into_iter().chain(next).collect(), ids)
    }
}

/// What a key of the file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyUse {
    /// New values are sealed with it.
    Current,
    /// It only opens what was sealed before.
    Old,
    /// It is known but not used yet, so that every node has it before the first one uses it.
    Next,
}

/// The key file, to be changed. Whatever changes it writes it anew beside the old one and renames it, so that
/// a crash leaves the one or the other.
#[derive(Debug)]
pub struct KeyFile {
    path: PathBuf,
    lines: Vec<Line>,
}

#[derive(Debug, Clone)]
struct Line {
    key: Key,
    next: bool,
}

impl KeyFile {
    /// Reads the file.
    ///
    /// # Errors
    /// [`Error::Exposed`], [`Error::Format`], [`Error::NoKey`], [`Error::File`].
    pub fn read(path: &Path) -> Result<Self, Error> {
        let failed = |source| Error::File { path: path.to_owned(), source };
        let text = Secret::new(fs::read_to_string(path).map_err(failed)?);
        if is_exposed(path).map_err(failed)? {
            return Err(Error::Exposed { path: path.to_owned() });
        }
        let lines = parse(&text)?;
        if lines.iter().all(|line| line.next) {
            return Err(Error::NoKey);
        }
        Ok(Self { path: path.to_owned(), lines })
    }

    /// The keys by name, the current one first.
    pub fn keys(&self) -> Vec<(KeyId, KeyUse)> {
        let mut current = true;
        let mut list = Vec::with_capacity(self.lines.len());
        for line in &self.lines {
            let used = match (line.next, current) {
                (true, _) => KeyUse::Next,
                (false, true) => KeyUse::Current,
                (false, false) => KeyUse::Old,
            };
            current = current && line.next;
            list.push((line.key.id(), used));
        }
        kernel::sort_by_key(&mut list, |(_, used)| *used != KeyUse::Current);
        list
    }

    /// Adds a key that is not used yet; nothing changes when there is one. Its name.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Changing`].
    pub fn prepare(&mut self, ids: &Ids) -> Result<KeyId, Error> {
        if let Some(line) = self.lines.iter().find(|line| line.next) {
            return Ok(line.key.id());
        }
        let key = Key::generate(ids);
        let id = key.id();
        let mut lines = self.lines.clone();
        lines.push(Line { key, next: true });
        self.write(lines)?;
        Ok(id)
    }

    /// Takes a new key into use: the one that was prepared, else one that is drawn now. Its name. The keys so
    /// far stay, to open what they sealed.
    ///
    /// # Errors
    /// As [`KeyFile::prepare`].
    pub fn rotate(&mut self, ids: &Ids) -> Result<KeyId, Error> {
        let mut lines = self.lines.clone();
        let prepared = lines.iter().position(|line| line.next).map(|at| lines.remove(at).key);
        let key = prepared.unwrap_or_else(|| Key::generate(ids));
        let id = key.id();
        lines.insert(0, Line { key, next: false });
        self.write(lines)?;
        Ok(id)
    }

    /// Drops every old key. They go to the end of a file beside this one, `….retired`, for copies of the data
    /// that are older, unless they are thrown away. Their names.
    ///
    /// # Errors
    /// As [`KeyFile::prepare`].
    pub fn retire(&mut self, throw_away: bool) -> Result<Vec<KeyId>, Error> {
        let names = self.keys();
        let is_old = |line: &Line| names.contains(&(line.key.id(), KeyUse::Old));
        let (old, kept): (Vec<Line>, Vec<Line>) = self.lines.iter().cloned().partition(is_old);
        if old.is_empty() {
            return Ok(Vec::new());
        }
        if !throw_away {
            let aside = self.retired_path();
            let failed = |source| Error::File { path: aside.clone(), source };
            append(&aside, &render(&old)).map_err(failed)?;
        }
        let ids = old.iter().map(|line| line.key.id()).collect();
        self.write(kept)?;
        Ok(ids)
    }

    /// Where retired keys go.
    pub fn retired_path(&self) -> PathBuf {
        beside(&self.path, "retired")
    }

    /// The keys that open.
    pub(crate) fn into_keys(self) -> FileKeys {
        keys(&self.lines)
    }

    fn write(&mut self, lines: Vec<Line>) -> Result<(), Error> {
        // What the name leads to is replaced, not the name.
        let target = fs::canonicalize(&self.path);
        let target = target.map_err(|source| Error::File { path: self.path.clone(), source })?;
        let fresh = beside(&target, "new");
        match create(&fresh, &render(&lines)) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                return Err(Error::Changing { path: fresh });
            }
            outcome => outcome.map_err(|source| Error::File { path: fresh.clone(), source })?,
        }
        let renamed = fs::rename(&fresh, &target).and_then(|()| sync_folder(&target));
        renamed.map_err(|source| Error::File { path: target, source })?;
        self.lines = lines;
        Ok(())
    }
}

/// The keys of a file as a sealer takes them.
#[derive(Debug)]
pub(crate) struct FileKeys {
    /// Those in use, the current one first, the oldest last.
    pub(crate) used: Vec<Key>,
    /// Those that are not used yet.
    pub(crate) next: Vec<Key>,
}

fn keys(lines: &[Line]) -> FileKeys {
    let of = |next| lines.iter().filter(move |line| line.next == next);
    let keys = |next| of(next).map(|line| line.key.clone()).collect();
    FileKeys { used: keys(false), next: keys(true) }
}

fn parse(text: &Secret<String>) -> Result<Vec<Line>, Error> {
    let lines = text.expose().lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(n, line)| parse_line(line, n + 1)).collect()
}

fn parse_line(line: &str, number: usize) -> Result<Line, Error> {
    let wrong = || Error::Format { line: number };
    let rest = line.trim().strip_prefix(MARK).ok_or_else(wrong)?;
    let (next, encoded) = match rest.strip_prefix(NEXT) {
        Some(encoded) => (true, encoded.trim()),
        None => (false, rest.trim()),
    };
    let bytes = Secret::new(STANDARD.decode(encoded).map_err(|_source| wrong())?);
    let key = bytes.expose().as_slice().try_into().map_err(|_length| wrong())?;
    Ok(Line { key: Key::new(key), next })
}

fn render(lines: &[Line]) -> Secret<String> {
    let line = |line: &Line| {
        let next = if line.next { NEXT } else { "" };
        format!("{MARK}{next} {}\n", STANDARD.encode(line.key.bytes()))
    };
    Secret::new(lines.iter().map(line).collect())
}

/// A crash in the middle leaves a file that the next start refuses by line, never a second key.
fn create(path: &Path, text: &Secret<String>) -> io::Result<()> {
    let mut file = private(File::options().write(true).create_new(true)).open(path)?;
    file.write_all(text.expose().as_bytes())?;
    file.sync_all()?;
    sync_folder(path)
}

fn append(path: &Path, text: &Secret<String>) -> io::Result<()> {
    let mut file = private(File::options().append(true).create(true)).open(path)?;
    file.write_all(text.expose().as_bytes())?;
    file.sync_all()?;
    sync_folder(path)
}

/// Makes a rename or a new file last.
fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

#[cfg(unix)]
fn private(options: &mut fs::OpenOptions) -> &mut fs::OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut fs::OpenOptions) -> &mut fs::OpenOptions {
    options
}

#[cfg(unix)]
fn is_exposed(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_exposed(_path: &Path) -> io::Result<bool> {
    Ok(false)
}

/// What each line starts with; the number is the format's.
const MARK: &str = "liaison-seal-1";
/// What follows it before a key that is not used yet.
const NEXT: &str = "-next";

#[cfg(test)]
mod tests;
