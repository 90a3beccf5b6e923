//! What teams and channels may be called: the published rules of Microsoft Teams, which every workspace here follows.

use kernel::FieldError;

use crate::Settings;

fn is_reserved(name: &str, rules: &Settings) -> bool {
    let lower = name.to_lowercase();
    rules.name_forbidden_words.iter().any(|word| word.to_lowercase() == lower)
}

fn is_forbidden(one: char, rules: &Settings) -> bool {
    one.is_control() || rules.name_forbidden_characters.contains(one)
}

fn contains(name: &str, rules: &Settings) -> bool {
    let lower = name.to_lowercase();
    let parts = rules.name_forbidden_parts.iter().filter(|part| !part.is_empty());
    parts.map(|part| part.to_lowercase()).any(|part| lower.contains(&part))
}

/// Whether it is what the channel that every team has is called.
pub(crate) fn is_general(name: &str) -> bool {
    matches!(name.trim().to_lowercase().as_str(), "general" | "général")
}

/// What is wrong with a name; `pointer` says where it stands.
pub fn check(name: &str, pointer: &'static str, rules: &Settings) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    let mut say = |code: &'static str, detail: String| {
        wrong.push(FieldError::new(pointer, code, detail));
    };
    let (trimmed, most) = (name.trim(), rules.name_chars);
    if trimmed.is_empty() {
        say("name.missing", "a name is needed".to_owned());
        return wrong;
    }
    if trimmed.chars().count() > most {
        say("name.too_long", format!("a name has at most {most} characters"));
    }
    if let Some(one) = name.chars().find(|one| is_forbidden(*one, rules)) {
        say("name.character", format!("a name cannot have the character {one:?}"));
    }
    if trimmed.starts_with(['_', '.']) || trimmed.ends_with('.') {
        say("name.ends", "a name does not start with _ or . and does not end with .".to_owned());
    }
    if is_reserved(trimmed, rules) || contains(trimmed, rules) {
        say("name.reserved", "the name is reserved by the workspace".to_owned());
    }
    wrong
}

/// A name like this one that obeys the rules; empty when nothing of it is left.
pub fn legal(name: &str, rules: &Settings) -> String {
    let mut clean = String::with_capacity(name.len());
    for one in name.chars() {
        let one = if is_forbidden(one, rules) { ' ' } else { one };
        let follows_same =
            (one == ' ' && clean.ends_with(' ')) || (one == '.' && clean.ends_with('.'));
        if !follows_same {
            clean.push(one);
        }
    }
    let mut clean: String = clean.trim().trim_start_matches(['_', '.', ' ']).to_owned();
    // taking one part out may bring another together
    for _ in 0..name.len() {
        if !contains(&clean, rules) {
            break;
        }
        for part in &rules.name_forbidden_parts {
            clean = without(&clean, part);
        }
    }
    let words: Vec<&str> = clean.split(' ').filter(|word| !word.is_empty()).collect();
    clean = words.join(" ").chars().take(rules.name_chars).collect();
    let trimmed = clean.trim_end_matches([' ', '.']).trim_matches([' ', '_', '.']);
    let mut clean = trimmed.to_owned();
    if is_reserved(&clean, rules) {
        clean.push_str(" 1");
    }
    if check(&clean, "", rules).is_empty() { clean } else { String::new() }
}

/// A text without a part, whatever its case.
fn without(text: &str, part: &str) -> String {
    let (chars, part): (Vec<char>, Vec<char>) = (text.chars().collect(), part.chars().collect());
    let same = |(a, b): (&char, &char)| a.to_lowercase().eq(b.to_lowercase());
    let mut left = String::with_capacity(text.len());
    let mut rest = chars.as_slice();
    while let Some((first, after)) = rest.split_first() {
        match rest.split_at_checked(part.len()) {
            Some((here, behind)) if !part.is_empty() && here.iter().zip(&part).all(same) => {
                left.push(' ');
                rest = behind;
            }
            _ => {
                left.push(*first);
                rest = after;
            }
        }
    }
    left
}

/// A legal name that none of `taken` is; names are compared as people read them.
pub fn free<'t>(name: &str, taken: impl Iterator<Item = &'t str>, rules: &Settings) -> String {
    let taken: Vec<String> = taken.map(str::to_lowercase).collect();
    let first = legal(name, rules);
    if !taken.contains(&first.to_lowercase()) {
        return first;
    }
    for number in 2_u32..10_000 {
        let tail = format!(" {number}");
        let room = rules.name_chars.saturating_sub(tail.len());
        let head: String = first.chars().take(room).collect();
        let next = format!("{}{tail}", head.trim_end_matches([' ', '.']));
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
        check(name, "/name", &Settings::default()).into_iter().map(|one| one.code).collect()
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
        let rules = Settings::default();
        let mut words = rules.name_forbidden_words.clone();
        words.extend((1..=9).flat_map(|number| [format!("COM{number}"), format!("lpt{number}")]));
        words.push("x _vti_ y".to_owned());
        for word in words {
            assert_eq!(codes(&word), ["name.reserved"], "{word}");
            assert!(check(&legal(&word, &rules), "", &rules).is_empty(), "{word}");
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
        let rules = Settings::default();
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
            let legal = legal(&name, &rules);
            assert!(
                legal.is_empty() || check(&legal, "", &rules).is_empty(),
                "{name:?} -> {legal:?}"
            );
        }
        assert_eq!(legal("Contoso / Fabrikam: 50%", &rules), "Contoso Fabrikam 50");
        assert_eq!(legal("x_VTI_y", &rules), "x y");
    }

    #[test]
    fn a_suggested_name_clashes_with_none() {
        let (taken, rules) = (["Deal", "deal 2"], Settings::default());
        assert_eq!(free("DEAL", taken.into_iter(), &rules), "DEAL 3");
        let long = "x".repeat(50);
        let free = free(&long, [long.as_str()].into_iter(), &rules);
        assert_eq!((free.len(), free.ends_with(" 2")), (50, true));
    }

    #[test]
    fn an_operator_sets_what_the_workspace_forbids() {
        let rules = Settings {
            name_chars: 12,
            name_forbidden_characters: "!".to_owned(),
            name_forbidden_words: vec!["Secret".to_owned()],
            name_forbidden_parts: vec!["draft".to_owned(), String::new()],
            ..Settings::default()
        };
        let codes = |name| -> Vec<&'static str> {
            check(name, "/name", &rules).into_iter().map(|one| one.code).collect()
        };
        assert!(codes("50% & more").is_empty() && codes("CON").is_empty());
        assert_eq!(codes("no!"), ["name.character"]);
        assert_eq!(codes("secret"), ["name.reserved"]);
        assert_eq!(codes("A DRAFT b"), ["name.reserved"]);
        assert_eq!(codes("thirteen char"), ["name.too_long"]);
        assert_eq!(legal("A DraFT of !Contoso", &rules), "A of Contoso");
        assert_eq!(legal("secret", &rules), "secret 1");
    }
}
