//! What teams and channels may be called: the published rules of Microsoft Teams, which every workspace here follows.

use kernel::FieldError;

/// Characters that a name cannot have.
const FORBIDDEN: &[char] =
    &['~', '#', '%', '&', '*', '{', '}', '+', '/', '\\', ':', '<', '>', '?', '|', '\'', '"', ','];

/// Names that a name cannot be.
const WORDS: &[&str] = &["forms", "con", "conin$", "conout$", "prn", "aux", "nul", "desktop.ini"];

/// What a name cannot contain.
const INSIDE: &[&str] = &["..", "_vti_"];

fn is_device(name: &str) -> bool {
    let lower = name.to_lowercase();
    let numbered = ["com", "lpt"].iter().any(|device| {
        lower
            .strip_prefix(device)
            .is_some_and(|rest| rest.len() == 1 && rest.chars().all(|one| matches!(one, '1'..='9')))
    });
    numbered || WORDS.contains(&lower.as_str())
}

/// Whether it is what the channel that every team has is called.
pub(crate) fn is_general(name: &str) -> bool {
    matches!(name.trim().to_lowercase().as_str(), "general" | "général")
}

/// What is wrong with a name; `pointer` says where it stands.
pub fn check(name: &str, pointer: &'static str, most: usize) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    let mut say = |code: &'static str, detail: String| {
        wrong.push(FieldError::new(pointer, code, detail));
    };
    let trimmed = name.trim();
    if trimmed.is_empty() {
        say("name.missing", "a name is needed".to_owned());
        return wrong;
    }
    if trimmed.chars().count() > most {
        say("name.too_long", format!("a name has at most {most} characters"));
    }
    if let Some(one) = name.chars().find(|one| FORBIDDEN.contains(one) || one.is_control()) {
        say("name.character", format!("a name cannot have the character {one:?}"));
    }
    if trimmed.starts_with(['_', '.']) || trimmed.ends_with('.') {
        say("name.ends", "a name does not start with _ or . and does not end with .".to_owned());
    }
    let lower = trimmed.to_lowercase();
    if is_device(trimmed) || INSIDE.iter().any(|part| lower.contains(part)) {
        say("name.reserved", "the name is reserved by the workspace".to_owned());
    }
    wrong
}

/// A name like this one that obeys the rules; empty when nothing of it is left.
pub fn legal(name: &str, most: usize) -> String {
    let mut clean = String::with_capacity(name.len());
    for one in name.chars() {
        let one = if FORBIDDEN.contains(&one) || one.is_control() { ' ' } else { one };
        let follows_same =
            (one == ' ' && clean.ends_with(' ')) || (one == '.' && clean.ends_with('.'));
        if !follows_same {
            clean.push(one);
        }
    }
    let mut clean: String = clean.trim().trim_start_matches(['_', '.', ' ']).to_owned();
    while let Some(at) = clean.to_lowercase().find("_vti_").filter(|at| clean.is_char_boundary(*at))
    {
        clean.replace_range(at..(at + 5).min(clean.len()), " ");
    }
    clean = clean.chars().take(most).collect();
    clean = clean.trim_end_matches([' ', '.']).trim().to_owned();
    if is_device(&clean) {
        clean.push_str(" 1");
    }
    clean
}

/// A legal name that none of `taken` is; names are compared as people read them.
pub fn free<'t>(name: &str, taken: impl Iterator<Item = &'t str>, most: usize) -> String {
    let taken: Vec<String> = taken.map(str::to_lowercase).collect();
    let first = legal(name, most);
    if !taken.contains(&first.to_lowercase()) {
        return first;
    }
    for number in 2_u32..10_000 {
        let tail = format!(" {number}");
        let next = format!("{}{tail}", legal(&first, most.saturating_sub(tail.len())));
        if !taken.contains(&next.to_lowercase()) {
            return next;
        }
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(name: &str) -> Vec<&'static str> {
        check(name, "/name", 50).into_iter().map(|one| one.code).collect()
    }

    #[test]
    fn every_forbidden_character_is_named() {
        for one in "~#%&*{}+/\\:<>?|'\",".chars() {
            assert_eq!(codes(&format!("a{one}b")), ["name.character"], "{one}");
        }
        assert_eq!(codes("a\u{7}b"), ["name.character"]);
    }

    #[test]
    fn every_forbidden_word_is_reserved_whatever_its_case() {
        let mut words: Vec<String> = WORDS.iter().map(|word| (*word).to_owned()).collect();
        words.extend((1..=9).flat_map(|number| [format!("COM{number}"), format!("lpt{number}")]));
        words.push("x _vti_ y".to_owned());
        for word in words {
            assert_eq!(codes(&word), ["name.reserved"], "{word}");
            assert!(check(&legal(&word, 50), "", 50).is_empty(), "{word}");
        }
        assert!(codes("COM10").is_empty() && codes("Forms of address").is_empty());
    }

    #[test]
    fn ends_and_lengths_are_checked() {
        assert_eq!(codes(" "), ["name.missing"]);
        assert_eq!(codes(".a"), ["name.ends"]);
        assert_eq!(codes("_a"), ["name.ends"]);
        assert_eq!(codes("a."), ["name.ends"]);
        assert_eq!(codes(&"a".repeat(51)), ["name.too_long"]);
        assert!(codes(&"é".repeat(50)).is_empty());
    }

    #[test]
    fn whatever_a_record_is_called_a_suggested_name_is_legal_or_empty() {
        let hostile = [
            "Contoso / Fabrikam: 50% #1",
            "...",
            "__x__",
            "a..b",
            "CON",
            "_vti__vti_",
            "x_VTI_y",
            "İ_vti_",
            "~~~",
            "\u{0}\u{1}",
            "a'b\"c,d",
            "Übung & Co. KG.",
            "  spaced  ",
        ];
        for name in hostile.iter().map(|name| (*name).to_owned()).chain(["é.".repeat(40)]) {
            let legal = legal(&name, 50);
            assert!(legal.is_empty() || check(&legal, "", 50).is_empty(), "{name:?} -> {legal:?}");
        }
        assert_eq!(legal("Contoso / Fabrikam: 50%", 50), "Contoso Fabrikam 50");
    }

    #[test]
    fn a_suggested_name_clashes_with_none() {
        let taken = ["Deal", "deal 2"];
        assert_eq!(free("DEAL", taken.into_iter(), 50), "DEAL 3");
        let long = "x".repeat(50);
        let free = free(&long, [long.as_str()].into_iter(), 50);
        assert_eq!((free.len(), free.ends_with(" 2")), (50, true));
    }
}
