//! The recap as REST gives it.

use meetings::{Action, Asked, Mention, Recap, RecapPart, Said, Speaker};
use serde::Serialize;
use utoipa::ToSchema;

/// A sentence, and where it was said.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeetingSentence)]
pub(crate) struct SaidItem {
    #[schema(example = "I will send the offer by Friday.")]
    text: String,
    #[schema(example = "Sam Roy")]
    speaker: Option<String>,
    /// The piece of the transcript that it begins in, from 0.
    #[schema(example = 12)]
    cue: usize,
    /// The piece that it ends in.
    #[schema(example = 12)]
    last_cue: usize,
    /// When it is said, in milliseconds.
    #[schema(example = 62_000)]
    at_ms: Option<i64>,
}

impl From<Said> for SaidItem {
    fn from(said: Said) -> Self {
        let Said { text, speaker, cue, last, at_ms, .. } = said;
        Self { text, speaker, cue, last_cue: last, at_ms }
    }
}

/// Something that somebody is to do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeetingAction)]
struct ActionItem {
    /// What makes a task of it.
    #[schema(example = "12-0")]
    key: String,
    sentence: SaidItem,
    /// Who is to do it, as it was said.
    #[schema(example = "Sam Roy")]
    owner: Option<String>,
    #[schema(example = "2026-11-27")]
    due: Option<String>,
    /// Whether its owner took it; else it was suggested.
    #[schema(example = true)]
    committed: bool,
}

impl From<Action> for ActionItem {
    fn from(one: Action) -> Self {
        Self {
            key: one.said.key(),
            sentence: one.said.into(),
            owner: one.owner,
            due: one.due.map(|day| day.to_string()),
            committed: one.committed,
        }
    }
}

/// A part of a meeting.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeetingPart)]
struct PartItem {
    /// The words that stand out in it.
    #[schema(example = json!(["licences", "budget"]))]
    words: Vec<String>,
    #[schema(example = 0)]
    start_ms: Option<i64>,
    #[schema(example = json!(["Sam Roy"]))]
    speakers: Vec<String>,
    highlights: Vec<SaidItem>,
}

impl From<RecapPart> for PartItem {
    fn from(part: RecapPart) -> Self {
        Self {
            words: part.words,
            start_ms: part.start_ms,
            speakers: part.speakers,
            highlights: part.highlights.into_iter().map(Into::into).collect(),
        }
    }
}

/// Somebody's questions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeetingQuestions)]
struct AskedItem {
    #[schema(example = "Ben King")]
    asker: Option<String>,
    questions: Vec<SaidItem>,
}

impl From<Asked> for AskedItem {
    fn from(one: Asked) -> Self {
        let questions = one.questions.into_iter().map(Into::into).collect();
        Self { asker: one.asker, questions }
    }
}

/// Something that was named.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeetingMention)]
struct MentionItem {
    /// `people`, `organisations`, `competitors`, `products`, `money`, `dates`, `times`, `others` or `keywords`.
    #[schema(example = "money")]
    kind: String,
    #[schema(example = "45,000 euros")]
    text: String,
    #[schema(example = 2)]
    count: usize,
    /// In which pieces of the transcript.
    #[schema(example = json!([12]))]
    cues: Vec<usize>,
}

impl From<Mention> for MentionItem {
    fn from(one: Mention) -> Self {
        let Mention { kind, text, count, cues } = one;
        Self { kind, text, count, cues }
    }
}

/// How somebody spoke.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeetingSpeaker)]
struct SpeakerItem {
    #[schema(example = "Sam Roy")]
    name: Option<String>,
    #[schema(example = 540_000)]
    talk_ms: i64,
    /// Their part of all talk, in hundredths.
    #[schema(example = 45)]
    percent: i64,
    #[schema(example = 140)]
    words_per_minute: Option<u32>,
    #[schema(example = 61_000)]
    longest_ms: i64,
    #[schema(example = 3)]
    questions: usize,
    /// Their sentences in a good mood, in none, in a bad one.
    #[schema(example = json!([4, 30, 1]))]
    moods: Vec<usize>,
}

impl From<Speaker> for SpeakerItem {
    fn from(one: Speaker) -> Self {
        Self {
            name: one.name,
            talk_ms: one.talk_ms,
            percent: one.percent,
            words_per_minute: one.words_per_minute,
            longest_ms: one.longest_ms,
            questions: one.questions,
            moods: one.moods.to_vec(),
        }
    }
}

/// What was made of a meeting.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeetingRecap)]
pub(crate) struct RecapItem {
    /// The language by which it was read.
    #[schema(example = "en")]
    language: String,
    /// Whether an endpoint wrote the summary or found the actions; else the hub's own rules did.
    #[schema(example = false)]
    by_endpoint: bool,
    /// Why the rules did what an endpoint should have done.
    #[schema(example = "late")]
    fell_back: Option<String>,
    /// Statements of an endpoint that the transcript does not bear out; they are left out.
    #[schema(example = 0)]
    dropped: usize,
    summary: Vec<SaidItem>,
    parts: Vec<PartItem>,
    /// What somebody is to do; nothing where the feature is off.
    actions: Option<Vec<ActionItem>>,
    questions: Vec<AskedItem>,
    mentions: Vec<MentionItem>,
    /// `positive`, `neutral` or `negative`; empty where administrators show none.
    #[schema(example = "positive")]
    sentiment: String,
    /// `rising`, `steady` or `falling`.
    #[schema(example = "steady")]
    trend: String,
    #[schema(example = 1_200_000)]
    duration_ms: i64,
    /// How often the speaker changed.
    #[schema(example = 40)]
    switches: usize,
    speakers: Vec<SpeakerItem>,
}

impl From<Recap> for RecapItem {
    fn from(recap: Recap) -> Self {
        Self {
            language: recap.language,
            by_endpoint: recap.by_endpoint,
            fell_back: recap.fell_back,
            dropped: recap.dropped,
            summary: recap.summary.into_iter().map(Into::into).collect(),
            parts: recap.parts.into_iter().map(Into::into).collect(),
            actions: recap.actions.map(|all| all.into_iter().map(Into::into).collect()),
            questions: recap.questions.into_iter().map(Into::into).collect(),
            mentions: recap.mentions.into_iter().map(Into::into).collect(),
            sentiment: recap.sentiment.overall,
            trend: recap.sentiment.trend,
            duration_ms: recap.duration_ms,
            switches: recap.switches,
            speakers: recap.speakers.into_iter().map(Into::into).collect(),
        }
    }
}
