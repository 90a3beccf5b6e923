//! An extractive summary: the sentences that say most about the whole, none twice, word for word.
//!
//! A sentence is worth what it covers: words that matter in the whole source and stand in no sentence chosen before
//! (the concepts of Gillick and Favre 2009), weighed with how central it is (`LexRank`). Speech brings two more things:
//! fragments say nothing out of their context, and talk about the call itself matters to nobody afterwards.

use crate::{
    Lang, Sentence, Source, lexicon,
    rank::{Vectors, place, real},
    words,
};

/// How long a summary may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// At most so many sentences.
    pub sentences: usize,
    /// At most so many words; the last sentence that fits is the last.
    pub words: usize,
}

impl Budget {
    /// Seven sentences of no more than 180 words: what fits a card.
    pub const CARD: Self = Self { sentences: 7, words: 180 };
}

/// The summary of a source, in the order of the source.
pub fn summarise(source: &Source, budget: Budget) -> Vec<Sentence> {
    let vectors = Vectors::of(source);
    let mut chosen = choose(source, &vectors, 0..source.sentences.len(), budget);
    chosen.sort_unstable();
    chosen.into_iter().filter_map(|at| source.sentences.get(at).cloned()).collect()
}

/// The places of sentences in the order in which they are chosen: for measures of quality.
pub fn order(source: &Source, budget: Budget) -> Vec<usize> {
    let vectors = Vectors::of(source);
    choose(source, &vectors, 0..source.sentences.len(), budget)
}

/// Chooses among a range of sentences.
pub(crate) fn choose(
    source: &Source,
    vectors: &Vectors,
    among: std::ops::Range<usize>,
    budget: Budget,
) -> Vec<usize> {
    let central = vectors.centrality();
    Chooser::new(source, vectors, &central, among).run(budget)
}

/// What is known while sentences are chosen.
pub(crate) struct Chooser<'a> {
    source: &'a Source,
    vectors: &'a Vectors,
    among: std::ops::Range<usize>,
    /// What each term is still worth.
    worth: Vec<f32>,
    /// What each sentence brings of its own, whatever is chosen.
    own: Vec<f32>,
}

impl<'a> Chooser<'a> {
    pub(crate) fn new(
        source: &'a Source,
        vectors: &'a Vectors,
        central: &[f32],
        among: std::ops::Range<usize>,
    ) -> Self {
        let mut counts = vec![0.0_f32; vectors.held.len()];
        for row in vectors.rows.get(among.clone()).unwrap_or_default() {
            for (id, _) in row {
                if let Some(count) = counts.get_mut(place(*id)) {
                    *count += 1.0;
                }
            }
        }
        // What stands once is no matter of the meeting; what stands often matters, but not in proportion (tuned on the
        // development half of the meetings, as all numbers below).
        let worth =
            counts.iter().map(|count| if *count < 2.0 { 0.2 } else { count.sqrt() }).collect();
        let mut own = vec![0.0; source.sentences.len()];
        for at in among.clone() {
            if let (Some(value), Some(sentence)) = (own.get_mut(at), source.sentences.get(at)) {
                let length = vectors.lengths.get(at).copied().unwrap_or_default();
                let says = vectors.rows.get(at).map_or(0, Vec::len);
                let least =
                    if says_a_number(&sentence.text) { LEAST_WORDS - 2 } else { LEAST_WORDS };
                *value = if length < least || says < 3 {
                    0.0
                } else {
                    (1.0 + central.get(at).copied().unwrap_or_default())
                        * weight(source.lang, &sentence.text)
                };
            }
        }
        Self { source, vectors, among, worth, own }
    }

    pub(crate) fn run(mut self, budget: Budget) -> Vec<usize> {
        let mut out: Vec<usize> = Vec::new();
        let mut left = budget.words;
        while out.len() < budget.sentences.min(self.source.sentences.len()) {
            let mut best: Option<(f32, usize)> = None;
            for at in self.among.clone() {
                let length = self.vectors.lengths.get(at).copied().unwrap_or_default();
                if length > left || out.contains(&at) {
                    continue;
                }
                let gain = self.gain(at, length);
                if gain > 0.0 && best.is_none_or(|(most, _)| gain > most) {
                    best = Some((gain, at));
                }
            }
            let Some((_, at)) = best else { break };
            if out.iter().any(|other| self.vectors.alike(at, *other) > TOO_ALIKE) {
                self.forget(at);
                continue;
            }
            left -= self.vectors.lengths.get(at).copied().unwrap_or_default();
            for (id, _) in self.vectors.rows.get(at).into_iter().flatten() {
                if let Some(worth) = self.worth.get_mut(place(*id)) {
                    *worth *= SAID_AGAIN;
                }
            }
            self.forget(at);
            out.push(at);
        }
        out
    }

    fn forget(&mut self, at: usize) {
        if let Some(own) = self.own.get_mut(at) {
            *own = 0.0;
        }
    }

    /// What a sentence would bring now, for its length.
    fn gain(&self, at: usize, length: usize) -> f32 {
        let own = self.own.get(at).copied().unwrap_or_default();
        if own <= 0.0 {
            return 0.0;
        }
        let row = self.vectors.rows.get(at).map(Vec::as_slice).unwrap_or_default();
        let covered: f32 = row.iter().filter_map(|(id, _)| self.worth.get(place(*id))).sum();
        own * covered / real(length).powf(LENGTH)
    }
}

/// A short sentence with a number says much: `Our budget is 45,000 euros.`
fn says_a_number(text: &str) -> bool {
    text.contains(|letter: char| letter.is_ascii_digit())
}

/// What the words of a sentence take from it: questions and talk about the call weigh less.
fn weight(lang: Lang, text: &str) -> f32 {
    let line = words::line(text);
    let mut weight = 1.0;
    if lexicon::about_the_call(lang).iter().any(|phrase| line.contains(phrase)) {
        weight *= 0.3;
    }
    if text.trim_end().ends_with('?') {
        weight *= 0.8;
    }
    weight
}

/// Shorter sentences say nothing out of their context.
const LEAST_WORDS: usize = 6;
/// What is left of a term's worth when a chosen sentence holds it.
const SAID_AGAIN: f32 = 0.1;
/// How much a long sentence pays for its length: 1 would choose by density alone.
const LENGTH: f32 = 0.7;
/// Two sentences that say the same.
const TOO_ALIKE: f32 = 0.6;
