//! Opens pictures, within bounds that are checked before any memory is taken.

use std::{io::Cursor, num::NonZeroU64};

use crate::{Kind, MAX_PIXELS, MAX_SIDE, Refusal};

/// A picture in memory.
#[derive(Debug)]
pub(crate) struct Picture {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Bytes of one pixel: grey; grey and opacity; red, green, blue; the same and opacity.
    pub(crate) channels: usize,
    pub(crate) pixels: Vec<u8>,
}

pub(crate) fn decode(kind: Kind, bytes: &[u8]) -> Result<Picture, Refusal> {
    let picture = match kind {
        Kind::Png => png(bytes),
        Kind::Jpeg => jpeg(bytes),
        Kind::Gif => gif(bytes),
    }?;
    let whole = picture.width * picture.height * picture.channels;
    if picture.pixels.len() == whole { Ok(picture) } else { Err(Refusal::Damaged) }
}

/// The size, when it is one that is opened.
fn size(width: usize, height: usize) -> Result<(usize, usize), Refusal> {
    if width == 0 || height == 0 {
        return Err(Refusal::Damaged);
    }
    if width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_PIXELS {
        return Err(Refusal::TooLarge { width, height });
    }
    Ok((width, height))
}

fn sides(width: u32, height: u32) -> Result<(usize, usize), Refusal> {
    let side = |side: u32| usize::try_from(side).unwrap_or(usize::MAX);
    size(side(width), side(height))
}

fn png(bytes: &[u8]) -> Result<Picture, Refusal> {
    let limits = png::Limits { bytes: MEMORY };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(|_broken| Refusal::Damaged)?;
    let (width, height) = reader.info().size();
    let (width, height) = sides(width, height)?;
    let most = reader.output_buffer_size().filter(|size| *size <= MEMORY);
    let mut pixels = vec![0; most.ok_or(Refusal::Damaged)?];
    let info = reader.next_frame(&mut pixels).map_err(|_broken| Refusal::Damaged)?;
    pixels.truncate(info.buffer_size());
    let channels = match info.color_type {
        png::ColorType::Rgba => 4,
        png::ColorType::Rgb => 3,
        png::ColorType::GrayscaleAlpha => 2,
        png::ColorType::Grayscale => 1,
        png::ColorType::Indexed => return Err(Refusal::Damaged),
    };
    Ok(Picture { width, height, channels, pixels })
}

fn gif(bytes: &[u8]) -> Result<Picture, Refusal> {
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    let most = NonZeroU64::new(MEMORY as u64).ok_or(Refusal::Damaged)?;
    options.set_memory_limit(gif::MemoryLimit::Bytes(most));
    let mut decoder = options.read_info(Cursor::new(bytes)).map_err(|_broken| Refusal::Damaged)?;
    let (width, height) = sides(decoder.width().into(), decoder.height().into())?;
    let frame = decoder.read_next_frame().ok().flatten().ok_or(Refusal::Damaged)?;
    let (left, top) = (usize::from(frame.left), usize::from(frame.top));
    let across = usize::from(frame.width);
    let mut pixels = vec![0; width * height * 4];
    if left + across > width {
        return Err(Refusal::Damaged);
    }
    for (row, line) in frame.buffer.chunks_exact((across * 4).max(4)).enumerate() {
        let from = ((top + row) * width + left) * 4;
        let to = pixels.get_mut(from..from + line.len()).ok_or(Refusal::Damaged)?;
        to.copy_from_slice(line);
    }
    Ok(Picture { width, height, channels: 4, pixels })
}

fn jpeg(bytes: &[u8]) -> Result<Picture, Refusal> {
    use zune_jpeg::zune_core::{
        bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions,
    };
    let options = DecoderOptions::default()
        .set_max_width(MAX_SIDE)
        .set_max_height(MAX_SIDE)
        .set_strict_mode(true)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|_broken| Refusal::Damaged)?;
    let (width, height) = decoder.dimensions().ok_or(Refusal::Damaged)?;
    let (width, height) = size(width, height)?;
    let pixels = decoder.decode().map_err(|_broken| Refusal::Damaged)?;
    Ok(Picture { width, height, channels: 3, pixels })
}

/// What unpacking may take: four bytes for each pixel.
const MEMORY: usize = MAX_PIXELS * 4;
