//! Letter case of names and titles.

/// `GetPets`: a capital first, letters and digits only.
pub(super) fn is_pascal_case(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// A capital first, and not every further word begins with one: names and short words are passed over.
pub(super) fn is_sentence_case(text: &str) -> bool {
    let mut words = words(text);
    let first = words.next().is_none_or(|word| !word.starts_with(char::is_lowercase));
    let rest: Vec<_> = words.collect();
    let capital = rest.iter().filter(|word| is_capitalised(word)).count();
    first && (rest.len() < 2 || capital < rest.len())
}

/// Every word of weight begins with a capital.
pub(super) fn is_title_case(text: &str) -> bool {
    let mut words = words(text);
    words.next().is_none_or(|word| !word.starts_with(char::is_lowercase))
        && words.all(|word| !word.starts_with(char::is_lowercase) || SMALL.contains(&word))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’')))
        .filter(|word| !word.is_empty())
}

fn is_capitalised(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
}

/// Words that titles keep small.
const SMALL: [&str; 27] = [
    "a", "an", "and", "as", "at", "but", "by", "for", "from", "if", "in", "into", "is", "nor",
    "of", "off", "on", "or", "per", "s", "so", "than", "the", "to", "up", "via", "with",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letter_case_is_judged_word_by_word() {
        assert!(
            is_pascal_case("GetPets2") && !is_pascal_case("getPets") && !is_pascal_case("Get_Pets")
        );
        assert!(is_sentence_case("Get a pet of Contoso") && is_sentence_case("Get Pets"));
        assert!(!is_sentence_case("Get All Pets") && !is_sentence_case("get a pet"));
        assert!(is_title_case("Name of the Pet (ID)") && !is_title_case("Name of pet"));
    }
}
