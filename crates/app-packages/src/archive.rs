//! The zip archive, read with suspicion.
//!
//! Only what packagers really write is taken: one part, no zip64, stored or DEFLATE, nothing encrypted. The
//! central directory decides, and every local header, size and checksum has to agree with it; every
//! byte in front of the directory belongs to exactly one entry. (PKWARE APPNOTE 6.3.10.)

mod headers;
mod names;
mod write;

use std::{collections::HashSet, io::Read as _};

use flate2::{Crc, read::DeflateDecoder};

pub(crate) use names::check as check_name;
pub(crate) use write::write;

use crate::{
    finding::{Finding, Place, Rule, fatal, short},
    limits::{Bounds, RATIO_FREE_BYTES},
};
use headers::{Directory, Header};

/// A file of the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// Every file of an archive with its name, read with the same suspicion as an app package; for other kinds of
/// packages.
///
/// # Errors
/// The rule that the archive breaks, and where.
pub fn open(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, Vec<Finding>> {
    Ok(read(bytes)?.into_iter().map(|entry| (entry.name, entry.bytes)).collect())
}

/// Takes a file with its name.
pub type Take<'a, E> = dyn FnMut(&str, Vec<u8>) -> Result<(), E> + 'a;

/// The files of an archive that are asked for, one after the other, in the order of its directory: only one is held at
/// once. The others are not unpacked; the directory is read with the same suspicion all the same.
///
/// # Errors
/// The rule that the archive breaks, and where, or what `take` says.
pub fn each<E: From<Vec<Finding>>>(
    bytes: &[u8],
    bounds: &Bounds,
    wanted: &dyn Fn(&str) -> bool,
    take: &mut Take<'_, E>,
) -> Result<(), E> {
    for header in headers(bytes, bounds, wanted)? {
        let unpacked = unpack(bytes, &header)?;
        take(&header.name, unpacked)?;
    }
    Ok(())
}

/// An archive of the files, in the order given; the same input gives the same bytes.
pub fn bundle(files: &[(&str, &[u8])]) -> Vec<u8> {
    write(files)
}

type Outcome<T> = Result<T, Vec<Finding>>;

/// Every file of an archive, in the order of its directory; folders are left out.
pub(crate) fn read(bytes: &[u8]) -> Outcome<Vec<Entry>> {
    let headers = headers(bytes, &Bounds::PACKAGE, &|_| true)?;
    let unpacked = headers.into_iter().map(|header| {
        let bytes = unpack(bytes, &header)?;
        Ok(Entry { name: header.name, bytes })
    });
    unpacked.collect()
}

/// The headers of the files that are asked for, after all of them were looked at.
fn headers(bytes: &[u8], bounds: &Bounds, wanted: &dyn Fn(&str) -> bool) -> Outcome<Vec<Header>> {
    if bytes.len() > bounds.bytes {
        let detail = format!("{} bytes of at most {}", bytes.len(), bounds.bytes);
        return Err(fatal(Rule::ArchiveTooLarge, Place::archive(), detail));
    }
    let directory = Directory::find(bytes)?;
    if directory.entries > bounds.entries {
        let detail = format!("{} of at most {}", directory.entries, bounds.entries);
        return Err(fatal(Rule::ArchiveTooManyEntries, Place::archive(), detail));
    }
    let mut headers = directory.headers(bytes)?;
    admit(&headers, bounds, wanted)?;
    no_byte_hidden(bytes, &directory, &headers)?;
    headers.retain(|header| !header.is_folder() && wanted(&header.name));
    Ok(headers)
}

/// What can be said before anything is unpacked.
fn admit(headers: &[Header], bounds: &Bounds, wanted: &dyn Fn(&str) -> bool) -> Outcome<()> {
    let mut seen = HashSet::new();
    let mut total = 0_usize;
    for header in headers {
        let refuse =
            |rule, detail: String| Err(fatal(rule, Place::entry(&short(&header.name)), detail));
        if header.is_encrypted() {
            return refuse(Rule::ArchiveEncrypted, String::new());
        }
        if !matches!(header.method, STORED | DEFLATED) {
            return refuse(Rule::ArchiveMethod, format!("method {}", header.method));
        }
        if header.is_special() {
            return refuse(Rule::ArchiveLink, String::new());
        }
        if let Err(reason) = names::check(&header.name) {
            return refuse(Rule::ArchivePath, reason.to_owned());
        }
        if !seen.insert(names::folded(&header.name)) {
            return refuse(Rule::ArchiveDuplicate, String::new());
        }
        if header.is_folder() && header.size > 0 {
            return refuse(Rule::ArchiveLying, "a folder with content".to_owned());
        }
        if header.is_folder() || !wanted(&header.name) {
            continue;
        }
        total = total.saturating_add(header.size);
        if header.size > bounds.entry || total > bounds.unpacked {
            let most = if header.size > bounds.entry { bounds.entry } else { bounds.unpacked };
            return refuse(Rule::ArchiveUnpackedTooLarge, format!("more than {most} bytes"));
        }
        if header.size > RATIO_FREE_BYTES && header.size / bounds.ratio > header.packed_size {
            let detail = format!("{} bytes out of {}", header.size, header.packed_size);
            return refuse(Rule::ArchiveRatio, detail);
        }
    }
    Ok(())
}

/// Entries lie side by side from the first byte to the directory.
fn no_byte_hidden(bytes: &[u8], directory: &Directory, headers: &[Header]) -> Outcome<()> {
    let mut spans = Vec::new();
    for header in headers {
        let span = header.span(bytes).map_err(|detail| {
            fatal(Rule::ArchiveLying, Place::entry(&short(&header.name)), detail)
        })?;
        spans.push((span, &header.name));
    }
    spans.sort_unstable_by_key(|(span, _)| span.start);
    let mut at = 0;
    for (span, name) in spans {
        if span.start != at {
            let detail = if span.start < at {
                "shares bytes with another"
            } else {
                "unnamed bytes before it"
            };
            return Err(fatal(Rule::ArchiveHidden, Place::entry(&short(name)), detail));
        }
        at = span.end;
    }
    if at != directory.start {
        let detail = "bytes between the last entry and the directory";
        return Err(fatal(Rule::ArchiveHidden, Place::archive(), detail));
    }
    Ok(())
}

/// The bytes of an entry; size and checksum are as its headers say.
fn unpack(bytes: &[u8], header: &Header) -> Outcome<Vec<u8>> {
    let lying =
        |detail: &str| fatal(Rule::ArchiveLying, Place::entry(&short(&header.name)), detail);
    let data = header.data(bytes).map_err(lying)?;
    let unpacked = if header.method == STORED {
        data.to_vec()
    } else {
        let mut out = Vec::new();
        let mut decoder = DeflateDecoder::new(data);
        let most = u64::try_from(header.size).unwrap_or(u64::MAX).saturating_add(1);
        let read = decoder.by_ref().take(most).read_to_end(&mut out);
        read.map_err(|_source| lying("the compressed bytes are damaged"))?;
        let used = usize::try_from(decoder.total_in()).unwrap_or(usize::MAX);
        if out.len() == header.size && used != data.len() {
            return Err(lying("bytes behind the end of the compressed ones"));
        }
        out
    };
    if unpacked.len() != header.size {
        return Err(lying("another size than said"));
    }
    let mut crc = Crc::new();
    crc.update(&unpacked);
    if crc.sum() != header.checksum {
        return Err(lying("another checksum than said"));
    }
    Ok(unpacked)
}

/// Method 0: as it is (APPNOTE §4.4.5).
const STORED: u16 = 0;
/// Method 8: DEFLATE (APPNOTE §4.4.5).
const DEFLATED: u16 = 8;
