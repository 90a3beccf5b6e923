//! What one durable commit costs on this disk: write 4 KiB, `fdatasync`, again.

use std::{
    fs::File,
    os::unix::fs::FileExt as _,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Result;

use crate::report::Spread;

/// Syncs for that long in the folder and returns how long each took.
pub(crate) fn syncs(folder: &Path, time: Duration) -> Result<Spread> {
    let file = File::create(folder.join("sync-rate"))?;
    let block = [7_u8; 4096];
    // As in a write-ahead log: the file grows, then the same blocks are written again.
    let mut spread = Spread::default();
    let started = Instant::now();
    let mut at = 0;
    while started.elapsed() < time {
        let before = Instant::now();
        file.write_all_at(&block, at)?;
        file.sync_data()?;
        spread.add(before.elapsed());
        at = (at + 4096) % (4 << 20);
    }
    std::fs::remove_file(folder.join("sync-rate"))?;
    Ok(spread)
}
