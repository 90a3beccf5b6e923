//! Names of teams, channels and files: what may stand in them, and when two are the same.

use kernel::FieldError;
use unicode_normalization::UnicodeNormalization as _;

use crate::{Error, Result};

/// Characters that a name may have; Windows takes 255 in a path's part, minus room for an ending.
pub(crate) const MAX_NAME_CHARS: usize = 200;

/// Characters that a description may have; our own choice.
pub(crate) const MAX_DESCRIPTION_CHARS: usize = 1000;

/// A name as it is compared: composed (NFC), in lower case.
///
/// ```ignore
/// assert_eq!(key("E\u{301}quipe"), key("équipe"));
/// ```
pub(crate) fn key(name: &str) -> String {
    name.nfc().collect::<String>().to_lowercase().nfc().collect()
}

/// The name of a team or a channel: trimmed, composed, one line, no invisible tricks.
pub(crate) fn title(pointer: &'static str, name: &str) -> Result<String> {
    let name: String = name.trim().nfc().collect();
    if name.is_empty() {
        return Err(Error::invalid(FieldError::new(pointer, "name.empty", "a name is needed")));
    }
    if name.chars().count() > MAX_NAME_CHARS {
        let detail = format!("a name has at most {MAX_NAME_CHARS} characters");
        return Err(Error::invalid(FieldError::new(pointer, "name.too_long", detail)));
    }
    if name.chars().any(is_unseen) {
        let detail = "control characters and invisible marks cannot stand in a name";
        return Err(Error::invalid(FieldError::new(pointer, "name.invisible", detail)));
    }
    Ok(name)
}

/// A description: trimmed, of some lines at most.
pub(crate) fn description(text: &str) -> Result<String> {
    let text: String = text.trim().nfc().collect();
    if text.chars().count() > MAX_DESCRIPTION_CHARS {
        let detail = format!("a description has at most {MAX_DESCRIPTION_CHARS} characters");
        let field = FieldError::new("/description", "description.too_long", detail);
        return Err(Error::invalid(field));
    }
    Ok(text.chars().filter(|&c| c == '\n' || !is_unseen(c)).collect())
}

/// The name of a file or folder. On top of [`title`], nothing that some system takes for a path, a
/// device or another ending than the one that is seen.
pub(crate) fn file(pointer: &'static str, name: &str) -> Result<String> {
    let refuse = |code, detail: &str| Err(Error::invalid(FieldError::new(pointer, code, detail)));
    let name = title(pointer, name)?;
    if name.len() > MAX_FILE_NAME_BYTES {
        return refuse("name.too_long", "a file name has at most 255 bytes in UTF-8");
    }
    if name.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|']) {
        return refuse("name.separator", r#"none of / \ : * ? " < > | can stand in a file name"#);
    }
    if name.ends_with('.') || name.starts_with("..") || name == "." {
        return refuse("name.dots", "a file name does not start with two dots or end with one");
    }
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let numbered = |device: &str| {
        stem.strip_prefix(device).is_some_and(|rest| {
            matches!(rest, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9")
                || matches!(rest, "¹" | "²" | "³")
        })
    };
    if RESERVED.contains(&stem.as_str()) || numbered("COM") || numbered("LPT") {
        return refuse("name.reserved", "the name means a device on some systems");
    }
    Ok(name)
}

/// The ending of a file name in lower case, without the dot.
pub(crate) fn ending(name: &str) -> String {
    name.rsplit_once('.').map(|(_, ending)| ending.trim().to_lowercase()).unwrap_or_default()
}

/// Turns a title into the part of a mail address before the `@`: ASCII letters, digits and dashes.
pub(crate) fn mail_name(title: &str) -> String {
    let mut name = String::new();
    for c in title.nfd().filter(char::is_ascii) {
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
        if name.len() >= MAX_MAIL_NAME {
            break;
        }
    }
    let name = name.trim_end_matches('-');
    if name.is_empty() { "team".to_owned() } else { name.to_owned() }
}

/// Control characters, and marks that hide or reorder what stands around them: bidirectional
/// controls (UAX 9 §2), zero-width characters, tags, line and paragraph separators.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}' | '\u{200e}'
            | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Longest part of a path on the usual file systems.
const MAX_FILE_NAME_BYTES: usize = 255;

/// Leaves room for a number behind it; RFC 5321 §4.5.3.1.1 allows 64.
const MAX_MAIL_NAME: usize = 48;

/// Device names of Windows ("Naming Files, Paths, and Namespaces").
const RESERVED: &[&str] = &["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn code(result: Result<String>) -> &'static str {
        match result {
            Err(Error::Invalid { fields }) => fields[0].code,
            other => panic!("{other:?} should be refused"),
        }
    }

    #[test]
    fn composed_and_decomposed_names_are_the_same() {
        assert_eq!(key("E\u{301}QUIPE"), key("équipe"));
        assert_ne!(key("equipe"), key("équipe"));
    }

    #[test]
    fn paths_devices_and_tricks_are_no_file_names() {
        for (name, expected) in [
            ("", "name.empty"),
            ("   ", "name.empty"),
            ("a/b", "name.separator"),
            (r"a\b", "name.separator"),
            ("c:evil", "name.separator"),
            ("..", "name.dots"),
            (".", "name.dots"),
            ("../x", "name.separator"),
            ("report.", "name.dots"),
            ("CON", "name.reserved"),
            ("nul.txt", "name.reserved"),
            ("com1.tar.gz", "name.reserved"),
            ("LPT9", "name.reserved"),
            ("COM¹", "name.reserved"),
            ("invoice\u{202e}fdp.exe", "name.invisible"),
            ("a\u{0}b", "name.invisible"),
            ("a\nb", "name.invisible"),
            ("zero\u{200b}width", "name.invisible"),
        ] {
            assert_eq!(code(file("/name", name)), expected, "{name:?}");
        }
        let long = "é".repeat(150);
        assert_eq!(code(file("/name", &long)), "name.too_long");
        for name in
            ["Q3 report.pdf", ".gitignore", "Été – bilan.xlsx", "CONtract.pdf", "com10", "日本.txt"]
        {
            assert_eq!(file("/name", name).unwrap(), name);
        }
        assert_eq!(file("/name", "  a.txt ").unwrap(), "a.txt");
    }

    #[test]
    fn a_mail_name_is_plain() {
        assert_eq!(mail_name("Équipe Ventes & Co."), "equipe-ventes-co");
        assert_eq!(mail_name("日本"), "team");
        assert!(mail_name(&"x".repeat(300)).len() <= MAX_MAIL_NAME);
    }

    proptest! {
        #[test]
        fn an_accepted_file_name_stays_inside_its_folder(name in "\\PC{0,40}|[a-c./\\\\: ]{0,12}") {
            if let Ok(name) = file("/name", &name) {
                let path = std::path::Path::new("/library").join(&name);
                prop_assert_eq!(path.parent(), Some(std::path::Path::new("/library")));
                prop_assert_eq!(path.file_name().and_then(|n| n.to_str()), Some(name.as_str()));
                prop_assert!(!name.contains('\\') && !name.chars().any(char::is_control));
                prop_assert_eq!(file("/name", &name).unwrap(), name);
            }
        }
    }
}
