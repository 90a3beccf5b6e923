//! Connector packages on the command line, from their files alone.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::{Value, json};

fn liaison(arguments: &[&str], folder: &Path) -> Output {
    let binary = e2e::environment("LIAISON_BIN");
    let binary = binary.map_or_else(|| e2e::root().join("target/debug/liaison"), PathBuf::from);
    // No settings, no data folder, nothing in the environment that names one.
    let mut command = Command::new(binary);
    command.env_clear().current_dir(folder).args(arguments);
    command.output().unwrap()
}

fn good() -> PathBuf {
    e2e::root().join("fixtures/connector-rules/good")
}

/// A copy of the good package with one text replaced.
fn copy(to: &Path, change: impl Fn(String) -> String) {
    fs::create_dir_all(to).unwrap();
    for name in ["apiDefinition.swagger.json", "apiProperties.json"] {
        let text = fs::read_to_string(good().join(name)).unwrap();
        let text = if name.starts_with("apiD") { change(text) } else { text };
        fs::write(to.join(name), text).unwrap();
    }
    fs::write(to.join("readme.md"), "# Pets\n").unwrap();
}

#[test]
fn every_package_has_its_line_whatever_it_is() {
    let work = tempfile::tempdir().unwrap();
    let at = work.path();
    copy(&at.join("good"), |text| text);
    copy(&at.join("with a blank"), |text| text.replace("\"host\": \"", "\"host\": \"https://"));
    copy(&at.join("broken"), |text| text.replacen(':', "", 1));
    fs::create_dir(at.join("empty")).unwrap();
    let named = ["./good/", "with a blank", "broken", "empty", "none"];
    let mut arguments = vec!["connector", "validate", "--json"];
    arguments.extend(named);
    let output = liaison(&arguments, at);
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let paths: Vec<&str> = lines.iter().map(|line| line["path"].as_str().unwrap()).collect();
    assert_eq!(paths, named);
    for line in &lines {
        let keys: BTreeSet<&str> = line.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, BTreeSet::from(["findings", "loads", "operations", "path"]));
        for finding in line["findings"].as_array().unwrap() {
            let keys: BTreeSet<&str> =
                finding.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(keys, BTreeSet::from(["code", "message", "pointer", "severity"]));
        }
    }
    let facts = |index: usize| (lines[index]["loads"].clone(), lines[index]["operations"].clone());
    assert_eq!(facts(0), (json!(true), json!(10)));
    assert_eq!(lines[0]["findings"], json!([]));
    assert_eq!(facts(1), (json!(true), json!(10)));
    let host = &lines[1]["findings"][0];
    assert_eq!((&host["code"], &host["pointer"]), (&json!("HostNameNotValid"), &json!("/host")));
    assert_eq!(host["severity"], "error");
    assert!(host["message"].as_str().unwrap().contains("Write the host alone"), "{host}");
    for (index, line) in lines.iter().enumerate().skip(2) {
        assert_eq!(facts(index), (json!(false), json!(0)));
        assert_eq!(line["findings"].as_array().unwrap().len(), 1);
    }
    let message = lines[2]["findings"][0]["message"].as_str().unwrap();
    assert!(message.contains("at line 2, column "), "{message}");
}

#[test]
fn certification_refuses_errors_and_speaks_three_forms() {
    let work = tempfile::tempdir().unwrap();
    let at = work.path();
    copy(&at.join("good"), |text| text);
    copy(&at.join("bad"), |text| text.replace("\"summary\": \"List pets\",", ""));
    assert!(liaison(&["connector", "certify", "good"], at).status.success());
    let refused = liaison(&["connector", "certify", "bad"], at);
    assert_eq!(refused.status.code(), Some(5), "{refused:?}");
    let text = String::from_utf8(refused.stdout).unwrap();
    assert!(
        text.contains("OperationSummaryMissing at apiDefinition.swagger.json /paths/~1pets/get"),
        "{text}"
    );
    let french = liaison(&["connector", "certify", "bad", "--language", "fr"], at);
    assert!(String::from_utf8(french.stdout).unwrap().contains("n’a pas de résumé"));
    assert!(liaison(&["connector", "validate", "bad"], at).status.success());
    let sarif = liaison(&["connector", "certify", "bad", "--sarif"], at);
    let sarif: Value = serde_json::from_slice(&sarif.stdout).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(
        (&result["ruleId"], &result["level"]),
        (&json!("OperationSummaryMissing"), &json!("error"))
    );
    let place = &result["locations"][0]["physicalLocation"];
    assert!(place["region"]["startLine"].as_u64().unwrap() > 10, "{place}");
    assert_eq!(liaison(&["connector", "certify", "none"], at).status.code(), Some(4));
}

#[test]
fn an_archive_is_made_judged_and_the_same_again() {
    let work = tempfile::tempdir().unwrap();
    let at = work.path();
    copy(&at.join("good"), |text| text);
    copy(&at.join("bad"), |text| text.replace("\"summary\": \"List pets\",", ""));
    for name in ["one.zip", "two.zip"] {
        let made = liaison(&["connector", "package", "good", "-o", name], at);
        assert!(made.status.success(), "{made:?}");
    }
    assert!(fs::read(at.join("one.zip")).unwrap() == fs::read(at.join("two.zip")).unwrap());
    assert!(liaison(&["connector", "certify", "one.zip"], at).status.success());
    fs::write(at.join("no.zip"), "no archive").unwrap();
    let refused = liaison(&["connector", "certify", "no.zip", "--json"], at);
    assert_eq!(refused.status.code(), Some(5), "{refused:?}");
    assert!(String::from_utf8(refused.stdout).unwrap().contains("SubmissionArchiveNotReadable"));
    let refused = liaison(&["connector", "package", "bad", "-o", "bad.zip"], at);
    assert_eq!(refused.status.code(), Some(5), "{refused:?}");
    assert!(!at.join("bad.zip").exists());
}

#[test]
fn a_breaking_change_is_refused_and_named() {
    let work = tempfile::tempdir().unwrap();
    let at = work.path();
    copy(&at.join("old"), |text| text);
    copy(&at.join("new"), |text| {
        text.replace("\"operationId\": \"AddPet\"", "\"operationId\": \"NewPet\"")
    });
    assert!(liaison(&["connector", "compare", "old", "old"], at).status.success());
    let refused = liaison(&["connector", "compare", "old", "new", "--json"], at);
    assert_eq!(refused.status.code(), Some(5), "{refused:?}");
    let line: Value = serde_json::from_slice(&refused.stdout).unwrap();
    assert_eq!(line["findings"][0]["code"], "OperationRenamed");
}

/// What a finding of swagger-parser can be of ours, once the text can be read.
const REAL: [&str; 6] = [
    "OperationMustHaveResponse",
    "HostNameNotValid",
    "ExtensionNameNotValid",
    "ArrayDuplicateValue",
    "AdditionalPropertyNotAllowedAdjacentToRef",
    "OperationParametersContainDuplicateParameter",
];

#[test]
fn what_swagger_parser_refuses_is_among_the_findings() {
    let test = "what_swagger_parser_refuses_is_among_the_findings";
    let Some(corpora) = e2e::Tool::Corpora.find(test) else { return };
    let Some(npm) = e2e::Tool::Npm.find(test) else { return };
    let folder = corpora.join("connectors");
    let mut packages = Vec::new();
    for kind in ["certified", "independent-publisher", "custom", "template"] {
        let entries = fs::read_dir(folder.join(kind)).unwrap();
        packages.extend(entries.map(|it| it.unwrap().path().to_str().unwrap().to_owned()));
    }
    packages.sort();
    if !e2e::full_size() {
        // The whole corpus takes the other validator a minute.
        packages = packages.into_iter().step_by(10).collect();
    }
    let theirs = Command::new("node")
        .arg(npm.join("bin/swagger-parser.mjs"))
        .args(&packages)
        .output()
        .unwrap();
    assert!(theirs.status.success(), "{}", String::from_utf8_lossy(&theirs.stderr));
    let theirs = String::from_utf8(theirs.stdout).unwrap();
    let mut arguments = vec!["connector", "validate", "--json"];
    arguments.extend(packages.iter().map(String::as_str));
    let ours = String::from_utf8(liaison(&arguments, Path::new("/")).stdout).unwrap();
    assert_eq!((theirs.lines().count(), ours.lines().count()), (packages.len(), packages.len()));
    let mut refused = 0;
    let mut missed = Vec::new();
    for (theirs, ours) in theirs.lines().zip(ours.lines()) {
        let theirs: Value = serde_json::from_str(theirs).unwrap();
        let ours: Value = serde_json::from_str(ours).unwrap();
        if theirs["problems"] == json!([]) {
            continue;
        }
        refused += 1;
        let found = ours["findings"].as_array().unwrap().iter().any(|finding| {
            let code = finding["code"].as_str().unwrap();
            REAL.contains(&code) || code.starts_with("json.") || code.starts_with("encoding.")
        });
        if !found {
            missed.push(format!("{}: {}", theirs["path"], theirs["problems"][0]));
        }
    }
    println!("{} packages, {refused} refused by swagger-parser", packages.len());
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn the_starter_is_written_once_and_judged_against_the_contract() {
    let work = tempfile::tempdir().unwrap();
    let at = work.path();
    let written = liaison(&["sales", "starter", "mine"], at);
    assert!(written.status.success(), "{written:?}");
    let place = at.join("mine/apiDefinition.swagger.json");
    let text = fs::read_to_string(&place).unwrap();
    let judged = liaison(&["sales", "validate", "--json", "mine"], at);
    assert!(judged.status.success(), "{judged:?}");
    let all: Value = serde_json::from_slice(&judged.stdout).unwrap();
    assert_eq!(all[0]["path"], "mine");
    let surfaces: BTreeSet<&str> = all[0]["matched"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|matched| matched["callable"] == true)
        .map(|matched| matched["surface"].as_str().unwrap())
        .collect();
    assert_eq!(surfaces.len(), 5, "{surfaces:?}");
    let errors = |all: &Value| {
        let findings = all[0]["findings"].as_array().unwrap();
        findings.iter().filter(|finding| finding["severity"] == "error").count()
    };
    assert_eq!(errors(&all), 0, "{all}");

    // what a maker has written stays
    let again = liaison(&["sales", "starter", "mine"], at);
    assert!(!again.status.success());
    assert_eq!(fs::read_to_string(&place).unwrap(), text);

    // what breaks the contract is named, in people's words and for pipelines
    fs::write(&place, text.replace("\"value\"", "\"items\"")).unwrap();
    let judged = liaison(&["sales", "validate", "--json", "mine"], at);
    assert_eq!(judged.status.code(), liaison(&["sales", "validate", "mine"], at).status.code());
    assert!(!judged.status.success());
    let broken: Value = serde_json::from_slice(&judged.stdout).unwrap();
    assert!(errors(&broken) > 0, "{broken}");
    let unreadable = liaison(&["sales", "validate", "none"], at);
    assert!(!unreadable.status.success() && unreadable.stdout.is_empty(), "{unreadable:?}");
}
