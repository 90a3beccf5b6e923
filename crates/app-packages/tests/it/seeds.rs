//! The seeds of the fuzz target, replayed on the stable compiler.

use std::{fs, path::Path};

use app_packages::{Level, check, read};

#[test]
fn no_seed_stops_the_reader() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds-packages");
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("the seeds") {
        let bytes = fs::read(entry.expect("a seed").path()).expect("a readable seed");
        if let Ok(package) = read(&bytes) {
            for level in Level::ALL {
                check(&package, level);
            }
            package.color_icon();
            package.texts("fr");
        }
        count += 1;
    }
    println!("{count} seeds");
    assert!(count >= 5, "only {count} seeds");
}
