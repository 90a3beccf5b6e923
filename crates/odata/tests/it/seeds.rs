//! The seeds of the fuzz targets, on the stable compiler.

use std::{fs, path::Path};

use liaison_odata::{
    Reading,
    batch::{json, multipart},
    parse,
};

fn seeds(name: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz").join(name);
    let entries = fs::read_dir(folder).expect("the folder of the seeds");
    let read = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.expect("an entry").path();
        (path.display().to_string(), fs::read_to_string(path).expect("a text"))
    };
    entries.map(read).collect()
}

#[test]
fn every_seed_of_urls_is_read_and_written() {
    let seeds = seeds("seeds-odata-urls");
    assert!(seeds.len() > 10);
    for (name, text) in seeds {
        let reading = if name.ends_with("form") { Reading::FORM } else { Reading::STANDARD };
        let url = parse::url(&text, reading).unwrap_or_else(|error| panic!("{name}: {error}"));
        let written = url.to_address();
        assert_eq!(parse::url(&written, reading), Ok(url), "{name}: {written}");
    }
}

#[test]
fn every_seed_of_batches_ends() {
    for (name, text) in seeds("seeds-odata-batches") {
        let bytes = text.as_bytes();
        let requests = multipart::requests("b", bytes);
        let read = requests.is_ok()
            || multipart::responses("b", bytes).is_ok()
            || json::requests(bytes).is_ok();
        let broken = name.ends_with("boundary") || name.ends_with("unclosed");
        assert_eq!(read, !broken, "{name}");
    }
}
