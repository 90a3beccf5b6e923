//! Names of entries: relative, plain, the same thing on every system.

use crate::limits::MAX_NAME_BYTES;

/// Refuses a name that leaves its folder or means another thing elsewhere; says why.
pub(crate) fn check(name: &str) -> Result<(), &'static str> {
    if name.is_empty() || name.len() > MAX_NAME_BYTES {
        return Err("empty, or longer than 255 bytes");
    }
    if name.contains('\u{fffd}') {
        return Err("not UTF-8");
    }
    if name.contains('\\') {
        return Err("a backslash");
    }
    if name.starts_with('/') || name.contains(':') {
        return Err("absolute");
    }
    if name.chars().any(|c| c.is_control() || is_unseen(c)) {
        return Err("control characters or invisible marks");
    }
    let parts = name.strip_suffix('/').unwrap_or(name).split('/');
    for part in parts {
        if part.is_empty() || part == "." || part == ".." {
            return Err("a part that is empty, `.` or `..`");
        }
        if part.ends_with(['.', ' ']) || part.starts_with(' ') {
            return Err("a part that begins or ends with a space, or ends with a dot");
        }
    }
    Ok(())
}

/// The name as file systems that do not tell upper from lower case compare it.
pub(super) fn folded(name: &str) -> String {
    name.strip_suffix('/').unwrap_or(name).to_lowercase()
}

/// Marks that hide or reorder what stands around them.
const fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_leave_the_folder_or_trick_a_system_are_refused() {
        for name in [
            "",
            "/a",
            "../a",
            "a/../b",
            "a/..",
            "..",
            ".",
            "./a",
            "a//b",
            "C:a",
            "C:\\a",
            "a\\b",
            "a\0b",
            "a\u{202e}b",
            "con:",
            "a.",
            "a /b",
            "\u{fffd}",
            "//server/share",
        ] {
            assert!(check(name).is_err(), "{name:?}");
        }
        assert!(check(&"x".repeat(256)).is_err());
        for name in
            ["manifest.json", "languages/fr.json", "folder/", ".DS_Store", "été.json", "a..b"]
        {
            assert_eq!(check(name), Ok(()), "{name:?}");
        }
    }
}
