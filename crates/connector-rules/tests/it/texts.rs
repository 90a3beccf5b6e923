//! Every rule has its words.

use std::{collections::BTreeSet, fs, path::PathBuf};

use liaison_connector_rules::Rule;

#[test]
fn every_rule_says_what_is_wrong_and_what_to_do_in_both_languages() {
    for language in ["en", "fr"] {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join(format!("../../locales/{language}/connector-rules.ftl"));
        let text = fs::read_to_string(path).expect("texts");
        let keys: BTreeSet<&str> =
            text.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key).collect();
        let wanted = Rule::ALL.iter().flat_map(|rule| [rule.text_key(), rule.remedy_key()]);
        let missing: Vec<String> = wanted
            .map(|key| key.trim_start_matches("connector-rules.").to_owned())
            .filter(|key| !keys.contains(key.as_str()))
            .collect();
        assert!(missing.is_empty(), "{language}: {missing:?}");
    }
}

#[test]
fn codes_and_keys_are_one_to_one() {
    let codes: BTreeSet<&str> = Rule::ALL.iter().map(|rule| rule.code()).collect();
    let keys: BTreeSet<String> = Rule::ALL.iter().map(|rule| rule.text_key()).collect();
    assert_eq!((codes.len(), keys.len()), (Rule::ALL.len(), Rule::ALL.len()));
    assert!(Rule::ALL.iter().all(|rule| Rule::of(rule.code()) == Some(*rule)));
}
