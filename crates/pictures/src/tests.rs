use super::*;

fn png_of(
    width: u32,
    height: u32,
    colour: png::ColorType,
    pixel: impl Fn(u32, u32) -> Vec<u8>,
) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(colour);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().unwrap();
    let pixels: Vec<u8> = (0..height)
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .flat_map(|(x, y)| pixel(x, y))
        .collect();
    writer.write_image_data(&pixels).unwrap();
    writer.finish().unwrap();
    out
}

fn red(width: u32, height: u32) -> Vec<u8> {
    png_of(width, height, png::ColorType::Rgb, |_, _| vec![200, 10, 20])
}

fn opened(thumbnail: Thumbnail) -> decode::Picture {
    let Thumbnail::Png(bytes) = thumbnail else { panic!("a new picture") };
    decode::decode(Kind::Png, &bytes).unwrap()
}

#[test]
fn a_large_picture_becomes_the_square_in_its_middle() {
    // three stripes: the outer ones are cut away
    let stripes = png_of(600, 200, png::ColorType::Rgb, |x, _| match x {
        200..400 => vec![0, 0, 255],
        _ => vec![255, 0, 0],
    });
    let small = opened(thumbnail(&stripes).unwrap());
    assert_eq!((small.width, small.height, small.channels), (144, 144, 3));
    assert!(small.pixels.chunks(3).all(|pixel| pixel == [0, 0, 255]));
}

#[test]
fn a_small_picture_is_cut_to_its_smallest_side_and_a_small_square_stays_as_it_is() {
    let cut = opened(thumbnail(&red(91, 130)).unwrap());
    assert_eq!((cut.width, cut.height), (91, 91));
    assert_eq!(thumbnail(&red(144, 144)), Ok(Thumbnail::Own));
    assert_eq!(opened(thumbnail(&red(145, 145)).unwrap()).width, 144);
}

#[test]
fn colours_are_the_mean_of_what_can_be_seen() {
    // a board of red and of what cannot be seen
    let board = png_of(288, 288, png::ColorType::Rgba, |x, y| {
        if (x + y) % 2 == 0 { vec![255, 0, 0, 255] } else { vec![0, 255, 0, 0] }
    });
    let small = opened(thumbnail(&board).unwrap());
    assert!(small.pixels.chunks(4).all(|pixel| pixel == [255, 0, 0, 127]));
    let grey =
        png_of(288, 288, png::ColorType::Grayscale, |x, _| vec![if x % 2 == 0 { 0 } else { 100 }]);
    assert!(opened(thumbnail(&grey).unwrap()).pixels.iter().all(|pixel| *pixel == 50));
}

#[test]
fn the_size_is_looked_at_before_anything_is_unpacked() {
    let mut bomb = red(1, 1);
    // IHDR says 60,000 × 60,000; its checksum follows
    bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let sum = crc(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&sum.to_be_bytes());
    assert_eq!(thumbnail(&bomb), Err(Refusal::TooLarge { width: 60_000, height: 60_000 }));
    let mut wide = red(1, 1);
    wide[16..24].copy_from_slice(&[0, 0, 0x40, 0x01, 0, 0, 0, 1]);
    let sum = crc(&wide[12..29]);
    wide[29..33].copy_from_slice(&sum.to_be_bytes());
    assert_eq!(thumbnail(&wide), Err(Refusal::TooLarge { width: 16_385, height: 1 }));
    let gif = b"GIF89a\xff\xff\xff\xff\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\x02\x02\x44\x01\0;";
    assert!(matches!(thumbnail(gif), Err(Refusal::TooLarge { .. })));
    let jpeg =
        b"\xff\xd8\xff\xc0\0\x11\x08\xff\xff\xff\xff\x03\x01\x11\0\x02\x11\0\x03\x11\0\xff\xd9";
    assert!(thumbnail(jpeg).is_err());
}

/// The checksum of PNG chunks (ISO/IEC 15948, annex D).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 0 { sum >> 1 } else { 0xedb8_8320 ^ (sum >> 1) }
        })
    })
}

#[test]
fn what_is_cut_or_no_picture_is_refused() {
    let whole = red(200, 200);
    // the last chunk has twelve bytes and says nothing
    for length in (0..whole.len() - 12).step_by(7) {
        assert!(thumbnail(&whole[..length]).is_err(), "{length}");
    }
    for bytes in [
        &b""[..],
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"BM\0\0",
        b"\0\0\x01\0",
        b"%PDF-1.4",
    ] {
        assert_eq!(thumbnail(bytes), Err(Refusal::Unknown));
    }
    for bytes in [
        &b"\x89PNG\r\n\x1a\n"[..],
        b"GIF89a\x01\0\x01\0\0\0\0,",
        b"GIF89a\x01\0\x01\0\0\0\0;",
        b"\xff\xd8\xff\xe0\0\x04ab\xff\xd9",
        b"\xff\xd8\xff",
    ] {
        assert_eq!(thumbnail(bytes), Err(Refusal::Damaged), "{bytes:?}");
    }
}

#[test]
fn bytes_that_were_turned_never_panic() {
    let whole = red(40, 30);
    for at in 0..whole.len() {
        for turn in [1, 0x80, 0xff] {
            let mut turned = whole.clone();
            turned[at] ^= turn;
            drop(thumbnail(&turned));
        }
    }
}

#[test]
fn a_gif_shows_its_first_frame() {
    let mut gif = Vec::new();
    let mut encoder = gif::Encoder::new(&mut gif, 200, 100, &[0, 0, 0, 9, 90, 200]).unwrap();
    encoder.write_frame(&gif::Frame::from_indexed_pixels(200, 100, vec![1; 20_000], None)).unwrap();
    encoder.write_frame(&gif::Frame::from_indexed_pixels(200, 100, vec![0; 20_000], None)).unwrap();
    drop(encoder);
    let small = opened(thumbnail(&gif).unwrap());
    assert_eq!((small.width, small.height), (100, 100));
    assert!(small.pixels.chunks(4).all(|pixel| pixel == [9, 90, 200, 255]));
}

#[test]
fn photographs_of_every_making_open() {
    for (name, bytes) in [
        ("plain", &include_bytes!("../samples/plain.jpg")[..]),
        ("progressive", include_bytes!("../samples/progressive.jpg")),
        ("grey", include_bytes!("../samples/grey.jpg")),
        ("print", include_bytes!("../samples/print.jpg")),
    ] {
        let small = opened(thumbnail(bytes).unwrap_or_else(|error| panic!("{name}: {error}")));
        assert_eq!((small.width, small.height), (144, 144), "{name}");
        for length in (0..bytes.len() / 2).step_by(31) {
            assert!(thumbnail(&bytes[..length]).is_err(), "{name} cut at {length}");
        }
    }
    let small = opened(thumbnail(include_bytes!("../samples/plain.jpg")).unwrap());
    let middle = (72 * 144 + 72) * 3;
    let near = small.pixels[middle..middle + 3]
        .iter()
        .zip([30_u8, 120, 60])
        .all(|(a, b)| a.abs_diff(b) < 12);
    assert!(near, "{:?}", &small.pixels[middle..middle + 3]);
}
