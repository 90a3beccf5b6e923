//! Any bytes: the reader gives a package or findings, and every check ends.
#![no_main]

use app_packages::{Level, check, read, write};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(package) = read(bytes) else { return };
    for level in Level::ALL {
        check(&package, level);
    }
    package.color_icon();
    package.outline_icon();
    package.texts("fr");
    let names: Vec<&str> = package.names().collect();
    let files: Vec<(&str, &[u8])> =
        names.iter().filter_map(|name| Some((*name, package.file(name)?))).collect();
    let again = write(package.document(), &files).expect("what was read can be written");
    let again = read(&again).expect("what was written can be read");
    assert_eq!(again.document(), package.document());
});
