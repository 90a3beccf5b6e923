//! The published test cases, which stay outside of the tree (`LIAISON_CORPORA`).

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use liaison_odata::grammar::{Names, Verdict, check};
use serde_json::Value;

fn folder() -> Option<PathBuf> {
    let root = std::env::var_os("LIAISON_CORPORA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora"),
        PathBuf::from,
    );
    let folder = root.join("odata-abnf");
    folder.is_dir().then_some(folder)
}

fn constraints(folder: &Path) -> BTreeMap<String, Names> {
    let text = fs::read_to_string(folder.join("constraints.json")).expect("readable");
    let suites: BTreeMap<String, BTreeMap<String, Vec<String>>> =
        serde_json::from_str(&text).expect("lists of names");
    let names = |rules: BTreeMap<String, Vec<String>>| {
        let mut names = Names::new();
        rules.into_iter().for_each(|(rule, texts)| names.insert(rule, texts));
        names
    };
    suites.into_iter().map(|(suite, rules)| (suite, names(rules))).collect()
}

fn cases(folder: &Path) -> Vec<Value> {
    let mut cases = Vec::new();
    for file in ["core.jsonl", "aggregation.jsonl", "temporal.jsonl"] {
        let text = fs::read_to_string(folder.join(file)).expect("readable");
        cases.extend(text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")));
    }
    cases
}

#[test]
fn every_published_case_is_decided_as_it_says() {
    let Some(folder) = folder() else {
        eprintln!("skipped: set LIAISON_CORPORA to the folder of the corpora");
        return;
    };
    let constraints = constraints(&folder);
    let cases = cases(&folder);
    let (mut wrong, mut wrong_freely) = (Vec::new(), Vec::new());
    for case in &cases {
        let text = |name: &str| case[name].as_str().expect("a text");
        let names = constraints.get(text("suite")).expect("a suite");
        let expected = case["fail_at"].is_null();
        let verdict = check(text("rule"), text("input"), Some(names));
        if (verdict == Verdict::Match) != expected {
            wrong.push(format!("{} {} {:?} {verdict:?}", text("id"), text("rule"), text("input")));
        }
        let freely = check(text("rule"), text("input"), None);
        if (freely == Verdict::Match) != expected {
            wrong_freely.push(format!(
                "{} {} {:?} {freely:?}",
                text("id"),
                text("rule"),
                text("input")
            ));
        }
    }
    eprintln!(
        "{} cases, {} wrong; {} wrong without names",
        cases.len(),
        wrong.len(),
        wrong_freely.len()
    );
    for line in &wrong_freely {
        eprintln!("without names: {line}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
