//! The end record, the central directory and the local headers (APPNOTE §4.3).

use std::ops::Range;

use super::Outcome;
use crate::{
    finding::{Place, Rule, fatal, short},
    limits::MAX_NAME_BYTES,
};

/// Where the central directory is.
#[derive(Debug)]
pub(super) struct Directory {
    pub(super) start: usize,
    end: usize,
    pub(super) entries: usize,
}

/// An entry as the central directory tells it.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) name: String,
    pub(super) method: u16,
    pub(super) checksum: u32,
    pub(super) packed_size: usize,
    pub(super) size: usize,
    raw_name: Vec<u8>,
    flags: u16,
    made_by: u16,
    attributes: u32,
    start: usize,
}

fn unreadable(detail: &str) -> Vec<crate::Finding> {
    fatal(Rule::ArchiveUnreadable, Place::archive(), detail)
}

fn variant(detail: &str) -> Vec<crate::Finding> {
    fatal(Rule::ArchiveVariant, Place::archive(), detail)
}

impl Directory {
    /// The end record whose comment reaches exactly to the end of the archive.
    pub(super) fn find(bytes: &[u8]) -> Outcome<Self> {
        let last = bytes.len().checked_sub(END_BYTES).ok_or_else(|| unreadable("too short"))?;
        let first = last.saturating_sub(usize::from(u16::MAX));
        let is_end = |at: &usize| {
            u32_at(bytes, *at) == Some(END)
                && u16_at(bytes, at + 20).map(usize::from) == Some(last - at)
        };
        let at = (first..=last).rev().find(is_end);
        let at = at.ok_or_else(|| unreadable("no directory of a zip archive"))?;
        let short = |offset| u16_at(bytes, at + offset).unwrap_or(u16::MAX);
        let long = |offset| u32_at(bytes, at + offset).unwrap_or(u32::MAX);
        let (size, start) = (long(12), long(16));
        if short(10) == u16::MAX || size == u32::MAX || start == u32::MAX {
            return Err(variant("zip64"));
        }
        if short(4) != 0 || short(6) != 0 || short(8) != short(10) {
            return Err(variant("several parts"));
        }
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        if start.checked_add(size) != Some(at) {
            return Err(unreadable("the directory is not where the archive says"));
        }
        Ok(Self { start, end: at, entries: short(10).into() })
    }

    /// Every entry of the directory.
    pub(super) fn headers(&self, bytes: &[u8]) -> Outcome<Vec<Header>> {
        let mut at = self.start;
        let mut headers = Vec::with_capacity(self.entries);
        for _ in 0..self.entries {
            let (header, next) = Header::read(bytes, at)?
                .ok_or_else(|| unreadable("the directory ends too early"))?;
            // before more of them are kept: names could be as long as the archive
            if header.raw_name.len() > MAX_NAME_BYTES {
                let (place, detail) = (Place::entry(&short(&header.name)), "longer than 255 bytes");
                return Err(fatal(Rule::ArchivePath, place, detail));
            }
            headers.push(header);
            at = next;
        }
        if at != self.end {
            return Err(unreadable("the directory holds more than it says"));
        }
        Ok(headers)
    }
}

impl Header {
    fn read(bytes: &[u8], at: usize) -> Outcome<Option<(Self, usize)>> {
        let parts = || {
            if u32_at(bytes, at)? != CENTRAL {
                return None;
            }
            let name_bytes = usize::from(u16_at(bytes, at + 28)?);
            let extra_bytes = usize::from(u16_at(bytes, at + 30)?);
            let comment_bytes = usize::from(u16_at(bytes, at + 32)?);
            let name_at = at + CENTRAL_BYTES;
            let raw_name = bytes.get(name_at..name_at + name_bytes)?.to_vec();
            let next = name_at + name_bytes + extra_bytes + comment_bytes;
            bytes.get(..next)?;
            Some((raw_name, next))
        };
        let Some((raw_name, next)) = parts() else { return Ok(None) };
        let short = |offset| u16_at(bytes, at + offset).unwrap_or(u16::MAX);
        let long = |offset| u32_at(bytes, at + offset).unwrap_or(u32::MAX);
        if [long(20), long(24), long(42)].contains(&u32::MAX) {
            return Err(variant("zip64"));
        }
        if short(34) != 0 {
            return Err(variant("several parts"));
        }
        let name = String::from_utf8_lossy(&raw_name).into_owned();
        let sized = |value: u32| usize::try_from(value).unwrap_or(usize::MAX);
        let header = Self {
            name,
            raw_name,
            made_by: short(4),
            flags: short(8),
            method: short(10),
            checksum: long(16),
            packed_size: sized(long(20)),
            size: sized(long(24)),
            attributes: long(38),
            start: sized(long(42)),
        };
        Ok(Some((header, next)))
    }

    /// Bits 0, 6 and 13 (APPNOTE §4.4.4).
    pub(super) const fn is_encrypted(&self) -> bool {
        self.flags & 0b10_0000_0100_0001 != 0
    }

    pub(super) fn is_folder(&self) -> bool {
        self.name.ends_with('/')
    }

    /// A link, a device or a pipe: archives made on Unix carry the mode in the upper half.
    pub(super) const fn is_special(&self) -> bool {
        const UNIX: u16 = 3;
        const DARWIN: u16 = 19;
        let host = self.made_by >> 8;
        let kind = (self.attributes >> 16) & 0o170_000;
        (host == UNIX || host == DARWIN) && !matches!(kind, 0 | 0o100_000 | 0o040_000)
    }

    /// Where the compressed bytes are; fails when the local header says something else.
    fn data_range(&self, bytes: &[u8]) -> Result<Range<usize>, &'static str> {
        let at = self.start;
        let cut = "cut off";
        if u32_at(bytes, at) != Some(LOCAL) {
            return Err("no local header where the directory says");
        }
        let short = |offset| u16_at(bytes, at + offset).ok_or(cut);
        let long = |offset| u32_at(bytes, at + offset).ok_or(cut);
        if short(6)? & SAME_FLAGS != self.flags & SAME_FLAGS || short(8)? != self.method {
            return Err("another method or protection than the directory says");
        }
        let name_at = at + LOCAL_BYTES;
        let name_end = name_at + usize::from(short(26)?);
        if bytes.get(name_at..name_end) != Some(self.raw_name.as_slice()) {
            return Err("another name than the directory says");
        }
        let told = (long(14)?, long(18)?, long(22)?);
        let said = (self.checksum, self.packed_size, self.size);
        let equal = told.0 == said.0
            && usize::try_from(told.1) == Ok(said.1)
            && usize::try_from(told.2) == Ok(said.2);
        // With a descriptor behind the data the local header may leave them out, or say "see zip64".
        let left_out =
            self.has_descriptor() && matches!((told.1, told.2), (0, 0) | (u32::MAX, u32::MAX));
        if !equal && !left_out {
            return Err("other sizes or another checksum than the directory says");
        }
        let start = name_end + usize::from(short(28)?);
        let end = start.checked_add(self.packed_size).ok_or(cut)?;
        if bytes.get(start..end).is_none() {
            return Err(cut);
        }
        Ok(start..end)
    }

    /// The compressed bytes.
    pub(super) fn data<'a>(&self, bytes: &'a [u8]) -> Result<&'a [u8], &'static str> {
        bytes.get(self.data_range(bytes)?).ok_or("cut off")
    }

    /// From the local header to the end of the data, or of the descriptor behind it.
    pub(super) fn span(&self, bytes: &[u8]) -> Result<Range<usize>, &'static str> {
        let data = self.data_range(bytes)?;
        let descriptor = if self.has_descriptor() { self.descriptor(bytes, data.end)? } else { 0 };
        Ok(self.start..data.end + descriptor)
    }

    /// Bit 3: sizes and checksum stand behind the data (APPNOTE §4.3.9).
    const fn has_descriptor(&self) -> bool {
        self.flags & 0b1000 != 0
    }

    /// How long the descriptor is: with or without its mark, with sizes of 4 or 8 bytes.
    fn descriptor(&self, bytes: &[u8], at: usize) -> Result<usize, &'static str> {
        for mark in [4, 0] {
            if mark == 4 && u32_at(bytes, at) != Some(DESCRIPTOR) {
                continue;
            }
            let values = at + mark;
            if u32_at(bytes, values) != Some(self.checksum) {
                continue;
            }
            let narrow =
                |offset| u32_at(bytes, values + offset).and_then(|it| usize::try_from(it).ok());
            let wide =
                |offset| u64_at(bytes, values + offset).and_then(|it| usize::try_from(it).ok());
            if (wide(4), wide(12)) == (Some(self.packed_size), Some(self.size)) {
                return Ok(mark + 20);
            }
            if (narrow(4), narrow(8)) == (Some(self.packed_size), Some(self.size)) {
                return Ok(mark + 12);
            }
        }
        Err("the descriptor behind the data says something else")
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().copied().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().copied().map(u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().copied().map(u64::from_le_bytes)
}

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const DESCRIPTOR: u32 = 0x0807_4b50;
const LOCAL_BYTES: usize = 30;
const CENTRAL_BYTES: usize = 46;
const END_BYTES: usize = 22;
/// Flags that both headers of an entry have to agree on: encryption and the descriptor.
const SAME_FLAGS: u16 = 0b10_0000_0100_1001;
