//! Rules for the texts of every room: both languages say the same, and French is set as French is.

#[cfg(test)]
mod files;
#[cfg(test)]
mod typography;

use std::collections::BTreeMap;

use files::{Sentence, read};

#[test]
fn every_file_is_without_mistakes_and_repeats_no_key() {
    let mut findings = Vec::new();
    for language in ["en", "fr"] {
        for (room, file) in read(language) {
            findings.extend(file.mistakes.iter().map(|it| format!("{language}/{room}.ftl: {it}")));
        }
    }
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[test]
fn both_languages_have_the_same_keys_and_placeholders() {
    let mut findings = Vec::new();
    let (english, french) = (read("en"), read("fr"));
    assert!(!english.is_empty(), "no texts were found");
    for room in english.keys().chain(french.keys()) {
        let (Some(english), Some(french)) = (english.get(room), french.get(room)) else {
            findings.push(format!("{room}.ftl is missing in one language"));
            continue;
        };
        findings.extend(differences(&english.sentences, &french.sentences, room));
    }
    findings.dedup();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

fn differences(
    english: &BTreeMap<String, Sentence>,
    french: &BTreeMap<String, Sentence>,
    room: &str,
) -> Vec<String> {
    let mut findings = Vec::new();
    for key in english.keys().chain(french.keys()) {
        match (english.get(key), french.get(key)) {
            (Some(en), Some(fr)) if en.placeholders != fr.placeholders => findings.push(format!(
                "{room}.{key}: placeholders {:?} in English, {:?} in French",
                en.placeholders, fr.placeholders
            )),
            (Some(_), Some(_)) => {}
            (None, _) => findings.push(format!("{room}.{key} is missing in English")),
            (_, None) => findings.push(format!("{room}.{key} is missing in French")),
        }
    }
    findings
}

#[test]
fn keys_are_kebab_case() {
    let mut findings = Vec::new();
    for (room, file) in read("en") {
        for key in file.sentences.keys() {
            let sound = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
            if !key.chars().all(sound) {
                findings.push(format!("{room}.{key}"));
            }
        }
    }
    assert!(findings.is_empty(), "not kebab-case: {}", findings.join(", "));
}

#[test]
fn an_error_code_has_its_text_in_one_room_alone() {
    let mut rooms: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (room, file) in read("en") {
        for key in
            file.sentences.keys().filter(|key| key.starts_with("error-") && !key.contains('.'))
        {
            rooms.entry(key.clone()).or_default().push(room.clone());
        }
    }
    rooms.retain(|_, rooms| rooms.len() > 1);
    assert!(rooms.is_empty(), "written twice: {rooms:?}");
}

#[test]
fn french_is_set_as_french_is() {
    let mut findings = Vec::new();
    for (room, file) in read("fr") {
        for (key, sentence) in &file.sentences {
            for text in &sentence.texts {
                findings.extend(
                    typography::french(text).map(|rule| format!("{room}.{key}: {rule}: {text}")),
                );
            }
        }
    }
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[test]
fn english_is_set_with_care_too() {
    let mut findings = Vec::new();
    for (room, file) in read("en") {
        for (key, sentence) in &file.sentences {
            for text in &sentence.texts {
                findings.extend(
                    typography::every(text).map(|rule| format!("{room}.{key}: {rule}: {text}")),
                );
            }
        }
    }
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}
