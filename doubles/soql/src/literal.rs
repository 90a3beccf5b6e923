//! Literals of texts: escapes, and the patterns of `LIKE`.

use super::Error;

/// What stands between quotes, without its escapes. `keep_patterns` leaves `\_` and `\%` as they are, for [`like`].
///
/// The escapes are those of the SOQL reference, "Quoted string escape sequences"; any other is refused.
pub(crate) fn unquote(inner: &str, at: usize) -> Result<String, Error> {
    let mut out = String::with_capacity(inner.len());
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        match letters.next() {
            Some('n' | 'N') => out.push('\n'),
            Some('r' | 'R') => out.push('\r'),
            Some('t' | 'T') => out.push('\t'),
            Some('b' | 'B') => out.push('\u{8}'),
            Some('f' | 'F') => out.push('\u{c}'),
            Some(same @ ('"' | '\'')) => out.push(same),
            // Decided when it is known whether the text is a pattern.
            Some(same @ ('_' | '%' | '\\')) => out.extend(['\\', same]),
            Some('u') => {
                let digits: String = letters.by_ref().take(4).collect();
                let code = u32::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 4);
                let letter = code.and_then(char::from_u32);
                out.push(letter.ok_or_else(|| illegal(at))?);
            }
            _ => return Err(illegal(at)),
        }
    }
    Ok(out)
}

fn illegal(at: usize) -> Error {
    Error::new(at, "invalid string literal: Illegal character sequence in string literal")
}

/// A text that is no pattern: `\_` is `_`.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        out.push(if letter == '\\' { letters.next().unwrap_or('\\') } else { letter });
    }
    out
}

enum Piece {
    Letter(char),
    One,
    Any,
}

/// Whether a text is like a pattern, case ignored: `%` for anything, `_` for one character.
pub fn like(text: &str, pattern: &str) -> bool {
    let mut pieces = Vec::new();
    let mut letters = pattern.chars().flat_map(char::to_lowercase);
    while let Some(letter) = letters.next() {
        pieces.push(match letter {
            '%' => Piece::Any,
            '_' => Piece::One,
            '\\' => Piece::Letter(letters.next().unwrap_or('\\')),
            letter => Piece::Letter(letter),
        });
    }
    let text: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
    matches(&text, &pieces)
}

/// Goes back to the last `%` only: the time is bounded by both lengths multiplied.
fn matches(text: &[char], pieces: &[Piece]) -> bool {
    let (mut at, mut piece) = (0, 0);
    let mut back = None;
    loop {
        match (pieces.get(piece), text.get(at)) {
            (Some(Piece::Any), _) => {
                piece += 1;
                back = Some((piece, at));
                continue;
            }
            (Some(Piece::One), Some(_)) => {
                (at, piece) = (at + 1, piece + 1);
                continue;
            }
            (Some(Piece::Letter(wanted)), Some(found)) if wanted == found => {
                (at, piece) = (at + 1, piece + 1);
                continue;
            }
            (None, None) => return true,
            _ => {}
        }
        let Some((after, from)) = back.filter(|&(_, from)| from < text.len()) else { return false };
        (at, piece) = (from + 1, after);
        back = Some((after, from + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read_and_unknown_ones_refused() {
        assert_eq!(unquote(r#"O\'Neil \"x\" \u00e9\n"#, 0).unwrap(), "O'Neil \"x\" é\n");
        assert_eq!(plain(&unquote(r"100\% \\ a\_b", 0).unwrap()), r"100% \ a_b");
        for wrong in [r"\x", r"\u12", r"\uD800", "\\"] {
            assert!(unquote(wrong, 0).is_err(), "{wrong}");
        }
    }

    #[test]
    fn patterns_match_without_case_and_in_bounded_time() {
        assert!(like("Acme GmbH", "acme%"));
        assert!(like("Acme", "_CM_"));
        assert!(!like("Acme", "cme"));
        assert!(like("50% off", r"50\%%"));
        assert!(!like("50 off", r"50\%%"));
        assert!(like("", "%%"));
        assert!(!like(&"a".repeat(20_000), &format!("{}b", "%a".repeat(200))));
    }
}
