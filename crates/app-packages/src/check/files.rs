//! The files beside the manifest: language files as their schema says, and nothing that nobody names.

use std::collections::HashSet;

use serde_json::Value;

use crate::{
    finding::{Finding, Findings, Level, Place, Rule},
    json::{self, Unreadable},
    limits::MAX_DOCUMENT_BYTES,
    manifest::{each_text, items},
    package::{Package, plain},
    schema::{self, Kinds},
};

pub(super) fn check(findings: &mut Findings, package: &Package, level: Level, version: &str) {
    let document = package.document();
    let severity = level.severity();
    let mut tags = HashSet::new();
    if let Some(tag) =
        document.pointer("/localizationInfo/defaultLanguageTag").and_then(Value::as_str)
    {
        tags.insert(tag.to_lowercase());
    }
    if let Some(file) =
        document.pointer("/localizationInfo/defaultLanguageFile").and_then(Value::as_str)
    {
        language(
            findings,
            package,
            (file, "/localizationInfo/defaultLanguageFile"),
            (level, version),
        );
    }
    for (index, item) in items(document, "/localizationInfo/additionalLanguages").enumerate() {
        let pointer = format!("/localizationInfo/additionalLanguages/{index}");
        if let Some(tag) = item.get("languageTag").and_then(Value::as_str)
            && !tags.insert(tag.to_lowercase())
        {
            let place = Place::manifest(format!("{pointer}/languageTag"));
            findings.add(severity, Rule::LanguageRepeated, place, tag);
        }
        if let Some(file) = item.get("file").and_then(Value::as_str) {
            language(findings, package, (file, &format!("{pointer}/file")), (level, version));
        }
    }
    unexpected(findings, package, level);
}

fn language(
    findings: &mut Findings,
    package: &Package,
    (name, pointer): (&str, &str),
    (level, version): (Level, &str),
) {
    let Some(bytes) = package.file(name) else {
        findings.error(Rule::LanguageMissing, Place::manifest(pointer), name);
        return;
    };
    let entry = plain(name);
    let not_json = |why: String| (Rule::LanguageNotJson, why);
    let parsed = if bytes.len() > MAX_DOCUMENT_BYTES {
        Err(not_json(format!("more than {MAX_DOCUMENT_BYTES} bytes")))
    } else {
        json::parse(bytes).map_err(|unreadable| match unreadable {
            Unreadable::Syntax(why) | Unreadable::Repeated(why) => not_json(why),
        })
    };
    let texts = match parsed {
        Ok(texts) => texts,
        Err((rule, why)) => {
            findings.error(rule, Place::entry(entry), why);
            return;
        }
    };
    let address = texts.get("$schema").and_then(Value::as_str);
    let named = address.and_then(|address| schema::version_of(address, Kinds::Language));
    let severity = level.severity();
    if address.is_some() && named.is_none() {
        findings.add(
            severity,
            Rule::SchemaUnknown,
            Place::inside(entry, "/$schema"),
            address.unwrap_or_default(),
        );
    }
    let broken = schema::check_language(named.unwrap_or(version), &texts, entry);
    findings.extend(broken.into_iter().map(|finding| Finding { severity, ..finding }));
}

/// Files that the manifest does not name, and those that it names in a folder.
fn unexpected(findings: &mut Findings, package: &Package, level: Level) {
    let mut named = HashSet::new();
    let mut at_root = HashSet::new();
    each_text(package.document(), &mut |pointer, _, text| {
        let name = plain(text);
        named.insert(name);
        if pointer.starts_with("/icons/") || pointer.starts_with("/localizationInfo/") {
            at_root.insert(name);
        }
    });
    for name in package.names() {
        let rule = if !named.contains(name) {
            Rule::FileUnexpected
        } else if name.contains('/') && at_root.contains(name) {
            Rule::FileNotAtRoot
        } else {
            continue;
        };
        findings.add(level.severity(), rule, Place::entry(name), String::new());
    }
}
