//! A loaded package and everything that there is to say about it.

use openapi::{Finding, Package, codes};

use crate::{Kind, Level, Rule, Subject, check};

/// What is known about a package besides its two files.
#[derive(Debug, Clone, Copy, Default)]
pub struct Circumstances<'a> {
    /// The names of all files of the package; none when nobody looked.
    pub files: Option<&'a [String]>,
    /// Who made it.
    pub kind: Kind,
    /// How strictly it is judged.
    pub level: Level,
}

/// What was odd about loading a package, then every rule that it breaks. What the loader found and a
/// rule says as well is said once, by the rule.
pub fn judge(package: &Package<'_>, circumstances: Circumstances<'_>) -> Vec<Finding> {
    let document = package.definition.document();
    let Circumstances { files, kind, level } = circumstances;
    let subject = Subject {
        definition: Some(document.root()),
        definition_bytes: document.text().len(),
        properties: package.properties.document().map(openapi::Document::root),
        files,
        kind,
        level,
    };
    let loading = package.findings().iter().filter(|it| !SAID_BY_RULES.contains(&it.code));
    let mut all: Vec<Finding> = loading.cloned().collect();
    all.extend(check(&subject));
    all
}

/// The names of the texts for people: what is wrong, and what to do where there is such a text.
pub fn text_keys(finding: &Finding) -> (String, String) {
    Rule::of(finding.code.as_str()).map_or_else(
        || {
            let key = format!("openapi.{}", finding.message_key());
            let remedy = format!("{key}-remedy");
            (key, remedy)
        },
        |rule| (rule.text_key(), rule.remedy_key()),
    )
}

/// Findings of the loader that have a rule of their own.
const SAID_BY_RULES: [openapi::Code; 10] = [
    codes::OPERATION_ID_MISSING,
    codes::OPERATION_ID_REPEATED,
    codes::PARAMETER_LOCATION,
    codes::REFERENCE_MISSING,
    codes::DYNAMIC_OPERATION_UNKNOWN,
    codes::SECURITY_UNDEFINED,
    codes::POLICY_UNKNOWN,
    codes::POLICY_OPERATION_UNKNOWN,
    codes::EXPRESSION_PARAMETER_UNKNOWN,
    codes::SCRIPT_OPERATION_UNKNOWN,
];
