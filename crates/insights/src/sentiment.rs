//! The mood of what was said, by words with negation: overall, by speaker, and how it changes.

use serde::Serialize;

use crate::{Lang, Source, lexicon, words};

/// A mood, as the published schema names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mood {
    /// More good words than bad ones.
    Positive,
    /// Neither.
    Neutral,
    /// More bad words than good ones.
    Negative,
}

/// How many sentences are in which mood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Distribution {
    /// In a good one.
    pub positive: usize,
    /// In none.
    pub neutral: usize,
    /// In a bad one.
    pub negative: usize,
}

/// Where the mood goes from the first third to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trend {
    /// It grows better.
    Rising,
    /// It stays.
    Steady,
    /// It grows worse.
    Falling,
}

/// The moods of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sentiment {
    /// Of all.
    pub overall: Mood,
    /// Its sentences.
    pub distribution: Distribution,
    /// Where it goes.
    pub trend: Trend,
    /// Of each speaker, in the order of their first words.
    pub speakers: Vec<(String, Distribution)>,
}

impl Distribution {
    fn add(&mut self, mood: Mood) {
        match mood {
            Mood::Positive => self.positive += 1,
            Mood::Neutral => self.neutral += 1,
            Mood::Negative => self.negative += 1,
        }
    }

    /// The mood of all: the greater of good and bad, when it is at least a tenth of all sentences and half as many again
    /// as the other (our own bounds: a polite meeting is no happy one).
    pub const fn mood(&self) -> Mood {
        let all = self.positive + self.neutral + self.negative;
        if self.positive * 10 >= all && self.positive * 2 > self.negative * 3 {
            Mood::Positive
        } else if self.negative * 10 >= all && self.negative * 2 > self.positive * 3 {
            Mood::Negative
        } else {
            Mood::Neutral
        }
    }
}

/// The moods of a source.
pub fn measure(source: &Source) -> Sentiment {
    let mut speakers: Vec<(String, Distribution)> =
        source.speakers.iter().map(|name| (name.clone(), Distribution::default())).collect();
    let mut distribution = Distribution::default();
    let mut thirds = [0_i64; 3];
    let count = source.sentences.len().max(1);
    for (at, sentence) in source.sentences.iter().enumerate() {
        let score = score(&sentence.text, source.lang);
        let mood = mood(score);
        distribution.add(mood);
        if let Some(third) = thirds.get_mut((at * 3 / count).min(2)) {
            *third += i64::from(score.signum());
        }
        if let Some((_, theirs)) =
            speakers.iter_mut().find(|(name, _)| Some(name.as_str()) == sentence.speaker.as_deref())
        {
            theirs.add(mood);
        }
    }
    let change = thirds[2] - thirds[0];
    let least = i64::try_from(count / 30).unwrap_or(0).max(2);
    let trend = if change >= least {
        Trend::Rising
    } else if change <= -least {
        Trend::Falling
    } else {
        Trend::Steady
    };
    Sentiment { overall: distribution.mood(), distribution, trend, speakers }
}

/// The mood of one sentence.
pub fn of_sentence(text: &str, lang: Lang) -> Mood {
    mood(score(text, lang))
}

const fn mood(score: i32) -> Mood {
    match score {
        1.. => Mood::Positive,
        0 => Mood::Neutral,
        _ => Mood::Negative,
    }
}

/// Good words less bad ones; one of the three words before turns a word round (`not good`, `n’est pas cher`).
fn score(text: &str, lang: Lang) -> i32 {
    let folded: Vec<String> =
        words::words(text).iter().map(|word| words::fold(word.text)).collect();
    let mut sum = 0;
    for (at, word) in folded.iter().enumerate() {
        let value = i32::from(lexicon::mood(lang, word));
        if value == 0 {
            continue;
        }
        let from = at.saturating_sub(3);
        let before = folded.get(from..at).unwrap_or_default();
        let turned = before.iter().any(|word| NEGATIONS.contains(&word.as_str()))
            || (lang == Lang::English && before.iter().any(|word| word.ends_with("n't")));
        sum += if turned { -value } else { value };
    }
    // A question of whether something is a problem is none.
    if text.trim_end().ends_with('?') { 0 } else { sum }
}

const NEGATIONS: [&str; 12] = [
    "not", "no", "never", "without", "cannot", "hardly", "pas", "jamais", "sans", "aucun",
    "aucune", "non",
];
