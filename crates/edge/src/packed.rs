//! What the binary carries packed.

use std::io::{self, Read as _};

use flate2::read::GzDecoder;

/// Unpacks gzip of our own build; what comes from outside is bounded where it is read.
///
/// # Errors
/// Bytes that are not gzip.
pub fn unpacked(packed: &[u8]) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(packed.len().saturating_mul(4));
    GzDecoder::new(packed).read_to_end(&mut bytes)?;
    Ok(bytes)
}
