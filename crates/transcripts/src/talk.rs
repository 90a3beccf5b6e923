//! Who spoke how long: statistics that need no model.
//!
//! Every instant belongs to one speaker: where two speak at once, to who began last, until they end. So the talk times
//! of all add up to no more than the meeting.

use std::collections::BTreeMap;

use crate::Transcript;

/// A run of the same speaker goes on over a shorter silence (the published rule of the longest monologue).
pub const RUN_GAP_MS: i64 = 2_000;

/// The statistics of a meeting.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Talk {
    /// From the first word to the last, in milliseconds.
    pub duration_ms: i64,
    /// While nobody spoke.
    pub silence_ms: i64,
    /// How often the speaker changed.
    pub switches: usize,
    /// The average silence before somebody else began; nothing where nobody waited.
    pub average_pause_ms: i64,
    /// Every speaker, in the order in which they first spoke.
    pub speakers: Vec<Speaker>,
}

/// One speaker.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Speaker {
    /// The name; nothing for whoever the transcript does not name.
    pub name: Option<String>,
    /// How long they spoke.
    pub talk_ms: i64,
    /// Their part of all talk, from 0 to 1.
    pub share: f64,
    /// How many words.
    pub words: usize,
    /// How fast, over their own talk time; nothing where that is below a second.
    pub words_per_minute: Option<u32>,
    /// The longest run without another speaker or a silence of [`RUN_GAP_MS`].
    pub longest_monologue_ms: i64,
    /// The average silence before they began after somebody else.
    pub average_pause_ms: i64,
    /// How often they took over from somebody else.
    pub switches: usize,
    /// How many questions they asked.
    pub questions: usize,
}

/// A stretch of time that belongs to one speaker.
struct Stretch {
    who: usize,
    from: i64,
    to: i64,
}

impl Talk {
    /// Measures a transcript. `O(n log n)` in its cues.
    pub fn of(transcript: &Transcript) -> Self {
        let mut talk = Self::default();
        let mut places: BTreeMap<Option<&str>, usize> = BTreeMap::new();
        let mut cues = Vec::with_capacity(transcript.cues.len());
        for cue in &transcript.cues {
            let who = *places.entry(cue.speaker.as_deref()).or_insert_with(|| {
                talk.speakers.push(Speaker { name: cue.speaker.clone(), ..Speaker::default() });
                talk.speakers.len() - 1
            });
            if let Some(speaker) = talk.speakers.get_mut(who) {
                speaker.words += cue.text.split_whitespace().filter(|word| is_word(word)).count();
                speaker.questions += questions(&cue.text);
            }
            cues.push(Stretch { who, from: cue.start_ms, to: cue.end_ms.max(cue.start_ms) });
        }
        cues.sort_by_key(|cue| cue.from);
        let first = cues.first().map_or(0, |cue| cue.from);
        let last = cues.iter().map(|cue| cue.to).max().unwrap_or(first);
        talk.duration_ms = last.saturating_sub(first);
        talk.measure(&clipped(&cues));
        talk
    }

    /// The part of talk that those whom `chosen` names have in all; nothing where nobody spoke.
    pub fn ratio(&self, chosen: &dyn Fn(&str) -> bool) -> Option<f64> {
        let all: i64 = self.speakers.iter().map(|speaker| speaker.talk_ms).sum();
        let theirs =
            self.speakers.iter().filter(|speaker| speaker.name.as_deref().is_some_and(chosen));
        let theirs: i64 = theirs.map(|speaker| speaker.talk_ms).sum();
        (all > 0).then(|| part(theirs, all))
    }

    fn measure(&mut self, stretches: &[Stretch]) {
        let mut run = 0;
        let mut before: Option<&Stretch> = None;
        let mut pauses = Vec::new();
        for stretch in stretches {
            let length = stretch.to.saturating_sub(stretch.from);
            let gap = before.map_or(0, |before| stretch.from.saturating_sub(before.to).max(0));
            let same = before.is_some_and(|before| before.who == stretch.who);
            self.silence_ms = self.silence_ms.saturating_add(gap);
            run = if same && gap < RUN_GAP_MS {
                length.saturating_add(run).saturating_add(gap)
            } else {
                length
            };
            if before.is_some() && !same {
                self.switches += 1;
                pauses.push((stretch.who, gap));
            }
            if let Some(speaker) = self.speakers.get_mut(stretch.who) {
                speaker.talk_ms = speaker.talk_ms.saturating_add(length);
                speaker.longest_monologue_ms = speaker.longest_monologue_ms.max(run);
                speaker.switches += usize::from(before.is_some() && !same);
            }
            before = Some(stretch);
        }
        self.average_pause_ms = average(pauses.iter().map(|(_, gap)| *gap));
        let all: i64 = self.speakers.iter().map(|speaker| speaker.talk_ms).sum();
        for (place, speaker) in self.speakers.iter_mut().enumerate() {
            speaker.share = if all > 0 { part(speaker.talk_ms, all) } else { 0.0 };
            speaker.average_pause_ms =
                average(pauses.iter().filter(|(who, _)| *who == place).map(|(_, gap)| *gap));
            let words = i64::try_from(speaker.words).unwrap_or(i64::MAX);
            speaker.words_per_minute = (speaker.talk_ms >= 1000).then(|| {
                u32::try_from(words.saturating_mul(60_000) / speaker.talk_ms).unwrap_or(u32::MAX)
            });
        }
    }
}

/// Cuts overlaps: stretches in order, none over another.
fn clipped(cues: &[Stretch]) -> Vec<Stretch> {
    let mut out: Vec<Stretch> = Vec::with_capacity(cues.len());
    let mut open: Vec<(usize, i64)> = Vec::new();
    let mut now = cues.first().map_or(0, |cue| cue.from);
    let mut ahead = cues.iter().peekable();
    loop {
        let until = ahead.peek().map_or(i64::MAX, |cue| cue.from);
        while let Some(&(who, to)) = open.last() {
            if to <= now {
                open.pop();
                continue;
            }
            let end = to.min(until);
            if end > now {
                match out.last_mut() {
                    Some(last) if last.who == who && last.to == now => last.to = end,
                    _ => out.push(Stretch { who, from: now, to: end }),
                }
                now = end;
            }
            if now >= until {
                break;
            }
        }
        let Some(cue) = ahead.next() else { return out };
        now = cue.from;
        open.push((cue.who, cue.to));
    }
}

fn average(values: impl Iterator<Item = i64>) -> i64 {
    let (mut sum, mut count) = (0_i64, 0_i64);
    for value in values {
        sum = sum.saturating_add(value);
        count += 1;
    }
    if count == 0 { 0 } else { sum / count }
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of a meeting")]
fn part(some: i64, all: i64) -> f64 {
    some as f64 / all as f64
}

fn is_word(word: &str) -> bool {
    word.chars().any(char::is_alphanumeric)
}

/// How many questions are in what was said: sentences that end with `?`, or that open with an interrogative.
pub fn questions(text: &str) -> usize {
    let mut count = 0;
    let mut rest = text;
    while !rest.trim().is_empty() {
        let end = sentence_end(rest);
        let (sentence, after) = rest.split_at(end);
        count += usize::from(is_question(sentence));
        rest = after;
    }
    count
}

/// The byte behind the first sentence: behind its last mark that a space or the end follows.
fn sentence_end(text: &str) -> usize {
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let ends = matches!(letter, '.' | '?' | '!' | '…');
        if ends && letters.peek().is_none_or(|(_, next)| next.is_whitespace()) {
            return at + letter.len_utf8();
        }
    }
    text.len()
}

/// Whether a sentence asks: it ends with `?`, or opens with an interrogative and does not end as a statement that could
/// not be one (`What a day!`).
pub fn is_question(sentence: &str) -> bool {
    let trimmed = sentence
        .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '»' | '”' | ')' | '\''));
    if trimmed.ends_with('?') {
        return true;
    }
    if trimmed.ends_with(['!', '…']) {
        return false;
    }
    let lower = trimmed.trim_start().to_lowercase().replace('’', "'");
    let words: Vec<&str> = lower
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '-'))
        .filter(|word| !word.is_empty())
        .take(4)
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '\''))
        .collect();
    let (Some(first), second) = (words.first(), words.get(1).copied().unwrap_or_default()) else {
        return false;
    };
    if lower.starts_with("est-ce que")
        || lower.starts_with("est-ce qu'")
        || lower.starts_with("qu'est-ce")
    {
        return true;
    }
    // An auxiliary must follow: "when do we start" asks, "when we start, we will see" does not.
    (WH.contains(first) && AUXILIARIES.contains(&second))
        || (*first == "how" && matches!(second, "much" | "many" | "long" | "soon" | "come"))
        || (ASKING.contains(first) && PRONOUNS.contains(&second))
        || (FRENCH_WH.contains(first) && (FRENCH_VERBS.contains(&second) || is_inverted(&lower)))
        || (INVERTIBLE.contains(first) && INVERTED.contains(&second) && is_inverted(&lower))
}

/// Whether one of the first words stands before its subject (`pouvez-vous`, `a-t-il`).
fn is_inverted(lower: &str) -> bool {
    lower.split_whitespace().take(4).any(|word| {
        word.rsplit_once('-')
            .is_some_and(|(_, last)| INVERTED.contains(&last.trim_matches([',', '.'])))
    })
}

const WH: [&str; 9] = ["what", "when", "where", "who", "why", "how", "which", "whose", "whom"];
const AUXILIARIES: [&str; 26] = [
    "is", "are", "was", "were", "do", "does", "did", "can", "could", "will", "would", "should",
    "shall", "may", "might", "have", "has", "had", "isn't", "aren't", "don't", "doesn't", "won't",
    "about", "am", "if",
];
const ASKING: [&str; 19] = [
    "is", "are", "was", "were", "do", "does", "did", "can", "could", "will", "would", "should",
    "shall", "may", "have", "has", "don't", "isn't", "aren't",
];
const PRONOUNS: [&str; 13] = [
    "i", "you", "he", "she", "it", "we", "they", "there", "anyone", "anybody", "someone",
    "somebody", "this",
];
const FRENCH_WH: [&str; 13] = [
    "quand", "où", "qui", "pourquoi", "comment", "combien", "quel", "quelle", "quels", "quelles",
    "lequel", "laquelle", "que",
];
const FRENCH_VERBS: [&str; 10] =
    ["est", "sont", "était", "sera", "seront", "peut", "doit", "va", "serait", "faut"];
const INVERTIBLE: [&str; 22] = [
    "avez",
    "as",
    "a",
    "ont",
    "avons",
    "êtes",
    "es",
    "est",
    "sont",
    "sommes",
    "pouvez",
    "peux",
    "peut",
    "pouvons",
    "voulez",
    "veux",
    "souhaitez",
    "pensez",
    "pourriez",
    "pourrions",
    "pourrait",
    "faut",
];
const INVERTED: [&str; 8] = ["vous", "tu", "il", "elle", "ils", "elles", "nous", "on"];
