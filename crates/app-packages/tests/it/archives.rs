//! Archives that lie, burst or leave their folder.

use std::io::Write as _;

use app_packages::{
    Finding, Rule, each,
    limits::{self, Bounds},
    read,
};
use flate2::{Compression, Crc, write::DeflateEncoder};

use crate::sample;

/// An entry whose every field can be wrong.
#[derive(Clone)]
struct Raw {
    name: Vec<u8>,
    local_name: Option<Vec<u8>>,
    data: Vec<u8>,
    method: u16,
    flags: u16,
    checksum: u32,
    size: u32,
    packed: u32,
    local_size: Option<u32>,
    made_by: u16,
    attributes: u32,
    descriptor: Vec<u8>,
    /// Bytes in front of the local header.
    before: Vec<u8>,
    /// Where the directory says that it is, instead of where it is.
    offset: Option<u32>,
}

fn stored(name: &str, bytes: &[u8]) -> Raw {
    let mut crc = Crc::new();
    crc.update(bytes);
    let size = u32::try_from(bytes.len()).unwrap();
    Raw {
        name: name.as_bytes().to_vec(),
        local_name: None,
        data: bytes.to_vec(),
        method: 0,
        flags: 0,
        checksum: crc.sum(),
        size,
        packed: size,
        local_size: None,
        made_by: 20,
        attributes: 0,
        descriptor: Vec::new(),
        before: Vec::new(),
        offset: None,
    }
}

fn deflated(name: &str, bytes: &[u8]) -> Raw {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    let data = encoder.finish().unwrap();
    let packed = u32::try_from(data.len()).unwrap();
    Raw { data, packed, method: 8, ..stored(name, bytes) }
}

/// With the sizes behind the data.
fn streamed(name: &str, bytes: &[u8], mark: bool, wide: bool) -> Raw {
    let raw = deflated(name, bytes);
    let mut descriptor = if mark { b"PK\x07\x08".to_vec() } else { Vec::new() };
    descriptor.extend(raw.checksum.to_le_bytes());
    for size in [raw.packed, raw.size] {
        if wide {
            descriptor.extend(u64::from(size).to_le_bytes());
        } else {
            descriptor.extend(size.to_le_bytes());
        }
    }
    Raw { flags: 8, local_size: Some(0), descriptor, ..raw }
}

fn archive(entries: &[Raw]) -> Vec<u8> {
    archive_with(entries, &[], &[], 0)
}

fn archive_with(entries: &[Raw], before_directory: &[u8], comment: &[u8], more: i32) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::new();
    let mut directory: Vec<u8> = Vec::new();
    for raw in entries {
        out.extend(&raw.before);
        let start = u32::try_from(out.len()).unwrap();
        let own = raw.local_name.as_ref().unwrap_or(&raw.name);
        let (sum, packed, size) = match raw.local_size {
            Some(0) => (0, 0, 0),
            Some(size) => (raw.checksum, raw.packed, size),
            None => (raw.checksum, raw.packed, raw.size),
        };
        out.extend(b"PK\x03\x04\x14\0");
        for half in [raw.flags, raw.method, 0, 0] {
            out.extend(half.to_le_bytes());
        }
        for word in [sum, packed, size] {
            out.extend(word.to_le_bytes());
        }
        out.extend(u16::try_from(own.len()).unwrap().to_le_bytes());
        out.extend([0, 0]);
        out.extend(own);
        out.extend(&raw.data);
        out.extend(&raw.descriptor);

        directory.extend(b"PK\x01\x02");
        for half in [raw.made_by, 20, raw.flags, raw.method, 0, 0] {
            directory.extend(half.to_le_bytes());
        }
        for word in [raw.checksum, raw.packed, raw.size] {
            directory.extend(word.to_le_bytes());
        }
        directory.extend(u16::try_from(raw.name.len()).unwrap().to_le_bytes());
        directory.extend([0; 8]);
        directory.extend(raw.attributes.to_le_bytes());
        directory.extend(raw.offset.unwrap_or(start).to_le_bytes());
        directory.extend(&raw.name);
    }
    out.extend(before_directory);
    let start = u32::try_from(out.len()).unwrap();
    out.extend(&directory);
    let count = u16::try_from(i32::try_from(entries.len()).unwrap() + more).unwrap();
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(u32::try_from(directory.len()).unwrap().to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend(u16::try_from(comment.len()).unwrap().to_le_bytes());
    out.extend(comment);
    out
}

fn rule(bytes: &[u8]) -> Result<(), Rule> {
    read(bytes).map(drop).map_err(|findings| findings[0].rule)
}

fn manifest() -> Raw {
    deflated("manifest.json", sample::manifest().to_string().as_bytes())
}

fn with(raw: Raw) -> Vec<u8> {
    archive(&[manifest(), raw])
}

#[test]
fn plain_archives_of_every_writer_are_read() {
    let text = sample::manifest().to_string();
    for mark in [true, false] {
        for wide in [true, false] {
            let raw = streamed("manifest.json", text.as_bytes(), mark, wide);
            assert_eq!(rule(&archive(&[raw, stored("a.txt", b"a")])), Ok(()), "{mark} {wide}");
        }
    }
    let folder = Raw { made_by: 3 << 8, attributes: 0o040_755 << 16, ..stored("images/", b"") };
    let unix = Raw { made_by: 3 << 8, attributes: 0o100_644 << 16, ..stored("a.txt", b"a") };
    assert_eq!(rule(&archive(&[manifest(), folder, unix])), Ok(()));
    assert_eq!(rule(&archive_with(&[manifest()], &[], b"made by hand", 0)), Ok(()));
    assert_eq!(rule(&with(stored("empty.txt", b""))), Ok(()));
}

#[test]
fn what_is_no_archive_is_refused() {
    let whole = with(stored("a.txt", b"a"));
    for bytes in
        [b"".as_slice(), b"PK", b"not a zip archive, but long enough to be one", &whole[1..]]
    {
        assert_eq!(rule(bytes), Err(Rule::ArchiveUnreadable));
    }
    let trailing = [whole.as_slice(), b"!"].concat();
    assert_eq!(rule(&trailing), Err(Rule::ArchiveUnreadable));
    assert_eq!(rule(&archive_with(&[manifest()], &[], &[], 1)), Err(Rule::ArchiveUnreadable));
    assert_eq!(rule(&archive_with(&[manifest()], &[], &[], -1)), Err(Rule::ArchiveUnreadable));
    let mut parts = whole.clone();
    let end = parts.len() - 22;
    parts[end + 4] = 1;
    assert_eq!(rule(&parts), Err(Rule::ArchiveVariant));
    let mut huge = whole;
    huge[end + 16..end + 20].fill(0xff);
    assert_eq!(rule(&huge), Err(Rule::ArchiveVariant));
}

#[test]
fn a_cut_archive_is_refused_at_every_length() {
    let whole = with(streamed("a.txt", b"some text, some text", true, false));
    for length in 0..whole.len() {
        assert!(read(&whole[..length]).is_err(), "{length}");
    }
}

#[test]
fn names_that_leave_the_folder_are_refused() {
    for name in [
        "../../etc/passwd",
        "/etc/passwd",
        "a/../../b",
        "C:\\windows\\a",
        "..\\..\\a",
        "a\\b.png",
        "./a",
        "a//b",
        "a\0.png",
        "a\u{202e}gnp.exe",
        "con/..",
        "",
    ] {
        assert_eq!(rule(&with(stored(name, b"x"))), Err(Rule::ArchivePath), "{name:?}");
    }
    let latin = Raw { name: b"\xe9t\xe9.png".to_vec(), ..stored("x", b"x") };
    assert_eq!(rule(&with(latin)), Err(Rule::ArchivePath));
}

#[test]
fn names_that_stand_twice_are_refused() {
    let twice = archive(&[manifest(), stored("a.png", b"1"), stored("a.png", b"2")]);
    assert_eq!(rule(&twice), Err(Rule::ArchiveDuplicate));
    let by_case = archive(&[manifest(), stored("A.png", b"1"), stored("a.PNG", b"2")]);
    assert_eq!(rule(&by_case), Err(Rule::ArchiveDuplicate));
    let manifests = archive(&[manifest(), stored("Manifest.JSON", b"{}")]);
    assert_eq!(rule(&manifests), Err(Rule::ArchiveDuplicate));
    let folder = archive(&[manifest(), stored("a", b"1"), stored("a/", b"")]);
    assert_eq!(rule(&folder), Err(Rule::ArchiveDuplicate));
}

#[test]
fn links_devices_and_encrypted_entries_are_refused() {
    for mode in [0o120_777_u32, 0o020_666, 0o060_666, 0o010_666, 0o140_777] {
        let link = Raw { made_by: 3 << 8, attributes: mode << 16, ..stored("a", b"/etc/passwd") };
        assert_eq!(rule(&with(link)), Err(Rule::ArchiveLink), "{mode:o}");
    }
    for flags in [1, 1 | 64, 1 << 13] {
        let raw = Raw { flags, ..stored("a", b"secret") };
        assert_eq!(rule(&with(raw)), Err(Rule::ArchiveEncrypted));
    }
    for method in [1, 9, 12, 14, 93, 99] {
        assert_eq!(rule(&with(Raw { method, ..stored("a", b"x") })), Err(Rule::ArchiveMethod));
    }
}

#[test]
fn headers_that_disagree_are_refused() {
    let good = deflated("a.txt", b"some text, some text, some text");
    for lying in [
        Raw { local_name: Some(b"b.txt".to_vec()), ..good.clone() },
        Raw { local_size: Some(5), ..good.clone() },
        Raw { local_size: Some(0), ..good.clone() },
        Raw { checksum: 7, ..good.clone() },
        Raw { size: 5, ..good.clone() },
        Raw { size: 500, ..good.clone() },
        Raw { method: 0, ..good.clone() },
        Raw { data: vec![0xff; good.data.len()], ..good.clone() },
        Raw { checksum: 7, ..streamed("a.txt", b"text", true, false) },
        Raw { descriptor: vec![0; 16], ..streamed("a.txt", b"text", true, false) },
        stored("folder/", b"content"),
    ] {
        assert_eq!(rule(&with(lying)), Err(Rule::ArchiveLying));
    }
    let mut flags = with(good.clone());
    let at = flags.windows(4).rposition(|four| four == b"PK\x03\x04").unwrap();
    flags[at + 6] = 1;
    assert_eq!(rule(&flags), Err(Rule::ArchiveLying));
    let mut behind = good;
    behind.data.extend(b"more");
    behind.packed += 4;
    assert_eq!(rule(&with(behind)), Err(Rule::ArchiveLying));
}

#[test]
fn bytes_that_belong_to_nobody_or_to_two_are_refused() {
    let gap = Raw { before: b"<script>".to_vec(), ..stored("a.txt", b"a") };
    assert_eq!(rule(&with(gap)), Err(Rule::ArchiveHidden));
    let front = Raw { before: b"#!/bin/sh\n".to_vec(), ..manifest() };
    assert_eq!(rule(&archive(&[front])), Err(Rule::ArchiveHidden));
    let behind = archive_with(&[manifest()], b"unseen", &[], 0);
    assert_eq!(rule(&behind), Err(Rule::ArchiveHidden));
    // Two names in the directory for one piece of data, as quoted bombs have them.
    let first = stored("a", b"a");
    let second = Raw { name: b"b".to_vec(), local_name: Some(b"b".to_vec()), ..first.clone() };
    let mut shared = archive(&[manifest(), first.clone(), second]);
    let start = u32::try_from(archive(&[manifest()]).len() - 22 - 46 - 13).unwrap();
    let last = shared.len() - 22 - 1 - 4;
    shared[last..last + 4].copy_from_slice(&start.to_le_bytes());
    let told = rule(&shared);
    assert!(matches!(told, Err(Rule::ArchiveLying | Rule::ArchiveHidden)), "{told:?}");
}

#[test]
fn bombs_are_refused_before_they_are_unpacked() {
    let zeros = vec![0; 4 << 20];
    assert_eq!(rule(&with(deflated("a.json", &zeros))), Err(Rule::ArchiveRatio));
    // Each within its ratio, together too much.
    let mut state = 1_u32;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        u8::try_from(state >> 28).unwrap()
    })
    .take(3 << 20)
    .collect();
    let many: Vec<Raw> = (0..4).map(|at| deflated(&format!("{at}.bin"), &noise)).collect();
    let packed = archive(&[vec![manifest()], many].concat());
    assert!(packed.len() < limits::MAX_BYTES, "{}", packed.len());
    assert_eq!(rule(&packed), Err(Rule::ArchiveUnpackedTooLarge));
    // What says that it is small and is not.
    let lying = Raw { size: 100, local_size: Some(100), ..deflated("a.json", &zeros) };
    assert_eq!(rule(&with(lying)), Err(Rule::ArchiveLying));
    let entries: Vec<Raw> =
        (0..=limits::MAX_ENTRIES).map(|at| stored(&at.to_string(), b"")).collect();
    assert_eq!(rule(&archive(&entries)), Err(Rule::ArchiveTooManyEntries));
    assert_eq!(rule(&vec![0; limits::MAX_BYTES + 1]), Err(Rule::ArchiveTooLarge));
}

#[test]
fn one_manifest_lies_at_the_root() {
    assert_eq!(rule(&archive(&[stored("a.txt", b"a")])), Err(Rule::ManifestMissing));
    assert_eq!(rule(&archive(&[stored("Manifest.json", b"{}")])), Err(Rule::ManifestMissing));
    assert_eq!(rule(&archive(&[stored("app/manifest.json", b"{}")])), Err(Rule::ManifestInFolder));
    let several = archive(&[manifest(), stored("old/manifest.json", b"{}")]);
    assert_eq!(rule(&several), Err(Rule::ManifestSeveral));
}

#[test]
fn a_manifest_is_an_object_in_json() {
    let of = |text: &[u8]| rule(&archive(&[stored("manifest.json", text)]));
    assert_eq!(of(b"{"), Err(Rule::ManifestNotJson));
    assert_eq!(of(b"\xff\xfe{\0}\0"), Err(Rule::ManifestNotJson));
    assert_eq!(of(b"{\"a\": \"\xff\"}"), Err(Rule::ManifestNotJson));
    assert_eq!(of(b"[]"), Err(Rule::ManifestNotObject));
    assert_eq!(of(b"{\"id\": 1, \"id\": 2}"), Err(Rule::ManifestRepeated));
    let deep = [b"{\"a\":".repeat(10_000), b"1".to_vec(), b"}".repeat(10_000)].concat();
    assert_eq!(of(&deep), Err(Rule::ManifestNotJson));
    let noise: String = (0..limits::MAX_DOCUMENT_BYTES)
        .map(|at| char::from(b'a' + u8::try_from(at * at % 26).unwrap()))
        .collect();
    assert_eq!(of(format!("{{\"a\":\"{noise}\"}}").as_bytes()), Err(Rule::ManifestTooLarge));
    assert_eq!(of(b"\xef\xbb\xbf{}"), Ok(()));
}

/// Other kinds of packages have other bounds: what nobody asks for is neither unpacked nor counted, and one file is held
/// at a time.
#[test]
fn files_are_handed_over_one_by_one_within_the_bounds_that_were_given() {
    let bounds = Bounds { bytes: 1 << 20, entries: 200, entry: 5000, unpacked: 9000, ratio: 1100 };
    let text = vec![b'x'; 4000];
    let entries: Vec<Raw> = (0..150)
        .map(|n| match n {
            0..2 => deflated(&format!("a/{n}.profile"), &text),
            _ => deflated(&format!("b/{n}.cls"), &vec![b'y'; 100_000]),
        })
        .collect();
    let bytes = archive(&entries);
    assert_eq!(rule(&bytes), Err(Rule::ArchiveTooManyEntries), "no app package");
    let read = |bytes: &[u8], bounds: &Bounds, end: &str| {
        let mut seen = Vec::new();
        let mut take = |name: &str, bytes: Vec<u8>| {
            seen.push((name.to_owned(), bytes.len()));
            Ok::<_, Vec<Finding>>(())
        };
        let wanted = |name: &str| name.ends_with(end);
        match each(bytes, bounds, &wanted, &mut take) {
            Ok(()) => Ok(seen),
            Err(findings) => Err(findings[0].rule),
        }
    };
    let both = vec![("a/0.profile".to_owned(), 4000), ("a/1.profile".to_owned(), 4000)];
    assert_eq!(read(&bytes, &bounds, ".profile"), Ok(both));
    assert_eq!(read(&bytes, &bounds, ".cls"), Err(Rule::ArchiveUnpackedTooLarge), "one of them");
    let narrow = Bounds { unpacked: 7999, ..bounds };
    assert_eq!(read(&bytes, &narrow, ".profile"), Err(Rule::ArchiveUnpackedTooLarge), "together");
    let few = Bounds { entries: 149, ..bounds };
    assert_eq!(read(&bytes, &few, ".profile"), Err(Rule::ArchiveTooManyEntries));
    let small = Bounds { bytes: bytes.len() - 1, ..bounds };
    assert_eq!(read(&bytes, &small, ".profile"), Err(Rule::ArchiveTooLarge));
    // of what is not asked for the names count all the same
    let sly = archive(&[deflated("a.profile", b"x"), deflated("../up.cls", b"x")]);
    assert_eq!(read(&sly, &bounds, ".profile"), Err(Rule::ArchivePath));
    // and who takes ends it
    let mut stop = |_: &str, _: Vec<u8>| Err::<(), Vec<Finding>>(Vec::new());
    assert_eq!(each(&bytes, &bounds, &|_| true, &mut stop).unwrap_err().len(), 1);
    assert!(
        each(&bytes, &bounds, &|name| name.ends_with(".profile"), &mut stop)
            .unwrap_err()
            .is_empty()
    );
}
