//! Our archives in foreign readers, and foreign ones in ours.

use std::io::{Cursor, Read as _};

use app_packages::{Level, Rule, check, is_accepted, read, write};

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

#[test]
fn what_shrinks_too_well_is_stored_as_it_is() {
    let zeros = vec![0; 300 << 10];
    let zip = write(&sample::manifest(), &[("zeros.txt", &zeros)]).unwrap();
    assert!(zip.len() > zeros.len());
    assert_eq!(read(&zip).unwrap().file("zeros.txt"), Some(zeros.as_slice()));
}

#[test]
fn what_could_not_be_read_is_not_written() {
    let rule =
        |name: &str| write(&sample::manifest(), &[(name, b"x")]).map_err(|told| told[0].rule);
    assert_eq!(rule("old/Manifest.json"), Err(Rule::ManifestSeveral));
    assert_eq!(rule("folder/"), Err(Rule::ArchivePath));
    assert_eq!(rule("../a"), Err(Rule::ArchivePath));
    let twice = write(&sample::manifest(), &[("a", b"1"), ("A", b"2")]);
    assert_eq!(twice.unwrap_err()[0].rule, Rule::ArchiveDuplicate);
    let much = vec![0; 11 << 20];
    let much = write(&sample::manifest(), &[("a", &much)]);
    assert_eq!(much.unwrap_err()[0].rule, Rule::ArchiveUnpackedTooLarge);
}
