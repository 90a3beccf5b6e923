//! Pictures of records: looked at before they are kept, and made small for pages and lists.
//!
//! Whoever sends a picture is not trusted. Its size is read before anything is unpacked, what unpacking may take is
//! bounded, and what does not open whole is refused. A thumbnail is written by us, pixel by pixel, unless the picture is
//! small enough to be its own.
//!
//! What it is not: a place that keeps pictures, or a library of every format. PNG, JPEG and GIF are taken, of which the
//! last shows its first frame; vector formats are not, because they may hold script.
//!
//! ```
//! use liaison_pictures::{Refusal, thumbnail};
//!
//! assert_eq!(thumbnail(b"<svg onload='alert(1)'/>"), Err(Refusal::Unknown));
//! ```

mod decode;
mod shrink;

/// The sides of a thumbnail (Dataverse Web API, image columns: 144 × 144).
pub const SIDE: usize = 144;
/// Pixels of a picture: those of a camera with twelve megapixels; our own choice, because unpacking one takes about
/// twelve bytes for each.
pub const MAX_PIXELS: usize = 12 << 20;
/// The longest side; our own choice.
pub const MAX_SIDE: usize = 16_384;

/// The kind of a picture, by its first bytes: what its sender calls it does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Portable Network Graphics.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
}

impl Kind {
    /// What the first bytes say.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            _ => None,
        }
    }

    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
        }
    }

    /// How names of such files end.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Gif => "gif",
        }
    }
}

/// Why a picture is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The bytes are no PNG, JPEG or GIF.
    #[error("the picture is no PNG, JPEG or GIF")]
    Unknown,
    /// Its size is more than may be.
    #[error(
        "the picture of {width} × {height} pixels has more than 12,582,912 of them, or a side of more than 16,384"
    )]
    TooLarge {
        /// Pixels in a row.
        width: usize,
        /// Rows.
        height: usize,
    },
    /// It does not open.
    #[error("the picture is damaged")]
    Damaged,
}

/// What stands for a picture where there is little room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Thumbnail {
    /// The picture itself: it is a square, and small enough.
    Own,
    /// A PNG of our own.
    Png(Vec<u8>),
}

/// Opens a picture and makes its thumbnail: the square in its middle, at most [`SIDE`] wide (Dataverse Web API, image
/// columns). What is smaller is not blown up.
///
/// # Errors
/// [`Refusal`].
pub fn thumbnail(bytes: &[u8]) -> Result<Thumbnail, Refusal> {
    let kind = Kind::of(bytes).ok_or(Refusal::Unknown)?;
    let picture = decode::decode(kind, bytes)?;
    if picture.width == picture.height && picture.width <= SIDE {
        return Ok(Thumbnail::Own);
    }
    shrink::square(&picture).map(Thumbnail::Png).ok_or(Refusal::Damaged)
}

#[cfg(test)]
mod tests;
