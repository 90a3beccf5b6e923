//! One hub for each data folder.

use std::{fs::File, io, path::Path};

use crate::exit::{Exit, Failure, Result};

/// Held for as long as the process lives: the system gives it back when the process dies, however it dies.
#[derive(Debug)]
pub(crate) struct Lock(#[expect(dead_code, reason = "the open file is the lock")] File);

impl Lock {
    /// Takes the lock, or says that somebody else has it.
    pub(crate) fn take(data: &Path) -> Result<Self> {
        match Self::try_take(data)? {
            Some(lock) => Ok(lock),
            None => Err(Failure::new(
                Exit::Unavailable,
                format!("another hub runs on the data folder {}: stop it first", data.display()),
            )),
        }
    }

    /// Takes the lock when nobody has it.
    pub(crate) fn try_take(data: &Path) -> Result<Option<Self>> {
        let path = data.join(NAME);
        let failed = |error: io::Error| {
            Failure::new(Exit::Config, format!("the lock file {}: {error}", path.display()))
        };
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(file))),
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            Err(std::fs::TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}

const NAME: &str = "liaison.lock";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_hub_on_the_same_folder_is_refused_until_the_first_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::take(folder.path()).unwrap();
        let refused = Lock::take(folder.path()).unwrap_err();
        assert_eq!(refused.exit(), Exit::Unavailable);
        drop(first);
        assert!(Lock::try_take(folder.path()).unwrap().is_some());
    }

    #[test]
    fn a_folder_that_does_not_exist_is_named() {
        let refused = Lock::take(Path::new("/nonexistent/liaison")).unwrap_err();
        assert!(refused.to_string().contains("/nonexistent/liaison"));
        assert_eq!(refused.exit(), Exit::Config);
    }
}
