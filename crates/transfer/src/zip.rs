//! The packed files that workbooks are: read with suspicion, written as a stream.
//!
//! Reading trusts the central directory alone, takes no part larger than it says, and no part that unpacks to much more
//! than its bytes. (PKWARE APPNOTE 6.3.10.)

use std::io::{Read, Write as _};

use flate2::{Compression, Crc, read::DeflateDecoder, write::DeflateEncoder};

use crate::{
    Problem,
    limits::{MAX_PARTS, MAX_RATIO, MAX_UNPACKED_BYTES, RATIO_FREE_BYTES},
};

/// A packed file that is looked into.
#[derive(Debug)]
pub(crate) struct Archive<'a> {
    bytes: &'a [u8],
    parts: Vec<Part>,
}

#[derive(Debug)]
struct Part {
    name: String,
    stored: bool,
    packed: usize,
    size: u64,
    at: usize,
}

const BROKEN: Problem = Problem::Packed;

impl<'a> Archive<'a> {
    /// Reads the directory.
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, Problem> {
        let tail = bytes.len().saturating_sub(END + usize::from(u16::MAX));
        let last = bytes.get(tail..).unwrap_or_default();
        let end = last.windows(4).rposition(|four| four == b"PK\x05\x06").ok_or(BROKEN)? + tail;
        let (count, start) = (short(bytes, end + 10)?, long(bytes, end + 16)?);
        if usize::from(count) > MAX_PARTS {
            return Err(BROKEN);
        }
        let (mut parts, mut at, mut all) = (Vec::new(), start, 0_u64);
        for _ in 0..count {
            if long(bytes, at)? != 0x0201_4b50 {
                return Err(BROKEN);
            }
            let (flags, method) = (short(bytes, at + 8)?, short(bytes, at + 10)?);
            let (packed, size) = (long(bytes, at + 20)?, u64::try_from(long(bytes, at + 24)?));
            let size = size.map_err(|_large| BROKEN)?;
            let lengths = [28, 30, 32].map(|place| short(bytes, at + place).map(usize::from));
            let [name, extra, comment] = lengths;
            let (name, extra, comment) = (name?, extra?, comment?);
            let text = bytes.get(at + HEADER..at + HEADER + name).ok_or(BROKEN)?;
            // encrypted, or packed in a way that workbooks are not
            if flags & 1 != 0 || !matches!(method, 0 | 8) {
                return Err(BROKEN);
            }
            all = all.saturating_add(size);
            let ratio = size / u64::try_from(packed.max(1)).unwrap_or(1);
            if all > MAX_UNPACKED_BYTES || (size > RATIO_FREE_BYTES && ratio > MAX_RATIO) {
                return Err(Problem::Unpacked);
            }
            parts.push(Part {
                name: String::from_utf8_lossy(text).trim_start_matches('/').to_owned(),
                stored: method == 0,
                packed,
                size,
                at: long(bytes, at + 42)?,
            });
            at += HEADER + name + extra + comment;
        }
        Ok(Self { bytes, parts })
    }

    /// A part by its name, whatever the case; it gives no more bytes than the directory says.
    pub(crate) fn part(&self, name: &str) -> Result<Option<Box<dyn Read + 'a>>, Problem> {
        let found = self.parts.iter().find(|part| part.name.eq_ignore_ascii_case(name));
        let Some(part) = found else { return Ok(None) };
        let (name, extra) = (short(self.bytes, part.at + 26)?, short(self.bytes, part.at + 28)?);
        let start = part.at + LOCAL + usize::from(name) + usize::from(extra);
        let data = start.checked_add(part.packed).and_then(|end| self.bytes.get(start..end));
        let data = data.ok_or(BROKEN)?;
        Ok(Some(if part.stored {
            Box::new(data.take(part.size))
        } else {
            Box::new(DeflateDecoder::new(data).take(part.size))
        }))
    }
}

fn short(bytes: &[u8], at: usize) -> Result<u16, Problem> {
    let found = bytes.get(at..).and_then(|rest| rest.first_chunk::<2>());
    found.map(|two| u16::from_le_bytes(*two)).ok_or(BROKEN)
}

fn long(bytes: &[u8], at: usize) -> Result<usize, Problem> {
    let found = bytes.get(at..).and_then(|rest| rest.first_chunk::<4>());
    let found = found.map(|four| u32::from_le_bytes(*four)).ok_or(BROKEN)?;
    // of 64-bit archives the directory says that the number stands elsewhere
    usize::try_from(found).ok().filter(|_| found != u32::MAX).ok_or(BROKEN)
}

/// Bytes of the end of the directory, of an entry of it, and of the header of a part.
const END: usize = 22;
const HEADER: usize = 46;
const LOCAL: usize = 30;

/// A packed file that is written part after part and given away meanwhile.
#[derive(Debug, Default)]
pub(crate) struct Stream {
    out: Vec<u8>,
    /// Bytes that were given away.
    gone: u64,
    done: Vec<Written>,
    current: Option<Current>,
}

#[derive(Debug)]
struct Written {
    name: &'static str,
    crc: u32,
    packed: u32,
    size: u32,
    at: u32,
}

#[derive(Debug)]
struct Current {
    name: &'static str,
    at: u64,
    packer: DeflateEncoder<Vec<u8>>,
    crc: Crc,
    packed: u64,
}

impl Stream {
    /// Begins a part.
    pub(crate) fn begin(&mut self, name: &'static str) {
        let at = self.gone + u64::try_from(self.out.len()).unwrap_or_default();
        self.out.extend_from_slice(b"PK\x03\x04");
        self.head(name, (0, 0, 0));
        self.out.extend_from_slice(&0_u16.to_le_bytes());
        self.out.extend_from_slice(name.as_bytes());
        let packer = DeflateEncoder::new(Vec::new(), Compression::new(4));
        self.current = Some(Current { name, at, packer, crc: Crc::new(), packed: 0 });
    }

    /// What a header and an entry of the directory have in common.
    fn head(&mut self, name: &str, (crc, packed, size): (u32, u32, u32)) {
        // version 2.0, sizes behind the data, UTF-8 names, DEFLATE, 1980-01-01
        for short in [20_u16, 0x0808, 8, 0, 0x21] {
            self.out.extend_from_slice(&short.to_le_bytes());
        }
        for long in [crc, packed, size] {
            self.out.extend_from_slice(&long.to_le_bytes());
        }
        let length = u16::try_from(name.len()).unwrap_or_default();
        self.out.extend_from_slice(&length.to_le_bytes());
    }

    /// Adds to the part.
    pub(crate) fn write(&mut self, text: &str) {
        let Some(current) = &mut self.current else { return };
        current.crc.update(text.as_bytes());
        // writing into memory cannot fail
        let _ = current.packer.write_all(text.as_bytes());
        let ready = std::mem::take(current.packer.get_mut());
        current.packed += u64::try_from(ready.len()).unwrap_or_default();
        self.out.extend_from_slice(&ready);
    }

    /// Ends the part; false when it has grown larger than an archive of 32 bits can say.
    pub(crate) fn end(&mut self) -> bool {
        let Some(current) = self.current.take() else { return true };
        let size = u64::from(current.crc.amount());
        let total = current.packer.total_in();
        let rest = current.packer.finish().unwrap_or_default();
        let packed = current.packed + u64::try_from(rest.len()).unwrap_or_default();
        self.out.extend_from_slice(&rest);
        let (Ok(packed), Ok(at)) = (u32::try_from(packed), u32::try_from(current.at)) else {
            return false;
        };
        let crc = current.crc.sum();
        let small = u32::try_from(size).unwrap_or_default();
        self.out.extend_from_slice(b"PK\x07\x08");
        for long in [crc, packed, small] {
            self.out.extend_from_slice(&long.to_le_bytes());
        }
        self.done.push(Written { name: current.name, crc, packed, size: small, at });
        total == size
    }

    /// Writes a whole part.
    pub(crate) fn part(&mut self, name: &'static str, text: &str) {
        self.begin(name);
        self.write(text);
        self.end();
    }

    /// Writes the directory.
    pub(crate) fn finish(&mut self) {
        let start = self.gone + u64::try_from(self.out.len()).unwrap_or_default();
        let done = std::mem::take(&mut self.done);
        for part in &done {
            self.out.extend_from_slice(b"PK\x01\x02");
            self.out.extend_from_slice(&20_u16.to_le_bytes());
            self.head(part.name, (part.crc, part.packed, part.size));
            // no extra field, no comment, disk 0, no attributes
            self.out.extend_from_slice(&[0; 12]);
            self.out.extend_from_slice(&part.at.to_le_bytes());
            self.out.extend_from_slice(part.name.as_bytes());
        }
        let end = self.gone + u64::try_from(self.out.len()).unwrap_or_default();
        let count = u16::try_from(done.len()).unwrap_or_default();
        self.out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        self.out.extend_from_slice(&count.to_le_bytes());
        self.out.extend_from_slice(&count.to_le_bytes());
        let (size, start) = (u32::try_from(end - start), u32::try_from(start));
        self.out.extend_from_slice(&size.unwrap_or_default().to_le_bytes());
        self.out.extend_from_slice(&start.unwrap_or_default().to_le_bytes());
        self.out.extend_from_slice(&0_u16.to_le_bytes());
    }

    /// What is written by now, to be given away.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        self.gone += u64::try_from(self.out.len()).unwrap_or_default();
        std::mem::take(&mut self.out)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn packed() -> Vec<u8> {
        let mut stream = Stream::default();
        stream.part("a.xml", "hello");
        let mut all = stream.take();
        stream.begin("b/c.xml");
        for _ in 0..1000 {
            stream.write("row after row ");
        }
        all.extend(stream.take());
        assert!(stream.end());
        stream.finish();
        all.extend(stream.take());
        all
    }

    fn text(archive: &Archive<'_>, name: &str) -> String {
        let mut text = String::new();
        archive.part(name).unwrap().unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn what_is_streamed_is_read() {
        let all = packed();
        let archive = Archive::open(&all).unwrap();
        assert_eq!(text(&archive, "A.xml"), "hello");
        assert_eq!(text(&archive, "b/c.xml"), "row after row ".repeat(1000));
        assert!(archive.part("d").unwrap().is_none());
    }

    #[test]
    fn a_part_that_claims_to_be_huge_is_refused_before_it_is_unpacked() {
        let mut all = packed();
        let entry = all.windows(4).rposition(|four| four == b"PK\x01\x02").unwrap();
        all[entry + 24..entry + 28].copy_from_slice(&(900_u32 << 20).to_le_bytes());
        assert_eq!(Archive::open(&all).map(drop), Err(Problem::Unpacked));
        // and one that lies the other way gives no more than it says
        all[entry + 24..entry + 28].copy_from_slice(&3_u32.to_le_bytes());
        assert_eq!(text(&Archive::open(&all).unwrap(), "b/c.xml"), "row");
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(cut in 0_usize..600, flip in 0_usize..600, to in any::<u8>()) {
            let mut all = packed();
            if let Some(byte) = all.get_mut(flip) {
                *byte = to;
            }
            all.truncate(all.len().saturating_sub(cut % 40));
            if let Ok(archive) = Archive::open(&all) {
                for name in ["a.xml", "b/c.xml"] {
                    if let Ok(Some(mut part)) = archive.part(name) {
                        let _ = part.read_to_end(&mut Vec::new());
                    }
                }
            }
        }
    }
}
