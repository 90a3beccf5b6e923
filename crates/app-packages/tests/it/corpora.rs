//! Manifests with the verdict of the published schemas.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
};

use app_packages::{Level, check_manifest, is_accepted};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Case {
    name: String,
    manifest: Value,
    ok: bool,
    errors: Vec<String>,
}

/// The folder of a corpus. Without it the test says so and skips, unless every test has to run.
fn folder(name: &str) -> Option<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = env::var_os("LIAISON_CORPORA")
        .map_or_else(|| workspace.join("../shared/corpora"), PathBuf::from);
    let root = if root.is_absolute() { root } else { workspace.join(root) };
    let folder = root.join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        env::var_os("LIAISON_REQUIRE_CORPORA").is_none_or(|it| it != "1"),
        "the corpus {name} is required and was not found: set LIAISON_CORPORA"
    );
    println!("SKIP the corpus {name} was not found: set LIAISON_CORPORA");
    None
}

#[test]
fn every_manifest_is_judged_as_its_schema_judges_it() {
    let Some(folder) = folder("app-packages") else { return };
    let lines = fs::read_to_string(folder.join("teams-cases.jsonl")).expect("cases");
    let mut verdicts: BTreeMap<bool, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for line in lines.lines() {
        let case: Case = serde_json::from_str(line).expect("a case");
        let findings = check_manifest(&case.manifest, Level::Schema);
        *verdicts.entry(case.ok).or_default() += 1;
        let told: Vec<String> = findings
            .iter()
            .map(|it| format!("{} {} {}", it.rule.code(), it.place, it.detail))
            .collect();
        if is_accepted(&findings) != case.ok {
            wrong.push(format!("{}: {:?} but {told:?}", case.name, case.errors));
        }
        // The place is the same as the published validator's, wherever it names one.
        for error in &case.errors {
            let Some(pointer) = error.split(' ').next().filter(|it| it.starts_with('/')) else {
                continue;
            };
            if !findings.iter().any(|it| it.place.to_string().starts_with(pointer)) {
                wrong.push(format!("{}: nothing at {pointer} in {told:?}", case.name));
            }
        }
    }
    println!("{} manifests: {verdicts:?}", verdicts.values().sum::<usize>());
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(verdicts.len() == 2, "cases of both kinds");
}
