//! Words that an administrator wants to know of: competitors, products, keywords.

use serde::Serialize;

use crate::{Place, Source, words};

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub struct Tracked {
    /// Names of competitors.
    pub competitors: Vec<String>,
    /// Names of own products.
    pub products: Vec<String>,
    /// Any words or phrases.
    pub keywords: Vec<String>,
}

/// A term and where it was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mentioned {
    /// The term.
    pub text: String,
    /// How often it was said.
    pub count: usize,
    /// The sentences in which it was, in order; no more than [`MAX_PLACES`].
    pub places: Vec<Place>,
}

impl Mentioned {
    pub(crate) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), count: 0, places: Vec::new() }
    }

    pub(crate) fn at(&mut self, place: Place) {
        self.count += 1;
        if self.places.len() < MAX_PLACES && self.places.last() != Some(&place) {
            self.places.push(place);
        }
    }
}

/// The terms of a list that were said, in the order of the list. Case, accents and plural do not matter.
pub fn find(source: &Source, terms: &[String]) -> Vec<Mentioned> {
    let wanted: Vec<String> = terms.iter().take(MAX_TERMS).map(|term| words::line(term)).collect();
    let mut out: Vec<Mentioned> =
        terms.iter().take(MAX_TERMS).map(|term| Mentioned::new(term)).collect();
    for sentence in &source.sentences {
        let line = words::line(&sentence.text);
        for (term, found) in wanted.iter().zip(&mut out) {
            for _each in 0..occurrences(&line, term) {
                found.at(sentence.place);
            }
        }
    }
    out.retain(|found| found.count > 0);
    out
}

/// How often a folded phrase stands in a folded line, as whole words, with or without a plural's ending.
fn occurrences(line: &str, term: &str) -> usize {
    let bare = term.trim_end();
    if bare.trim().is_empty() {
        return 0;
    }
    let follows = |rest: &str| {
        let rest =
            rest.strip_prefix("'s").or_else(|| rest.strip_prefix(['s', 'x'])).unwrap_or(rest);
        rest.starts_with(' ')
    };
    line.match_indices(bare)
        .filter(|(at, found)| {
            line.get(at + found.len()..).is_some_and(|rest| rest.starts_with(' ') || follows(rest))
        })
        .count()
}

/// The most places that are kept of one term.
pub const MAX_PLACES: usize = 20;
/// The most terms of one list.
pub const MAX_TERMS: usize = 200;
