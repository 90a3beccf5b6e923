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
        let mut names: Vec<_> = fs::read_dir(folder.join(kind))
            .expect("a kind")
            .map(|it| it.expect("a package").path())
            .collect();
        names.sort();
        for path in names {
            all.push(Published {
                kind: kind.to_owned(),
                name: path.file_name().expect("a name").to_string_lossy().into_owned(),
                definition: fs::read(path.join("apiDefinition.swagger.json"))
                    .expect("a definition"),
                properties: fs::read(path.join("apiProperties.json")).expect("properties"),
            });
        }
    }
    all
}

/// Findings and connectors of a rule in the published packages, by the reference, in all of them; a
/// dash where nobody counted.
const PUBLISHED: &str = include_str!("counts.txt");

#[test]
fn the_rules_are_broken_as_often_as_was_counted() {
    let Some(folder) = folder() else { return };
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut looked = 0;
    for package in packages(&folder) {
        if !matches!(package.kind.as_str(), "certified" | "independent-publisher") {
            continue;
        }
        looked += 1;
        let mut own: BTreeMap<String, usize> = BTreeMap::new();
        for finding in findings(&package) {
            *own.entry(finding.code.as_str().to_owned()).or_default() += 1;
        }
        for (code, count) in own {
            let entry = counts.entry(code).or_default();
            entry.0 += count;
            entry.1 += 1;
        }
    }
    let mut wrong = Vec::new();
    for line in PUBLISHED.lines().filter(|it| !it.starts_with('#') && !it.trim().is_empty()) {
        let mut cells = line.split_whitespace();
        let (code, here) = (cells.next().expect("a code"), cells.next().expect("a count"));
        let (findings, connectors) = counts.remove(code).unwrap_or_default();
        if here != format!("{findings}/{connectors}") {
            wrong.push(format!("{code}: {findings}/{connectors}, not {here}"));
        }
        // What was counted over twice as many packages bounds what is found in this half.
        if let Some((all, of)) = cells.next().and_then(|it| it.split_once('/')) {
            let number = |text: &str| text.replace(',', "").parse::<usize>().expect("a number");
            if findings > number(all) || connectors > number(of) {
                wrong.push(format!("{code}: {findings}/{connectors} of {all}/{of}"));
            }
        }
    }
    wrong.extend(counts.iter().map(|(code, (n, c))| format!("{code}: {n}/{c}, not listed")));
    println!("{looked} packages, {} rules held against the counts", PUBLISHED.lines().count());
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn findings(package: &Published) -> Vec<openapi::Finding> {
    let definition = openapi::read(&package.definition).ok();
    let properties = openapi::read(&package.properties).ok();
    let kind = if package.kind == "certified" { Kind::Certified } else { Kind::Independent };
    check(&Subject {
        definition: definition.as_ref().map(openapi::Document::root),
        definition_bytes: package.definition.len(),
        properties: properties.as_ref().map(openapi::Document::root),
        kind,
        level: Level::Certification,
        ..Subject::default()
    })
}

/// What swagger-parser 13 and openapi-spec-validator 0.9 say against the published packages that can be
/// read, looked at one by one: code and pointer of what is really wrong. What they say and is fine
/// (`type: file` as the answer of an operation) is not here.
const VALIDATORS: &str = include_str!("validators.txt");

#[test]
fn what_other_validators_really_find_is_among_the_findings() {
    let Some(folder) = folder() else { return };
    let mut wanted: BTreeMap<String, Vec<(&str, &str)>> = BTreeMap::new();
    for line in VALIDATORS.lines().filter(|it| !it.starts_with('#') && !it.trim().is_empty()) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [package, code, pointer] = cells.as_slice() else { panic!("{line}") };
        wanted.entry((*package).to_owned()).or_default().push((code, pointer));
    }
    let count = wanted.values().map(Vec::len).sum::<usize>();
    let mut missed = Vec::new();
    for package in packages(&folder) {
        let name = format!("{}/{}", package.kind, package.name);
        let Some(wanted) = wanted.remove(&name) else { continue };
        let found = findings(&package);
        for (code, pointer) in wanted {
            let is =
                |it: &openapi::Finding| it.code.as_str() == code && it.pointer.starts_with(pointer);
            if !found.iter().any(is) {
                missed.push(format!("{name}: {code} at {pointer}"));
            }
        }
    }
    missed.extend(wanted.into_keys());
    println!("{count} findings of other validators");
    assert!(missed.is_empty(), "{} missed:\n{}", missed.len(), missed.join("\n"));
}

#[test]
fn a_file_as_an_answer_is_fine() {
    let Some(folder) = folder() else { return };
    let all = packages(&folder);
    let found =
        all.iter().flat_map(findings).filter(|it| it.code.as_str() == "SchemaTypeFileNotValid");
    assert_eq!(found.map(|it| it.pointer).collect::<Vec<_>>(), Vec::<String>::new());
}
