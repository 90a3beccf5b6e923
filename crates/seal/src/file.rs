//! The key file: one line a key, the current one first.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Write as _},
    path::Path,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use kernel::{Ids, Secret};

use crate::{Error, Key, Sealer};

impl Sealer {
    /// Reads the key file, or makes one with a new key (mode 0600) when there is none.
    ///
    /// # Errors
    /// [`Error::Exposed`], [`Error::Format`], [`Error::File`].
    pub fn from_file(path: &Path, ids: &Ids) -> Result<Self, Error> {
        let failed = |source| Error::File { path: path.to_owned(), source };
        match fs::read_to_string(path) {
            Ok(text) => {
                if is_exposed(path).map_err(failed)? {
                    return Err(Error::Exposed { path: path.to_owned() });
                }
                Self::from_text(&Secret::new(text), ids.clone())
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let key = Key::generate(ids);
                create(path, &key).map_err(failed)?;
                Self::new(vec![key], ids.clone())
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// Reads the lines of a key file that was given in another way.
    ///
    /// # Errors
    /// [`Error::Format`], [`Error::NoKey`].
    pub fn from_text(text: &Secret<String>, ids: Ids) -> Result<Self, Error> {
        let lines = text.expose().lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let keys: Result<Vec<Key>, Error> = lines.map(|(n, line)| parse(line, n + 1)).collect();
        Self::new(keys?, ids)
    }
}

fn parse(line: &str, number: usize) -> Result<Key, Error> {
    let wrong = || Error::Format { line: number };
    let encoded = line.trim().strip_prefix(MARK).ok_or_else(wrong)?.trim();
    let bytes = Secret::new(STANDARD.decode(encoded).map_err(|_source| wrong())?);
    let key = bytes.expose().as_slice().try_into().map_err(|_length| wrong())?;
    Ok(Key::new(key))
}

/// A crash in the middle leaves a file that the next start refuses by line, never a second key.
fn create(path: &Path, key: &Key) -> io::Result<()> {
    let text = Secret::new(format!("{MARK} {}\n", STANDARD.encode(key.bytes())));
    let mut file = new_file(path)?;
    file.write_all(text.expose().as_bytes())?;
    file.sync_all()?;
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(unix)]
fn new_file(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    File::options().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn new_file(path: &Path) -> io::Result<File> {
    File::options().write(true).create_new(true).open(path)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_start_makes_a_key_and_the_second_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seal.key");
        let first = Sealer::from_file(&path, &Ids::system()).unwrap();
        let second = Sealer::from_file(&path, &Ids::system()).unwrap();
        assert_eq!(first.key_id(), second.key_id());
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seal.key");
        Sealer::from_file(&path, &Ids::system()).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(Sealer::from_file(&path, &Ids::system()), Err(Error::Exposed { .. })));
    }

    #[test]
    fn a_line_that_is_no_key_is_named() {
        let good = format!("{MARK} {}", STANDARD.encode([7; 32]));
        for bad in ["liaison-seal-1 x", "liaison-seal-1", "AAAA", "liaison-seal-1 AAAA"] {
            let text = Secret::new(format!("{good}\n\n{bad}\n"));
            let error = Sealer::from_text(&text, Ids::seeded(1)).unwrap_err();
            assert!(matches!(error, Error::Format { line: 3 }), "{bad}: {error}");
        }
        assert!(matches!(
            Sealer::from_text(&Secret::new(String::new()), Ids::seeded(1)),
            Err(Error::NoKey)
        ));
    }
}
