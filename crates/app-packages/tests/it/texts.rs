//! Every rule has its text and its remedy in both languages.

use std::{collections::HashSet, fs, path::Path};

use app_packages::Rule;

#[test]
fn every_code_has_a_text_and_a_remedy_in_both_languages() {
    let key = |rule: &Rule| format!("package-{}", rule.code().replace(['.', '_'], "-"));
    let keys: Vec<String> =
        Rule::ALL.iter().flat_map(|rule| [key(rule), key(rule) + "-remedy"]).collect();
    let distinct: HashSet<&String> = keys.iter().collect();
    assert_eq!(distinct.len(), keys.len(), "two codes share a text");
    for language in ["en", "fr"] {
        let path = format!("../../locales/{language}/packages.ftl");
        let file =
            fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("texts");
        let written: HashSet<&str> =
            file.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key).collect();
        for key in &keys {
            assert!(written.contains(key.as_str()), "{language}: {key} has no text");
        }
        for key in written {
            let known = !key.starts_with("package-") || distinct.contains(&key.to_owned());
            assert!(known, "{language}: {key} is no rule");
        }
    }
}
