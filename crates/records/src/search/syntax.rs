//! What people and clients write into a search.

use record_tables::words::{Term, Wanted};

use super::Syntax;

/// What a text asks for.
pub(super) fn wanted(text: &str, syntax: Syntax) -> Wanted {
    let every = match syntax {
        Syntax::Typed => return Wanted::typed(text),
        Syntax::All => true,
        Syntax::Any => false,
    };
    let mut wanted = Wanted::default();
    let mut any = Vec::new();
    let mut joint = Joint::default();
    for piece in pieces(text) {
        let piece = match piece {
            Piece::And => {
                joint.and = true;
                continue;
            }
            Piece::Or => {
                joint.or = true;
                continue;
            }
            Piece::Not => {
                joint.not = true;
                continue;
            }
            Piece::Word { text, phrase } => (text, phrase),
        };
        let bare = if piece.1 { piece.0 } else { bare(piece.0) };
        let prefix = !piece.1 && bare.ends_with('*');
        let Some(term) = Term::of(bare, prefix) else { continue };
        let Joint { and, or, not } = std::mem::take(&mut joint);
        if not {
            wanted.unwanted.push(term);
        } else if or && let Some(last) = wanted.lists.last_mut() {
            last.push(term);
        } else if and || (every && !or) {
            if and
                && !every
                && let Some(before) = any.pop()
            {
                wanted.lists.push(vec![before]);
            }
            wanted.lists.push(vec![term]);
        } else if every {
            wanted.lists.push(vec![term]);
        } else {
            any.push(term);
        }
        if wanted.lists.len() + wanted.unwanted.len() + any.len() >= MOST {
            break;
        }
    }
    if !any.is_empty() {
        // what must be there makes the rest a matter of taste
        if wanted.lists.is_empty() {
            wanted.lists.push(any);
        }
    }
    wanted
}

/// How a piece hangs together with the one before it.
#[derive(Debug, Default)]
struct Joint {
    and: bool,
    or: bool,
    not: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum Piece<'t> {
    Word { text: &'t str, phrase: bool },
    And,
    Or,
    Not,
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut all = Vec::new();
    let mut rest = text.trim_start();
    let mut begins = true;
    while let Some(first) = rest.chars().next() {
        let after = rest.get(first.len_utf8()..).unwrap_or_default();
        match first {
            '"' => {
                let (phrase, behind) = after.split_once('"').unwrap_or((after, ""));
                all.push(Piece::Word { text: phrase, phrase: true });
                (rest, begins) = (behind, true);
            }
            '+' if begins => {
                all.push(Piece::And);
                rest = after;
            }
            '-' | '!' if begins => {
                all.push(Piece::Not);
                rest = after;
            }
            '|' => {
                all.push(Piece::Or);
                rest = after.strip_prefix('|').unwrap_or(after);
            }
            '&' if after.starts_with('&') => {
                all.push(Piece::And);
                rest = after.get(1..).unwrap_or_default();
            }
            c if c.is_whitespace() || matches!(c, '(' | ')') => {
                (rest, begins) = (after, true);
            }
            _ => {
                let is_end = |c: char| c.is_whitespace() || matches!(c, '"' | '|' | '(' | ')');
                let end = rest.find(is_end).unwrap_or(rest.len()).max(first.len_utf8());
                let word = rest.get(..end).unwrap_or_default();
                all.push(match word {
                    "AND" => Piece::And,
                    "OR" => Piece::Or,
                    "NOT" => Piece::Not,
                    word => Piece::Word { text: word, phrase: false },
                });
                (rest, begins) = (rest.get(end..).unwrap_or_default(), true);
            }
        }
    }
    all
}

/// A word without what says how nearly it must fit or how much it counts (`~1`, `^4`); our index has neither.
fn bare(word: &str) -> &str {
    word.find(['~', '^']).and_then(|end| word.get(..end)).unwrap_or(word)
}

/// Terms of one search; our own choice.
const MOST: usize = 32;

#[cfg(test)]
mod tests {
    use db::Dialect;

    use super::*;

    fn as_text(text: &str, syntax: Syntax) -> String {
        wanted(text, syntax).expression(Dialect::Sqlite)
    }

    #[test]
    fn words_are_joined_as_they_say() {
        let any = |text| as_text(text, Syntax::Any);
        let all = |text| as_text(text, Syntax::All);
        assert_eq!(any("contoso ltd"), "(\"contoso\" OR \"ltd\")");
        assert_eq!(all("contoso ltd"), "(\"contoso\") AND (\"ltd\")");
        assert_eq!(any("contoso +ltd"), "(\"contoso\") AND (\"ltd\")");
        assert_eq!(all("contoso | ltd paris"), "(\"contoso\" OR \"ltd\") AND (\"paris\")");
        assert_eq!(all("contoso -ltd"), "((\"contoso\")) NOT (\"ltd\")");
        assert_eq!(all("\"new york\" cont*"), "(\"new york\") AND (\"cont\" *)");
        assert_eq!(all("a OR b"), "(\"a\" OR \"b\")");
        assert_eq!(any("a AND b"), "(\"a\") AND (\"b\")");
        assert_eq!(all("roam~1 jean-luc"), "(\"roam\") AND (\"jean luc\")");
        assert_eq!(all("-only"), "() NOT (\"only\")");
        assert!(wanted("-only", Syntax::All).is_empty());
        assert!(wanted("\" ( ) | + - * &&", Syntax::Any).is_empty());
    }

    #[test]
    fn any_text_is_read_without_a_fall() {
        for text in ["\"", "é\"", "+", "-\"a", "a|", "|||", "a\"b\"c", "~", "^", "((", "&", "&&é"]
        {
            wanted(text, Syntax::Any);
            wanted(text, Syntax::All);
            wanted(text, Syntax::Typed);
        }
    }
}
