//! Our archives in foreign readers, and foreign ones in ours.

use std::io::{Cursor, Read as _};

use app_packages::{Level, check, is_accepted, read};

use crate::sample;

#[test]
fn a_foreign_library_reads_what_we_write() {
    let ours = sample::pack(&sample::manifest(), &sample::files());
    let mut archive = zip::ZipArchive::new(Cursor::new(ours)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert_eq!(names, ["manifest.json", "color.png", "fr.json", "outline.png"]);
    for (name, bytes) in sample::files() {
        let mut read = Vec::new();
        archive.by_name(&name).unwrap().read_to_end(&mut read).unwrap();
        assert_eq!(read, bytes);
    }
}

#[test]
fn we_read_what_a_foreign_library_writes() {
    let manifest = sample::manifest().to_string();
    let files = sample::files();
    let mut list = vec![("manifest.json", manifest.as_bytes())];
    list.extend(files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())));
    let package = read(&sample::zip(&list)).unwrap();
    assert!(is_accepted(&check(&package, Level::Publish)));
    assert_eq!(package.manifest().name, "Tasks");
    assert_eq!(package.texts("fr").name, "Tâches");
    assert_eq!(package.texts("fr-CA").short_description, "Les tâches dans les canaux");
    assert_eq!(package.texts("de").name, "Tasks");
    assert_eq!(package.manifest().version_numbers(), Some([1, 2, 3]));
    assert_eq!(package.manifest().permissions, ["identity"]);
}
