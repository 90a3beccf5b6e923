//! What was said: brought, kept, and made into a recap.

use db::Tx;
use event_log::{Change, Subject, audit};
use insights::{
    meeting::{self, Options, Report},
    summary::Budget,
    tracked::Tracked,
};
use jiff::tz::TimeZone;
use kernel::{Scope, UserId};
use language_features::{Answer, Feature, Item, Source, Task};
use serde_json::json;
use uuid::Uuid;

use crate::{
    Absence, Action, Cue, Error, Meeting, Meetings, Opened, Origin, Recap, Result, Rules, Said,
    Transcript,
    service::{Has, organises, person},
    store,
};

impl Meetings {
    /// Keeps what was said in a meeting, out of a file of any form that is read, and makes the recap where that may be.
    /// Another transcript takes the place of one; for whoever brought that, or organises the meeting.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::NotFound`], [`Error::KeeperNeeded`], [`Error::Transcript`],
    /// [`Error::Store`].
    pub async fn bring_transcript(&self, scope: &Scope, id: Uuid, file: Vec<u8>) -> Result<Opened> {
        let user = person(scope)?;
        // who may not know of the meeting learns nothing of the file
        self.db
            .read_one(scope, move |tx| store::lookup(tx, user, id))
            .await?
            .ok_or(Error::NotFound { meeting: id })?;
        let read = read(file).await?;
        let may = move |tx: &Tx<'_>| -> Result<Meeting> {
            let meeting = store::lookup(tx, user, id)?.ok_or(Error::NotFound { meeting: id })?;
            let brought = store::transcript(tx, id)?.map(|one| one.kept_by);
            let is_other = brought.is_some_and(|by| by != Some(user));
            if is_other && !organises(&meeting, &store::people(tx, id)?, user) {
                return Err(Error::KeeperNeeded);
            }
            Ok(meeting)
        };
        self.keep_speech(scope, (id, Some(user)), (read, Origin::File), may).await?;
        match self.make_recap(scope, id).await {
            Ok(()) | Err(Error::NoRecap(_)) => {}
            Err(error) => return Err(error),
        }
        self.open(scope, id).await
    }

    /// Writes a transcript where `may` lets it.
    pub(crate) async fn keep_speech(
        &self,
        scope: &Scope,
        (id, by): (Uuid, Option<UserId>),
        (read, source): (transcripts::Transcript, Origin),
        may: impl Fn(&Tx<'_>) -> Result<Meeting> + Send + Sync + 'static,
    ) -> Result<()> {
        let now = self.clock.now();
        let words = read.cues.iter().map(|cue| cue.text.split_whitespace().count()).sum::<usize>();
        let cue = |cue: transcripts::Cue| Cue {
            speaker: cue.speaker.map(|name| name.replace('\0', "")),
            start_ms: cue.start_ms,
            end_ms: cue.end_ms,
            text: cue.text.replace('\0', " "),
        };
        let kept = Transcript {
            source,
            format: read.format.name().to_owned(),
            times: times(read.times).to_owned(),
            language: read.language,
            words: i64::try_from(words).unwrap_or(i64::MAX),
            kept_by: by,
            kept_at: now,
            cues: read.cues.into_iter().map(cue).collect(),
        };
        let cues = serde_json::to_value(&kept.cues).unwrap_or_default();
        let write = move |tx: &Tx<'_>| -> Result<()> {
            let mut meeting = may(tx)?;
            store::put_transcript(tx, id, (&kept, &cues))?;
            meeting.absence = None;
            store::put(tx, &meeting, now)?;
            let change = Change {
                action: "meeting.transcript",
                subject: Subject::new("meeting", id),
                before: None,
                after: Some(json!({ "source": source.as_str(), "words": kept.words })),
                at: now,
            };
            Ok(audit(tx, &change)?)
        };
        self.db.write(scope, write).await
    }

    /// Makes the recap of a meeting once more, as the features are now.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::NotFound`], [`Error::NoRecap`] with the reason,
    /// [`Error::Language`], [`Error::Store`].
    pub async fn make_recap(&self, scope: &Scope, id: Uuid) -> Result<()> {
        let user = person(scope)?;
        let read = move |tx: &Tx<'_>| store::lookup(tx, user, id);
        let meeting =
            self.db.read_one(scope, read).await?.ok_or(Error::NotFound { meeting: id })?;
        self.recap_of(scope, (meeting, Some(user))).await
    }

    /// Makes a recap for whoever it is made for.
    pub(crate) async fn recap_of(
        &self,
        scope: &Scope,
        (meeting, by): (Meeting, Option<UserId>),
    ) -> Result<()> {
        let id = meeting.id;
        let has = self.features(scope).await?;
        if !has.recap {
            // off means that nothing is computed
            return Err(Error::NoRecap(Absence::FeatureOff));
        }
        let read = move |tx: &Tx<'_>| -> db::Result<_> {
            Ok((store::transcript(tx, id)?, store::rules(tx)?.unwrap_or_default()))
        };
        let (transcript, rules) = self.db.read(scope, read).await?;
        let Some(transcript) = transcript else {
            return Err(Error::NoRecap(crate::service::unheard(&meeting)));
        };
        if meeting.app_at.is_none() {
            return Err(Error::NoRecap(Absence::NoApp));
        }
        let kept_at = transcript.kept_at;
        // who presses the button reads it in their language; what the hub makes by itself is for everybody
        let language = by.map(|_reader| scope.language().tag().to_owned());
        let recap = self.made(scope, (&meeting, language), (transcript, &rules, has)).await?;
        let (now, value) = (self.clock.now(), serde_json::to_value(&recap).unwrap_or_default());
        let write =
            move |tx: &Tx<'_>| store::put_recap(tx, (id, kept_at), &value, (by, now)).map(drop);
        Ok(self.db.write(scope, write).await?)
    }

    async fn made(
        &self,
        scope: &Scope,
        (meeting, language): (&Meeting, Option<String>),
        (transcript, rules, has): (Transcript, &Rules, Has),
    ) -> Result<Recap> {
        let date = meeting.starts_at.to_zoned(TimeZone::UTC).date();
        let tracked = Tracked {
            competitors: rules.competitors.clone(),
            products: rules.products.clone(),
            keywords: rules.keywords.clone(),
        };
        let asks = has.recap_asks || (has.actions && has.actions_ask);
        let runs = if asks { Runs::of(&transcript) } else { Runs::default() };
        let options = Options { date, tracked: tracked.clone(), budget: Budget::CARD };
        let with_actions = has.actions;
        let work = move || -> (Report, Transcript) {
            let report = meeting::recap(&speech(&transcript), &options, with_actions);
            (report, transcript)
        };
        // a long meeting takes a while
        let (report, transcript) =
            tokio::task::spawn_blocking(work).await.map_err(|_gone| Error::GivenUp)?;
        let mut recap = Recap::of(report, has.actions);
        let task = |feature| Task {
            feature,
            sources: runs.sources.clone(),
            date,
            tracked: tracked.clone(),
            language: language.clone().filter(|_| feature == Feature::Meeting),
            wish: String::new(),
            reply: language_features::Reply::default(),
        };
        if has.recap_asks {
            let answer = Box::pin(self.language.run(scope, &task(Feature::Meeting))).await?;
            let told = recap.told(&answer);
            if told {
                recap.summary =
                    answer.items.iter().filter_map(|item| runs.said(item, &transcript)).collect();
                recap.summary_language = language.clone().filter(|code| *code != recap.language);
            }
        }
        if has.actions && has.actions_ask {
            let answer = Box::pin(self.language.run(scope, &task(Feature::Actions))).await?;
            if recap.told(&answer) {
                let action = |item: &Item| {
                    let said = runs.said(item, &transcript)?;
                    let (owner, due) = (item.owner.clone(), item.due);
                    Some(Action { said, owner, due, committed: false })
                };
                recap.actions = Some(answer.items.iter().filter_map(action).collect());
            }
        }
        Ok(recap)
    }
}

impl Recap {
    /// Takes in who did the work; whether that was an endpoint.
    fn told(&mut self, answer: &Answer) -> bool {
        self.dropped += answer.dropped;
        if let Some(reason) = answer.fell_back {
            self.fell_back = Some(reason.to_owned());
        }
        self.by_endpoint |= answer.by_endpoint;
        answer.by_endpoint
    }
}

/// Runs of one speaker, as an endpoint reads them, and which pieces of the transcript they are made of.
#[derive(Default)]
struct Runs {
    sources: Vec<Source>,
    /// For each run, where each piece begins in its text.
    pieces: Vec<Vec<(usize, usize)>>,
}

impl Runs {
    fn of(transcript: &Transcript) -> Self {
        let mut out = Self::default();
        for (at, cue) in transcript.cues.iter().enumerate() {
            let from = cue.speaker.clone().unwrap_or_default();
            match (out.sources.last_mut(), out.pieces.last_mut()) {
                (Some(last), Some(pieces)) if last.from == from && last.text.len() < RUN_BYTES => {
                    last.text.push(' ');
                    pieces.push((last.text.len(), at));
                    last.text.push_str(&cue.text);
                }
                _ => {
                    out.sources.push(Source {
                        from,
                        at_ms: Some(cue.start_ms),
                        text: cue.text.clone(),
                        ..Source::default()
                    });
                    out.pieces.push(vec![(0, at)]);
                }
            }
        }
        out
    }

    /// A statement of an endpoint, at the place of the words that bear it out.
    fn said(&self, item: &Item, transcript: &Transcript) -> Option<Said> {
        let pieces = self.pieces.get(item.source)?;
        let piece = |byte: usize| {
            let after = pieces.partition_point(|(from, _)| *from <= byte);
            pieces.get(after.checked_sub(1)?).copied()
        };
        let (from, cue) = piece(item.start)?;
        let last = piece(item.start + item.quote.len().saturating_sub(1)).map_or(cue, |(_, at)| at);
        let own = transcript.cues.get(cue)?;
        Some(Said {
            text: item.text.clone(),
            speaker: own.speaker.clone(),
            cue,
            start: item.start - from,
            last,
            at_ms: Some(own.start_ms),
        })
    }
}

/// Reads a file on a thread of its own.
pub(crate) async fn read(file: Vec<u8>) -> Result<transcripts::Transcript> {
    let work = tokio::task::spawn_blocking(move || transcripts::parse(&file));
    work.await.map_err(|_gone| Error::GivenUp)?.map_err(Error::Transcript)
}

/// A kept transcript as it is read.
pub(crate) fn speech(kept: &Transcript) -> transcripts::Transcript {
    let cue = |cue: &Cue| transcripts::Cue {
        speaker: cue.speaker.clone(),
        start_ms: cue.start_ms,
        end_ms: cue.end_ms,
        text: cue.text.clone(),
        ..transcripts::Cue::default()
    };
    transcripts::Transcript {
        cues: kept.cues.iter().map(cue).collect(),
        language: kept.language.clone(),
        ..transcripts::Transcript::default()
    }
}

const fn times(times: transcripts::Times) -> &'static str {
    match times {
        transcripts::Times::Given => "given",
        transcripts::Times::Starts => "starts",
        transcripts::Times::Estimated => "estimated",
    }
}

/// What of a run an endpoint reads as one piece.
const RUN_BYTES: usize = 4_000;
