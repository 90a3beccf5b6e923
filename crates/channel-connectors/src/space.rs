//! How much disk is left.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU8, Ordering},
    },
};

use jiff::Timestamp;

/// Tells how much of the disk under a folder is free, and asks the system at most once a second.
#[derive(Debug, Clone)]
pub struct FreeSpace {
    folder: Option<PathBuf>,
    last: Arc<Last>,
}

#[derive(Debug)]
struct Last {
    asked_at: AtomicI64,
    percent: AtomicU8,
}

impl FreeSpace {
    /// The disk of a folder.
    pub fn of(folder: impl AsRef<Path>) -> Self {
        Self { folder: Some(folder.as_ref().to_owned()), ..Self::fixed(100) }
    }

    /// A share that only [`FreeSpace::set`] changes: for hubs whose data lies elsewhere, and for tests.
    pub fn fixed(percent: u8) -> Self {
        let last = Last { asked_at: AtomicI64::new(i64::MIN), percent: AtomicU8::new(percent) };
        Self { folder: None, last: Arc::new(last) }
    }

    /// Sets the share of a fixed one.
    pub fn set(&self, percent: u8) {
        self.last.percent.store(percent, Ordering::Relaxed);
    }

    /// The share that is free, in percent, rounded down.
    pub fn percent(&self, now: Timestamp) -> u8 {
        let second = now.as_second();
        if let Some(folder) = &self.folder
            && self.last.asked_at.swap(second, Ordering::Relaxed) != second
            // A disk that does not answer is not full; storing will tell.
            && let Ok(percent) = ask(folder)
        {
            self.last.percent.store(percent, Ordering::Relaxed);
        }
        self.last.percent.load(Ordering::Relaxed)
    }
}

fn ask(folder: &Path) -> rustix::io::Result<u8> {
    let disk = rustix::fs::statvfs(folder)?;
    let share = disk.f_bavail.saturating_mul(100).checked_div(disk.f_blocks);
    Ok(u8::try_from(share.unwrap_or(100).min(100)).unwrap_or(100))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_disk_of_a_folder_tells_a_share() {
        let folder = tempfile::tempdir().unwrap();
        let space = FreeSpace::of(folder.path());
        space.set(101);
        assert!(space.percent(Timestamp::UNIX_EPOCH) <= 100);
    }

    #[test]
    fn the_system_is_asked_once_a_second() {
        let folder = tempfile::tempdir().unwrap();
        let space = FreeSpace::of(folder.path());
        space.percent(Timestamp::UNIX_EPOCH);
        space.set(101);
        assert_eq!(space.percent(Timestamp::UNIX_EPOCH), 101);
        assert!(space.percent(Timestamp::from_second(1).unwrap()) <= 100);
    }
}
