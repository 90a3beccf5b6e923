//! A package, read: a manifest and the files beside it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    archive::{self, Entry},
    finding::{Finding, Findings, MANIFEST, Place, Rule, fatal, is_accepted},
    image::Picture,
    json::{self, Unreadable},
    limits::{MAX_BYTES, MAX_DOCUMENT_BYTES, MAX_ENTRIES},
    manifest::{Manifest, Texts},
};

/// A package, read: a manifest and the files beside it. Not yet judged; see [`crate::check`].
#[derive(Debug, Clone, PartialEq)]
pub struct Package {
    document: Value,
    manifest: Manifest,
    files: BTreeMap<String, Vec<u8>>,
}

/// Reads a package. Whatever makes the archive or the manifest unreadable, or dangerous to open, refuses it
/// here; all other rules are [`crate::check`]'s.
///
/// # Errors
/// What was found, every one of them an error.
pub fn read(zip: &[u8]) -> Result<Package, Vec<Finding>> {
    let entries = archive::read(zip)?;
    let manifests: Vec<&Entry> = entries.iter().filter(|entry| is_manifest(&entry.name)).collect();
    let own = match manifests.as_slice() {
        [] => return Err(fatal(Rule::ManifestMissing, Place::archive(), String::new())),
        [one] if one.name == MANIFEST => one,
        [one] if one.name.contains('/') => {
            return Err(fatal(Rule::ManifestInFolder, Place::entry(&one.name), String::new()));
        }
        [one] => return Err(fatal(Rule::ManifestMissing, Place::entry(&one.name), String::new())),
        [_, second, ..] => {
            return Err(fatal(Rule::ManifestSeveral, Place::entry(&second.name), String::new()));
        }
    };
    let document = document(&own.bytes)?;
    let manifest = Manifest::of(&document);
    let others = entries.into_iter().filter(|entry| entry.name != MANIFEST);
    Ok(Package { document, manifest, files: others.map(|it| (it.name, it.bytes)).collect() })
}

/// Whether an entry is called like a manifest, wherever it lies.
fn is_manifest(name: &str) -> bool {
    name.rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case(MANIFEST))
}

/// Reads a manifest on its own.
///
/// # Errors
/// What makes it unreadable.
pub fn document(bytes: &[u8]) -> Result<Value, Vec<Finding>> {
    if bytes.len() > MAX_DOCUMENT_BYTES {
        let detail = format!("{} bytes of at most {MAX_DOCUMENT_BYTES}", bytes.len());
        return Err(fatal(Rule::ManifestTooLarge, Place::manifest(""), detail));
    }
    match json::parse(bytes) {
        Ok(document) if document.is_object() => Ok(document),
        Ok(_) => Err(fatal(Rule::ManifestNotObject, Place::manifest(""), String::new())),
        Err(Unreadable::Syntax(why)) => Err(fatal(Rule::ManifestNotJson, Place::manifest(""), why)),
        Err(Unreadable::Repeated(name)) => {
            Err(fatal(Rule::ManifestRepeated, Place::manifest(""), name))
        }
    }
}

/// Writes a package: the manifest first, then the files by name. The same input gives the same bytes.
///
/// # Errors
/// Names and sizes that [`read`] would refuse.
pub fn write(manifest: &Value, files: &[(&str, &[u8])]) -> Result<Vec<u8>, Vec<Finding>> {
    let mut text = serde_json::to_vec_pretty(manifest).unwrap_or_default();
    text.push(b'\n');
    let mut all: Vec<(&str, &[u8])> = files.to_vec();
    all.sort_unstable_by_key(|(name, _)| *name);
    all.insert(0, (MANIFEST, &text));
    let mut findings = Findings::default();
    if all.len() > MAX_ENTRIES {
        findings.error(Rule::ArchiveTooManyEntries, Place::archive(), MAX_ENTRIES.to_string());
    }
    let mut names = Vec::new();
    if text.len() > MAX_DOCUMENT_BYTES {
        let detail = MAX_DOCUMENT_BYTES.to_string();
        findings.error(Rule::ManifestTooLarge, Place::manifest(""), detail);
    }
    for (name, _) in all.iter().skip(1) {
        if is_manifest(name) {
            findings.error(Rule::ManifestSeveral, Place::entry(name), String::new());
        }
        if name.ends_with('/') {
            findings.error(Rule::ArchivePath, Place::entry(name), "a folder");
        }
    }
    for (name, _) in &all {
        if let Err(reason) = archive::check_name(name) {
            findings.error(Rule::ArchivePath, Place::entry(name), reason);
        }
        let folded = name.to_lowercase();
        if names.contains(&folded) {
            findings.error(Rule::ArchiveDuplicate, Place::entry(name), String::new());
        }
        names.push(folded);
    }
    let total: usize = all.iter().map(|(_, bytes)| bytes.len()).sum();
    if total > MAX_BYTES {
        findings.error(Rule::ArchiveUnpackedTooLarge, Place::archive(), MAX_BYTES.to_string());
    }
    let findings = findings.into_vec();
    if is_accepted(&findings) { Ok(archive::write(&all)) } else { Err(findings) }
}

impl Package {
    /// The manifest as it stands.
    pub const fn document(&self) -> &Value {
        &self.document
    }

    /// What the manifest says.
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The names of the other files.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// A file beside the manifest.
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        self.files.get(plain(name)).map(Vec::as_slice)
    }

    /// The colour icon, written anew: pixels and nothing else. Safe to serve.
    pub fn color_icon(&self) -> Option<Vec<u8>> {
        self.icon(&self.manifest.color_icon)
    }

    /// The outline icon, written anew.
    pub fn outline_icon(&self) -> Option<Vec<u8>> {
        self.icon(&self.manifest.outline_icon)
    }

    fn icon(&self, name: &str) -> Option<Vec<u8>> {
        Picture::read(self.file(name)?).ok()?.clean()
    }

    /// The texts in a language: the file of the whole tag, or of its first part, or the manifest's own.
    pub fn texts(&self, language: &str) -> Texts {
        let tongue = |tag: &str| tag.split('-').next().unwrap_or_default().to_lowercase();
        let languages = &self.manifest.languages;
        let whole = languages.iter().find(|(tag, _)| tag.eq_ignore_ascii_case(language));
        let part = || languages.iter().find(|(tag, _)| tongue(tag) == tongue(language));
        let file = whole.or_else(part).and_then(|(_, file)| self.file(file));
        let file = file.and_then(|bytes| json::parse(bytes).ok());
        Texts::of(&self.manifest, file.as_ref())
    }
}

/// The name of an entry as a manifest writes it: `./icon.png` is `icon.png`.
pub(crate) fn plain(name: &str) -> &str {
    name.strip_prefix("./").unwrap_or(name)
}

/// Two icons to begin with: a square in the accent colour, and a white ring on nothing.
///
/// `accent` is red, green and blue.
pub fn plain_icons(accent: [u8; 3]) -> (Vec<u8>, Vec<u8>) {
    let [red, green, blue] = accent;
    let color = Picture::draw(192, |column, row| {
        let inside = (64..128).contains(&column) && (64..128).contains(&row);
        if inside { [255; 4] } else { [red, green, blue, 255] }
    });
    let outline = Picture::draw(32, |column, row| {
        let edge = |at: u32| matches!(at, 4..=6 | 25..=27);
        let within = (4..28).contains(&column) && (4..28).contains(&row);
        if within && (edge(column) || edge(row)) { [255; 4] } else { [255, 255, 255, 0] }
    });
    (color.clean().unwrap_or_default(), outline.clean().unwrap_or_default())
}

/// The colour icon of [`plain_icons`] with sides of another length: 16, 32, 64, 80 and 128 are asked for by Outlook.
pub fn plain_icon(side: u32, accent: [u8; 3]) -> Vec<u8> {
    let [red, green, blue] = accent;
    let middle = side / 3..side - side / 3;
    let picture = Picture::draw(side, |column, row| {
        let inside = middle.contains(&column) && middle.contains(&row);
        if inside { [255; 4] } else { [red, green, blue, 255] }
    });
    picture.clean().unwrap_or_default()
}
