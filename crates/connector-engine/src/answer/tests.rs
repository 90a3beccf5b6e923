use std::fs;

use super::Remark;
use crate::problem::Reason;

#[test]
fn every_code_has_a_text_in_both_languages_and_no_text_is_left_over() {
    let reasons = Reason::ALL.into_iter().map(Reason::text_key);
    let mut keys: Vec<String> =
        reasons.chain(Remark::ALL.into_iter().map(Remark::text_key)).collect();
    keys.sort();
    for language in ["en", "fr"] {
        let path =
            format!("{}/../../locales/{language}/connector-engine.ftl", env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(path).unwrap();
        let mut known: Vec<String> = text
            .lines()
            .filter_map(|line| line.split_once(" = "))
            .filter(|(key, _)| !key.starts_with('#'))
            .map(|(key, _)| format!("connector-engine.{key}"))
            .collect();
        known.sort();
        assert_eq!(known, keys, "{language}");
    }
}
