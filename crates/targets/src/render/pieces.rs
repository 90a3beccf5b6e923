//! What the conversions share: the pieces of a card in one row, texts that are cut to a limit.

use cards::Block;

use crate::message::{Home, Message};

/// A piece of a card, in the order it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A heading; Markdown of Adaptive Cards.
    Title(String),
    /// A paragraph; Markdown of Adaptive Cards.
    Text(String),
    /// A text as it is.
    Literal(String),
    /// Names and values; Markdown of Adaptive Cards.
    Facts(Vec<(String, String)>),
    /// An image of the web and what it shows.
    Image { url: String, alt: String },
    /// Things to open, that stand together.
    Links(Vec<(String, String)>),
    /// Another group begins.
    Break,
}

/// The pieces of a message's card. Images inside addresses of their own (`data:`) become their words: no place
/// takes them.
pub(crate) fn pieces(message: &Message) -> Vec<Piece> {
    let mut pieces = Vec::new();
    push(cards::fallback_of_card(&message.card), &mut pieces);
    if pieces.is_empty() {
        pieces.push(Piece::Literal(message.text.clone()));
    }
    pieces
}

fn push(blocks: Vec<Block>, pieces: &mut Vec<Piece>) {
    for block in blocks {
        match block {
            Block::Title(text) => pieces.push(Piece::Title(text)),
            Block::Text(text) => pieces.push(Piece::Text(text)),
            Block::Literal(text) => pieces.push(Piece::Literal(text)),
            Block::Facts(facts) => pieces.push(Piece::Facts(facts)),
            Block::Image { url, alt } if is_web(&url) => pieces.push(Piece::Image { url, alt }),
            Block::Image { alt, .. } => {
                if !alt.is_empty() {
                    pieces.push(Piece::Literal(alt));
                }
            }
            Block::Link { title, url } => match pieces.last_mut() {
                Some(Piece::Links(links)) => links.push((title, url)),
                _ => pieces.push(Piece::Links(vec![(title, url)])),
            },
            Block::Group(inside) => {
                if !pieces.is_empty() && pieces.last() != Some(&Piece::Break) {
                    pieces.push(Piece::Break);
                }
                push(inside, pieces);
            }
        }
    }
}

/// Whether an address can be fetched by whoever receives it.
pub(crate) fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// The text cut to `most` characters, with an ellipsis where something went; and whether it was cut.
pub(crate) fn fit(text: &str, most: usize) -> (String, bool) {
    if text.len() <= most || text.chars().count() <= most {
        return (text.to_owned(), false);
    }
    let mut cut: String = text.chars().take(most.saturating_sub(1)).collect();
    cut.push('…');
    (cut, true)
}

/// The same without telling.
pub(crate) fn fitted(text: &str, most: usize) -> String {
    fit(text, most).0
}

/// The text in parts of at most `most` characters, cut at ends of lines or words where there are some.
pub(crate) fn split(text: &str, most: usize) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while rest.chars().count() > most {
        let hard = rest.char_indices().nth(most).map_or(rest.len(), |(at, _)| at);
        let (start, _) = rest.split_at_checked(hard).unwrap_or((rest, ""));
        let soft = start.rfind('\n').or_else(|| start.rfind(' ')).filter(|at| *at > hard / 2);
        let (part, after) = rest.split_at_checked(soft.unwrap_or(hard)).unwrap_or((rest, ""));
        parts.push(part.trim_end().to_owned());
        rest = after.trim_start_matches(['\n', ' ']);
    }
    if !rest.is_empty() {
        parts.push(rest.to_owned());
    }
    parts
}

/// Who sent it, from where: the last line of every message.
pub(crate) fn origin(message: &Message, home: &Home) -> String {
    let place = format!("{} / {}", home.team, home.channel);
    if message.sender.is_empty() { place } else { format!("{} · {place}", message.sender) }
}

/// Characters that are left for a message.
#[derive(Debug)]
pub(crate) struct Budget {
    left: usize,
    /// Something did not fit.
    pub(crate) cut: bool,
}

impl Budget {
    pub(crate) const fn new(chars: usize) -> Self {
        Self { left: chars, cut: false }
    }

    /// The text, or as much of it as is left; nothing when less than a word is.
    pub(crate) fn take(&mut self, text: &str, most: usize) -> Option<String> {
        let room = self.left.min(most);
        let (text, cut) = fit(text, room);
        self.cut |= cut;
        if cut && room < 8 {
            return None;
        }
        self.left = self.left.saturating_sub(text.chars().count());
        (!text.is_empty()).then_some(text)
    }
}

/// What is said where a message was cut.
pub(crate) const CUT: &str = "This message was cut. The whole card";

#[cfg(test)]
mod tests {
    use proptest::{prop_assert, prop_assert_eq, proptest};

    use super::*;

    #[test]
    fn a_text_is_cut_at_characters_and_says_so() {
        assert_eq!(fit("éèà", 3), ("éèà".to_owned(), false));
        assert_eq!(fit("éèàù", 3), ("éè…".to_owned(), true));
    }

    #[test]
    fn a_text_is_split_at_ends_of_lines_and_words() {
        assert_eq!(split("one two\nthree four", 12), ["one two", "three four"]);
        assert_eq!(split("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert!(split("", 4).is_empty());
    }

    proptest! {
        #[test]
        fn no_part_is_too_long_and_no_word_is_lost(text in "[a-zé \n]{0,200}", most in 1_usize..40) {
            let parts = split(&text, most);
            prop_assert!(parts.iter().all(|part| part.chars().count() <= most));
            let letters = |text: &str| -> String { text.split_whitespace().collect() };
            prop_assert_eq!(letters(&parts.join("\n")), letters(&text));
        }
    }
}
