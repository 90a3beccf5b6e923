//! Icons: PNG pictures, decoded to be sure, and written anew before anybody else sees them.

use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, Encoder, Limits, Transformations};

use crate::{finding::Rule, limits::MAX_ICON_SIDE};

/// A picture, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Four bytes a pixel: red, green, blue, alpha.
    pixels: Vec<u8>,
    pub(crate) is_animated: bool,
    /// Bytes behind the end of the picture.
    pub(crate) trailing: usize,
}

impl Picture {
    /// Decodes a picture.
    ///
    /// # Errors
    /// The rule that it breaks, with what was met.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, (Rule, String)> {
        let not_png = |what: &str| (Rule::IconNotPng, what.to_owned());
        if !bytes.starts_with(SIGNATURE) {
            return Err(not_png(looks_like(bytes)));
        }
        let end = end_of(bytes).ok_or_else(|| not_png("damaged"))?;
        let limits = Limits { bytes: MEMORY_BYTES };
        let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), limits);
        decoder.set_transformations(
            Transformations::EXPAND | Transformations::STRIP_16 | Transformations::ALPHA,
        );
        let mut reader = decoder.read_info().map_err(|error| not_png(&error.to_string()))?;
        let (width, height) = reader.info().size();
        if width > MAX_ICON_SIDE || height > MAX_ICON_SIDE {
            return Err((Rule::IconSize, format!("{width} × {height}")));
        }
        let is_animated = reader.info().is_animated();
        let size = reader.output_buffer_size().ok_or_else(|| not_png("too large"))?;
        let mut raw = vec![0; size];
        let frame = reader.next_frame(&mut raw).map_err(|error| not_png(&error.to_string()))?;
        raw.truncate(frame.buffer_size());
        if frame.bit_depth != BitDepth::Eight {
            return Err(not_png("a depth that is not known"));
        }
        let pixels = match frame.color_type {
            ColorType::Rgba => raw,
            ColorType::GrayscaleAlpha => raw
                .chunks_exact(2)
                .flat_map(|pixel| match pixel {
                    [grey, alpha] => [*grey, *grey, *grey, *alpha],
                    _ => [0; 4],
                })
                .collect(),
            _ => return Err(not_png("colours that are not known")),
        };
        Ok(Self { width, height, pixels, is_animated, trailing: bytes.len() - end })
    }

    /// The first pixel that is neither white nor transparent; `None` for an outline as it should be.
    ///
    /// "White (255,255,255) on transparent or the reverse" is: whatever can be seen is white, and something
    /// can be seen, and something not.
    pub(crate) fn off_outline(&self) -> Option<String> {
        let mut seen = false;
        let mut unseen = false;
        let width = usize::try_from(self.width).unwrap_or(1).max(1);
        for (index, pixel) in self.pixels.chunks_exact(4).enumerate() {
            let &[red, green, blue, alpha] = pixel else { continue };
            if alpha == 0 {
                unseen = true;
            } else if [red, green, blue] == [255; 3] {
                seen = true;
                unseen |= alpha < 255;
            } else {
                let (column, row) = (index % width, index / width);
                return Some(format!("#{red:02x}{green:02x}{blue:02x} at {column}, {row}"));
            }
        }
        match (seen, unseen) {
            (true, true) => None,
            (false, _) => Some("nothing can be seen".to_owned()),
            (_, false) => Some("nothing is transparent".to_owned()),
        }
    }

    /// The picture written anew: pixels and nothing else.
    pub(crate) fn clean(&self) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        let mut encoder = Encoder::new(&mut out, self.width, self.height);
        encoder.set_color(ColorType::Rgba);
        encoder.set_depth(BitDepth::Eight);
        let mut writer = encoder.write_header().ok()?;
        writer.write_image_data(&self.pixels).ok()?;
        writer.finish().ok()?;
        Some(out)
    }

    /// A picture of one colour, for placeholders.
    pub(crate) fn draw(side: u32, mut pixel: impl FnMut(u32, u32) -> [u8; 4]) -> Self {
        let mut pixels = Vec::new();
        for row in 0..side {
            for column in 0..side {
                pixels.extend(pixel(column, row));
            }
        }
        Self { width: side, height: side, pixels, is_animated: false, trailing: 0 }
    }
}

/// Where the picture ends: behind its IEND chunk.
fn end_of(bytes: &[u8]) -> Option<usize> {
    let mut at = SIGNATURE.len();
    loop {
        let length = u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?);
        let kind: &[u8; 4] = bytes.get(at + 4..)?.first_chunk()?;
        at = at.checked_add(usize::try_from(length).ok()?)?.checked_add(12)?;
        bytes.get(..at)?;
        if kind == b"IEND" {
            return Some(at);
        }
    }
}

/// What the bytes are instead, as far as their beginning tells.
fn looks_like(bytes: &[u8]) -> &'static str {
    const KINDS: [(&[u8], &str); 7] = [
        (b"\xff\xd8\xff", "JPEG"),
        (b"GIF8", "GIF"),
        (b"RIFF", "WebP"),
        (b"\0\0\x01\0", "ICO"),
        (b"BM", "BMP"),
        (b"PK", "zip"),
        (b"<", "SVG or HTML"),
    ];
    let known = KINDS.iter().find(|(start, _)| bytes.trim_ascii_start().starts_with(start));
    known.map_or("no picture", |(_, name)| name)
}

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// What decoding may take: a picture of the largest size, some rows and tables.
const MEMORY_BYTES: usize = 8 << 20;
