//! Sentences as vectors of their words, and how central each is: `LexRank` (Erkan and Radev 2004) with continuous weights.

use std::collections::BTreeMap;

use crate::{Lang, Source, stems, stops, words};

/// The words of every sentence that say something.
pub(crate) struct Vectors {
    /// For each sentence its terms and their weights, by term; the weights' squares add up to one.
    pub(crate) rows: Vec<Vec<(u32, f32)>>,
    /// For each term, how many sentences hold it.
    pub(crate) held: Vec<u32>,
    /// For each term, the form in which it was first met.
    pub(crate) forms: Vec<String>,
    /// For each sentence, how many words it has in all.
    pub(crate) lengths: Vec<usize>,
}

impl Vectors {
    /// Reads the sentences of a source.
    pub(crate) fn of(source: &Source) -> Self {
        let mut ids: BTreeMap<String, u32> = BTreeMap::new();
        let mut out =
            Self { rows: Vec::new(), held: Vec::new(), forms: Vec::new(), lengths: Vec::new() };
        for sentence in &source.sentences {
            let found = words::words(&sentence.text);
            let mut row: Vec<(u32, f32)> = Vec::new();
            for word in &found {
                let folded = words::fold(word.text);
                if !says_something(source.lang, &folded) {
                    continue;
                }
                let id = *ids.entry(stems::stem(source.lang, &folded)).or_insert_with(|| {
                    out.held.push(0);
                    out.forms.push(word.text.to_owned());
                    u32::try_from(out.held.len() - 1).unwrap_or(u32::MAX)
                });
                match row.iter_mut().find(|(known, _)| *known == id) {
                    Some((_, count)) => *count += 1.0,
                    None => row.push((id, 1.0)),
                }
            }
            for (id, _) in &row {
                if let Some(count) = out.held.get_mut(place(*id)) {
                    *count += 1;
                }
            }
            row.sort_by_key(|(id, _)| *id);
            out.lengths.push(found.len());
            out.rows.push(row);
        }
        out.weigh();
        out
    }

    /// Counts become weights: rare words weigh more; then every row has the length one.
    fn weigh(&mut self) {
        let all = real(self.rows.len()) + 1.0;
        for row in &mut self.rows {
            let mut sum = 0.0;
            for (id, weight) in row.iter_mut() {
                let held = self.held.get(place(*id)).copied().unwrap_or(1);
                *weight = (1.0 + weight.ln())
                    * (all / (f32::from(u16::try_from(held).unwrap_or(u16::MAX)) + 0.5))
                        .ln()
                        .max(0.0);
                sum += *weight * *weight;
            }
            if sum > 0.0 {
                let length = sum.sqrt();
                for (_, weight) in row.iter_mut() {
                    *weight /= length;
                }
            }
        }
    }

    /// How alike two sentences are, from 0 to 1.
    pub(crate) fn alike(&self, a: usize, b: usize) -> f32 {
        let (Some(a), Some(b)) = (self.rows.get(a), self.rows.get(b)) else { return 0.0 };
        let mut sum = 0.0;
        let mut others = b.iter().peekable();
        for (id, weight) in a {
            while others.next_if(|(other, _)| other < id).is_some() {}
            if let Some((_, other)) = others.next_if(|(other, _)| other == id) {
                sum += weight * other;
            }
        }
        sum
    }

    /// How central every sentence is; the greatest is one.
    pub(crate) fn centrality(&self) -> Vec<f32> {
        let edges = self.edges();
        let count = self.rows.len().max(1);
        let sums: Vec<f32> =
            edges.iter().map(|row| row.iter().map(|(_, weight)| weight).sum()).collect();
        let mut ranks = vec![1.0_f32; self.rows.len()];
        for _round in 0..ROUNDS {
            let mut next = vec![1.0 - DAMPING; count];
            for (from, row) in edges.iter().enumerate() {
                let (Some(rank), Some(sum)) = (ranks.get(from), sums.get(from)) else { continue };
                if *sum <= 0.0 {
                    continue;
                }
                for (to, weight) in row {
                    if let Some(value) = next.get_mut(*to) {
                        *value += DAMPING * rank * weight / sum;
                    }
                }
            }
            next.truncate(self.rows.len());
            ranks = next;
        }
        let most = ranks.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
        ranks.iter().map(|rank| rank / most).collect()
    }

    /// Which sentences are alike enough, by an index of words: pairs without a common word are never looked at, and words
    /// that stand everywhere join nothing.
    fn edges(&self) -> Vec<Vec<(usize, f32)>> {
        let mut index: Vec<Vec<(usize, f32)>> = vec![Vec::new(); self.held.len()];
        for (at, row) in self.rows.iter().enumerate() {
            for (id, weight) in row {
                if let Some(list) = index.get_mut(place(*id))
                    && list.len() < MOST_HOLDERS
                {
                    list.push((at, *weight));
                }
            }
        }
        let mut sums = vec![0.0_f32; self.rows.len()];
        let mut touched = Vec::new();
        let mut out = Vec::with_capacity(self.rows.len());
        for (at, row) in self.rows.iter().enumerate() {
            for (id, weight) in row {
                for (other, theirs) in index.get(place(*id)).into_iter().flatten() {
                    let Some(sum) = sums.get_mut(*other) else { continue };
                    if *sum == 0.0 {
                        touched.push(*other);
                    }
                    *sum += weight * theirs;
                }
            }
            let mut near = Vec::new();
            for other in touched.drain(..) {
                if let Some(sum) = sums.get_mut(other) {
                    if *sum > LEAST_ALIKE && other != at {
                        near.push((other, *sum));
                    }
                    *sum = 0.0;
                }
            }
            out.push(near);
        }
        out
    }
}

/// Whether a folded word counts.
pub(crate) fn says_something(lang: Lang, folded: &str) -> bool {
    !stops::is_stop(lang, folded)
}

/// A term's place in lists.
pub(crate) fn place(id: u32) -> usize {
    usize::try_from(id).unwrap_or(usize::MAX)
}

/// A count as a number to reckon with.
pub(crate) fn real(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

/// The usual value (Brin and Page 1998).
const DAMPING: f32 = 0.85;
/// Enough for three stable digits.
const ROUNDS: usize = 24;
/// Below, two sentences have nothing to do with each other (`LexRank` uses 0.1).
const LEAST_ALIKE: f32 = 0.08;
/// A word that more sentences hold joins only the first of them.
const MOST_HOLDERS: usize = 300;
