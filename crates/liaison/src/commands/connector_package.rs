//! `connector validate|certify|compare`: packages of business connectors, judged from their files alone.

mod folder;
mod request;
mod sheet;
mod submission;

use std::path::{Path, PathBuf};

use connector_rules::{Circumstances, Kind, Level};
use openapi::{Finding, Package};

pub(crate) use self::submission::build;
use self::{
    folder::{Folder, Refused},
    sheet::Sheet,
};
use crate::{
    cli::{ConnectorPackage, Judged},
    exit::{Exit, Failure, Result},
};

pub(crate) fn run(command: &ConnectorPackage) -> Result {
    match command {
        ConnectorPackage::Validate { packages, judged } => {
            let packages: Vec<PathBuf> = packages.iter().map(PathBuf::from).collect();
            Sheet::lines(&packages, *judged, |path| look(path, Level::Draft, *judged));
            Ok(())
        }
        ConnectorPackage::Certify { packages, judged } => certify(packages, *judged),
        ConnectorPackage::Compare { old, new, judged } => compare(old, new, *judged),
        ConnectorPackage::Request { cases } => request::run(cases),
    }
}

/// A package as an archive: of a folder its files, of a description that alone; an archive is one already.
pub(crate) fn archive(path: &Path) -> Result<Vec<u8>> {
    let failed = |refused: Refused| Failure::new(refused.exit(), refused.to_string());
    let folder = Folder::read(path).map_err(failed)?;
    let (definition, properties) = folder.bytes();
    if path.is_file() && definition.starts_with(b"PK") {
        return Ok(definition.to_owned());
    }
    let others = folder.others();
    let mut files = vec![("apiDefinition.swagger.json", definition.to_owned())];
    files.extend(properties.map(|bytes| ("apiProperties.json", bytes.to_owned())));
    let beside =
        [("script.csx", others.script), ("icon.png", others.icon), ("readme.md", others.readme)];
    for (name, path) in beside {
        let Some(path) = path else { continue };
        let bytes = folder::read(path)
            .map_err(|error| Failure::new(Exit::Failure, format!("{}: {error}", path.display())))?;
        files.push((name, bytes));
    }
    let named: Vec<(&str, &[u8])> =
        files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    Ok(app_packages::bundle(&named))
}

/// Reads a package and has it looked at.
pub(crate) fn with_package<T>(path: &Path, look: impl FnOnce(&Package<'_>) -> T) -> Result<T> {
    let failed = |refused: Refused| Failure::new(refused.exit(), refused.to_string());
    let folder = Folder::read(path).map_err(failed)?;
    Ok(look(&folder.load().map_err(failed)?))
}

/// What came of looking at a package.
pub(super) struct Looked {
    /// Whether it could be loaded.
    loads: bool,
    operations: usize,
    findings: Vec<sheet::Line>,
    /// Why there is nothing to look at.
    missing: bool,
}

fn look(path: &Path, level: Level, judged: Judged) -> Looked {
    let folder = match Folder::read(path) {
        Ok(folder) => folder,
        Err(refused) => return refuse(&refused, judged),
    };
    let package = match folder.load() {
        Ok(package) => package,
        Err(refused) => return refuse(&refused, judged),
    };
    let kind = if judged.independent { Kind::Independent } else { Kind::Certified };
    let circumstances = Circumstances { files: folder.files(), kind, level };
    let found = connector_rules::judge(&package, circumstances);
    Looked {
        loads: true,
        operations: package.definition.operation_count(),
        findings: lines((&folder, Some(&package)), &found, judged),
        missing: false,
    }
}

/// Findings with their texts, and with the place in the file where somebody asks for it.
fn lines(
    about: (&Folder, Option<&Package<'_>>),
    found: &[Finding],
    judged: Judged,
) -> Vec<sheet::Line> {
    found.iter().map(|finding| sheet::Line::of(about, finding, judged)).collect()
}

fn refuse(refused: &Refused, judged: Judged) -> Looked {
    Looked {
        loads: false,
        operations: 0,
        findings: vec![refused.line(judged)],
        missing: matches!(refused, Refused::Unreadable { .. } | Refused::NoDefinition { .. }),
    }
}

fn certify(packages: &[PathBuf], judged: Judged) -> Result {
    let mut missing = false;
    let mut errors = 0_usize;
    Sheet::lines(packages, judged, |path| {
        let is_archive = path.extension().is_some_and(|it| it.eq_ignore_ascii_case("zip"));
        let looked = if is_archive && path.is_file() {
            submission::look(path, judged)
        } else {
            look(path, Level::Certification, judged)
        };
        missing |= looked.missing;
        errors += looked.findings.iter().filter(|it| it.is_error()).count();
        looked
    });
    if missing {
        return Err(Failure::new(Exit::NotFound, "at least one package was not found"));
    }
    match errors {
        0 => Ok(()),
        1 => Err(Failure::new(Exit::Refused, "certification is refused: 1 error")),
        count => {
            Err(Failure::new(Exit::Refused, format!("certification is refused: {count} errors")))
        }
    }
}

fn compare(old: &Path, new: &Path, judged: Judged) -> Result {
    let read = |path: &Path| {
        Folder::read(path).map_err(|refused| Failure::new(refused.exit(), refused.to_string()))
    };
    let (old, new) = (read(old)?, read(new)?);
    let load = |folder| {
        Folder::load(folder).map_err(|refused| Failure::new(refused.exit(), refused.to_string()))
    };
    let (before, after) = (load(&old)?, load(&new)?);
    let found = connector_rules::compare::compare(&before, &after);
    let looked = Looked {
        loads: true,
        operations: after.definition.operation_count(),
        findings: lines((&new, Some(&after)), &found, judged),
        missing: false,
    };
    let broken = looked.findings.iter().filter(|it| it.is_error()).count();
    Sheet::changes(new.path(), &looked, judged);
    match broken {
        0 => Ok(()),
        1 => Err(Failure::new(Exit::Refused, "1 change breaks callers")),
        count => Err(Failure::new(Exit::Refused, format!("{count} changes break callers"))),
    }
}
