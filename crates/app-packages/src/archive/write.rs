//! The archive, written: the same bytes for the same files, always.

use std::io::Write as _;

use flate2::{Compression, Crc, write::DeflateEncoder};

use super::{DEFLATED, STORED};
use crate::limits::{MAX_RATIO, RATIO_FREE_BYTES};

/// An archive of the files, in the order given. Names and sizes were checked before.
pub(crate) fn write(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for (name, bytes) in files {
        let start = out.len();
        let packed = deflate(bytes);
        // What shrinks too well would be taken for a bomb.
        let honest = |packed: &[u8]| {
            packed.len() < bytes.len()
                && (bytes.len() <= RATIO_FREE_BYTES || bytes.len() / MAX_RATIO <= packed.len())
        };
        let (method, data) = match &packed {
            Some(packed) if honest(packed) => (DEFLATED, packed.as_slice()),
            _ => (STORED, *bytes),
        };
        let mut crc = Crc::new();
        crc.update(bytes);
        let mut shared = Vec::new();
        put16(&mut shared, NEEDED);
        put16(&mut shared, if name.is_ascii() { 0 } else { UTF8 });
        put16(&mut shared, method);
        put16(&mut shared, 0);
        put16(&mut shared, FIRST_DAY);
        put32(&mut shared, crc.sum());
        put32(&mut shared, size(data.len()));
        put32(&mut shared, size(bytes.len()));
        put16(&mut shared, u16::try_from(name.len()).unwrap_or(u16::MAX));
        put16(&mut shared, 0);

        out.extend(b"PK\x03\x04");
        out.extend(&shared);
        out.extend(name.as_bytes());
        out.extend(data);

        directory.extend(b"PK\x01\x02");
        put16(&mut directory, NEEDED);
        directory.extend(&shared);
        // Comment, part, both kinds of attributes.
        directory.extend([0; 10]);
        put32(&mut directory, size(start));
        directory.extend(name.as_bytes());
    }
    let start = out.len();
    out.extend(&directory);
    let count = u16::try_from(files.len()).unwrap_or(u16::MAX);
    out.extend(b"PK\x05\x06\0\0\0\0");
    put16(&mut out, count);
    put16(&mut out, count);
    put32(&mut out, size(directory.len()));
    put32(&mut out, size(start));
    put16(&mut out, 0);
    out
}

fn deflate(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

/// What fits the bounds of a package fits 32 bits.
fn size(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

fn put16(out: &mut Vec<u8>, value: u16) {
    out.extend(value.to_le_bytes());
}

fn put32(out: &mut Vec<u8>, value: u32) {
    out.extend(value.to_le_bytes());
}

/// Version 2.0 can do folders and DEFLATE (APPNOTE §4.4.3).
const NEEDED: u16 = 20;
/// Bit 11: names are UTF-8.
const UTF8: u16 = 1 << 11;
/// 1 January 1980, the first day that the format knows: a package does not depend on when it was made.
const FIRST_DAY: u16 = (1 << 5) | 1;
