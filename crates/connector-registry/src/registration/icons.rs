//! The two icons of an app package, made of a logo.

use std::io::Cursor;

use channel_connectors::IconKind;

/// A picture in memory, four bytes a pixel: red, green, blue, opacity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

/// Opens a logo whose kind and size were checked.
pub(crate) fn decode(kind: IconKind, bytes: &[u8]) -> Option<Picture> {
    let picture = match kind {
        IconKind::Png => png(bytes)?,
        IconKind::Gif => gif(bytes)?,
        IconKind::Jpeg => jpeg(bytes)?,
    };
    let whole = picture.width.checked_mul(picture.height)?.checked_mul(4)?;
    (picture.width > 0 && picture.height > 0 && picture.pixels.len() == whole).then_some(picture)
}

fn png(bytes: &[u8]) -> Option<Picture> {
    let limits = png::Limits { bytes: MAX_BYTES };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    let size = reader.output_buffer_size().filter(|size| *size <= MAX_BYTES)?;
    let mut raw = vec![0; size];
    let info = reader.next_frame(&mut raw).ok()?;
    raw.truncate(info.buffer_size());
    let pixels = match info.color_type {
        png::ColorType::Rgba => raw,
        png::ColorType::Rgb => rgba(&raw, |&[r, g, b]: &[u8; 3]| [r, g, b, 255]),
        png::ColorType::Grayscale => rgba(&raw, |&[v]: &[u8; 1]| [v, v, v, 255]),
        png::ColorType::GrayscaleAlpha => rgba(&raw, |&[v, a]: &[u8; 2]| [v, v, v, a]),
        png::ColorType::Indexed => return None,
    };
    Some(Picture {
        width: usize::try_from(info.width).ok()?,
        height: usize::try_from(info.height).ok()?,
        pixels,
    })
}

fn gif(bytes: &[u8]) -> Option<Picture> {
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    options.set_memory_limit(gif::MemoryLimit::Bytes(std::num::NonZeroU64::new(MAX_BYTES as u64)?));
    let mut decoder = options.read_info(Cursor::new(bytes)).ok()?;
    let (width, height) = (usize::from(decoder.width()), usize::from(decoder.height()));
    let frame = decoder.read_next_frame().ok()??;
    let (left, top) = (usize::from(frame.left), usize::from(frame.top));
    let across = usize::from(frame.width);
    let mut pixels = vec![0; width.checked_mul(height)?.checked_mul(4)?];
    for (row, line) in frame.buffer.chunks_exact(across.checked_mul(4)?.max(4)).enumerate() {
        let from = ((top + row) * width + left) * 4;
        pixels.get_mut(from..from + line.len())?.copy_from_slice(line);
    }
    Some(Picture { width, height, pixels })
}

fn jpeg(bytes: &[u8]) -> Option<Picture> {
    use zune_jpeg::zune_core::{
        bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions,
    };
    let options = DecoderOptions::default()
        .set_max_width(MAX_SIDE)
        .set_max_height(MAX_SIDE)
        .jpeg_set_out_colorspace(ColorSpace::RGBA);
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let pixels = decoder.decode().ok()?;
    let (width, height) = decoder.dimensions()?;
    Some(Picture { width, height, pixels })
}

fn rgba<const N: usize>(raw: &[u8], pixel: impl Fn(&[u8; N]) -> [u8; 4]) -> Vec<u8> {
    let (pixels, _rest) = raw.as_chunks::<N>();
    pixels.iter().flat_map(pixel).collect()
}

impl Picture {
    /// The pixel at a place; transparent outside.
    fn at(&self, x: usize, y: usize) -> [u8; 4] {
        let from = (y * self.width + x) * 4;
        let pixel = self.pixels.get(from..from + 4).and_then(|pixel| pixel.first_chunk());
        pixel.copied().unwrap_or_default()
    }

    /// The mean of the pixels that one pixel of a `side`-wide square covers; the picture keeps its shape and
    /// stands in the middle.
    fn mean(&self, side: usize, place: (usize, usize)) -> [u8; 4] {
        let longest = self.width.max(self.height);
        let span = |at: usize, own: usize| {
            let margin = (longest - own) / 2;
            let from = (at * longest / side).saturating_sub(margin);
            let to = ((at + 1) * longest / side).saturating_sub(margin).max(from + 1);
            let outside = (at + 1) * longest / side <= margin || from >= own;
            (!outside).then_some(from..to.min(own))
        };
        let (Some(columns), Some(rows)) = (span(place.0, self.width), span(place.1, self.height))
        else {
            return [0; 4];
        };
        let (mut sums, mut opacity, mut count) = ([0_usize; 3], 0, 0);
        for row in rows {
            for column in columns.clone() {
                let [red, green, blue, solid] = self.at(column, row).map(usize::from);
                sums = [sums[0] + red * solid, sums[1] + green * solid, sums[2] + blue * solid];
                opacity += solid;
                count += 1;
            }
        }
        let byte = |value: usize| u8::try_from(value).unwrap_or(255);
        let [red, green, blue] = sums.map(|sum| byte(sum / opacity.max(1)));
        [red, green, blue, byte(opacity / usize::max(count, 1))]
    }

    /// The colour icon: 192 × 192.
    pub(crate) fn colour_icon(&self) -> Option<Vec<u8>> {
        let pixels: Vec<u8> = places(COLOUR).flat_map(|place| self.mean(COLOUR, place)).collect();
        let mut png = Vec::new();
        write(&mut png, COLOUR, &pixels)?;
        Some(png)
    }

    /// The outline icon: 32 × 32, white on transparent. Where the logo is transparent it stays so; a logo on
    /// a ground of one colour loses that ground.
    pub(crate) fn outline_icon(&self) -> Option<Vec<u8>> {
        let ground = self.at(0, 0);
        let clear = ground[3] < HALF || self.pixels.iter().skip(3).step_by(4).any(|a| *a < HALF);
        let drawn = |place| {
            let [r, g, b, a] = self.mean(OUTLINE, place);
            let far = [(r, ground[0]), (g, ground[1]), (b, ground[2])];
            let far: u16 = far.into_iter().map(|(x, y)| u16::from(x.abs_diff(y))).sum();
            a >= HALF && (clear || far > GROUND)
        };
        let mut marks: Vec<bool> = places(OUTLINE).map(drawn).collect();
        let count = marks.iter().filter(|mark| **mark).count();
        if count == 0 || count == marks.len() {
            // Nothing stands out: a ring says as much.
            marks = places(OUTLINE).map(ring).collect();
        }
        let pixel = |mark: &bool| if *mark { [255; 4] } else { [255, 255, 255, 0] };
        let pixels: Vec<u8> = marks.iter().flat_map(pixel).collect();
        let mut png = Vec::new();
        write(&mut png, OUTLINE, &pixels)?;
        Some(png)
    }

    /// What stands for a logo that nobody gave: three tiles and one that joins them, white on the colour of our
    /// pages.
    pub(crate) fn plain() -> Self {
        let [r, g, b] = ACCENT;
        let drawn = |place| if is_tile(place) { [255; 4] } else { [r, g, b, 255] };
        let pixels = places(COLOUR).flat_map(drawn).collect();
        Self { width: COLOUR, height: COLOUR, pixels }
    }
}

/// The symbol within the middle half of the colour icon, as the platform asks.
fn is_tile((x, y): (usize, usize)) -> bool {
    let tile =
        |left: usize, top: usize| (left..left + 38).contains(&x) && (top..top + 38).contains(&y);
    let joins = x.abs_diff(122) + y.abs_diff(70) <= 27;
    tile(50, 50) || tile(50, 96) || tile(96, 96) || joins
}

fn ring((x, y): (usize, usize)) -> bool {
    let far = |at: usize| (2 * at + 1).abs_diff(OUTLINE).pow(2);
    (20_usize.pow(2)..=28_usize.pow(2)).contains(&(far(x) + far(y)))
}

fn places(side: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..side).flat_map(move |y| (0..side).map(move |x| (x, y)))
}

/// Writes a square of pixels as PNG.
pub(crate) fn write(to: &mut Vec<u8>, side: usize, pixels: &[u8]) -> Option<()> {
    let side = u32::try_from(side).ok()?;
    let mut encoder = png::Encoder::new(to, side, side);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header().ok()?.write_image_data(pixels).ok()
}

/// The colour of our own pages, for what has none.
pub(crate) const ACCENT: [u8; 3] = [0x0f, 0x6c, 0xbd];

/// The colour icon of an app package.
const COLOUR: usize = 192;
/// The outline icon of an app package.
const OUTLINE: usize = 32;
/// The largest logo.
const MAX_SIDE: usize = 1_024;
/// A picture of that size, twice.
const MAX_BYTES: usize = MAX_SIDE * MAX_SIDE * 8;
const HALF: u8 = 128;
/// How different from the ground a colour is that belongs to the drawing; our own choice.
const GROUND: u16 = 60;

#[cfg(test)]
mod tests {
    use super::*;

    fn back(bytes: &[u8]) -> Picture {
        decode(IconKind::Png, bytes).unwrap()
    }

    #[test]
    fn a_logo_on_a_ground_gives_both_icons() {
        // A red bar on white, twice as wide as high.
        let pixel = |x: usize| if (20..44).contains(&x) { [255, 0, 0, 255] } else { [255; 4] };
        let pixels = (0..32).flat_map(|_| (0..64).flat_map(pixel)).collect();
        let logo = Picture { width: 64, height: 32, pixels };
        let colour = back(&logo.colour_icon().unwrap());
        assert_eq!((colour.width, colour.height), (192, 192));
        assert_eq!(colour.at(96, 96), [255, 0, 0, 255]);
        assert_eq!(colour.at(96, 10)[3], 0, "above a wide logo nothing is drawn");
        let outline = back(&logo.outline_icon().unwrap());
        assert_eq!(outline.at(16, 16), [255; 4]);
        assert_eq!(outline.at(1, 16), [255, 255, 255, 0]);
        assert!(outline.pixels.chunks(4).all(|p| p[..3] == [255; 3]), "white and nothing else");
    }

    #[test]
    fn a_plain_square_gets_a_ring() {
        let square = Picture { width: 1, height: 1, pixels: vec![9, 9, 9, 255] };
        let outline = back(&square.outline_icon().unwrap());
        let marks = outline.pixels.iter().skip(3).step_by(4).filter(|a| **a == 255).count();
        assert!((100..700).contains(&marks), "{marks}");
    }

    #[test]
    fn what_has_no_logo_gets_a_symbol() {
        let colour = back(&Picture::plain().colour_icon().unwrap());
        assert_eq!((colour.at(60, 60), colour.at(5, 5)[..3].to_vec()), ([255; 4], ACCENT.to_vec()));
        let outline = back(&Picture::plain().outline_icon().unwrap());
        let marks = outline.pixels.iter().skip(3).step_by(4).filter(|a| **a == 255).count();
        assert!((60..400).contains(&marks), "{marks}");
    }

    #[test]
    fn what_is_cut_does_not_open() {
        let mut whole = Vec::new();
        write(&mut whole, 8, &[7; 8 * 8 * 4]).unwrap();
        assert!(decode(IconKind::Png, &whole).is_some());
        for length in 0..whole.len() - 16 {
            assert_eq!(decode(IconKind::Png, &whole[..length]), None, "{length}");
        }
        assert_eq!(decode(IconKind::Jpeg, b"\xff\xd8\xff\xe0\0\x04ab\xff\xd9"), None);
        assert_eq!(decode(IconKind::Gif, b"GIF89a\x01\0\x01\0\0\0\0;"), None);
    }
}
