//! Names of extensions, and names that were meant to be one.

/// Every `x-ms-` name that means something, to the platform or to the generators of others
/// (connector-format §8); sorted.
const KNOWN: [&str; 59] = [
    "api-annotation",
    "azure-resource",
    "capabilities",
    "client-flatten",
    "client-name",
    "client-request-id",
    "code-generation-settings",
    "connector-metadata",
    "deployment-version",
    "discriminator-value",
    "docs",
    "dynamic-list",
    "dynamic-properties",
    "dynamic-schema",
    "dynamic-tree",
    "dynamic-values",
    "editor",
    "editor-options",
    "enum",
    "enum-values",
    "error-response",
    "examples",
    "external",
    "gateway-only",
    "header-collection-prefix",
    "identifiers",
    "keywords",
    "localizeDefaultValue",
    "long-running-operation",
    "long-running-operation-options",
    "media-kind",
    "metadata",
    "mutability",
    "name",
    "no-generic-test",
    "notification",
    "notification-content",
    "notification-url",
    "odata",
    "openai-data",
    "openai-manifest",
    "openai-published-to-copilots",
    "operation-context",
    "pageable",
    "parameter-grouping",
    "parameter-location",
    "parameter-name",
    "parameterized-host",
    "paths",
    "require-user-confirmation",
    "safe-operation",
    "secret",
    "skip-url-encoding",
    "summary",
    "test-value",
    "text",
    "trigger",
    "url-encoding",
    "visibility",
];

/// Names that begin with another one.
const MORE: [&str; 3] = ["trigger-hint", "trigger-metadata", "trigger-value"];

/// Whether a name, without its `x-ms-`, is known.
pub(super) fn is_known(name: &str) -> bool {
    KNOWN.binary_search(&name).is_ok() || MORE.contains(&name)
}

/// What an unknown name was probably meant to be: the same with one or two letters more, fewer or
/// others, in another letter case, or with something behind it.
pub(super) fn meant(name: &str) -> Option<&'static str> {
    let name: Vec<u8> =
        name.bytes().take(MAX_LENGTH).map(|byte| byte.to_ascii_lowercase()).collect();
    let known = || MORE.into_iter().chain(KNOWN);
    let longer = |known: &&str| {
        let rest = name.strip_prefix(known.as_bytes());
        known.len() >= 6 && rest.is_some_and(|rest| rest.first().is_some_and(|next| *next != b'-'))
    };
    let close = |known: &&'static str| {
        let allowed = if known.len() >= 7 { 2 } else { 1 };
        known.len() >= 5
            && known.len().abs_diff(name.len()) <= allowed
            && distance(&name, known.to_ascii_lowercase().as_bytes()) <= allowed
    };
    known().find(close).or_else(|| known().find(longer))
}

/// Longest name that is compared.
const MAX_LENGTH: usize = 64;

/// Levenshtein's distance.
fn distance(left: &[u8], right: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (at, byte) in left.iter().enumerate() {
        let mut diagonal = at;
        let mut before = at + 1;
        for (cell, other) in row.iter_mut().skip(1).zip(right) {
            let changed = diagonal + usize::from(byte != other);
            diagonal = *cell;
            *cell = changed.min(*cell + 1).min(before + 1);
            before = *cell;
        }
        if let Some(first) = row.first_mut() {
            *first = at + 1;
        }
    }
    row.last().copied().unwrap_or(left.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_known() {
        assert!(KNOWN.is_sorted());
        assert!(KNOWN.iter().chain(&MORE).all(|name| is_known(name)));
    }

    #[test]
    fn a_misspelled_name_tells_what_was_meant() {
        for (written, meant_name) in [
            ("visibilty", "visibility"),
            ("visbility", "visibility"),
            ("summmary", "summary"),
            ("sumamry", "summary"),
            ("summary title", "summary"),
            ("Summary", "summary"),
            ("dynamic-value", "dynamic-values"),
        ] {
            assert_eq!(meant(written), Some(meant_name), "{written}");
        }
        assert_eq!(meant("something-of-others"), None);
        assert_eq!(meant(""), None);
    }
}
