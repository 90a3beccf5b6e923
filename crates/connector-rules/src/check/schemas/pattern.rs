//! Whether a pattern is a regular expression of ECMA-262 §22.2.1, as lenient readers take it (Annex B).

/// Whether a pattern can be compiled.
pub(super) fn is_valid(pattern: &str) -> bool {
    let mut reader = Reader { rest: pattern.chars().peekable(), open: 0 };
    reader.read() && reader.open == 0
}

struct Reader<'p> {
    rest: std::iter::Peekable<std::str::Chars<'p>>,
    open: usize,
}

impl Reader<'_> {
    fn read(&mut self) -> bool {
        // Whether something stands in front that can be repeated.
        let mut repeatable = false;
        while let Some(c) = self.rest.next() {
            repeatable = match c {
                '\\' => match self.rest.next() {
                    None => return false,
                    Some('b' | 'B') => false,
                    Some(_) => true,
                },
                '[' => {
                    if !self.class() {
                        return false;
                    }
                    true
                }
                '(' => {
                    self.open += 1;
                    if self.rest.next_if_eq(&'?').is_some() && !self.group() {
                        return false;
                    }
                    false
                }
                ')' => {
                    if self.open == 0 {
                        return false;
                    }
                    self.open -= 1;
                    true
                }
                '*' | '+' | '?' => {
                    if !repeatable {
                        return false;
                    }
                    self.rest.next_if_eq(&'?');
                    false
                }
                '{' => match self.count() {
                    Count::None => true,
                    Count::Given if repeatable => {
                        self.rest.next_if_eq(&'?');
                        false
                    }
                    Count::Given | Count::UpsideDown => return false,
                },
                '|' | '^' => false,
                _ => true,
            };
        }
        true
    }

    /// A class, after its bracket.
    fn class(&mut self) -> bool {
        let mut previous = None;
        let mut range_from = None;
        while let Some(c) = self.rest.next() {
            let one = match c {
                ']' => return true,
                '\\' => match self.rest.next() {
                    None => return false,
                    // Escaped, a letter may stand for many: no end of a range can be told.
                    Some(_) => None,
                },
                '-' if previous.is_some() && self.rest.peek().is_some_and(|next| *next != ']') => {
                    range_from = previous.take();
                    continue;
                }
                other => Some(other),
            };
            if let (Some(from), Some(to)) = (range_from.take(), one) {
                if from > to {
                    return false;
                }
                previous = None;
            } else {
                previous = one;
            }
        }
        false
    }

    /// What follows `(?`.
    fn group(&mut self) -> bool {
        match self.rest.next() {
            Some(':' | '=' | '!') => true,
            Some('<') => {
                if self.rest.next_if(|c| matches!(c, '=' | '!')).is_some() {
                    return true;
                }
                let mut name = 0;
                while let Some(c) =
                    self.rest.next_if(|c| c.is_alphanumeric() || matches!(c, '_' | '$'))
                {
                    name += c.len_utf8();
                }
                name > 0 && self.rest.next_if_eq(&'>').is_some()
            }
            _ => false,
        }
    }

    /// What follows `{`: a count, or literal text.
    fn count(&mut self) -> Count {
        let ahead: String =
            self.rest.clone().take_while(|c| *c != '}').take(MAX_COUNT_CHARACTERS).collect();
        let closes = self.rest.clone().nth(ahead.chars().count()) == Some('}');
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let (least, most) = ahead.split_once(',').unwrap_or((&ahead, ""));
        if !closes || !digits(least) || !(most.is_empty() || digits(most)) {
            return Count::None;
        }
        for _ in 0..=ahead.chars().count() {
            self.rest.next();
        }
        let number = |text: &str| text.parse::<u64>().unwrap_or(u64::MAX);
        if !most.is_empty() && number(least) > number(most) {
            Count::UpsideDown
        } else {
            Count::Given
        }
    }
}

enum Count {
    None,
    Given,
    UpsideDown,
}

/// Longest count that is read as one.
const MAX_COUNT_CHARACTERS: usize = 32;

#[cfg(test)]
mod tests {
    use super::is_valid;

    #[test]
    fn what_compiles_in_a_browser_is_taken() {
        for good in [
            "",
            "^[a-f0-9]{40}$",
            r"\d+(?:\.\d+)?",
            "(?=x)y",
            "(?<!a)b",
            "(?<year>\\d{4})",
            "a{,3}",
            "{x}",
            r"^[^@\s]+@[^@\s]+\.[a-z]{2,}?$",
            "[]-a]",
            "[\\w-.]",
            "a|b|",
            "(a|b)*",
            r"\p{L}+",
            "]",
        ] {
            assert!(is_valid(good), "{good}");
        }
    }

    #[test]
    fn what_does_not_compile_is_found() {
        for bad in ["(", ")", "[a", "*a", "a**", "a{3,2}", "(?a)", "[z-a]", "\\", "(?<>x)", "+"] {
            assert!(!is_valid(bad), "{bad}");
        }
    }
}
