//! Every code has its text in both languages.

use std::{collections::HashSet, fs, path::Path};

use liaison_openapi::{Finding, Obstacle, Part, Reason, Severity, codes};

#[test]
fn every_code_has_a_text_in_both_languages() {
    let key = |kind: &str, code: &str| format!("{kind}-{}", code.replace(['.', '_'], "-"));
    let finding = |code| Finding::new(Part::Package, "", code, Severity::Info);
    let findings = codes::ALL.iter().map(|code| finding(*code).message_key());
    let reasons = Reason::ALL.into_iter().map(|it| key("reason", it.code()));
    let not_an_object = key("reason", "package.not_an_object");
    let unknown = Obstacle::UnknownPolicy { template_id: "", pointer: String::new() };
    let obstacles = [Obstacle::Script, unknown].map(|it| key("obstacle", it.code()));
    let severities = [Severity::Info, Severity::Warning, Severity::Error];
    let severities = severities.map(|it| key("severity", it.code()));
    let keys: Vec<String> =
        findings.chain(reasons).chain([not_an_object]).chain(obstacles).chain(severities).collect();
    let distinct: HashSet<&String> = keys.iter().collect();
    assert_eq!(distinct.len(), keys.len(), "two codes share a text");
    for language in ["en", "fr"] {
        let path = format!("../../locales/{language}/openapi.ftl");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        let file = fs::read_to_string(path).expect("texts");
        let written: HashSet<&str> =
            file.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key).collect();
        for key in &keys {
            assert!(written.contains(key.as_str()), "{language}: {key} has no text");
        }
    }
}
