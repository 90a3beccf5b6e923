//! Archives for submission: a good one, and one breach for each rule.

use std::io::{Cursor, Read as _, Write as _};

use liaison_connector_rules::{
    Group, Rule,
    submission::{File, Material, build, check},
};
use openapi::{Package, Sources};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::cases::good;

fn open(bytes: &[u8]) -> Result<Vec<File>, String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let mut files = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|error| error.to_string())?;
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        let name = entry.name().map_err(|error| error.to_string())?.into_owned();
        files.push((name, bytes));
    }
    Ok(files)
}

fn bundle(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default()).expect("an entry");
        writer.write_all(bytes).expect("bytes");
    }
    writer.finish().expect("an archive").into_inner()
}

fn built() -> Vec<u8> {
    let (definition, properties) = good();
    let (definition, properties) = (definition.to_string(), properties.to_string());
    let sources = Sources {
        definition: definition.as_bytes(),
        properties: Some(properties.as_bytes()),
        ..Sources::default()
    };
    let package = Package::load(sources).expect("a package");
    let material = Material {
        package: &package,
        definition: definition.as_bytes(),
        properties: properties.as_bytes(),
        icon: None,
        script: None,
        readme: b"# Pets",
        flow: None,
    };
    build(&material, bundle)
}

#[test]
fn what_is_built_is_accepted() {
    let archive = built();
    assert_eq!(check(&archive, open), []);
    assert_eq!(archive, built(), "the same material gives the same bytes");
}

/// The archive with the files of one level changed: 0 is the outer one, 1 the package, 2 the solution
/// of the connector.
fn with(level: usize, change: impl Fn(&mut Vec<File>)) -> Vec<u8> {
    fn descend(bytes: &[u8], level: usize, change: &dyn Fn(&mut Vec<File>)) -> Vec<u8> {
        let mut files = open(bytes).expect("an archive");
        if level == 0 {
            change(&mut files);
        } else {
            let inner =
                files.iter_mut().find(|(name, _)| name.contains(".zip")).expect("an inner one");
            inner.1 = descend(&inner.1, level - 1, change);
        }
        let files: Vec<(&str, &[u8])> =
            files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        bundle(&files)
    }
    descend(&built(), level, &change)
}

#[test]
fn every_breach_is_named() {
    let file = |name: &str| (name.to_owned(), b"x".to_vec());
    let rename = |files: &mut Vec<File>, from: &str, to: &str| {
        for (name, _) in files {
            *name = name.replace(from, to);
        }
    };
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("SubmissionArchiveNotReadable", b"no zip".to_vec()),
        ("SubmissionArchiveNotReadable", with(0, |files| files[1].1.clear())),
        ("SubmissionFolderNotAllowed", with(0, |files| files.push(file("a/b.md")))),
        ("SubmissionFileNotExpected", with(0, |files| files.push(file("a.txt")))),
        ("SubmissionIntroductionNotOne", with(0, |files| files.push(file("more.md")))),
        ("SubmissionPackageNotOne", with(0, |files| drop(files.remove(1)))),
        ("SubmissionAssetsFolderMissing", with(1, |files| rename(files, "PkgAssets", "Assets"))),
        ("SubmissionAssetsFolderMissing", with(1, |files| files.push(file("other.txt")))),
        ("SubmissionSolutionsNotComplete", with(1, |files| drop(files.remove(1)))),
        ("SolutionFileMissing", with(2, |files| rename(files, "solution.xml", "other.xml"))),
        (
            "SolutionNodeMissing",
            with(2, |files| {
                files[1].1 = b"<ImportExportXml><Connector/></ImportExportXml>".to_vec();
            }),
        ),
        ("SolutionFolderMissing", with(2, |files| rename(files, "Connector/", "Other/"))),
    ];
    for (code, archive) in &cases {
        let found = check(archive, open);
        assert!(found.iter().any(|it| it.code.as_str() == *code), "{code}: {found:?}");
    }
    let rules = Rule::ALL.iter().filter(|rule| rule.group() == Group::Submission);
    assert!(rules.clone().all(|rule| cases.iter().any(|(code, _)| *code == rule.code())));
}
