//! The published schemas: which one is meant, and what it says about a document.
//!
//! The schemas come from the package `@microsoft/app-manifest` (`schemas/` packs them for the binary). The
//! validator behind this module is a third party's and changes its interface often: nothing of it
//! leaves here.

mod uri;

use std::{collections::BTreeMap, io::Read as _, sync::OnceLock};

use flate2::read::ZlibDecoder;
use jsonschema::{Draft, ValidationError, Validator, error::ValidationErrorKind as Kind};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    finding::{Finding, Findings, Place, Rule, Severity},
    json,
};
pub(crate) use uri::is_uri;

/// The version of the previews of the schema.
pub(crate) const PREVIEW: &str = "devPreview";

/// What a schema is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kinds {
    Manifest,
    Language,
}

#[derive(Debug, Default, Deserialize)]
struct Packed {
    manifest: BTreeMap<String, Schema>,
    language: BTreeMap<String, Schema>,
}

/// A schema, compiled when it is first asked; there are some sixty, so they stay.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
struct Schema {
    document: Value,
    #[serde(skip)]
    compiled: OnceLock<Result<Validator, String>>,
}

/// Every schema, unpacked when the first package is looked at.
fn packed() -> &'static Packed {
    static PACKED: OnceLock<Packed> = OnceLock::new();
    PACKED.get_or_init(|| {
        let mut text = String::new();
        let bytes: &[u8] = include_bytes!("../assets/dist/schemas.json.z");
        let read = ZlibDecoder::new(bytes).read_to_string(&mut text);
        read.ok().and_then(|_bytes| serde_json::from_str(&text).ok()).unwrap_or_default()
    })
}

/// Versions of the manifest that there is a schema of, oldest first.
pub fn versions() -> Vec<&'static str> {
    let mut versions: Vec<_> = packed().manifest.keys().map(String::as_str).collect();
    versions.sort_by_key(|version| number(version));
    versions
}

/// Whether there is a schema of this version of the manifest.
pub(crate) fn is_known(version: &str) -> bool {
    packed().manifest.contains_key(version)
}

/// The order of versions; previews come last.
pub(crate) fn number(version: &str) -> (u32, u32) {
    let parts = version
        .split_once('.')
        .and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
    parts.unwrap_or((u32::MAX, u32::MAX))
}

/// The version that the address of a schema names, whether or not there is such a version.
///
/// `https://developer.microsoft.com/json-schemas/teams/v1.23/MicrosoftTeams.schema.json`, also with a
/// language in front of the path; query and fragment do not count.
pub(crate) fn version_of(address: &str, kind: Kinds) -> Option<&str> {
    let rest = address.strip_prefix("https://developer.microsoft.com/")?;
    let path = rest.split(['?', '#']).next()?;
    let path = path.strip_prefix("json-schemas/").or_else(|| {
        let (language, rest) = path.split_once('/')?;
        let is_language = match language.split_once('-') {
            Some((tongue, land)) => is_letters(tongue, 2) && is_letters(land, 2),
            None => is_letters(language, 2),
        };
        rest.strip_prefix("json-schemas/").filter(|_rest| is_language)
    })?;
    let (version, file) = path.strip_prefix("teams/v")?.split_once('/')?;
    let expected = match kind {
        Kinds::Manifest => "MicrosoftTeams.schema.json",
        Kinds::Language => "MicrosoftTeams.Localization.schema.json",
    };
    let version = if version == "DevPreview" { PREVIEW } else { version };
    (file == expected).then_some(version)
}

fn is_letters(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// The address of the schema of a version, as a manifest says it.
pub fn address(version: &str) -> String {
    let version = if version == PREVIEW { "DevPreview" } else { version };
    format!(
        "https://developer.microsoft.com/json-schemas/teams/v{version}/MicrosoftTeams.schema.json"
    )
}

/// What the schema of a version says about a manifest; nothing when there is no such schema.
pub(crate) fn check_manifest(version: &str, document: &Value) -> Vec<Finding> {
    packed().manifest.get(version).map_or_else(Vec::new, |schema| run(schema, document, ""))
}

/// What the schema of language files says about one; versions without a schema take the oldest there is.
pub(crate) fn check_language(version: &str, document: &Value, entry: &str) -> Vec<Finding> {
    let schemas = &packed().language;
    let oldest = || schemas.iter().min_by_key(|(version, _)| number(version)).map(|(_, it)| it);
    schemas
        .get(version)
        .or_else(oldest)
        .map_or_else(Vec::new, |schema| run(schema, document, entry))
}

/// Findings are errors about the manifest, or about the entry that is named.
fn run(schema: &Schema, document: &Value, entry: &str) -> Vec<Finding> {
    let mut findings = Findings::default();
    match schema.compiled.get_or_init(|| compile(&schema.document)) {
        Ok(validator) => {
            for error in validator.iter_errors(document) {
                tell(&mut findings, &error, entry);
            }
        }
        // The schemas are ours to pack, and a test compiles each of them.
        Err(error) => {
            findings.error(Rule::SchemaUnknown, Place::manifest("/$schema"), error.clone());
        }
    }
    findings.into_vec()
}

fn compile(schema: &Value) -> Result<Validator, String> {
    jsonschema::options()
        .with_draft(Draft::Draft7)
        .should_validate_formats(true)
        .with_format("uri", is_uri)
        .offline()
        .build(schema)
        .map_err(|error| error.to_string())
}

fn tell(findings: &mut Findings, error: &ValidationError<'_>, entry: &str) {
    let pointer = error.instance_path().as_str().to_owned();
    let place = |pointer: String| {
        if entry.is_empty() { Place::manifest(pointer) } else { Place::inside(entry, pointer) }
    };
    let mut add = |rule, pointer, detail: String| {
        findings.add(Severity::Error, rule, place(pointer), detail);
    };
    match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            for name in unexpected {
                add(Rule::MemberUnknown, json::child(&pointer, name), name.clone());
            }
        }
        Kind::Required { property } => {
            add(Rule::MemberRequired, pointer, text(property));
        }
        Kind::Constant { expected_value } if pointer == "/manifestVersion" => {
            add(Rule::ManifestVersionMismatch, pointer, text(expected_value));
        }
        Kind::Constant { expected_value } => {
            add(Rule::ValueNotAllowed, pointer, text(expected_value));
        }
        Kind::Enum { options } => {
            let words = options.as_array().into_iter().flatten().map(text);
            add(Rule::ValueNotAllowed, pointer, words.collect::<Vec<_>>().join(", "));
        }
        Kind::Type { .. } => {
            add(Rule::ValueType, pointer, type_wanted(error));
        }
        Kind::Pattern { pattern } => add(Rule::ValuePattern, pointer, pattern.clone()),
        Kind::Format { format } => add(Rule::ValueFormat, pointer, format.clone()),
        Kind::MaxLength { limit } => add(Rule::ValueTooLong, pointer, limit.to_string()),
        Kind::MinLength { limit } => add(Rule::ValueTooShort, pointer, limit.to_string()),
        Kind::MaxItems { limit } | Kind::MaxProperties { limit } => {
            add(Rule::ItemsTooMany, pointer, limit.to_string());
        }
        Kind::MinItems { limit } | Kind::MinProperties { limit } => {
            add(Rule::ItemsTooFew, pointer, limit.to_string());
        }
        Kind::Maximum { limit } | Kind::Minimum { limit } => {
            add(Rule::ValueOutOfRange, pointer, text(limit));
        }
        Kind::UniqueItems => add(Rule::ItemsRepeated, pointer, String::new()),
        other => add(Rule::MembersConflict, pointer, other.keyword().to_owned()),
    }
}

/// The types that the schema wants, read from its own words.
fn type_wanted(error: &ValidationError<'_>) -> String {
    let said = error.to_string();
    said.rsplit(" is not of type ").next().unwrap_or_default().replace('"', "")
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_packed_schema_can_be_compiled() {
        let packed = packed();
        assert!(packed.manifest.len() >= 31 && packed.language.len() >= 26);
        for (version, schema) in packed.manifest.iter().chain(&packed.language) {
            assert_eq!(compile(&schema.document).err(), None, "{version}");
        }
        assert_eq!(versions().first(), Some(&"1.0"));
        assert_eq!(versions().last(), Some(&PREVIEW));
        assert!(is_known("1.17") && !is_known("1.18") && is_known("1.30"));
    }

    #[test]
    fn an_address_names_a_version() {
        let of = |address: &str| version_of(address, Kinds::Manifest).map(str::to_owned);
        let plain =
            "https://developer.microsoft.com/json-schemas/teams/v1.23/MicrosoftTeams.schema.json";
        assert_eq!(of(plain).as_deref(), Some("1.23"));
        assert_eq!(of(&address("1.23")).as_deref(), Some("1.23"));
        assert_eq!(of(&plain.replace("com/", "com/en-us/")).as_deref(), Some("1.23"));
        assert_eq!(of(&format!("{plain}#")).as_deref(), Some("1.23"));
        assert_eq!(of(&plain.replace("v1.23", "v1.18")).as_deref(), Some("1.18"));
        assert_eq!(of(&address(PREVIEW)).as_deref(), Some(PREVIEW));
        assert_eq!(of(&plain.replace("https", "http")), None);
        assert_eq!(of(&plain.replace("developer.", "developer.evil.")), None);
        assert_eq!(of(&plain.replace("teams/", "copilot/")), None);
        assert_eq!(of(&plain.replace("com/", "com/en/us/")), None);
        let language = plain.replace("Teams.schema", "Teams.Localization.schema");
        assert_eq!((of(&language), version_of(&language, Kinds::Language)), (None, Some("1.23")));
    }
}
