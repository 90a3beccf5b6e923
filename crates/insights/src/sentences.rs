//! Sentences of English and French text.
//!
//! A full stop ends a sentence unless it belongs to an abbreviation, an initial, a number or a list mark; French spaces
//! before `?` and `!` and inside of « » are no ends.

use std::ops::Range;

use crate::Lang;

/// The sentences of a text as ranges of bytes, in order, without white space around them.
pub fn split(text: &str, lang: Lang) -> impl Iterator<Item = Range<usize>> + use<> {
    let mut ends = Vec::new();
    let mut from = 0;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let mut end = at + letter.len_utf8();
        match letter {
            '.' | '!' | '?' | '…' => {
                // `?!`, `...`, and quotes or brackets that close
                let mut spaced = false;
                while let Some(&(next_at, next)) = letters.peek() {
                    let closes =
                        matches!(next, '.' | '!' | '?' | '…' | '"' | '”' | '’' | '»' | ')' | ']')
                            || matches!(next, ' ' | '\u{a0}' | '\u{202f}')
                                && closing_guillemet(text, next_at);
                    if !closes || (next == '"' && spaced) {
                        break;
                    }
                    spaced = next.is_whitespace();
                    end = next_at + next.len_utf8();
                    letters.next();
                }
                if ends_here(text, from, at, end, lang) {
                    push(&mut ends, text, from..end);
                    from = end;
                }
            }
            '\n' if breaks(text, from, at) => {
                push(&mut ends, text, from..at);
                from = end;
            }
            _ => {}
        }
    }
    push(&mut ends, text, from..text.len());
    ends.into_iter()
}

/// Adds a range without white space around it; a very long one in pieces.
fn push(out: &mut Vec<Range<usize>>, text: &str, range: Range<usize>) {
    let Some(part) = text.get(range.clone()) else { return };
    let blank = |c: char| c.is_whitespace() || c == '\u{feff}';
    let start = range.start + (part.len() - part.trim_start_matches(blank).len());
    let part = part.trim_matches(blank);
    let mut at = start;
    let mut rest = part;
    while rest.len() > MAX_BYTES {
        let mut cut = MAX_BYTES;
        while !rest.is_char_boundary(cut) {
            cut -= 1;
        }
        let head = rest.get(..cut).unwrap_or_default();
        // Speech without full stops: a comma is the next best place, then any space.
        let cut = head.rfind([',', ';', ':']).filter(|at| *at > MAX_BYTES / 3).map(|at| at + 1);
        let cut = cut.or_else(|| head.rfind(' ').filter(|at| *at > 0)).unwrap_or(head.len()).max(1);
        let (piece, after) = rest.split_at(cut);
        out.push(at..at + piece.trim_end().len());
        let skipped = after.len() - after.trim_start_matches(blank).len();
        at += cut + skipped;
        rest = after.trim_start_matches(blank);
    }
    if rest.chars().any(char::is_alphanumeric) {
        out.push(at..at + rest.len());
    }
}

/// Whether the space at `at` stands before a » that closes.
fn closing_guillemet(text: &str, at: usize) -> bool {
    text.get(at..)
        .is_some_and(|rest| rest.trim_start_matches([' ', '\u{a0}', '\u{202f}']).starts_with('»'))
}

/// Whether the mark at `at`, whose run ends at `end`, ends a sentence.
fn ends_here(text: &str, from: usize, at: usize, end: usize, lang: Lang) -> bool {
    let after = text.get(end..).unwrap_or_default();
    let Some(next) = after.chars().next() else { return true };
    if !next.is_whitespace() {
        return false;
    }
    let rest = after.trim_start();
    let Some(following) = rest.chars().next() else { return true };
    let before = text.get(from..at).unwrap_or_default();
    let mark = text.get(at..end).unwrap_or_default();
    let word = before
        .rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '«' | '"' | '“' | '\'' | '’'))
        .next()
        .unwrap_or_default();
    if following.is_lowercase() {
        // After `?` and `!` a new sentence may begin small in what a machine wrote down; « Oui. » dit-il goes on.
        let quoted = mark.contains(['»', '"', '”', ')', '…']) || mark.starts_with("..");
        return !quoted && mark.contains(['?', '!']) && before.split_whitespace().count() > 3;
    }
    if !mark.starts_with('.') || mark.starts_with("..") {
        return true;
    }
    // `1. Send`, `a. Send` at the beginning: the mark of a list
    let trimmed = before.trim();
    if trimmed.len() <= 3
        && !trimmed.is_empty()
        && trimmed.bytes().all(|byte| byte.is_ascii_digit())
    {
        return false;
    }
    let folded = word.to_lowercase();
    if TITLES.contains(&folded.as_str()) && (folded != "m" || lang == Lang::French) {
        return false;
    }
    if folded == "no" || folded == "n°" || folded == "art" || folded == "p" || folded == "pp" {
        return !following.is_ascii_digit();
    }
    let mut letters = word.chars();
    if let (Some(only), None) = (letters.next(), letters.next()) {
        // `J. Byron`; but `So do I. He …`
        return !(only.is_uppercase() && only != 'I');
    }
    if ABBREVIATIONS.contains(&folded.as_str()) || word.contains('.') {
        return starter(rest);
    }
    true
}

/// Whether what follows begins like a sentence: with a small word that has a capital, or a number or quote.
fn starter(rest: &str) -> bool {
    let word: String = rest.chars().take_while(|c| c.is_alphabetic()).collect();
    STARTERS.contains(&word.to_lowercase().as_str())
}

/// Whether a line end ends a sentence: a blank line follows, a list mark follows, or the line was short and the next
/// begins with a capital (headings, signatures, lists without marks).
fn breaks(text: &str, from: usize, at: usize) -> bool {
    let rest = text.get(at + 1..).unwrap_or_default();
    let line = text.get(from..at).unwrap_or_default();
    let line = line.rsplit('\n').next().unwrap_or_default();
    let next = rest.trim_start_matches([' ', '\t', '\u{a0}']);
    if next.is_empty() || next.starts_with(['\n', '-', '*', '•', '–', '—', '>', '·', '▪'])
    {
        return true;
    }
    let digits = next.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=2).contains(&digits)
        && next.get(digits..).is_some_and(|tail| tail.starts_with([')', '.']))
    {
        return true;
    }
    let short = line.chars().count() < SHORT_LINE;
    short && next.chars().next().is_some_and(char::is_uppercase) || line.trim_end().ends_with(':')
}

/// Shorter lines were ended by a person, not by a mail program.
const SHORT_LINE: usize = 50;

/// Longer sentences are cut (our own choice: speech that nobody punctuated).
pub const MAX_BYTES: usize = 600;

/// A name follows.
const TITLES: [&str; 24] = [
    "mr", "mrs", "ms", "dr", "prof", "st", "sr", "jr", "rev", "gen", "col", "capt", "lt", "sgt",
    "hon", "m", "mm", "mme", "mmes", "mlle", "me", "mgr", "pr", "ste",
];

/// A sentence goes on after them unless what follows looks like a beginning.
const ABBREVIATIONS: [&str; 58] = [
    "etc", "vs", "inc", "ltd", "corp", "co", "llc", "plc", "dept", "est", "approx", "fig", "vol",
    "ed", "cf", "env", "ex", "resp", "tel", "tél", "av", "bd", "rte", "sté", "ets", "jan", "feb",
    "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "janv", "févr", "avr",
    "juil", "déc", "mon", "tue", "wed", "thu", "fri", "min", "max", "avg", "temp", "ref", "réf",
    "incl", "excl", "nb", "chap", "p.-s",
];

/// Words that begin a sentence when they have a capital.
const STARTERS: [&str; 62] = [
    "the", "a", "an", "this", "that", "these", "those", "it", "we", "they", "he", "she", "you",
    "i", "our", "your", "my", "so", "and", "but", "if", "when", "what", "how", "why", "can",
    "could", "let", "please", "then", "there", "is", "do", "le", "la", "les", "un", "une", "ce",
    "cette", "ces", "il", "elle", "ils", "elles", "nous", "vous", "je", "on", "tu", "notre",
    "votre", "mais", "et", "donc", "si", "quand", "comment", "pourquoi", "alors", "merci", "est",
];
