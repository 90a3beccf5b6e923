//! Icons of webhooks: small pictures of three kinds, looked at before they are kept.

use crate::{Error, IconKind, Result};

/// The kind of a picture that may be an icon.
///
/// At most 60 KB (the registration form of connectors) and 1,024 × 1,024 without animation (pictures on
/// cards).
///
/// # Errors
/// [`Error::Invalid`] at `/icon`.
pub(crate) fn check(bytes: &[u8]) -> Result<IconKind> {
    if bytes.len() > MAX_BYTES {
        return Err(refused("webhook.icon_too_large", "an icon has at most 60 KB"));
    }
    let unreadable = || refused("webhook.icon_unreadable", "the picture is no PNG, JPEG or GIF");
    let (kind, size) = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        (IconKind::Png, png(bytes))
    } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        (IconKind::Gif, gif(bytes))
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        (IconKind::Jpeg, jpeg(bytes))
    } else {
        return Err(unreadable());
    };
    match size.ok_or_else(unreadable)? {
        Size { animated: true, .. } => {
            Err(refused("webhook.icon_animated", "an icon does not move"))
        }
        Size { width: 1..=MAX_SIDE, height: 1..=MAX_SIDE, .. } => Ok(kind),
        Size { .. } => {
            Err(refused("webhook.icon_too_wide", "an icon has at most 1,024 × 1,024 pixels"))
        }
    }
}

fn refused(code: &'static str, detail: &'static str) -> Error {
    Error::invalid("/icon", code, detail)
}

struct Size {
    width: u32,
    height: u32,
    animated: bool,
}

/// Width and height stand in IHDR; `acTL` before the first IDAT makes it an animation.
fn png(bytes: &[u8]) -> Option<Size> {
    let width = u32::from_be_bytes(array(bytes, 16)?);
    let height = u32::from_be_bytes(array(bytes, 20)?);
    let mut at = 8;
    let mut animated = false;
    loop {
        let length = usize::try_from(u32::from_be_bytes(array(bytes, at)?)).ok()?;
        match &array::<4>(bytes, at + 4)? {
            b"IDAT" => return Some(Size { width, height, animated }),
            b"IHDR" if at != 8 => return None,
            b"acTL" => animated = true,
            _ => {}
        }
        at = at.checked_add(length)?.checked_add(12)?;
    }
}

/// The frame header (SOF) tells the size.
fn jpeg(bytes: &[u8]) -> Option<Size> {
    let mut at = 2;
    loop {
        let [marker, code] = array(bytes, at)?;
        if marker != 0xff {
            return None;
        }
        match code {
            0xff => at += 1,
            0x01 | 0xd0..=0xd8 => at += 2,
            0xd9 | 0xda => return None,
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                let height = u16::from_be_bytes(array(bytes, at + 5)?).into();
                let width = u16::from_be_bytes(array(bytes, at + 7)?).into();
                return Some(Size { width, height, animated: false });
            }
            _ => at += 2 + usize::from(u16::from_be_bytes(array(bytes, at + 2)?)),
        }
    }
}

/// The screen descriptor tells the size; a second picture makes it an animation.
fn gif(bytes: &[u8]) -> Option<Size> {
    let width = u16::from_le_bytes(array(bytes, 6)?).into();
    let height = u16::from_le_bytes(array(bytes, 8)?).into();
    let [flags] = array(bytes, 10)?;
    let mut at = 13 + table(flags);
    let mut pictures = 0;
    loop {
        match array(bytes, at)? {
            [0x2c] => {
                pictures += 1;
                let [flags] = array(bytes, at + 9)?;
                at = blocks(bytes, at + 11 + table(flags))?;
            }
            [0x21] => at = blocks(bytes, at + 2)?,
            [0x3b] => return Some(Size { width, height, animated: pictures > 1 }),
            _ => return None,
        }
    }
}

/// Bytes of a colour table.
const fn table(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Skips sub-blocks up to the empty one.
fn blocks(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let [length] = array(bytes, at)?;
        at += 1 + usize::from(length);
        if length == 0 {
            return Some(at);
        }
    }
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

const MAX_BYTES: usize = 60 * 1024;
const MAX_SIDE: u32 = 1_024;

#[cfg(test)]
mod tests {
    use kernel::Coded as _;

    use super::*;

    fn code(bytes: &[u8]) -> &'static str {
        check(bytes).map_or_else(|error| error.fields()[0].code, IconKind::media_type)
    }

    fn png_of(width: u32, extra: &[u8]) -> Vec<u8> {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        png.extend(width.to_be_bytes());
        png.extend(1_u32.to_be_bytes());
        png.extend(b"\x08\x06\0\0\0CRC0");
        png.extend(extra);
        png.extend(b"\0\0\0\0IDATCRC0");
        png
    }

    const GIF: &[u8] = b"GIF89a\x01\0\x01\0\0\0\0";
    const FRAME: &[u8] = b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";

    #[test]
    fn the_three_kinds_are_told_by_their_bytes() {
        assert_eq!(code(&png_of(1_024, b"")), "image/png");
        assert_eq!(code(&[GIF, FRAME, b";"].concat()), "image/gif");
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x0b\x08\0\x10\0\x20\x01\x01\x11\0";
        assert_eq!(code(jpeg), "image/jpeg");
    }

    #[test]
    fn what_is_too_big_or_moves_or_is_something_else_is_refused() {
        assert_eq!(code(&png_of(1_025, b"")), "webhook.icon_too_wide");
        assert_eq!(code(&png_of(0, b"")), "webhook.icon_too_wide");
        assert_eq!(
            code(&png_of(1, b"\0\0\0\x08acTL\0\0\0\x02\0\0\0\0CRC0")),
            "webhook.icon_animated"
        );
        assert_eq!(code(&[GIF, FRAME, FRAME, b";"].concat()), "webhook.icon_animated");
        assert_eq!(code(b"<svg onload=alert(1)>"), "webhook.icon_unreadable");
        assert_eq!(code(&vec![0; MAX_BYTES + 1]), "webhook.icon_too_large");
    }

    #[test]
    fn cut_pictures_are_refused_at_every_length() {
        for whole in [png_of(9, b""), [GIF, FRAME, b";"].concat()] {
            for length in 0..whole.len() - 8 {
                assert_eq!(code(&whole[..length]), "webhook.icon_unreadable", "{length}");
            }
        }
    }
}
