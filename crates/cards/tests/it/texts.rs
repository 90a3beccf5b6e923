//! Every reason and every rule has its text in both languages.

use std::{collections::HashSet, fs, path::Path};

use liaison_cards::{Form, Reason, Rule, Severity};

#[test]
fn every_code_has_a_text_in_both_languages() {
    let key = |kind: &str, code: &str| format!("{kind}-{}", code.replace(['.', '_'], "-"));
    let reasons = Reason::ALL.map(|it| key("reason", it.code()));
    let rules = Rule::ALL.map(|it| key("finding", it.code()));
    let severities =
        [Severity::Note, Severity::Warning, Severity::Error].map(|it| key("severity", it.code()));
    let forms = [Form::Text, Form::MessageCard, Form::Attachments].map(|it| key("form", it.code()));
    let keys: Vec<String> =
        reasons.into_iter().chain(rules).chain(severities).chain(forms).collect();
    let distinct: HashSet<&String> = keys.iter().collect();
    assert_eq!(distinct.len(), keys.len(), "two codes share a text");
    for language in ["en", "fr"] {
        let path = format!("../../locales/{language}/cards.ftl");
        let file =
            fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("texts");
        let written: HashSet<&str> =
            file.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key).collect();
        for key in &keys {
            assert!(written.contains(key.as_str()), "{language}: {key} has no text");
        }
    }
}
