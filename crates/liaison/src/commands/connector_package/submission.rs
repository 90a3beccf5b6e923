//! The archive for certification: looked into, and made.

use std::{fs, io, path::Path};

use connector_rules::{
    Circumstances, Level,
    submission::{self, File, Material},
};
use openapi::{Finding, Severity};

use super::{
    Looked,
    folder::{Folder, Refused, read},
    sheet::Line,
};
use crate::{
    cli::Judged,
    exit::{Exit, Failure, Result},
    out,
};

/// Judges an archive that was made for submission.
pub(super) fn look(path: &Path, judged: Judged) -> Looked {
    let (loads, findings) = match read(path) {
        Ok(bytes) => {
            let found = submission::check(&bytes, open);
            let line = |finding: &Finding| Line::inside(path, finding, judged);
            (true, found.iter().map(line).collect())
        }
        Err(error) => {
            let refused = Refused::Unreadable { path: path.to_owned(), error };
            (false, vec![refused.line(judged)])
        }
    };
    Looked { loads, operations: 0, findings, missing: !loads }
}

/// Makes the archive of a folder. What would refuse certification refuses it here.
pub(crate) fn build(folder: &Path, flow: Option<&Path>, to: &Path) -> Result {
    let refused = |it: Refused| Failure::new(it.exit(), it.to_string());
    let at = |path: &Path| {
        let path = path.display().to_string();
        move |error: io::Error| Failure::new(Exit::NotFound, format!("{path}: {error}"))
    };
    let folder = Folder::read(folder).map_err(refused)?;
    let package = folder.load().map_err(refused)?;
    let circumstances = Circumstances {
        files: folder.files(),
        level: Level::Certification,
        ..Circumstances::default()
    };
    let found = connector_rules::judge(&package, circumstances);
    let errors = found.iter().filter(|it| it.severity == Severity::Error).count();
    let others = folder.others();
    let optional = |path: Option<&Path>| path.map(|path| read(path).map_err(at(path))).transpose();
    let (icon, script, flow) = (optional(others.icon)?, optional(others.script)?, optional(flow)?);
    let readme = optional(others.readme)?;
    let (definition, properties) = folder.bytes();
    let (Some(readme), Some(properties)) = (readme, properties) else {
        let missing = if properties.is_none() { "apiProperties.json" } else { "readme.md" };
        let said = format!("{}: {missing} is missing", folder.path().display());
        return Err(Failure::new(Exit::Refused, said));
    };
    if errors > 0 {
        let said = format!(
            "{}: {errors} errors refuse certification; `liaison connector certify` names them",
            folder.path().display()
        );
        return Err(Failure::new(Exit::Refused, said));
    }
    let material = Material {
        package: &package,
        definition,
        properties,
        icon: icon.as_deref(),
        script: script.as_deref(),
        readme: &readme,
        flow: flow.as_deref(),
    };
    let archive = submission::build(&material, app_packages::bundle);
    if let Some(first) = submission::check(&archive, open).first() {
        let said = format!("the archive would be refused: {} at {}", first.code, first.pointer);
        return Err(Failure::new(Exit::Refused, said));
    }
    let failed =
        |error: io::Error| Failure::new(Exit::Failure, format!("{}: {error}", to.display()));
    fs::write(to, archive).map_err(failed)?;
    out::say(format!("written: {}", to.display()));
    Ok(())
}

fn open(bytes: &[u8]) -> std::result::Result<Vec<File>, String> {
    app_packages::open(bytes).map_err(|found| {
        let first = found.first().map(|it| format!("{} {}", it.rule.code(), it.detail));
        first.unwrap_or_default().trim().to_owned()
    })
}
