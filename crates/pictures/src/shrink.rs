//! Cuts the square out of the middle of a picture and makes it small.

use crate::{SIDE, decode::Picture};

/// The square in the middle as PNG, at most [`SIDE`] wide.
pub(crate) fn square(picture: &Picture) -> Option<Vec<u8>> {
    let own = picture.width.min(picture.height);
    let side = own.min(SIDE);
    let (left, top) = ((picture.width - own) / 2, (picture.height - own) / 2);
    let mut pixels = Vec::with_capacity(side * side * picture.channels);
    for y in 0..side {
        let rows = span(y, own, side);
        for x in 0..side {
            let columns = span(x, own, side);
            let mean =
                picture.mean((left + columns.0, left + columns.1), (top + rows.0, top + rows.1));
            pixels.extend_from_slice(mean.get(..picture.channels)?);
        }
    }
    let side = u32::try_from(side).ok()?;
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, side, side);
    encoder.set_color(match picture.channels {
        1 => png::ColorType::Grayscale,
        2 => png::ColorType::GrayscaleAlpha,
        3 => png::ColorType::Rgb,
        _ => png::ColorType::Rgba,
    });
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&pixels).ok()?;
    writer.finish().ok()?;
    Some(out)
}

/// The pixels that one pixel of `side` covers of `own`, from the first to behind the last.
fn span(at: usize, own: usize, side: usize) -> (usize, usize) {
    let from = at * own / side;
    (from, ((at + 1) * own / side).max(from + 1))
}

impl Picture {
    /// The mean of an area; what cannot be seen gives no colour.
    fn mean(&self, columns: (usize, usize), rows: (usize, usize)) -> [u8; 4] {
        let (mut sums, mut weight, mut count) = ([0_u64; 3], 0_u64, 0_u64);
        for row in rows.0..rows.1 {
            let from = (row * self.width + columns.0) * self.channels;
            let to = (row * self.width + columns.1) * self.channels;
            let line = self.pixels.get(from..to).unwrap_or_default();
            for pixel in line.chunks_exact(self.channels) {
                let (colours, solid): ([u8; 3], u8) = match *pixel {
                    [grey] => ([grey; 3], 255),
                    [grey, solid] => ([grey; 3], solid),
                    [red, green, blue] => ([red, green, blue], 255),
                    [red, green, blue, solid] => ([red, green, blue], solid),
                    _ => continue,
                };
                for (sum, colour) in sums.iter_mut().zip(colours) {
                    *sum += u64::from(colour) * u64::from(solid);
                }
                weight += u64::from(solid);
                count += 1;
            }
        }
        let byte = |value: u64| u8::try_from(value).unwrap_or(255);
        let [red, green, blue] = sums.map(|sum| byte((sum + weight / 2) / weight.max(1)));
        let solid = byte(weight / count.max(1));
        if self.channels == 2 { [red, solid, 0, 0] } else { [red, green, blue, solid] }
    }
}
