//! The archive of an export: a ZIP with a JSON file for each table, and what rooms add.

use std::io::{Cursor, Write as _};

use serde_json::Value as Json;
use zip::{ZipWriter, write::SimpleFileOptions};

/// Makes the archive; names are ours, so they need no cleaning.
pub(crate) fn make(files: &[(String, Vec<u8>)]) -> std::io::Result<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    for (name, bytes) in files {
        writer.start_file(name.as_str(), options).map_err(std::io::Error::other)?;
        writer.write_all(bytes)?;
    }
    Ok(writer.finish().map_err(std::io::Error::other)?.into_inner())
}

/// A JSON file that people can read.
pub(crate) fn pretty(value: &Json) -> Vec<u8> {
    serde_json::to_vec_pretty(value).unwrap_or_default()
}
