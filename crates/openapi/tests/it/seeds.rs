//! The seeds of the fuzz target, replayed on the stable compiler.

use std::{fs, path::Path};

use liaison_openapi::{Package, Sources, read};

#[test]
fn no_seed_stops_the_loader() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds-connectors");
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("the seeds") {
        let bytes = fs::read(entry.expect("a seed").path()).expect("a readable seed");
        if let Ok(document) = read(&bytes) {
            for finding in document.findings() {
                let place = document.root().pointer(&finding.pointer);
                assert!(place.is_some(), "{finding:?} leads nowhere");
            }
        }
        let sources = Sources { definition: &bytes, properties: Some(&bytes), has_script: false };
        if let Ok(package) = Package::load(sources) {
            for operation in package.operations() {
                operation.trigger_kind();
                package.obstacles(&operation.id);
            }
            package.into_owned();
        }
        count += 1;
    }
    println!("{count} seeds");
    assert!(count >= 8, "only {count} seeds");
}
