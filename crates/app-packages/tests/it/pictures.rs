//! Pictures that lie, and what comes out of those that do not.

use app_packages::{Level, Rule, Severity, check, read};

use crate::sample::{self, picture, png};

fn rules(icon: &str, bytes: Vec<u8>) -> Vec<(Rule, Severity)> {
    let mut files = sample::files();
    files.retain(|(name, _)| name != icon);
    files.push((icon.to_owned(), bytes));
    let package = read(&sample::pack(&sample::manifest(), &files)).unwrap();
    check(&package, Level::Load).into_iter().map(|it| (it.rule, it.severity)).collect()
}

#[test]
fn white_on_nothing_and_its_reverse_are_outlines() {
    let ring = |x, y| if (8..24).contains(&x) && (8..24).contains(&y) { 255 } else { 0 };
    assert_eq!(rules("outline.png", picture(32, 32, |x, y| [255, 255, 255, ring(x, y)])), []);
    assert_eq!(rules("outline.png", picture(32, 32, |x, y| [255, 255, 255, 255 - ring(x, y)])), []);
    // What cannot be seen may have any colour, and edges may be soft.
    let soft = picture(32, 32, |x, _| if x < 16 { [0, 0, 0, 0] } else { [255, 255, 255, 77] });
    assert_eq!(rules("outline.png", soft), []);
    let nearly = picture(32, 32, |x, _| if x < 16 { [0, 0, 0, 0] } else { [254, 255, 255, 255] });
    assert_eq!(rules("outline.png", nearly), [(Rule::IconColours, Severity::Warning)]);
}

#[test]
fn every_kind_of_png_is_read() {
    // Grey without alpha, palette and 16 bits, as drawing programs write them.
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, 192, 192);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Four);
    encoder.set_palette(vec![15, 108, 189, 255, 255, 255]);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&vec![0x01; 96 * 192]).unwrap();
    writer.finish().unwrap();
    assert_eq!(rules("color.png", out), []);

    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, 192, 192);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Sixteen);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&vec![0x7f; 2 * 192 * 192]).unwrap();
    writer.finish().unwrap();
    assert_eq!(rules("color.png", out), []);
}

#[test]
fn a_picture_that_says_it_is_huge_is_refused_unread() {
    let mut huge = png(192, 192, [1, 2, 3, 255]);
    huge[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
    // The checksum of the header is repaired, so that the size alone is wrong.
    let mut crc = flate2::Crc::new();
    crc.update(&huge[12..29]);
    huge[29..33].copy_from_slice(&crc.sum().to_be_bytes());
    let told = rules("color.png", huge);
    assert!(matches!(told[..], [(Rule::IconSize | Rule::IconNotPng, Severity::Error)]), "{told:?}");
}

#[test]
fn an_animation_is_told() {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, 192, 192);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_animated(2, 0).unwrap();
    let mut writer = encoder.write_header().unwrap();
    for _ in 0..2 {
        writer.write_image_data(&vec![9; 4 * 192 * 192]).unwrap();
    }
    writer.finish().unwrap();
    assert_eq!(rules("color.png", out), [(Rule::IconAnimated, Severity::Warning)]);
}

#[test]
fn what_is_served_holds_pixels_and_nothing_else() {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, 192, 192);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.add_text_chunk("Comment".to_owned(), "<script>alert(1)</script>".to_owned()).unwrap();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&vec![7; 4 * 192 * 192]).unwrap();
    writer.finish().unwrap();
    out.extend(b"<script>");
    let mut files = sample::files();
    files.retain(|(name, _)| name != "color.png");
    files.push(("color.png".to_owned(), out));
    let package = read(&sample::pack(&sample::manifest(), &files)).unwrap();
    let served = package.color_icon().unwrap();
    assert!(served.starts_with(b"\x89PNG\r\n\x1a\n"));
    assert!(!served.windows(6).any(|six| six == b"script"));
    let pixels = png::Decoder::new(std::io::Cursor::new(&served)).read_info().unwrap();
    assert_eq!(pixels.info().size(), (192, 192));
}

#[test]
fn cut_pictures_are_refused_at_every_length() {
    let whole = png(32, 32, [255, 255, 255, 128]);
    for length in 0..whole.len() {
        let told = rules("outline.png", whole[..length].to_vec());
        assert_eq!(told, [(Rule::IconNotPng, Severity::Error)], "{length}");
    }
}
