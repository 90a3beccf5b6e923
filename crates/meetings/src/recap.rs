//! The recap of a meeting: what was made of its transcript, each sentence with its place.
//!
//! The sections are those of the published recap (sales reference §6.2). By the hub's own rules every sentence is one of
//! the transcript, word for word; what an endpoint wrote was held against the transcript before.

use insights::{Place, Sentence, meeting::Report, sentiment::Mood, tracked::Mentioned};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A sentence, and where it was said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The sentence.
    pub text: String,
    /// Who said it.
    pub speaker: Option<String>,
    /// The piece of the transcript that it begins in, from 0.
    pub cue: usize,
    /// The byte of that piece at which it begins.
    pub start: usize,
    /// The piece that it ends in.
    pub last: usize,
    /// When it is said, in milliseconds.
    pub at_ms: Option<i64>,
}

impl Said {
    /// What tells it from others of the same meeting, however often the recap is made.
    pub fn key(&self) -> String {
        format!("{}-{}", self.cue, self.start)
    }
}

/// Something that somebody is to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// The sentence that says so.
    pub said: Said,
    /// Who is to do it, as it was said.
    pub owner: Option<String>,
    /// By when.
    pub due: Option<Date>,
    /// Whether its owner took it.
    pub committed: bool,
}

/// A part of the meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The words that stand out in it.
    pub words: Vec<String>,
    /// When it begins, in milliseconds.
    pub start_ms: Option<i64>,
    /// Who speaks in it.
    pub speakers: Vec<String>,
    /// What was said in it.
    pub highlights: Vec<Said>,
}

/// Somebody's questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Who asked.
    pub asker: Option<String>,
    /// What.
    pub questions: Vec<Said>,
}

/// Something that was named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// `people`, `organisations`, `competitors`, `products`, `money`, `dates`, `times`, `others` or `keywords`.
    pub kind: String,
    /// What.
    pub text: String,
    /// How often.
    pub count: usize,
    /// In which pieces of the transcript.
    pub cues: Vec<usize>,
}

/// The mood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentiment {
    /// `positive`, `neutral` or `negative`.
    pub overall: String,
    /// `rising`, `steady` or `falling`.
    pub trend: String,
    /// Sentences in a good mood, in none, in a bad one.
    pub distribution: [usize; 3],
}

/// How somebody spoke.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Speaker {
    /// The name; nothing for whoever the transcript does not name.
    pub name: Option<String>,
    /// How long, in milliseconds.
    pub talk_ms: i64,
    /// Their part of all talk, in hundredths.
    pub percent: i64,
    /// How fast; nothing where they hardly spoke.
    pub words_per_minute: Option<u32>,
    /// Their longest run, in milliseconds.
    pub longest_ms: i64,
    /// Questions that they asked.
    pub questions: usize,
    /// Their sentences in a good mood, in none, in a bad one.
    pub moods: [usize; 3],
}

/// What was made of a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recap {
    /// The language by which it was read.
    pub language: String,
    /// Whether that language was found in what was said; else the rules know little of it.
    pub is_known_language: bool,
    /// The language that the summary is written in, where somebody had an endpoint write it in another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary_language: Option<String>,
    /// Whether an endpoint wrote the summary or found the actions.
    pub by_endpoint: bool,
    /// Why the rules did what an endpoint should have done.
    pub fell_back: Option<String>,
    /// Statements of an endpoint that the transcript does not bear out; they are left out.
    pub dropped: usize,
    /// The summary.
    pub summary: Vec<Said>,
    /// The parts with their highlights.
    pub parts: Vec<Part>,
    /// What somebody is to do; nothing where the feature was off.
    pub actions: Option<Vec<Action>>,
    /// Questions by who asked.
    pub questions: Vec<Asked>,
    /// Who and what was named.
    pub mentions: Vec<Mention>,
    /// The mood.
    pub sentiment: Sentiment,
    /// From the first word to the last, in milliseconds.
    pub duration_ms: i64,
    /// How often the speaker changed.
    pub switches: usize,
    /// The average silence before somebody else began, in milliseconds.
    pub pause_ms: i64,
    /// Everybody who spoke.
    pub speakers: Vec<Speaker>,
}

impl Recap {
    /// The recap by the hub's own rules; with actions or without.
    pub(crate) fn of(report: Report, with_actions: bool) -> Self {
        let moods = |name: Option<&str>| {
            let own = report.sentiment.speakers.iter().find(|(own, _)| Some(own.as_str()) == name);
            own.map_or([0; 3], |(_, of)| [of.positive, of.neutral, of.negative])
        };
        let speakers = report.talk.speakers.iter().map(|one| Speaker {
            name: one.name.clone(),
            talk_ms: one.talk_ms,
            percent: percent(one.talk_ms, &report.talk),
            words_per_minute: one.words_per_minute,
            longest_ms: one.longest_monologue_ms,
            questions: one.questions,
            moods: moods(one.name.as_deref()),
        });
        let speakers = speakers.collect();
        let named = report.mentions;
        let mut mentions = Vec::new();
        for (kind, all) in [
            ("people", named.people),
            ("competitors", named.competitors),
            ("products", named.products),
            ("organisations", named.organisations),
            ("money", named.money),
            ("dates", named.dates),
            ("times", named.times),
            ("keywords", report.keywords),
            ("others", named.others),
        ] {
            mentions.extend(all.into_iter().map(|one| mention(kind, one)));
        }
        let of = report.sentiment.distribution;
        let actions = report.actions.into_iter().map(|one| Action {
            said: said(one.sentence),
            owner: one.owner,
            due: one.due,
            committed: one.state == insights::actions::State::Committed,
        });
        Self {
            language: report.lang.tag().to_owned(),
            is_known_language: report.is_known_language,
            summary_language: None,
            by_endpoint: false,
            fell_back: None,
            dropped: 0,
            summary: report.summary.into_iter().map(said).collect(),
            parts: report
                .parts
                .into_iter()
                .map(|part| Part {
                    words: part.words,
                    start_ms: part.start_ms,
                    speakers: part.speakers,
                    highlights: part.highlights.into_iter().map(said).collect(),
                })
                .collect(),
            actions: with_actions.then(|| actions.collect()),
            questions: report
                .questions
                .into_iter()
                .map(|asked| Asked {
                    asker: asked.asker,
                    questions: asked.questions.into_iter().map(said).collect(),
                })
                .collect(),
            mentions,
            sentiment: Sentiment {
                overall: mood(report.sentiment.overall).to_owned(),
                trend: trend(report.sentiment.trend).to_owned(),
                distribution: [of.positive, of.neutral, of.negative],
            },
            duration_ms: report.talk.duration_ms,
            switches: report.talk.switches,
            pause_ms: report.talk.average_pause_ms,
            speakers,
        }
    }

    /// The action of a key.
    pub fn action(&self, key: &str) -> Option<&Action> {
        self.actions.iter().flatten().find(|action| action.said.key() == key)
    }

    /// Every piece of the transcript that something of the recap leads to, in order.
    pub fn places(&self) -> Vec<usize> {
        let mut all: Vec<usize> = self.summary.iter().map(|said| said.cue).collect();
        all.extend(self.parts.iter().flat_map(|part| &part.highlights).map(|said| said.cue));
        all.extend(self.actions.iter().flatten().map(|action| action.said.cue));
        all.extend(self.questions.iter().flat_map(|asked| &asked.questions).map(|said| said.cue));
        all.extend(self.mentions.iter().flat_map(|mention| mention.cues.iter().copied()));
        all.sort_unstable();
        all.dedup();
        all
    }
}

pub(crate) fn said(sentence: Sentence) -> Said {
    let Place { unit, start, last_unit, at_ms, .. } = sentence.place;
    let Sentence { text, speaker, .. } = sentence;
    Said { text, speaker, cue: unit, start, last: last_unit, at_ms }
}

fn mention(kind: &str, one: Mentioned) -> Mention {
    let mut cues: Vec<usize> = one.places.iter().map(|place| place.unit).collect();
    cues.dedup();
    Mention { kind: kind.to_owned(), text: one.text, count: one.count, cues }
}

fn percent(own: i64, talk: &transcripts::talk::Talk) -> i64 {
    let all: i64 = talk.speakers.iter().map(|one| one.talk_ms).sum();
    if all > 0 { (own.saturating_mul(100) + all / 2) / all } else { 0 }
}

const fn mood(mood: Mood) -> &'static str {
    match mood {
        Mood::Positive => "positive",
        Mood::Neutral => "neutral",
        Mood::Negative => "negative",
    }
}

const fn trend(trend: insights::sentiment::Trend) -> &'static str {
    match trend {
        insights::sentiment::Trend::Rising => "rising",
        insights::sentiment::Trend::Steady => "steady",
        insights::sentiment::Trend::Falling => "falling",
    }
}
