//! The seeds of the fuzz targets, replayed on the stable compiler.

use std::{fs, path::Path};

use liaison_cards::{fallback, image_urls, parse, plain_text, to_adaptive};

#[test]
fn no_seed_stops_the_reader() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds");
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("the seeds") {
        let body = fs::read(entry.expect("a seed").path()).expect("a readable seed");
        for content_type in [None, Some("text/plain; charset=iso-8859-1")] {
            if let Ok(post) = parse(&body, content_type) {
                let card = to_adaptive(&post);
                plain_text(&post);
                fallback(&post);
                image_urls(&card);
                post.findings();
            }
        }
        count += 1;
    }
    println!("{count} seeds");
    assert!(count >= 10, "only {count} seeds");
}
