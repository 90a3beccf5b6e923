//! Takes addresses, telephone numbers and names out of a text before it leaves, and puts them back into what comes.

use insights::{mentions, tracked::Tracked};

use crate::{Redact, Task};

/// What stands for what.
#[derive(Debug, Default)]
pub(crate) struct Masks {
    /// Words and what stands for them, in the order in which they were met.
    pairs: Vec<(String, String)>,
    kinds: Vec<Redact>,
}

impl Masks {
    /// Finds the names of a task; addresses and numbers are found text by text.
    pub(crate) fn of(task: &Task, kinds: &[Redact]) -> Self {
        let mut out = Self { pairs: Vec::new(), kinds: kinds.to_vec() };
        if !kinds.contains(&Redact::Names) {
            return out;
        }
        let mut names: Vec<String> =
            task.sources.iter().map(|source| source.from.clone()).collect();
        let found = mentions::find(&crate::rules::read(task), &Tracked::default(), task.date);
        names.extend(found.people.into_iter().map(|person| person.text));
        for name in names {
            let name = name.split(['<', '(']).next().unwrap_or_default().trim().to_owned();
            if name.chars().count() < 2 || name.contains('@') || out.known(&name).is_some() {
                continue;
            }
            let mask = format!("[PERSON_{}]", out.pairs.len() + 1);
            // The parts of a name alone are the same person.
            let parts: Vec<String> = name
                .split_whitespace()
                .filter(|part| part.chars().count() > 2)
                .map(str::to_owned)
                .collect();
            out.pairs.push((name, mask.clone()));
            for part in parts {
                if out.known(&part).is_none() {
                    out.pairs.push((part, mask.clone()));
                }
            }
        }
        // `Ada Byron` goes before `Ada`.
        out.pairs.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        out
    }

    fn known(&self, word: &str) -> Option<&str> {
        self.pairs.iter().find(|(known, _)| known == word).map(|(_, mask)| mask.as_str())
    }

    /// The text without what is to be hidden; how often something was is added to `count`.
    pub(crate) fn hide(&mut self, text: &str, count: &mut usize) -> String {
        let mut out = text.to_owned();
        if self.kinds.contains(&Redact::Addresses) {
            out = self.replace(&out, "EMAIL", count, &|rest| address(rest));
        }
        if self.kinds.contains(&Redact::Phones) {
            out = self.replace(&out, "PHONE", count, &|rest| phone(rest));
        }
        if self.kinds.contains(&Redact::Names) {
            for (name, mask) in &self.pairs {
                if mask.starts_with("[PERSON") {
                    out = whole_words(&out, name, mask, count);
                }
            }
        }
        out
    }

    /// Puts back what was hidden.
    pub(crate) fn show(&self, text: &str) -> String {
        let mut out = text.to_owned();
        // The longest word of a mask is the whole name.
        for (word, mask) in &self.pairs {
            out = out.replace(mask.as_str(), word);
        }
        out
    }

    /// Replaces what `find` sees at the beginning of a word.
    fn replace(
        &mut self,
        text: &str,
        kind: &str,
        count: &mut usize,
        find: &dyn Fn(&str) -> Option<usize>,
    ) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        let mut inside = false;
        while let Some(letter) = rest.chars().next() {
            let length = if inside { None } else { find(rest).filter(|length| *length > 0) };
            if let Some((found, after)) = length.and_then(|length| rest.split_at_checked(length)) {
                let mask = if let Some(mask) = self.known(found) {
                    mask.to_owned()
                } else {
                    let mask = format!("[{kind}_{}]", self.pairs.len() + 1);
                    self.pairs.push((found.to_owned(), mask.clone()));
                    mask
                };
                out.push_str(&mask);
                *count += 1;
                rest = after;
                inside = false;
            } else {
                out.push(letter);
                inside = letter.is_alphanumeric();
                rest = rest.get(letter.len_utf8()..).unwrap_or_default();
            }
        }
        out
    }
}

/// The length of an address at the beginning of a text.
fn address(rest: &str) -> Option<usize> {
    let local = rest
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-')))?;
    let domain = rest.get(local..)?.strip_prefix('@')?;
    let end = domain
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-')))
        .unwrap_or(domain.len());
    let domain = domain.get(..end)?.trim_end_matches(['.', '-']);
    (local > 0 && domain.contains('.')).then(|| local + 1 + domain.len())
}

/// The length of a telephone number at the beginning of a text: `+` or `0` or a bracket, then eight to fifteen digits with
/// marks between (E.164 has fifteen at most). Sums and dates begin otherwise.
fn phone(rest: &str) -> Option<usize> {
    if !rest.starts_with(['+', '0', '(']) {
        return None;
    }
    let (mut digits, mut end) = (0, 0);
    for (at, letter) in rest.char_indices() {
        if letter.is_ascii_digit() {
            digits += 1;
            end = at + 1;
        } else if !matches!(letter, '+' | ' ' | '\u{a0}' | '(' | ')' | '-' | '.' | '/') || at > 40 {
            break;
        }
    }
    // `03/04/2026` is a day.
    let day = digits <= 8 && rest.get(..end).is_some_and(|found| found.contains('/'));
    ((8..=15).contains(&digits) && !day).then_some(end)
}

/// Replaces a name where it stands as whole words.
fn whole_words(text: &str, name: &str, mask: &str, count: &mut usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(name) {
        let (before, from) = rest.split_at(at);
        let after = from.get(name.len()..).unwrap_or_default();
        let joined = |letter: Option<char>| letter.is_some_and(|c| c.is_alphanumeric() || c == '_');
        out.push_str(before);
        if joined(before.chars().next_back().or_else(|| out.chars().next_back()))
            || joined(after.chars().next())
        {
            out.push_str(name);
        } else {
            out.push_str(mask);
            *count += 1;
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Feature, Source};

    fn task(text: &str) -> Task {
        let source = Source {
            from: "Ada Byron <ada@x.example>".to_owned(),
            text: text.to_owned(),
            ..Source::default()
        };
        Task {
            feature: Feature::Thread,
            sources: vec![source],
            date: jiff::civil::date(2026, 3, 4),
            tracked: Tracked::default(),
            language: None,
            wish: String::new(),
            reply: crate::Reply::default(),
        }
    }

    #[test]
    fn what_is_hidden_comes_back() {
        let text = "Ada Byron (ada.b@x.example, +33 6 12 34 56 78) asked Mr. Lenoir on 03/04/2026 for 12 000 €. Adaptive Ada.";
        let task = task(text);
        let mut masks = Masks::of(&task, Redact::ALL);
        let mut count = 0;
        let hidden = masks.hide(text, &mut count);
        for secret in ["Byron", "x.example", "12 34", "Lenoir"] {
            assert!(!hidden.contains(secret), "{hidden}");
        }
        assert!(
            hidden.contains("12 000 €")
                && hidden.contains("03/04/2026")
                && hidden.contains("Adaptive"),
            "{hidden}"
        );
        assert!(count >= 4);
        assert!(masks.show(&hidden).contains("ada.b@x.example, +33 6 12 34 56 78"));
    }

    #[test]
    fn nothing_is_hidden_that_was_not_chosen() {
        let text = "Write to ada@x.example or 0123456789.";
        let mut count = 0;
        assert_eq!(Masks::of(&task(text), &[]).hide(text, &mut count), text);
        let hidden = Masks::of(&task(text), &[Redact::Phones]).hide(text, &mut count);
        assert!(hidden.contains("ada@x.example") && !hidden.contains("0123456789"));
    }
}
