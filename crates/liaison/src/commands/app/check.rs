//! Checking and making packages, offline.

use std::{
    fs,
    io::{self, Read as _},
    path::Path,
};

use app_packages::{Finding, Level, Manifest, Severity, limits};
use i18n::Texts;
use serde_json::{Value, json};

use crate::{
    cli::{Judge, LevelName, Output},
    exit::{Exit, Failure, Result},
    out,
    sarif::{self, Found},
};

/// What was looked at, and what came of it.
struct Verdict<'a> {
    file: &'a str,
    level: Level,
    manifest: Option<Manifest>,
    findings: Vec<Finding>,
    strict: bool,
}

pub(super) fn validate(file: &Path, judge: Judge, (sarif, output): (bool, Output)) -> Result {
    let bytes = read(file)?;
    let level = level(judge);
    let (manifest, findings) = if bytes.trim_ascii_start().starts_with(b"{") {
        match app_packages::document(&bytes) {
            Ok(document) => {
                (Some(Manifest::of(&document)), app_packages::check_manifest(&document, level))
            }
            Err(findings) => (None, findings),
        }
    } else {
        match app_packages::read(&bytes) {
            Ok(package) => (Some(package.manifest().clone()), app_packages::check(&package, level)),
            Err(findings) => (None, findings),
        }
    };
    let name = file.display().to_string();
    let verdict = Verdict { file: &name, level, manifest, findings, strict: judge.store };
    verdict.print(sarif, output);
    verdict.end()
}

pub(super) fn package(folder: &Path, to: &Path, (judge, output): (Judge, Output)) -> Result {
    let manifest = read(&folder.join(app_packages::MANIFEST))?;
    let level = level(judge);
    let name = folder.display().to_string();
    let refused =
        |findings| Verdict { file: &name, level, manifest: None, findings, strict: judge.store };
    let document = match app_packages::document(&manifest) {
        Ok(document) => document,
        Err(findings) => {
            let verdict = refused(findings);
            verdict.print(false, output);
            return verdict.end();
        }
    };
    let files = files(folder, folder)?;
    let list: Vec<(&str, &[u8])> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let written = app_packages::write(&document, &list).and_then(|zip| {
        let package = app_packages::read(&zip)?;
        Ok((zip, app_packages::check(&package, level)))
    });
    let (zip, findings) = match written {
        Ok(written) => written,
        Err(findings) => (Vec::new(), findings),
    };
    let manifest = Some(Manifest::of(&document));
    let verdict = Verdict { manifest, ..refused(findings) };
    verdict.print(false, output);
    verdict.end()?;
    let failed =
        |error: io::Error| Failure::new(Exit::Failure, format!("{}: {error}", to.display()));
    fs::write(to, zip).map_err(failed)?;
    if !output.json {
        out::say(format!("written: {}", to.display()));
    }
    Ok(())
}

const fn level(judge: Judge) -> Level {
    if judge.store {
        return Level::Publish;
    }
    match judge.level {
        LevelName::Schema => Level::Schema,
        LevelName::Load => Level::Load,
        LevelName::Publish => Level::Publish,
    }
}

impl Verdict<'_> {
    fn is_accepted(&self) -> bool {
        let worst = self.findings.iter().map(|finding| finding.severity).max();
        worst.is_none_or(|worst| worst < Severity::Error && !self.strict)
    }

    fn end(&self) -> Result {
        if self.is_accepted() {
            return Ok(());
        }
        let count = self.findings.len();
        Err(Failure::new(
            Exit::Refused,
            format!(
                "{} is refused on the level {}: {count} findings",
                self.file,
                self.level.as_str()
            ),
        ))
    }

    fn print(&self, sarif: bool, output: Output) {
        if sarif {
            out::json(&self.sarif());
        } else if output.json {
            out::json(&self.document());
        } else {
            for finding in &self.findings {
                let (title, remedy) = texts(finding);
                let place = finding.place.to_string();
                let place = if place.is_empty() { self.file } else { &place };
                let detail = match finding.detail.as_str() {
                    "" => String::new(),
                    detail => format!(" ({})", out::printable(detail)),
                };
                out::say(format!(
                    "{} {} at {}: {title}{detail}\n    {remedy}",
                    finding.severity.as_str(),
                    finding.rule.code(),
                    out::printable(place),
                ));
            }
            if self.is_accepted() {
                let app = self.manifest.as_ref();
                let app =
                    app.map_or_else(String::new, |it| format!("{} {}: ", it.name, it.version));
                let warnings = match self.findings.len() {
                    0 => String::new(),
                    1 => " with 1 warning".to_owned(),
                    count => format!(" with {count} warnings"),
                };
                let said = format!("{app}accepted on the level {}{warnings}", self.level.as_str());
                out::say(out::printable(&said));
            }
        }
    }

    fn document(&self) -> Value {
        let app = self.manifest.as_ref().map(|it| {
            json!({ "id": it.id, "version": it.version, "name": it.name, "manifest_version": it.manifest_version })
        });
        let findings = self.findings.iter().map(|finding| {
            let (title, remedy) = texts(finding);
            json!({
                "severity": finding.severity.as_str(),
                "code": finding.rule.code(),
                "place": finding.place.to_string(),
                "entry": finding.place.entry,
                "pointer": finding.place.pointer,
                "detail": finding.detail,
                "title": title,
                "remedy": remedy,
            })
        });
        json!({
            "file": self.file,
            "level": self.level.as_str(),
            "accepted": self.is_accepted(),
            "app": app,
            "findings": findings.collect::<Vec<_>>(),
        })
    }

    /// With the pointer as the logical location.
    fn sarif(&self) -> Value {
        sarif::log(self.findings.iter().map(|finding| {
            let (title, remedy) = texts(finding);
            Found {
                rule: finding.rule.code(),
                level: finding.severity.as_str(),
                message: format!("{title} ({}). {remedy}", finding.detail),
                uri: self.file,
                place: finding.place.to_string(),
                at: None,
            }
        }))
    }
}

/// What a finding says and what to do about it; the command line speaks English.
fn texts(finding: &Finding) -> (String, String) {
    let key = format!("packages.package-{}", finding.rule.code().replace(['.', '_'], "-"));
    let say = Texts::global().speak("en");
    (say.text(&key), say.text(format!("{key}-remedy")))
}

/// Every file below a folder but the manifest, by its name inside; hidden ones are left out.
fn files(root: &Path, folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let failed =
        |error: io::Error| Failure::new(Exit::Failure, format!("{}: {error}", folder.display()));
    let mut files = Vec::new();
    let mut total = 0;
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let hidden =
            path.file_name().and_then(|it| it.to_str()).is_none_or(|it| it.starts_with('.'));
        let name: Vec<_> = path
            .strip_prefix(root)
            .unwrap_or(&path)
            .components()
            .filter_map(|part| part.as_os_str().to_str())
            .collect();
        let name = name.join("/");
        if hidden || name == app_packages::MANIFEST {
            continue;
        }
        if path.is_dir() {
            files.extend(self::files(root, &path)?);
        } else {
            let bytes = read(&path)?;
            total += bytes.len();
            files.push((name, bytes));
        }
        if files.len() > limits::MAX_ENTRIES || total > limits::MAX_BYTES {
            let said = format!("{}: too many or too large files for a package", folder.display());
            return Err(Failure::new(Exit::Refused, said));
        }
    }
    Ok(files)
}

/// Reads a file, or standard input, up to a little more than a package may have.
pub(super) fn read(file: &Path) -> Result<Vec<u8>> {
    let failed = |error: io::Error| {
        let exit = match error.kind() {
            io::ErrorKind::NotFound => Exit::NotFound,
            _ => Exit::Failure,
        };
        Failure::new(exit, format!("{}: {error}", file.display()))
    };
    let mut bytes = Vec::new();
    let most = u64::try_from(limits::MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    if file == Path::new("-") {
        io::stdin().lock().take(most).read_to_end(&mut bytes).map_err(failed)?;
    } else {
        let opened = fs::File::open(file).map_err(failed)?;
        opened.take(most).read_to_end(&mut bytes).map_err(failed)?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sarif::schema;

    /// On every level, of a manifest with much wrong, and of what is no package.
    #[test]
    fn findings_of_packages_hold_against_the_schema_of_sarif() {
        let Some(schema) = schema::sarif() else { return };
        let manifest = br#"{"manifestVersion":"1.16","id":7,"name":{"short":"\u202e"},"icons":{}}"#;
        let document = app_packages::document(manifest).unwrap();
        let bad = app_packages::read(b"PK\x05\x06").unwrap_err();
        let mut seen = 0;
        for level in [Level::Schema, Level::Load, Level::Publish] {
            for findings in [app_packages::check_manifest(&document, level), bad.clone(), vec![]] {
                seen += findings.len();
                let file = "mes paquets/été.zip";
                let verdict = Verdict { file, level, manifest: None, findings, strict: true };
                let sarif = verdict.sarif();
                schema::holds(&schema, &sarif.to_string());
                let results = sarif["runs"][0]["results"].as_array().unwrap();
                assert_eq!(results.len(), verdict.findings.len());
            }
        }
        assert!(seen > 10, "{seen}");
    }
}
