//! Every rule over the published packages, and how often it is broken there.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
};

use liaison_connector_rules::{Kind, Level, Subject, check};

/// The folder of published packages. Without it the test says so and skips, unless every test has to run.
pub(crate) fn folder() -> Option<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = env::var_os("LIAISON_CORPORA")
        .map_or_else(|| workspace.join("../shared/corpora"), PathBuf::from);
    let root = if root.is_absolute() { root } else { workspace.join(root) };
    let folder = root.join("connectors");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        env::var_os("LIAISON_REQUIRE_CORPORA").is_none_or(|it| it != "1"),
        "the corpus of connectors is required and was not found: set LIAISON_CORPORA"
    );
    println!("SKIP the corpus of connectors was not found: set LIAISON_CORPORA");
    None
}

/// One package as it was published.
pub(crate) struct Published {
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) definition: Vec<u8>,
    pub(crate) properties: Vec<u8>,
}

pub(crate) fn packages(folder: &Path) -> Vec<Published> {
    let mut all = Vec::new();
    for kind in ["certified", "independent-publisher", "custom", "template"] {
        let mut names: Vec<_> =
            fs::read_dir(folder.join(kind)).expect("a kind").map(|it| it.expect("a package").path()).collect();
        names.sort();
        for path in names {
            all.push(Published {
                kind: kind.to_owned(),
                name: path.file_name().expect("a name").to_string_lossy().into_owned(),
                definition: fs::read(path.join("apiDefinition.swagger.json")).expect("a definition"),
                properties: fs::read(path.join("apiProperties.json")).expect("properties"),
            });
        }
    }
    all
}

#[test]
fn the_rules_are_broken_as_often_as_the_reference_counted() {
    let Some(folder) = folder() else { return };
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let dump = env::var_os("DUMP").map(|it| fs::File::create(it).expect("a file"));
    let mut looked = 0;
    for package in packages(&folder) {
        if !matches!(package.kind.as_str(), "certified" | "independent-publisher") {
            continue;
        }
        let definition = openapi::read(&package.definition).ok();
        let properties = openapi::read(&package.properties).ok();
        let kind = if package.kind == "certified" { Kind::Certified } else { Kind::Independent };
        let subject = Subject {
            definition: definition.as_ref().map(openapi::Document::root),
            definition_bytes: package.definition.len(),
            properties: properties.as_ref().map(openapi::Document::root),
            kind,
            level: Level::Certification,
            ..Subject::default()
        };
        looked += 1;
        let mut own: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in check(&subject) {
            *own.entry(finding.code.as_str()).or_default() += 1;
            if let Some(mut file) = dump.as_ref() {
                use std::io::Write as _;
                writeln!(file, "{}\t{}/{}\t{}\t{:?}", finding.code, package.kind, package.name, finding.pointer, finding.args).ok();
            }
        }
        for (code, count) in own {
            let entry = counts.entry(code).or_default();
            entry.0 += count;
            entry.1 += 1;
        }
    }
    for (code, (findings, connectors)) in &counts {
        println!("{code} {findings}/{connectors}");
    }
    println!("{looked} packages");
}
