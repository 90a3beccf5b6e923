//! `docs/errors.md`: every stable code, read from the sources.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

/// A code as the source declares it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Declared {
    kinds: Vec<String>,
    crates: Vec<String>,
}

/// The page: one row for each code, sorted.
pub(crate) fn page(root: &Path) -> Result<String> {
    let codes = collect(root)?;
    let texts = texts(root)?;
    let mut page = String::from(
        "# Error codes\n\n\
         Every failure carries one of these codes. A code is an interface: it never changes once released.\n\
         In `/api/v1` it is the `code` of the problem document (RFC 9457), beside `status`, `title`, `detail` and `instance`\n\
         (the request id, which is also in the server's log). The webhook addresses answer in Microsoft's own words instead.\n\n\
         This page is written by `make docs` from the sources; a test compares the two.\n\n\
         | code | status | what it says | comes from |\n|---|---|---|---|\n",
    );
    for (name, declared) in &codes {
        let known =
            |kind: &String| status(kind).with_context(|| format!("{name}: no status for {kind}"));
        let statuses = declared.kinds.iter().map(known).collect::<Result<Vec<_>>>()?;
        let text = texts.get(&key_of(name)).map_or("", String::as_str);
        page.push_str(&["| `", name, "` | ", &statuses.join(" or "), " | ", text, " | "].concat());
        page.push_str(&declared.crates.join(", "));
        page.push_str(" |\n");
    }
    Ok(page)
}

/// The HTTP status of a kind, as the edges render it.
fn status(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "Invalid" => "400",
        "Unauthenticated" => "401",
        "Forbidden" => "403",
        "NotFound" => "404",
        "Conflict" => "409",
        "Gone" => "410",
        "TooLarge" => "413",
        "Throttled" => "429",
        "Internal" => "500",
        "Upstream" => "502",
        "Unavailable" => "503",
        _ => return None,
    })
}

/// Every code in the crates' sources, outside their tests.
fn collect(root: &Path) -> Result<BTreeMap<String, Declared>> {
    let mut codes = BTreeMap::<String, Declared>::new();
    for folder in ["crates", "adapters"] {
        for entry in std::fs::read_dir(root.join(folder)).with_context(|| folder.to_owned())? {
            let home = entry?.path();
            let owner = home.file_name().unwrap_or_default().to_string_lossy().into_owned();
            for file in sources(&home.join("src"))? {
                for (name, kind) in declared_in(&crate::read(&file)?) {
                    let known = codes
                        .entry(name.clone())
                        .or_insert_with(|| Declared { kinds: Vec::new(), crates: Vec::new() });
                    if !known.kinds.contains(&kind) {
                        known.kinds.push(kind);
                        known.kinds.sort();
                    }
                    if !known.crates.contains(&owner) {
                        known.crates.push(owner.clone());
                        known.crates.sort();
                    }
                }
            }
        }
    }
    Ok(codes)
}

/// The Rust files under a folder, without `tests.rs`.
fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|e| e == "rs")
                && path.file_name().is_some_and(|n| n != "tests.rs")
            {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The codes that one file declares: `Code::new("noun.reason", Kind::…)`, before its tests.
fn declared_in(source: &str) -> Vec<(String, String)> {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let code: String =
        code.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join(" ");
    let mut found = Vec::new();
    for call in ["Code::new(", "Self::new("] {
        for rest in code.split(call).skip(1) {
            let Some(rest) = rest.trim_start().strip_prefix('"') else { continue };
            let Some((name, rest)) = rest.split_once('"') else { continue };
            let Some(rest) = rest.trim_start().strip_prefix(',') else { continue };
            let Some(rest) = rest.trim_start().strip_prefix("Kind::") else { continue };
            let kind: String = rest.chars().take_while(char::is_ascii_alphabetic).collect();
            found.push((name.to_owned(), kind));
        }
    }
    found
}

/// What each code says in English, from the texts that the edges show: the title, then what to
/// do where that is one plain sentence.
fn texts(root: &Path) -> Result<BTreeMap<String, String>> {
    let mut texts = BTreeMap::new();
    let folder = root.join("locales/en");
    for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        let mut open = None;
        for line in crate::read(&entry?.path())?.lines() {
            if let Some((key, title)) = line.split_once(" = ")
                && let Some(key) = key.strip_prefix("error-")
            {
                texts.insert(key.to_owned(), title.trim().to_owned());
                open = Some(key.to_owned());
            } else if let Some(detail) = line.trim().strip_prefix(".detail = ")
                && !detail.contains('{')
                && let Some(text) = open.as_ref().and_then(|key| texts.get_mut(key))
            {
                text.push_str(". ");
                text.push_str(detail);
            } else if !line.starts_with(' ') {
                open = None;
            }
        }
    }
    Ok(texts)
}

/// The name of a code's text: Fluent's names have dashes only.
fn key_of(code: &str) -> String {
    code.replace(['.', '_'], "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_over_several_lines_and_not_in_tests_or_comments() {
        let source = "match self {\n Self::A => Code::new(\n \"webhook.throttled\",\n Kind::Throttled,\n),\n\
            // Code::new(\"comment.only\", Kind::Gone)\n\
            #[cfg(test)] mod tests { fn f() { Code::new(\"test.only\", Kind::Gone); } }";
        assert_eq!(declared_in(source), [("webhook.throttled".to_owned(), "Throttled".to_owned())]);
    }

    #[test]
    fn every_code_in_the_sources_stands_in_the_page() {
        let root = crate::root();
        let page = std::fs::read_to_string(root.join("docs/errors.md")).unwrap();
        let codes = collect(&root).unwrap();
        assert!(codes.contains_key("internal"));
        for name in codes.keys() {
            assert!(page.contains(&format!("| `{name}` |")), "{name}: run `make docs`");
        }
    }

    #[test]
    fn every_code_is_dotted_lower_case() {
        for name in collect(&crate::root()).unwrap().keys() {
            let good = |part: &str| {
                !part.is_empty()
                    && part
                        .bytes()
                        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
            };
            assert!(
                name == "internal" || (name.contains('.') && name.split('.').all(good)),
                "{name}"
            );
        }
    }
}
