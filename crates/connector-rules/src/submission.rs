//! The archive that is handed in for certification: judged, and built.
//!
//! An outer zip holds an introduction and a package; the package holds the folder `PkgAssets` with one
//! solution for the connector, one for a flow, and perhaps one for a plug-in. Zip itself is the
//! caller's: this language knows what has to be inside.

mod build;
mod xml;

use std::collections::BTreeSet;

use openapi::{Finding, Place};

pub use self::build::{Material, build};
use crate::{Rule, report::Report};

/// A file of an archive: its name and its bytes.
pub type File = (String, Vec<u8>);

/// Reads the files of a zip archive, or says why it cannot.
pub type Open = fn(&[u8]) -> Result<Vec<File>, String>;

/// Writes a zip archive of these files, in this order.
pub type Bundle = fn(&[(&str, &[u8])]) -> Vec<u8>;

/// Every breach of the form that an archive for submission has.
pub fn check(archive: &[u8], open: Open) -> Vec<Finding> {
    let mut report = Report::default();
    outer(archive, open, &mut report);
    report.into_vec()
}

/// What a solution is for, told by its nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Purpose {
    Connector,
    Flow,
    PlugIn,
}

impl Purpose {
    const fn word(self) -> &'static str {
        match self {
            Self::Connector => "connector",
            Self::Flow => "flow",
            Self::PlugIn => "plug-in",
        }
    }

    /// The nodes of `customizations.xml` and their folders.
    const fn nodes(self) -> &'static [(&'static str, &'static [&'static str])] {
        match self {
            Self::Connector => &[("Connector", &["Connector"])],
            Self::Flow => &[("Connector", &["Connector"]), ("Workflows", &["Workflows"])],
            Self::PlugIn => &[
                ("Connector", &["Connector"]),
                ("aicopilot_aiplugin", &["aiplugins", "aipluginoperations"]),
            ],
        }
    }
}

fn outer(archive: &[u8], open: Open, report: &mut Report) {
    let at = Place::ROOT;
    let Some(files) = opened(archive, open, &at, report) else { return };
    let mut introductions = 0_usize;
    let mut packages = Vec::new();
    for (name, bytes) in &files {
        let place = at.member(name);
        if name.contains('/') {
            report.inside(Rule::SubmissionFolderNotAllowed, &place, name);
        } else if ends(name, ".md") {
            introductions += 1;
        } else if ends(name, ".zip") {
            packages.push((name, bytes));
        } else {
            report.inside(Rule::SubmissionFileNotExpected, &place, name);
        }
    }
    if introductions != 1 {
        report.inside(Rule::SubmissionIntroductionNotOne, &at, introductions);
    }
    if packages.len() != 1 {
        report.inside(Rule::SubmissionPackageNotOne, &at, packages.len());
    }
    for (name, bytes) in packages {
        package(bytes, open, &at.member(name), report);
    }
}

fn package(archive: &[u8], open: Open, at: &Place<'_>, report: &mut Report) {
    let Some(files) = opened(archive, open, at, report) else { return };
    let roots: BTreeSet<&str> = files.iter().map(|(name, _)| root(name)).collect();
    if roots.len() != 1 || !roots.contains(ASSETS) {
        let found: Vec<&str> = roots.iter().copied().take(5).collect();
        report.inside(Rule::SubmissionAssetsFolderMissing, at, found.join(", "));
    }
    let assets = at.member(ASSETS);
    let mut purposes = Vec::new();
    for (name, bytes) in &files {
        let Some(inner) = name.strip_prefix(ASSETS).and_then(|it| it.strip_prefix('/')) else {
            continue;
        };
        let place = assets.member(inner);
        if inner.contains('/') {
            report.inside(Rule::SubmissionFolderNotAllowed, &place, inner);
        } else if ends(inner, ".zip") {
            purposes.extend(solution(bytes, open, &place, report));
        } else {
            report.inside(Rule::SubmissionFileNotExpected, &place, inner);
        }
    }
    purposes.sort_unstable();
    let complete = matches!(
        purposes.as_slice(),
        [Purpose::Connector, Purpose::Flow] | [Purpose::Connector, Purpose::Flow, Purpose::PlugIn]
    );
    if !complete {
        let found: Vec<&str> = purposes.iter().map(|it| it.word()).take(5).collect();
        report.inside(Rule::SubmissionSolutionsNotComplete, &assets, found.join(", "));
    }
}

fn solution(archive: &[u8], open: Open, at: &Place<'_>, report: &mut Report) -> Option<Purpose> {
    let files = opened(archive, open, at, report)?;
    let find = |name: &str| files.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    for name in [TYPES, CUSTOMIZATIONS, SOLUTION] {
        if find(name).is_none() {
            report.inside(Rule::SolutionFileMissing, at, name);
        }
    }
    let (_, customizations) = find(CUSTOMIZATIONS)?;
    let text = String::from_utf8_lossy(customizations);
    let filled = xml::filled(&text, &["Connector", "Workflows", "aicopilot_aiplugin"]);
    let purpose = if filled.contains("aicopilot_aiplugin") {
        Purpose::PlugIn
    } else if filled.contains("Workflows") {
        Purpose::Flow
    } else {
        Purpose::Connector
    };
    let place = at.member(CUSTOMIZATIONS);
    for (node, folders) in purpose.nodes() {
        if !filled.contains(node) {
            report.inside(Rule::SolutionNodeMissing, &place, node);
        }
        for folder in *folders {
            let within = |(name, _): &File| name.contains('/') && root(name) == *folder;
            if !files.iter().any(within) {
                report.inside(Rule::SolutionFolderMissing, at, folder);
            }
        }
    }
    Some(purpose)
}

fn opened(archive: &[u8], open: Open, at: &Place<'_>, report: &mut Report) -> Option<Vec<File>> {
    match open(archive) {
        Ok(files) => Some(files),
        Err(reason) => {
            report.inside(Rule::SubmissionArchiveNotReadable, at, reason);
            None
        }
    }
}

/// The first folder of a name, or the name of a file at the root.
fn root(name: &str) -> &str {
    name.split('/').next().unwrap_or(name)
}

fn ends(name: &str, end: &str) -> bool {
    name.to_ascii_lowercase().ends_with(end)
}

const ASSETS: &str = "PkgAssets";
const TYPES: &str = "[Content_Types].xml";
const CUSTOMIZATIONS: &str = "customizations.xml";
const SOLUTION: &str = "solution.xml";
