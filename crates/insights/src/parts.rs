//! The parts of a meeting: where the matter changes (`TextTiling`, Hearst 1997), what each is about and what was said.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    Sentence, Source,
    rank::{Vectors, place, real},
    summary::{Budget, Chooser},
};

/// A part of a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// The words that stand out in it, most telling first: its title.
    pub words: Vec<String>,
    /// When it begins, in milliseconds, when the source has times.
    pub start_ms: Option<i64>,
    /// When its last sentence begins.
    pub end_ms: Option<i64>,
    /// Who speaks in it, in the order of their first words.
    pub speakers: Vec<String>,
    /// What was said in it, in order.
    pub highlights: Vec<Sentence>,
    /// Its sentences: the first and the one behind the last.
    #[serde(skip)]
    pub range: (usize, usize),
}

/// The parts of a source with their highlights.
pub fn parts(source: &Source) -> Vec<Part> {
    let vectors = Vectors::of(source);
    with(source, &vectors, &vectors.centrality())
}

/// The same for who has vectors already.
pub(crate) fn with(source: &Source, vectors: &Vectors, central: &[f32]) -> Vec<Part> {
    let mut borders = borders(source, vectors);
    borders.push(source.sentences.len());
    let count = borders.len();
    let mut out = Vec::with_capacity(count);
    let mut from = 0;
    for to in borders {
        let sentences = source.sentences.get(from..to).unwrap_or_default();
        let mut speakers: Vec<String> = Vec::new();
        for name in sentences.iter().filter_map(|sentence| sentence.speaker.as_ref()) {
            if !speakers.contains(name) {
                speakers.push(name.clone());
            }
        }
        let most = (sentences.len() / 12).clamp(1, MOST_HIGHLIGHTS);
        let chooser = Chooser::new(source, vectors, central, from..to);
        let mut chosen = chooser.run(Budget { sentences: most, words: 40 * most });
        chosen.sort_unstable();
        let highlights: Vec<Sentence> =
            chosen.into_iter().filter_map(|at| source.sentences.get(at).cloned()).collect();
        if !highlights.is_empty() {
            out.push(Part {
                words: telling(vectors, from..to),
                start_ms: sentences.iter().find_map(|sentence| sentence.place.at_ms),
                end_ms: sentences.iter().rev().find_map(|sentence| sentence.place.at_ms),
                speakers,
                highlights,
                range: (from, to),
            });
        }
        from = to;
    }
    out
}

/// Where a new matter begins.
fn borders(source: &Source, vectors: &Vectors) -> Vec<usize> {
    let count = source.sentences.len();
    let wanted = (count / SENTENCES_A_PART).clamp(1, MOST_PARTS);
    if wanted < 2 {
        return Vec::new();
    }
    let window = (count / (wanted * 2)).clamp(8, 30);
    let alike = coherence(vectors, window);
    let mut depths: Vec<(f32, usize)> =
        (window..count.saturating_sub(window)).map(|at| (depth(&alike, at), at)).collect();
    depths.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let apart = count / (wanted * 2);
    let mut out: Vec<usize> = Vec::new();
    for (depth, at) in depths {
        if out.len() + 1 >= wanted || depth <= 0.0 {
            break;
        }
        if at >= apart && at + apart <= count && out.iter().all(|other| other.abs_diff(at) >= apart)
        {
            out.push(at);
        }
    }
    out.sort_unstable();
    out
}

/// How alike the windows before and behind each sentence are.
fn coherence(vectors: &Vectors, window: usize) -> Vec<f32> {
    let count = vectors.rows.len();
    let mut out = vec![1.0; count];
    let (mut before, mut behind) =
        (vec![0.0_f32; vectors.held.len()], vec![0.0_f32; vectors.held.len()]);
    let add = |sums: &mut Vec<f32>, at: usize, sign: f32| {
        for (id, weight) in vectors.rows.get(at).into_iter().flatten() {
            if let Some(sum) = sums.get_mut(place(*id)) {
                *sum += sign * weight;
            }
        }
    };
    for at in 0..window.min(count) {
        add(&mut before, at, 1.0);
        add(&mut behind, at + window, 1.0);
    }
    for at in window..count.saturating_sub(window) {
        let (mut dot, mut left, mut right) = (0.0, 0.0, 0.0);
        let mut seen: Vec<u32> = Vec::with_capacity(window * 16);
        for row in vectors.rows.get(at - window..at + window).unwrap_or_default() {
            seen.extend(row.iter().map(|(id, _)| *id));
        }
        seen.sort_unstable();
        seen.dedup();
        for id in seen {
            let (Some(a), Some(b)) = (before.get(place(id)), behind.get(place(id))) else {
                continue;
            };
            dot += a * b;
            left += a * a;
            right += b * b;
        }
        if let Some(value) = out.get_mut(at) {
            *value = if left > 0.0 && right > 0.0 { dot / (left * right).sqrt() } else { 0.0 };
        }
        add(&mut before, at - window, -1.0);
        add(&mut before, at, 1.0);
        add(&mut behind, at, -1.0);
        add(&mut behind, at + window, 1.0);
    }
    out
}

/// How far coherence falls at a place from the hills on both sides.
fn depth(alike: &[f32], at: usize) -> f32 {
    let Some(here) = alike.get(at).copied() else { return 0.0 };
    let climb = |next: &dyn Fn(usize) -> Option<usize>| {
        let (mut high, mut place) = (here, at);
        for _step in 0..40 {
            let Some(following) = next(place) else { break };
            let Some(value) = alike.get(following).copied().filter(|value| *value >= high) else {
                break;
            };
            (high, place) = (value, following);
        }
        high - here
    };
    climb(&|place: usize| place.checked_sub(1)) + climb(&|place: usize| Some(place + 1))
}

/// The words that stand out in a range against the whole.
fn telling(vectors: &Vectors, range: std::ops::Range<usize>) -> Vec<String> {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for row in vectors.rows.get(range).unwrap_or_default() {
        for (id, _) in row {
            *counts.entry(*id).or_default() += 1;
        }
    }
    let mut scored: Vec<(f32, u32)> = counts
        .into_iter()
        .filter_map(|(id, count)| {
            let held = vectors.held.get(place(id)).copied().unwrap_or(1);
            let form = vectors.forms.get(place(id))?;
            let wordy = form.chars().count() > 3
                && form.chars().all(|c| c.is_alphabetic() || c == '’' || c == '\'');
            let inside = real(count);
            let outside = real(usize::try_from(held).unwrap_or(1));
            (wordy && count > 1).then(|| (inside * (0.5 + inside / outside), id))
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    scored
        .iter()
        .take(3)
        .filter_map(|(_, id)| vectors.forms.get(place(*id)))
        .map(|form| shown(form))
        .collect()
}

/// A form as a title shows it: small letters, but not for what is always written large.
fn shown(form: &str) -> String {
    if form.chars().skip(1).any(char::is_uppercase) { form.to_owned() } else { form.to_lowercase() }
}

/// A part of about seven minutes of talk (our own choice).
const SENTENCES_A_PART: usize = 60;
const MOST_PARTS: usize = 8;
const MOST_HIGHLIGHTS: usize = 3;
