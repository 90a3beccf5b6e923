//! Every bound of the reader, and where it comes from.

/// Bytes of a package, and of all that is in it together ("over 10 MB unpacked" is refused; our own choice).
pub const MAX_BYTES: usize = 10 << 20;

/// Entries of a package: a manifest, icons and language files; our own choice.
pub const MAX_ENTRIES: usize = 128;

/// Bytes of the name of an entry; our own choice, the longest that file systems take.
pub const MAX_NAME_BYTES: usize = 255;

/// Bytes of a manifest or a language file; our own choice, ten times the largest published sample.
pub const MAX_DOCUMENT_BYTES: usize = 1 << 20;

/// How much an entry over [`RATIO_FREE_BYTES`] may grow when unpacked; our own choice. Text shrinks to a tenth,
/// DEFLATE goes to 1:1032.
pub const MAX_RATIO: usize = 100;

/// Entries up to this many bytes may be packed as well as they like: a picture of one colour shrinks a lot.
pub const RATIO_FREE_BYTES: usize = 100 << 10;

/// Findings of one check; what comes after is left out.
pub const MAX_FINDINGS: usize = 200;

/// Pixels on a side of an icon that is looked at; the largest asked for is 192.
pub const MAX_ICON_SIDE: u32 = 512;

/// What an archive may hold that is read with suspicion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes of the archive.
    pub bytes: usize,
    /// Entries, those that nobody asks for among them.
    pub entries: usize,
    /// Bytes of one entry that is asked for, unpacked; no more than this is held at once.
    pub entry: usize,
    /// Bytes of all entries that are asked for, unpacked: what bounds the time.
    pub unpacked: usize,
    /// How much an entry over [`RATIO_FREE_BYTES`] may grow; DEFLATE goes to 1:1032.
    pub ratio: usize,
}

impl Bounds {
    /// Of an app package.
    pub const PACKAGE: Self = Self {
        bytes: MAX_BYTES,
        entries: MAX_ENTRIES,
        entry: MAX_BYTES,
        unpacked: MAX_BYTES,
        ratio: MAX_RATIO,
    };
}
